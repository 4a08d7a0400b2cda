"""The comparison at the same θ: the first estimator trains, all are measured where it stands."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from playground import exact
from tests.by_hand import Clock, seen, serve_to, shown

# Averages that may be infinite are computed in a way of their own: under heavy tails, and of a cost of one's own.
CASES: dict[str, dict[str, Any]] = {
    "light tails": {"family": "normal", "estimators": ["score_function", "pathwise"]},
    "heavy tails": {"family": "student_t", "estimators": ["score_function", "pathwise"]},
    "own cost": {"family": "normal", "cost": "sin(x) + x**2/10", "estimators": ["score_function", "pathwise"]},
    "own cost of counts": {"family": "poisson", "cost": "sqrt(x)", "estimators": ["score_function", "measure_valued"]},
    "one estimator": {"family": "pareto", "cost": "cosine", "estimators": ["score_function"]},
    "vectors": {"family": "mvn_diag", "estimators": ["pathwise", "score_function"]},
}


@pytest.mark.parametrize("case", CASES)
def test_all_are_measured_where_the_first_one_stands(case: str) -> None:
    clock = Clock()
    run = shown(clock, mode="same", **CASES[case])
    run.play()
    serve_to(run, clock, 20)
    snapshot = seen(run)
    columns = snapshot.history.columns
    theta = columns["theta"].astype(np.float64)
    assert len(theta) >= 20 and np.ptp(theta[:, 0], axis=0).max() > 0.0
    np.testing.assert_array_equal(theta, np.broadcast_to(theta[:, :1], theta.shape))
    value, gradient = exact.value_and_gradient(snapshot.config.problem, tf.constant(theta[:, 0]))
    for lane in range(theta.shape[1]):
        np.testing.assert_allclose(columns["exact_cost"][:, lane], value, rtol=1e-6)
        np.testing.assert_allclose(columns["exact_gradient"][:, lane], gradient, rtol=1e-6, atol=1e-9)
    means = columns["mean"]
    assert all(np.ptp(means[:, [0, lane]], axis=1).max() > 0.0 for lane in range(1, theta.shape[1]))
