"""Built-in data are what they say: the bundled file row by row, the simulated ones by their moments.

Every statistical check is at 5 standard errors with the seed fixed: were seeds drawn anew, a check would fail by chance
once in 1.7 million times. That each has power is a check of its own: 5 standard errors are less than a tenth of the
quantity's scale.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground import datasets
from playground.data.kinds import CHECKS
from playground.data.sample import DATA_SEED
from playground.dataset import Dataset
from playground.datasets import (
    DATASETS,
    blobs,
    blobs_4d,
    checkerboard,
    compositions,
    directions,
    moons,
    old_faithful,
    outliers,
    overdispersed_counts,
    rings,
    spiral,
    successes_of_20,
)
from playground.registry import discover
from playground.target import KINDS

KEYS = {
    "blobs": ("plane", 2, 10_000),
    "moons": ("plane", 2, 2000),
    "spiral": ("plane", 2, 3000),
    "rings": ("plane", 2, 3000),
    "old_faithful": ("plane", 2, 272),
    "checkerboard": ("plane", 2, 4000),
    "outliers": ("plane", 2, 3000),
    "blobs_4d": ("plane", 4, 4000),
    "overdispersed_counts": ("counts", 1, 3000),
    "successes_of_20": ("counts", 1, 3000),
    "directions": ("circle", 1, 3000),
    "compositions": ("simplex", 3, 2000),
    "few_rows": ("plane", 2, 16),
}
"""A contract: keys are in addresses and on command lines."""


def rows_of(dataset: Dataset) -> np.ndarray:
    return dataset.make(np.random.default_rng(DATA_SEED))


def assert_mean(draws: np.ndarray, expected: np.ndarray | float, scale: np.ndarray | float) -> None:
    """The mean of `draws` [N, …] is as expected, and a shift of a tenth of `scale` would have been seen."""
    error = 5 * draws.std(axis=0, ddof=1) / np.sqrt(len(draws))
    assert np.all(error < 0.1 * np.asarray(scale)), "no power"
    assert np.all(np.abs(draws.mean(axis=0) - expected) < error)


def test_the_keys_are_these_in_this_order() -> None:
    assert list(DATASETS) == list(KEYS)
    assert discover(datasets, "DATASET") == DATASETS


@pytest.mark.parametrize("key", KEYS)
def test_rows_are_of_the_promised_kind_and_shape(key: str) -> None:
    dataset, (kind, size, number) = DATASETS[key], KEYS[key]
    rows = rows_of(dataset)
    assert dataset.kind == kind and kind in KINDS
    assert rows.shape == (number, size) == (number, len(dataset.columns))
    assert rows.dtype == np.float64 and np.isfinite(rows).all() and np.all(np.ptp(rows, axis=0) > 0)
    np.testing.assert_array_equal(rows, rows_of(dataset))
    again = dataset.make(np.random.default_rng(DATA_SEED + 1))
    assert np.array_equal(rows, again) == (key == "old_faithful"), "only a file is the same from every generator"


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))
def test_what_is_shown_of_it_is_there(dataset: Dataset) -> None:
    assert dataset.story.endswith(".") and dataset.source.endswith(".") and len(dataset.story) < 120
    assert len(set(dataset.columns)) == len(dataset.columns)


def test_every_kind_has_a_data_set() -> None:
    # The weights of a model are no rows of data.
    assert {dataset.kind for dataset in DATASETS.values()} == set(KINDS) - {"weights"} == set(CHECKS)
    assert len({dataset.label for dataset in DATASETS.values()}) == len(DATASETS)


def test_old_faithful_is_the_one_of_r() -> None:
    """n, mean and variance as R prints them: `sapply(faithful, mean)`, `sapply(faithful, var)`, `range`."""
    rows = rows_of(old_faithful.DATASET)
    np.testing.assert_allclose(rows.mean(axis=0), [3.487783, 70.897059], rtol=1e-6)
    np.testing.assert_allclose(rows.var(axis=0, ddof=1), [1.302728, 184.823312], rtol=1e-6)
    np.testing.assert_allclose(np.corrcoef(rows.T)[0, 1], 0.9008112, rtol=1e-6)
    np.testing.assert_array_equal([rows.min(axis=0), rows.max(axis=0)], [[1.6, 43.0], [5.1, 96.0]])
    np.testing.assert_array_equal(rows[[0, 1, 271]], [[3.6, 79], [1.8, 54], [4.467, 74]])
    assert old_faithful.FILE.read_text(encoding="utf-8").splitlines()[0] == "eruptions,waiting"


@pytest.mark.parametrize("module", [blobs, blobs_4d], ids=["blobs", "blobs_4d"])
def test_blobs_have_the_moments_of_their_mixture(module: Any) -> None:
    rows, weights, loc, covariance = rows_of(module.DATASET), module.WEIGHTS, module.LOC, module.COVARIANCE
    assert weights.sum() == pytest.approx(1.0) and np.all(np.linalg.eigvalsh(covariance) > 0.1)
    mean = weights @ loc
    within, off = np.einsum("c,cij->ij", weights, covariance), loc - mean
    total = within + np.einsum("c,ci,cj->ij", weights, off, off)
    scale = np.sqrt(np.diag(total))
    assert_mean(rows, mean, 2 * scale)
    centred = rows - mean
    assert_mean(centred[:, :, None] * centred[:, None, :], total, 2 * np.outer(scale, scale))
    # Third moments tell weights and places apart, which the first two may hide.
    third = weights @ (off**3 + 3 * off * np.diagonal(covariance, axis1=1, axis2=2))
    assert_mean(centred**3, third, 10 * scale**3)


def test_blobs_lie_where_their_components_do() -> None:
    rows = rows_of(blobs.DATASET)
    # Components are far enough apart for the nearest one, in its own metric, to be right for nearly all rows.
    off = rows[:, None] - blobs.LOC
    distance = np.einsum("nci,cij,ncj->nc", off, np.linalg.inv(blobs.COVARIANCE), off)
    shares = np.bincount(np.argmin(distance, axis=1)) / len(rows)
    np.testing.assert_allclose(shares, blobs.WEIGHTS, atol=5 * np.sqrt(0.25 / len(rows)))


def test_moons_lie_on_their_half_circles() -> None:
    rows = rows_of(moons.DATASET)
    turned = np.arange(len(rows)) % 2 == 1
    rows[turned] = np.array(moons.SHIFT) - rows[turned]
    radius = np.linalg.norm(rows, axis=1)
    # The mean radius exceeds 1 by half the variance of the noise across.
    assert_mean(radius, 1.0 + moons.NOISE**2 / 2, 1.0)
    assert_mean((radius - 1.0) ** 2, moons.NOISE**2, 2 * moons.NOISE**2)
    assert rows[:, 1].min() > -5 * moons.NOISE


def test_the_spiral_lies_on_its_arms() -> None:
    rows = rows_of(spiral.DATASET)
    radius, angle = np.linalg.norm(rows, axis=1), np.arctan2(rows[:, 1], rows[:, 0])
    # Along each arm the radius grows by 1 a turn; the arms are half a turn apart, so that half turns are left out.
    phase = np.mod(radius - angle / (2 * np.pi) + 0.25, 0.5) - 0.25
    assert_mean(phase, 0.0, 0.5)
    assert np.mean(np.abs(phase) < 3 * spiral.NOISE) > 0.97, "evenly spread phases would give 0.6"


def test_rings_have_their_radii_and_shares() -> None:
    rows = rows_of(rings.DATASET)
    radius = np.linalg.norm(rows, axis=1)
    inside = radius < np.mean(rings.RADII)
    assert_mean(inside.astype(float), rings.SHARE_INSIDE, 1.0)
    for own, expected in zip((radius[inside], radius[~inside]), rings.RADII, strict=True):
        assert_mean(own, expected, 1.0)
        assert_mean((own - expected) ** 2, rings.NOISE**2, 5 * rings.NOISE**2)
    assert_mean(rows, 0.0, 5.0)


def test_the_checkerboard_fills_its_dark_squares_evenly() -> None:
    rows = rows_of(checkerboard.DATASET)
    square = np.floor(rows + checkerboard.SIDE / 2).astype(int)
    assert square.min() == 0 and square.max() == checkerboard.SIDE - 1 and np.all(square.sum(axis=1) % 2 == 0)
    numbers, counts = np.unique(square @ [checkerboard.SIDE, 1], return_counts=True)
    assert len(numbers) == 8
    error = 5 * np.sqrt(len(rows) * (1 / 8) * (7 / 8))
    assert np.all(np.abs(counts - len(rows) / 8) < error) and error < 0.25 * len(rows) / 8
    assert_mean(np.mod(rows, 1.0), 0.5, 0.5)


def test_outliers_have_heavy_tails_around_their_clusters() -> None:
    rows = rows_of(outliers.DATASET)
    cluster = (rows[:, 0] > 0).astype(int)
    off = rows - outliers.LOC[cluster]
    distance = np.einsum("ni,nij,nj->n", off, np.linalg.inv(outliers.SQUARED_SCALE)[cluster], off)
    # Squared distance over 2 is F(2, ν): it exceeds t with chance (1 + 2t/ν)^(−ν/2); normal tails with exp(−t).
    for limit in (1.0, 10.0):
        chance = (1.0 + 2.0 * limit / outliers.DF) ** (-outliers.DF / 2)
        error = 5 * np.sqrt(chance * (1 - chance) / len(rows))
        assert abs(np.mean(distance / 2 > limit) - chance) < error
        assert error < 0.5 * (chance - np.exp(-limit)) or limit < 2, "no power against normal tails"
    assert_mean(cluster.astype(float), outliers.WEIGHTS[1], 1.0)
    assert distance.max() > 100, "no row is far from both"


def test_counts_have_the_moments_of_their_distributions() -> None:
    rows = rows_of(overdispersed_counts.DATASET)[:, 0]
    total, probs = overdispersed_counts.TOTAL_COUNT, overdispersed_counts.PROBS
    mean, variance = total * probs / (1 - probs), total * probs / (1 - probs) ** 2
    assert variance > 2 * mean
    assert_mean(rows, mean, mean)
    assert_mean((rows - mean) ** 2, variance, 2 * variance)

    rows, trials = rows_of(successes_of_20.DATASET)[:, 0], successes_of_20.TRIALS
    one, zero = successes_of_20.CONCENTRATION1, successes_of_20.CONCENTRATION0
    both = one + zero
    mean, variance = trials * one / both, trials * one * zero * (both + trials) / (both**2 * (both + 1))
    assert successes_of_20.DATASET.total_count == trials and rows.max() <= trials
    assert_mean(rows, mean, mean)
    assert_mean((rows - mean) ** 2, variance, 2 * variance)


def test_directions_have_the_circular_moments_of_their_mixture() -> None:
    angle = rows_of(directions.DATASET)[:, 0]
    assert np.all((angle > -np.pi) & (angle <= np.pi))
    assert min(np.sum(angle > 2.5), np.sum(angle < -2.5)) > 100, "no mode crosses the seam"
    # E cos(nθ) of von Mises is I_n(κ) / I_0(κ) · cos(nμ); the Bessel functions by their integral.
    theta = np.linspace(0.0, np.pi, 2001)
    kappa = directions.CONCENTRATION[:, None]
    for order in (1, 2):
        weighted = np.exp(kappa * (np.cos(theta) - 1.0))
        ratio = (weighted * np.cos(order * theta)).sum(axis=1) / weighted.sum(axis=1)
        pull = directions.WEIGHTS * ratio
        assert_mean(np.cos(order * angle), pull @ np.cos(order * directions.LOC), 1.0)
        assert_mean(np.sin(order * angle), pull @ np.sin(order * directions.LOC), 1.0)


def test_compositions_have_the_moments_of_a_dirichlet() -> None:
    rows, total = rows_of(compositions.DATASET), compositions.CONCENTRATION.sum()
    np.testing.assert_allclose(rows.sum(axis=1), 1.0, rtol=1e-12)
    assert rows.min() > 0
    mean = compositions.CONCENTRATION / total
    assert_mean(rows, mean, mean)
    variance = mean * (1 - mean) / (total + 1)
    assert_mean((rows - mean) ** 2, variance, 2 * variance)


def test_data_need_no_tensorflow() -> None:
    """A table is checked before anything slow is imported."""
    code = "import playground.data.sample, playground.data.uploads, sys; print('tensorflow' in sys.modules)"
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
