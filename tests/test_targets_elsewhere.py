"""Target densities of angles, counts and shares: they sum to 1, within their windows, and samples follow them."""

import numpy as np
import pytest
import tensorflow as tf

from playground.target import Target
from playground.targets import TARGETS

ELSEWHERE = [target for target in TARGETS.values() if target.kind not in ("plane", "weights")]


def points(target: Target) -> tuple[np.ndarray, float]:
    """A grid over the window [N, D], and what share of the space a point stands for."""
    low, high = target.window[0]
    if target.kind == "counts":
        return np.arange(low, high + 1)[:, None], 1.0
    side = 2_000
    middles = low + (np.arange(side) + 0.5) * (high - low) / side
    if target.kind == "circle":
        return middles[:, None], (high - low) / side
    first, second = (axis[np.add.outer(middles, middles) < 1.0] for axis in np.meshgrid(middles, middles))
    return np.stack([first, second, 1.0 - first - second], axis=1), side**-2.0


def test_each_kind_has_a_target() -> None:
    assert sorted(target.kind for target in ELSEWHERE) == ["circle", "counts", "simplex"]


@pytest.mark.parametrize("target", ELSEWHERE, ids=lambda target: target.key)
def test_it_is_a_density(target: Target) -> None:
    grid, share = points(target)
    double = target.log_prob(tf.constant(grid, tf.float64)).numpy()
    single = target.log_prob(tf.constant(grid, tf.float32)).numpy()
    assert double.shape == (len(grid),) and double.dtype == np.float64 and single.dtype == np.float32
    np.testing.assert_allclose(single, double, rtol=1e-3, atol=1e-3)
    assert target.log_evidence == 0.0
    # The middle rule is exact but for the triangle's slanted edge.
    assert np.exp(double).sum() * share == pytest.approx(1.0, abs=1e-3 if target.kind == "simplex" else 1e-6)


@pytest.mark.parametrize("target", ELSEWHERE, ids=lambda target: target.key)
def test_samples_follow_it(target: Target) -> None:
    """Means of cosines: all of them within 5 standard errors but for 5 runs in a million, were the seed not fixed."""
    grid, share = points(target)
    weights = np.exp(target.log_prob(tf.constant(grid, tf.float64)).numpy()) * share
    assert target.sample is not None
    samples = target.sample(20_000, tf.constant([1, 2]))
    assert samples.shape == (20_000, target.event_size) and samples.dtype == tf.float32
    for frequency in (0.5, 1.0, 2.0):
        seen, expected = np.cos(frequency * samples.numpy() + 1.0), weights @ np.cos(frequency * grid + 1.0)
        error = seen.std(axis=0) / np.sqrt(len(seen))
        assert np.all(np.abs(seen.mean(axis=0) - expected) < 5 * error + 1e-3 * (target.kind == "simplex"))
        assert np.all(5 * error < 0.03)
