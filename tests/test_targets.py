"""The targets of the plane: normalised as they say, and sampled as their densities are."""

import numpy as np
import pytest
import tensorflow as tf

from playground.inference.config import inferable
from playground.target import Target
from tests.inference_cases import WITHOUT_DATA, Z, on_grid

DRAWS = 40_000
# What lies outside a window, where its docstring says that it is more than the usual 1e-6.
OUTSIDE = {"banana": 6e-4, "funnel": 1e-2}

targets = pytest.mark.parametrize("target", WITHOUT_DATA.values(), ids=WITHOUT_DATA)


def mass(target: Target, per_axis: int = 601) -> tuple[np.ndarray, np.ndarray]:
    """Nodes [N, D] and the unnormalised mass at each [N], by a rule of the tests' own."""
    z, volume = on_grid(target, per_axis)
    return z.numpy(), (tf.exp(target.log_prob(z)) * volume).numpy()


def test_the_six_are_there() -> None:
    expected = ["prior_and_square", "correlated_gaussian", "banana", "funnel", "two_modes", "ring"]
    assert [key for key in inferable() if key in expected] == expected


@targets
def test_the_evidence_is_what_is_claimed(target: Target) -> None:
    assert target.log_evidence is not None
    assert np.log(mass(target)[1].sum()) == pytest.approx(target.log_evidence, abs=1e-6)


@targets
def test_draws_are_from_the_density(target: Target) -> None:
    """Means over draws against quadrature, at 5 standard errors; a bias of 0.1 would be seen.

    Of tanh z/2 and its products, so that a funnel's tails do not hide in their own variance, and of log p.
    """
    assert target.sample is not None
    z, weight = mass(target)
    weight = weight / weight.sum()
    drawn = target.sample(DRAWS, tf.constant([1, 2])).numpy()
    assert drawn.shape == (DRAWS, target.event_size) and drawn.dtype == np.float32

    def features(points: np.ndarray) -> np.ndarray:
        bounded = np.tanh(points / 2.0)
        products = bounded[:, :, np.newaxis] * bounded[:, np.newaxis, :]
        log_p = target.log_prob(tf.constant(points)).numpy()[:, np.newaxis]
        return np.concatenate([bounded, products.reshape(len(points), -1), log_p], axis=1)

    seen, known = features(drawn.astype(np.float64)), features(z)
    # Where the mass underflows, so does its share of a log that is large.
    expected = np.sum(np.where(weight[:, np.newaxis] > 0, known, 0.0) * weight[:, np.newaxis], axis=0)
    error = seen.std(axis=0) / np.sqrt(DRAWS)
    assert np.all(Z * error < 0.1)
    assert np.all(np.abs(seen.mean(axis=0) - expected) < Z * error)


@targets
def test_the_window_shows_the_mass(target: Target) -> None:
    z, weight = mass(target)
    low, high = np.array(target.window).T
    outside = weight[np.any((z < low) | (z > high), axis=1)].sum() / weight.sum()
    assert outside < OUTSIDE.get(target.key, 1e-6)


@targets
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_any_batch_and_both_dtypes(target: Target, dtype: tf.DType) -> None:
    z = tf.random.stateless_normal([3, 4, target.event_size], [1, 1], dtype=dtype)
    log_p = target.log_prob(z)
    assert log_p.shape == (3, 4) and log_p.dtype == dtype
    np.testing.assert_allclose(log_p[1, 2].numpy(), target.log_prob(z[1, 2]).numpy(), rtol=1e-5)


@targets
def test_the_slope_is_finite_and_that_of_the_density(target: Target) -> None:
    """Against a central difference, and in the very middle."""
    z = tf.concat([tf.zeros([1, target.event_size]), target.grid(5)], axis=0)
    z = tf.cast(z, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(z)
        log_p = target.log_prob(z)
    slope = tape.gradient(log_p, z).numpy()
    assert np.all(np.isfinite(slope))
    for element, step in enumerate(1e-5 * np.eye(target.event_size)):
        difference = (target.log_prob(z + step) - target.log_prob(z - step)).numpy() / 2e-5
        np.testing.assert_allclose(slope[:, element], difference, rtol=1e-5, atol=1e-6)


@targets
def test_the_grid_has_the_last_element_fastest(target: Target) -> None:
    grid = target.grid(3)
    assert grid.shape == (3**target.event_size, target.event_size)
    assert grid[0].tolist() == [low for low, _ in target.window]
    assert grid[1, -1] > grid[0, -1]


def test_the_prior_of_the_first_is_part_of_it() -> None:
    """log p = log prior − z², and the best q is N(0, 1/√3)."""
    target = inferable()["prior_and_square"]
    assert target.prior is not None and target.log_evidence is not None
    z = tf.constant([[-1.0], [0.5], [2.0]], tf.float64)
    expected = target.prior(tf.float64).log_prob(z) - z[:, 0] ** 2
    np.testing.assert_allclose(target.log_prob(z), expected, rtol=1e-12)
    variance = 1.0 / 3.0
    normal = -0.5 * np.log(2 * np.pi * variance) - z[:, 0].numpy() ** 2 / (2 * variance)
    np.testing.assert_allclose(target.log_prob(z) - target.log_evidence, normal, rtol=1e-12)
