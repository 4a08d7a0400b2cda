"""The variational objectives: each estimates what it says, as TFP does from the same draws, and as theory has it."""

import functools
import math

import numpy as np
import pytest
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.inference import exact
from playground.inference.config import inferable
from playground.inference.objective import GOALS
from playground.inference.report import spreads
from playground.objectives import OBJECTIVES
from playground.target import Target
from tests.inference_cases import ROUNDING, Z, cases, phi_of, reference_of, surrogate_of, target_of
from tests.row_by_row import for_mixtures

REPLICATES = 20_000
MOST_BLOCKS = 24
SAMPLES = 2  # The exact bound of more samples is an integral over more dimensions.
POWER = 0.25
SEED = tf.constant([2026, 7])
ONE = tf.constant(1.0)
row_by_row = pytest.fixture(autouse=True)(for_mixtures)


def legal(case: tuple[str, str], samples: int = SAMPLES) -> list[str]:
    target, approximation = target_of(case[0]), surrogate_of(*case).approximation
    return [key for key, objective in OBJECTIVES.items() if objective.why_not(target, approximation, samples) is None]


@functools.lru_cache(maxsize=64)
def rows_of(case: tuple[str, str], key: str, tempering: float = 1.0, block: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Gradients [R, P] and bounds [R]; each block is of other draws."""
    estimate = OBJECTIVES[key].gradients(
        target_of(case[0]),
        surrogate_of(*case),
        tf.constant(phi_of(*case)),
        SEED + tf.constant([0, block]),
        SAMPLES,
        REPLICATES,
        tf.constant(tempering),
    )
    return estimate.gradients.numpy().astype(np.float64), estimate.bound.numpy().astype(np.float64)


def standard_error(rows: np.ndarray) -> np.ndarray:
    return rows.std(axis=0, ddof=1) / math.sqrt(len(rows))


def gradient_error(case: tuple[str, str], key: str, rows: np.ndarray) -> np.ndarray:
    """The standard error of the mean gradient [P]: by quadrature where that is known, else as the replicates have it.

    Where rare draws carry an element, as that of a component far from the target, replicates see too little spread.
    """
    exact_variance = OBJECTIVES[key].exact_variance
    known = exact_variance and exact_variance(
        target_of(case[0]), surrogate_of(*case), tf.constant(phi_of(*case)), SAMPLES
    )
    return standard_error(rows) if known is None else np.sqrt(known.numpy() / len(rows))


def powered(case: tuple[str, str], key: str, goal: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients, bounds and the mean gradient's standard error, with as many replicates as that takes to fall to
    `goal`. When it stops depends on the spread alone and never on the mean, so that the test stays what it is."""
    gradients, bounds = rows_of(case, key)
    error, block = gradient_error(case, key, gradients), 0
    while error.max() >= goal and block < MOST_BLOCKS:
        block += 1
        more = rows_of(case, key, block=block)
        gradients, bounds = np.concatenate([gradients, more[0]]), np.concatenate([bounds, more[1]])
        error = gradient_error(case, key, gradients)
    return gradients, bounds, error


@cases
def test_the_gradient_is_the_exact_one(case: tuple[str, str]) -> None:
    """Each element within 5 standard errors, and a wrong quarter of the largest would be seen.

    All about 6 000 comparisons together fail by chance with probability 0.4 %.
    """
    for key in legal(case):
        known = reference_of(*case, OBJECTIVES[key].goal)
        largest = np.abs(known.gradient).max()
        rows, bounds, error = powered(case, key, POWER * largest / Z)
        assert Z * error.max() < POWER * largest, f"{key}: too weak to prove anything"
        assert known.error < 0.02 * largest, f"{key}: the quadrature is not exact enough"
        slack = known.error + ROUNDING * largest
        assert np.all(np.abs(rows.mean(axis=0) + known.gradient) < Z * error + slack), key
        assert abs(bounds.mean() - known.bound) < Z * standard_error(bounds) + slack, key


@pytest.mark.parametrize("case", [("prior_and_square", "diagonal"), ("two_modes", "full")], ids="-".join)
def test_a_tempered_gradient_is_that_of_the_tempered_bound(case: tuple[str, str]) -> None:
    known = exact.elbo(target_of(case[0]), surrogate_of(*case), phi_of(*case), tempering=0.3)
    for key in legal(case):
        if OBJECTIVES[key].goal == "elbo":
            rows, bounds = rows_of(case, key, 0.3)
            assert np.all(np.abs(rows.mean(axis=0) + known.gradient) < Z * standard_error(rows) + 1e-5), key
            assert abs(bounds.mean() - known.bound) < Z * standard_error(bounds) + 1e-5, key


@pytest.mark.parametrize(
    "case",
    [("prior_and_square", "diagonal"), ("two_modes", "full"), ("ring", "mixture"), ("banana", "flow")],
    ids="-".join,
)
def test_a_constant_added_to_log_p_moves_no_gradient(case: tuple[str, str]) -> None:
    """In float64: an evidence of e¹⁰⁰ is nothing that q can do anything about."""
    target = target_of(case[0])
    moved = shifted(target, 100.0)
    phi, tempering = tf.constant(phi_of(*case), tf.float64), tf.constant(1.0, tf.float64)
    for key in legal(case):
        gradients = [
            OBJECTIVES[key].gradients(each, surrogate_of(*case), phi, SEED, 4, 50, tempering).gradients.numpy()
            for each in (target, moved)
        ]
        assert np.abs(gradients[0] - gradients[1]).max() < 1e-9 * (1.0 + np.abs(gradients[0]).max()), key


def shifted(target: Target, by: float) -> Target:
    """The same target with a constant added to its log density."""
    return Target(
        **(vars(target) | {"log_prob": lambda z: target.log_prob(z) + tf.constant(by, z.dtype), "log_evidence": None})
    )


STANDARD = Target(
    key="standard",
    label="Standard Normal",
    story="",
    latex="",
    kind="plane",
    event_size=1,
    log_prob=lambda z: -0.5 * z[..., 0] ** 2 - 0.5 * math.log(2.0 * math.pi),
    window=((-5.0, 5.0),),
    sample=lambda count, seed: tf.random.stateless_normal([count, 1], seed),
    prior=lambda dtype: tfd.MultivariateNormalDiag(tf.zeros([1], dtype), tf.ones([1], dtype)),
    log_evidence=0.0,
)


@pytest.mark.parametrize(
    ("scale", "plain", "landing"), [(1.0, (1.0, 2.0), (0.0, 0.0)), (0.5, (0.25, 0.5), (2.25, 4.5))]
)
def test_the_variances_of_the_normal_are_the_closed_forms(
    scale: float, plain: tuple[float, float], landing: tuple[float, float]
) -> None:
    """KL(N(0, s) ‖ N(0, 1)), with respect to (m, s): sticking the landing is not better everywhere.

    Roeder, Wu & Duvenaud (2017). φ holds softplus⁻¹(s), whose slope divides out. Measured variances have a standard
    error of sqrt((kurtosis − 1)/R), at most 0.03 here: that of a Normal's square is 15.
    """
    surrogate = surrogate_of("prior_and_square", "diagonal")
    raw = math.log(math.expm1(scale))
    slope = np.array([1.0, (1.0 / (1.0 + math.exp(-raw))) ** 2])
    found = spreads(STANDARD, surrogate, [0.0, raw], samples=1, replicates=REPLICATES)
    for key, expected in (("monte_carlo_kl", plain), ("sticking_the_landing", landing), ("analytic_kl", (0.0, 0.0))):
        exactly = found[key].exact
        assert exactly is not None
        np.testing.assert_allclose(exactly / slope, expected, atol=1e-12)
        # Near enough to 0 is the rounding of a float32 that should be 0, squared.
        allowed = Z * math.sqrt(14.0 / REPLICATES)
        np.testing.assert_allclose(found[key].variance / slope, expected, rtol=allowed, atol=1e-10)


@pytest.mark.parametrize(
    "case", [("two_modes", "diagonal"), ("two_modes", "flow"), ("two_modes", "mixture")], ids="-".join
)
def test_known_variances_are_those_of_the_replicates(case: tuple[str, str]) -> None:
    """At 5 standard errors of the variance, from the replicates' own fourth moments; 5 of them are less than half."""
    known = 0
    for key in legal(case):
        exact_variance = OBJECTIVES[key].exact_variance
        if exact_variance is None:
            continue
        expected = exact_variance(target_of(case[0]), surrogate_of(*case), tf.constant(phi_of(*case)), SAMPLES)
        if expected is None:
            continue
        known += 1
        squares = (rows_of(case, key)[0] - rows_of(case, key)[0].mean(axis=0)) ** 2
        error = standard_error(squares)
        largest = expected.numpy().max()
        assert Z * error.max() < 0.5 * largest, key
        assert np.all(np.abs(squares.mean(axis=0) - expected.numpy()) < Z * error + 1e-3 * largest), key
    assert known == (2 if case[1] == "mixture" else 4)


def test_the_report_stands_every_estimator_beside_the_landing() -> None:
    found = spreads(target_of("banana"), surrogate_of("banana", "full"), phi_of("banana", "full"), samples=4)
    assert list(found) == legal(("banana", "full"), 4)
    assert found["sticking_the_landing"].ratio == 1.0
    assert {spread.goal for spread in found.values()} == set(GOALS)
    assert found["dreg"].ratio < found["iwae"].ratio
    assert found["iwae"].exact is None and found["monte_carlo_kl"].exact is not None


def test_at_the_optimum_two_gradients_are_silent() -> None:
    """q = p: sticking the landing, and the score function, whose costs are all alike; float32 rounds to 1e-6."""
    target, surrogate = inferable()["prior_and_square"], surrogate_of("prior_and_square", "diagonal")
    best = [0.0, math.log(math.expm1(1.0 / math.sqrt(3.0)))]
    found = spreads(target, surrogate, best, samples=8)
    for key in ("sticking_the_landing", "score_function_loo", "dreg"):
        assert found[key].variance.max() < 1e-10, key
    for key in ("analytic_kl", "monte_carlo_kl", "iwae"):
        assert found[key].variance.min() > 1e-3, key


@pytest.mark.parametrize("key", list(OBJECTIVES))
def test_the_seed_decides_everything(key: str) -> None:
    case = ("two_modes", "diagonal") if key != "analytic_kl" else ("prior_and_square", "diagonal")
    phi, target, surrogate = tf.constant(phi_of(*case)), target_of(case[0]), surrogate_of(*case)

    def run(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        estimate = OBJECTIVES[key].gradients(target, surrogate, phi, tf.constant([seed, 0]), 3, 6, ONE)
        return tuple(part.numpy() for part in estimate)

    first, again, other = run(1), run(1), run(2)
    assert [part.shape for part in first] == [(6, len(phi)), (6,), (3, target.event_size)]
    for part, same, changed in zip(first, again, other, strict=True):
        np.testing.assert_array_equal(part, same)
        assert np.any(part != changed)
    assert len(np.unique(first[0][:, 0])) == 6, "replicates are not independent"


def test_the_sentences_of_what_cannot_run() -> None:
    one, two = target_of("prior_and_square"), target_of("ring")
    diagonal, mixture = (surrogate_of("ring", key).approximation for key in ("diagonal", "mixture"))
    unsampled = Target(**(vars(two) | {"sample": None}))
    refusals = {
        OBJECTIVES["analytic_kl"].why_not(two, diagonal, 8): "Ring is not a prior times a likelihood",
        OBJECTIVES["analytic_kl"].why_not(one, mixture, 8): "no closed form for the approximation Mixture of Normals",
        OBJECTIVES["score_function_loo"].why_not(two, diagonal, 1): "K ≥ 2, got K = 1",
        OBJECTIVES["vimco"].why_not(two, diagonal, 1): "K ≥ 2, got K = 1",
        OBJECTIVES["forward_kl"].why_not(unsampled, diagonal, 8): "Ring has no exact sampler",
    }
    for refusal, part in refusals.items():
        assert refusal is not None and part in refusal and refusal.endswith(".")


def test_a_bound_of_one_sample_is_the_elbo() -> None:
    case = ("banana", "full")
    phi, target, surrogate = tf.constant(phi_of(*case)), target_of(case[0]), surrogate_of(*case)
    for one, other in (("iwae", "monte_carlo_kl"), ("dreg", "sticking_the_landing")):
        assert OBJECTIVES[one].goal_at(1) == "elbo" and OBJECTIVES[one].goal_at(2) == "iwae"
        first, second = (OBJECTIVES[key].gradients(target, surrogate, phi, SEED, 1, 20, ONE) for key in (one, other))
        np.testing.assert_allclose(first.gradients, second.gradients, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(first.bound, second.bound, rtol=1e-5)
