"""The arithmetic of the reproductions: what is written for them alone, against closed forms and against each other.

Sampled numbers are compared at 5 standard errors, one of which fails by chance with probability 5.7e-7.
"""

import math
from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf
from sklearn.datasets import load_breast_cancer

from playground import exact
from playground.reproduction import gaussian_variances as gaussian
from playground.reproduction import logistic
from playground.reproductions import mohamed_2020_fig2 as fig2
from playground.reproductions import mohamed_2020_fig3 as fig3
from playground.reproductions import reinmax_polynomial as reinmax
from playground.reproductions import stochastic_triples as triples


@pytest.mark.parametrize("k", [-3.0, 0.0, 2.0])
def test_the_integrals_are_the_closed_forms(k: float) -> None:
    found = gaussian.variances(lambda x: (x - k) ** 2, lambda x: 2.0 * (x - k))
    for key, expected in fig2.by_hand(k).items():
        assert found[key][0] == pytest.approx(expected, rel=1e-9)
    d = 1.0 - k
    assert found["pathwise"][1] == pytest.approx(4.0 * d**2 + 8.0, rel=1e-9)
    assert found["measure_valued"][1] == pytest.approx(4.0 * d**2 + 4.0, rel=1e-9)


def test_a_wrong_variance_would_be_seen() -> None:
    """Power: 10 % off, at the replicates of the full run, is beyond 5 standard errors."""
    found = gaussian.sampled("quadratic", {"target": 0.0}, 400_000)["pathwise"]
    assert gaussian.worst([12.0], [found["variance"][1]], [found["error"][1]]) < 5.0
    assert gaussian.worst([12.0 * 1.1], [found["variance"][1]], [found["error"][1]]) > 5.0


def test_the_crossing_is_one() -> None:
    lead = fig3._lead(0)
    assert lead(1.05) < 0.0 < lead(1.08)
    assert fig3.crossing(lambda k: k - 1.5, 0.0, 4.0) == pytest.approx(1.5)


@pytest.mark.parametrize("key", ["straight_through", "straight_through_gumbel", "reinmax", "reinforce"])
def test_the_vectorised_bits_have_the_mean_they_should(key: str) -> None:
    """Against the closed forms, at 5 standard errors over bits and draws; REINFORCE's is the exact gradient."""
    power, phi = 3.0, tf.fill([reinmax.BITS], -0.7)
    draws = np.stack(
        [reinmax.bits_gradient(key, power, phi, tf.constant([1, index])).numpy() for index in range(200)]
    ).astype(np.float64) * reinmax.BITS  # fmt: skip
    theta = 1.0 / (1.0 + math.exp(0.7))
    first, last = reinmax.slopes(power)
    odds = theta * (1.0 - theta)
    u = (np.arange(100_000) + 0.5) / 100_000
    scores = -0.7 + np.log(u) - np.log1p(-u)
    soft = 1.0 / (1.0 + np.exp(-scores))
    expected = {
        "straight_through": odds * (theta * last + (1.0 - theta) * first),
        "straight_through_gumbel": float(np.mean(soft * (1.0 - soft) * np.where(scores > 0.0, last, first))),
        "reinmax": 0.5 * odds * (first + last),
        "reinforce": odds * (0.55**power - 0.45**power),
    }[key]
    means = draws.mean(axis=1)
    assert abs(means.mean() - expected) < 5.0 * means.std(ddof=1) / math.sqrt(len(means))


def test_the_divergence_of_the_triples() -> None:
    """By hand and by the engine's own sum; the least is where its slope is 0."""
    problem = triples.PROBLEM
    at = exact.reference(problem, (10.0,))
    assert at.expected_cost == pytest.approx(triples.divergence(10.0), rel=1e-9)
    assert exact.reference(problem, (triples.optimum(),)).gradient[0] == pytest.approx(0.0, abs=1e-6)


def _mean_and_error(rows: Callable[[int], np.ndarray], count: int) -> tuple[np.ndarray, np.ndarray]:
    values = np.stack([rows(index) for index in range(count)]).astype(np.float64)
    return values.mean(axis=0), values.std(axis=0, ddof=1) / math.sqrt(count)


@pytest.mark.parametrize("key", ["measure-valued", "leave-one-out", "score function"])
def test_the_logistic_gradients_agree_with_pathwise(key: str) -> None:
    """On one minibatch: 62 elements at 5 standard errors of the difference, wrongly red with probability 4e-5."""
    size = logistic.data().shape[1]
    phi = tf.constant(np.concatenate([np.linspace(-0.3, 0.3, size), np.full(size, -1.5)]), tf.float32)

    def rows(name: str) -> Callable[[int], np.ndarray]:
        compiled = tf.function(
            lambda index: logistic.loss_gradient(
                name, phi, logistic.first_state(), tf.stack([7, index]), tf.constant([3, 3])
            )[0],
            autograph=False,
        )
        return lambda index: compiled(tf.constant(index)).numpy()

    (mean, error), (other, other_error) = _mean_and_error(rows("pathwise"), 300), _mean_and_error(rows(key), 300)
    assert np.all(np.abs(mean - other) < 5.0 * np.hypot(error, other_error) + 1e-4)


def test_the_data_are_those_of_scikit_learn() -> None:
    bunch = load_breast_cancer()
    x = (bunch.data - bunch.data.mean(axis=0)) / bunch.data.std(axis=0)
    signs = 2.0 * bunch.target - 1.0
    rows = logistic.data()
    assert rows.shape == (569, 31)
    np.testing.assert_allclose(rows[:, :30] * signs[:, np.newaxis], x, atol=1e-4)
    np.testing.assert_array_equal(rows[:, 30], signs)
