"""The costs: values, dtypes, slopes and kinks."""

import math

import numpy as np
import pytest
import tensorflow as tf

from playground.costs import COSTS, cost_from
from playground.errors import InvalidInput
from playground.families import FAMILIES
from playground.problem import Cost, Problem

X = np.array([-2.0, -0.25, 0.0, 0.75, 3.0])
EXPECTED = {
    "quadratic": (X - 0.0) ** 2,
    "exponential": np.exp(-(X**2)),
    "cosine": np.cos(X),
    "linear": X,
    "absolute": np.abs(X),
    "step": (X > 0.5).astype(float),
}


def defaults(cost: Cost) -> dict[str, float]:
    return {parameter.name: float(np.ravel(parameter.default)[0]) for parameter in cost.parameters}


def test_the_costs_are_those_of_the_menu() -> None:
    assert list(COSTS) == ["quadratic", "exponential", "cosine", "linear", "absolute", "step", "kl"]
    assert [key for key, cost in COSTS.items() if not cost.differentiable] == ["step"]
    assert [key for key, cost in COSTS.items() if cost.depends_on_parameters] == ["kl"]


@pytest.mark.parametrize("key", EXPECTED)
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_values_are_elementwise_in_the_dtype_of_x(key: str, dtype: tf.DType) -> None:
    cost = COSTS[key]
    assert cost.fn is not None
    x = tf.constant(X.reshape(5, 1), dtype)
    f = cost.fn(x, defaults(cost))
    assert f.dtype == dtype
    np.testing.assert_allclose(f.numpy(), EXPECTED[key].reshape(5, 1), rtol=1e-6)


@pytest.mark.parametrize("key", EXPECTED)
def test_kinks_are_where_left_and_right_slopes_differ(key: str) -> None:
    cost, fn = COSTS[key], COSTS[key].fn
    assert fn is not None
    values = defaults(cost)

    def f(x: float) -> float:
        return float(fn(tf.constant(x, tf.float64), values))

    kinked = {"absolute": values.get("target"), "step": values.get("threshold")}
    if key in kinked:
        (point,) = cost.kinks(values, -math.inf, math.inf)
        assert point == kinked[key]
        h = 1e-6
        assert abs((f(point + h) - f(point)) - (f(point) - f(point - h))) / h > 1.0
    else:
        grid = tf.constant(np.linspace(-4.0, 4.0, 801))
        with tf.GradientTape() as tape:
            tape.watch(grid)
            total = tf.reduce_sum(fn(grid, values))
        assert np.abs(np.diff(tape.gradient(total, grid).numpy())).max() < 0.05


def test_kl_is_the_difference_of_the_log_densities() -> None:
    family = FAMILIES["normal"]
    problem = Problem(family, COSTS["kl"], (1, 1), {})
    x = tf.constant([0.3, -1.0], tf.float64)
    f = problem.f(x, problem.unpack(tf.constant([[1.0, 2.0]], tf.float64)))
    expected = -math.log(2.0) - 0.5 * ((x.numpy() - 1.0) / 2.0) ** 2 + 0.5 * x.numpy() ** 2
    np.testing.assert_allclose(f.numpy(), expected, rtol=1e-12)


def test_cost_from_finds_a_key_or_reads_an_expression() -> None:
    assert cost_from("quadratic") is COSTS["quadratic"]
    assert cost_from("x**2").key == "x ** 2"
    with pytest.raises(InvalidInput, match=r"got `quadratc`, expected x, .*or one of the costs quadratic, exponential"):
        cost_from("quadratc")
