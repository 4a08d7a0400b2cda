"""What charts draw of a learnable distribution: its components, and two of its elements."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from playground.fitting.dirichlet_pair import DirichletPair
from playground.fitting.learnable import Sizes
from playground.zoo import ZOO
from tests import zoo_by_hand


@pytest.mark.parametrize(
    "key", [key for key, learnable in ZOO.items() if learnable.marginal and learnable.kind == "plane"]
)
@pytest.mark.parametrize("axes", [(0, 2), (2, 1)], ids=str)
def test_a_marginal_is_the_integral_over_the_other_element(key: str, axes: tuple[int, int]) -> None:
    layout, flat = zoo_by_hand.some_values(ZOO[key], Sizes(3, 3))
    values = layout.values(flat)
    other = ({0, 1, 2} - set(axes)).pop()
    pairs = zoo_by_hand.rows_for(ZOO[key], Sizes(3), 8)[:, list(axes)]
    line = np.linspace(-60.0, 60.0, 24_001)
    points = np.empty((len(pairs), len(line), 3), np.float32)
    points[:, :, list(axes)] = pairs[:, None]
    points[:, :, other] = line
    integral = np.exp(layout.log_prob(values, tf.constant(points)).numpy().astype(float)).sum(axis=1) * (
        line[1] - line[0]
    )
    of_two = ZOO[key].marginal
    assert of_two is not None
    marginal = of_two(values, axes)
    assert marginal.event_shape == [2]
    np.testing.assert_allclose(
        marginal.log_prob(tf.constant(pairs, tf.float32)), np.log(integral), rtol=1e-3, atol=1e-3
    )
    assert marginal.sample(5).shape == (5, 2)


def test_a_dirichlets_marginal_is_the_integral_over_the_others() -> None:
    of_two = ZOO["dirichlet"].marginal
    assert of_two is not None
    layout, flat = zoo_by_hand.some_values(ZOO["dirichlet"], Sizes(4))
    values = layout.values(flat)
    pairs = np.array([[0.2, 0.3], [0.1, 0.05], [0.6, 0.2]])
    inner = (np.arange(20_000) + 0.5) / 20_000
    for pair in pairs:
        rest = 1.0 - pair.sum()
        third = inner * rest
        points = np.stack([np.full_like(third, pair[1]), third, np.full_like(third, pair[0]), rest - third], axis=1)
        density = np.exp(layout.log_prob(values, tf.constant(points, tf.float32)).numpy().astype(float))
        got = of_two(values, (2, 0)).log_prob(tf.constant(pair, tf.float32))
        assert float(got) == pytest.approx(np.log(density.mean() * rest), abs=5e-3)


def test_a_pair_of_a_dirichlet_lives_in_the_triangle() -> None:
    """Each of two means strays by 5 standard errors with probability 6e-7, were the seed not fixed."""
    marginal = DirichletPair(2.0, 3.0, 4.0)
    outside = tf.constant([[0.7, 0.4], [-0.1, 0.5], [1.2, -0.1]])
    assert np.all(np.isneginf(marginal.log_prob(outside)))
    assert marginal.event_shape == [2] and marginal.batch_shape == []
    samples = marginal.sample(20_000, seed=(0, 1)).numpy()
    error = samples.std(axis=0) / np.sqrt(len(samples))
    assert np.all(np.abs(samples.mean(axis=0) - [2 / 9, 3 / 9]) < 5 * error)
    assert np.all(5 * error < 0.01)


@pytest.mark.parametrize("key", [key for key, learnable in ZOO.items() if learnable.components_of])
def test_components_are_weights_places_and_covariances(key: str) -> None:
    learnable = ZOO[key]
    size = learnable.event_sizes[0]
    layout, flat = zoo_by_hand.some_values(learnable, Sizes(size, 3))
    values = layout.values(flat)
    assert learnable.components_of is not None
    weights, loc, covariance = learnable.components_of(values)
    count = 3 if learnable.components else 1
    assert weights.shape == (count,) and loc.shape == (count, size) and covariance.shape == (count, size, size)
    assert weights.sum() == pytest.approx(1.0)
    assert np.all(np.linalg.eigvalsh(covariance) > 0)
    distribution = layout.distribution(values)
    if learnable.kind == "plane" and key != "mixture_student_t":
        parts = distribution.components_distribution if learnable.components else distribution
        np.testing.assert_allclose(np.reshape(parts.mean(), loc.shape), loc, rtol=1e-5)
        spread = np.reshape(parts.variance(), loc.shape)
        np.testing.assert_allclose(spread, np.diagonal(covariance, axis1=1, axis2=2), rtol=1e-5)


def test_components_of_angles_are_angles() -> None:
    loc, concentration = np.array([4.0, -9.0, 1.0], np.float32), np.array([0.5, 5.0, 50.0], np.float32)
    values = {"logits": np.zeros(3, np.float32), "loc": loc, "concentration": concentration}
    components_of = ZOO["mixture_von_mises"].components_of
    assert components_of is not None
    components = components_of(values)
    assert np.all(np.abs(components.loc) <= np.pi)
    np.testing.assert_allclose(np.exp(1j * components.loc[:, 0]), np.exp(1j * loc), atol=1e-5)
    expected = [-2.0 * np.log(np.abs(stats.vonmises.expect(lambda x: np.cos(x), (kappa,)))) for kappa in concentration]
    np.testing.assert_allclose(components.covariance[:, 0, 0], expected, rtol=1e-4)
