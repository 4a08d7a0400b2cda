"""Where fits start: at the clusters that are there, reproducibly, and with a sentence where that cannot be."""

import numpy as np
import pytest
import tensorflow as tf

from playground.errors import InvalidInput
from playground.fitting.learnable import Layout, Learnable, Sizes
from playground.fitting.start import HOWS, MOST_ROWS, choose
from playground.zoo import ZOO
from tests.zoo_by_hand import rows_for

CENTRES = np.array([[-6.0, 0.0], [6.0, 1.0], [0.0, 8.0], [1.0, -7.0]])
MIXTURES = [learnable for learnable in ZOO.values() if learnable.components and learnable.kind == "plane"]
MIXTURE = ZOO["mixture_mvn_tril"]
FIRST_FIXED = ZOO["mixture_mvn_tril_first_fixed"]


def blobs(count: int = 800, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return CENTRES[np.arange(count) % 4] + 0.5 * rng.normal(size=(count, 2))


def log_likelihood(learnable: Learnable, sizes: Sizes, values: dict[str, np.ndarray], rows: np.ndarray) -> float:
    layout = Layout(learnable, sizes)
    return float(tf.reduce_mean(layout.log_prob(layout.values(layout.flatten(values)), tf.constant(rows, tf.float32))))


def distances(found: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """From each wanted place to the nearest found one."""
    return np.linalg.norm(wanted[:, None] - found[None], axis=2).min(axis=1)


@pytest.mark.parametrize("learnable", MIXTURES, ids=lambda learnable: learnable.key)
def test_kmeans_finds_separated_clusters(learnable: Learnable) -> None:
    """A centre is the mean of 200 rows: off by 5 standard errors, 5 · 0.5 / √200, less than once in 1e5 runs."""
    rows, sizes = blobs(), Sizes(2, 4)
    if learnable.first_at_origin:  # where it finds one of the clusters
        rows, sizes = np.concatenate([rows, np.random.default_rng(1).normal(size=(200, 2))]), Sizes(2, 5)
    values = choose(learnable, sizes, rows, restarts=5)
    assert np.all(distances(values["loc"], CENTRES) < 0.18 + 0.1 * learnable.first_at_origin)
    np.testing.assert_allclose(
        np.exp(values["logits"]) / np.exp(values["logits"]).sum(), 1 / sizes.components, atol=0.02
    )
    if learnable.first_at_origin:
        assert np.array_equal(values["loc"][0], np.zeros(2))
        assert np.array_equal(values["scale_tril"][0], np.eye(2))
    elif "scale" in values:
        assert np.all(np.abs(np.log(values["scale"] / 0.5)) < 0.9)


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("learnable", ZOO.values(), ids=lambda learnable: learnable.key)
def test_the_seed_decides(learnable: Learnable, how: str) -> None:
    sizes = Sizes(learnable.event_sizes[0], 3)
    rows = rows_for(learnable, sizes, 200)
    first, again, other = (choose(learnable, sizes, rows, how, seed, restarts=2) for seed in (1, 1, 2))
    assert list(first) == [variable.name for variable in learnable.variables(sizes)]
    for variable in learnable.variables(sizes):
        assert np.shape(first[variable.name]) == variable.shape
        assert np.array_equal(first[variable.name], again[variable.name])
    if how == "random" and learnable.components:
        assert any(not np.array_equal(first[name], other[name]) for name in first)


def test_restarts_keep_the_likeliest() -> None:
    """The first of several starts is the only one of one; few random starts have a row in each of four clusters."""
    rows, sizes = blobs(), Sizes(2, 4)
    one, several = (
        [
            log_likelihood(MIXTURE, sizes, choose(MIXTURE, sizes, rows, "random", seed, restarts), rows)
            for seed in range(3)
        ]
        for restarts in (1, 12)
    )
    gains = np.subtract(several, one)
    assert np.all(gains >= 0)
    assert np.max(gains) > 0.5


@pytest.mark.parametrize("learnable", MIXTURES, ids=lambda learnable: learnable.key)
def test_components_that_start_alike_stay_alike(learnable: Learnable) -> None:
    """The document's zeros: the same gradient for all, so that nothing ever tells them apart."""
    rows, sizes = blobs(), Sizes(2, 4)
    layout = Layout(learnable, sizes)
    flat = layout.flatten(choose(learnable, sizes, rows, "alike"))
    with tf.GradientTape() as tape:
        tape.watch(flat)
        loss = -tf.reduce_mean(layout.log_prob(layout.values(flat), tf.constant(rows, tf.float32)))
    gradient = layout.raw(tape.gradient(loss, flat))["loc"].numpy()
    assert len(gradient) == 4 - learnable.first_at_origin
    np.testing.assert_allclose(gradient, np.tile(gradient[:1], (len(gradient), 1)), rtol=1e-4, atol=1e-7)


def test_random_starts_stand_at_different_rows() -> None:
    rows = np.repeat(blobs(8), 50, axis=0)
    for seed in range(20):
        loc = choose(MIXTURE, Sizes(2, 6), rows, "random", seed)["loc"]
        assert np.all(distances(rows, loc) == 0)
        assert len(np.unique(loc, axis=0)) == 6


def test_angles_cluster_across_the_seam() -> None:
    rng = np.random.default_rng(0)
    rows = rng.vonmises(np.array([np.pi, 0.5])[np.arange(400) % 2], 30.0)[:, None]
    for seed in range(5):
        values = choose(ZOO["mixture_von_mises"], Sizes(1, 2), rows, seed=seed)
        loc = values["loc"][np.argsort(np.abs(values["loc"]))]
        assert loc[0] == pytest.approx(0.5, abs=0.1)
        assert abs(loc[1]) == pytest.approx(np.pi, abs=0.1)
        np.testing.assert_allclose(values["concentration"], 30.0, rtol=0.5)
    one = choose(ZOO["mixture_von_mises"], Sizes(1, 1), rows[::2])
    assert abs(one["loc"][0]) == pytest.approx(np.pi, abs=0.1)


@pytest.mark.parametrize(
    ("key", "sizes", "draw", "expected"),
    [
        ("gamma_poisson", Sizes(1), lambda rng: rng.poisson(rng.gamma(3.0, 4.0, (9000, 1))), {"total_count": 3.0}),
        (
            "beta_binomial",
            Sizes(1, total_count=12),
            lambda rng: rng.binomial(12, rng.beta(2.0, 5.0, (9000, 1))),
            {"concentration1": 2.0, "concentration0": 5.0},
        ),
        ("dirichlet", Sizes(3), lambda rng: rng.dirichlet([1.0, 2.0, 6.0], 9000), {"concentration": [1.0, 2.0, 6.0]}),
        ("mvn_diag", Sizes(2), lambda rng: rng.normal([1.0, 9.0], [3.0, 0.5], (9000, 2)), {"loc": [1.0, 9.0]}),
    ],
)
def test_moments_come_near_the_truth(key: str, sizes: Sizes, draw, expected: dict) -> None:  # type: ignore[no-untyped-def]
    rows = draw(np.random.default_rng(0)).astype(float)
    values = choose(ZOO[key], sizes, rows)
    for name, value in expected.items():
        np.testing.assert_allclose(values[name], value, rtol=0.15)


@pytest.mark.parametrize("key", ["gamma_poisson", "beta_binomial", "dirichlet", "mvn_scaled_identity", "flow"])
def test_rows_that_are_all_the_same_give_a_start(key: str) -> None:
    """Counts of nothing but zeros, and a simplex of one point: moments that have no solution."""
    learnable = ZOO[key]
    sizes = Sizes(2 if learnable.kind in ("plane", "simplex") else 1)
    row = {"counts": [0.0], "simplex": [0.5, 0.5], "plane": [2.0, 2.0]}[learnable.kind]
    for rows in (np.array([row]), np.array([row] * 50)):
        values = choose(learnable, sizes, rows, restarts=2)
        assert np.isfinite(log_likelihood(learnable, sizes, values, rows))


@pytest.mark.parametrize("how", ["k-means++", "random"])
@pytest.mark.parametrize(
    ("learnable", "rows", "got"),
    [
        (MIXTURE, np.array([[1.0, 2.0]] * 40 + [[3.0, 4.0]] * 40), "places 3 components at different rows, got 2 diff"),
        (FIRST_FIXED, np.array([[0.0, 0.0]] * 40 + [[3.0, 4.0]] * 40), "places 2 components at different rows, got 1"),
        (ZOO["mixture_von_mises"], np.full((9, 1), 2.0), "places 3 components at different rows, got 1 diff"),
    ],
    ids=["mixture", "first fixed", "circle"],
)
def test_too_few_different_rows(learnable: Learnable, rows: np.ndarray, got: str, how: str) -> None:
    with pytest.raises(InvalidInput, match=f"The start {got}.*: choose fewer components or bring more rows"):
        choose(learnable, Sizes(rows.shape[1], 3), rows, how)
    values = choose(learnable, Sizes(rows.shape[1], 3), rows, "alike")
    assert np.isfinite(log_likelihood(learnable, Sizes(rows.shape[1], 3), values, rows))


def test_just_enough_different_rows() -> None:
    rows = np.array([[0.0, 0.0]] * 40 + [[3.0, 4.0]] * 40 + [[-3.0, 4.0]] * 40)
    for how in ("k-means++", "random"):
        for learnable in (MIXTURE, FIRST_FIXED):
            loc = choose(learnable, Sizes(2, 3), rows, how)["loc"]
            assert np.all(distances(loc, rows) < 1e-9)


def test_an_unknown_start_is_refused() -> None:
    with pytest.raises(InvalidInput, match="`start` must be one of k-means"):
        choose(MIXTURE, Sizes(), blobs(), "zeros")


def test_many_rows_are_sampled() -> None:
    """Rows sorted by cluster: those looked at come from all of them."""
    rows = np.sort(blobs(4 * MOST_ROWS).view("f8,f8"), axis=0).view(float)
    values = choose(MIXTURE, Sizes(2, 4), rows, restarts=3)
    assert np.all(distances(values["loc"], CENTRES) < 0.1)
