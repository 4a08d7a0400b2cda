"""Whether there is an expectation at all: heavy tails against costs that grow.

A density that falls like |x|^−(1 + m) has E|x|^k for k < m only. A cost that grows like |x|^g has an expectation under
it for g < m; the gradient along a path, f′(x) ∂x/∂θ with ∂x/∂scale ~ |x|, has one if |x f′(x)| grows slower than |x|^m.
Growth is read off the function itself, so that a user's own expression is judged as well.
"""

import functools
import math
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from playground.problem import Cost, Family, Problem

NEAR, FAR = (6.0, 9.0), (15.0, 18.0)  # Decades of |x| between which growth is measured,
POINTS = 200  # by the largest of so many values of either sign: a wave is seen at its crests.
SLACK = 0.02  # Of a growth exponent: crests are met to a few per cent, over nine decades.

Function = Callable[[tf.Tensor], tf.Tensor]


def why_undefined(problem: Problem) -> str | None:
    """The sentence that says why E[f] does not exist, whatever θ is, or None.

    Where θ decides (the degrees of freedom of Student's t), `exact.reference` says so at each θ.
    """
    family, cost = problem.family, problem.cost
    if family.moments_below == math.inf or _growth(problem) < family.moments_below - SLACK:
        return None
    return (
        f"{family.label} has no expected {cost.label} cost: the tails are so heavy that E[f] does not exist, "
        "so there is no gradient to estimate. A cost that levels off, such as exp(-x**2), has one."
    )


def why_path_undefined(problem: Problem) -> str | None:
    """The sentence that says why the gradient along a path has no mean, though E[f] may have one, or None."""
    family, cost = problem.family, problem.cost
    if family.moments_below == math.inf or _growth(problem, along_path=True) < family.moments_below - SLACK:
        return None
    return (
        f"Along the path of {family.label} the slope of the {cost.label} cost does not fade where x is carried far "
        f"away: f'(x) ∂x/∂θ has no mean. A cost that levels off, such as exp(-x**2), works."
    )


def _growth(problem: Problem, along_path: bool = False) -> float:
    """g of |f(x)|, or of |x f′(x)|, ~ |x|^g far out; −∞ for what vanishes there, ∞ for what leaves the finite range."""
    values = tuple((name, float(value)) for name, value in problem.cost_values.items())
    return _growth_of(problem.family, problem.cost, problem.sizes, values, along_path)


@functools.lru_cache(maxsize=512)  # each estimator of a menu asks
def _growth_of(
    family: Family, cost: Cost, sizes: tuple[int, ...], values: tuple[tuple[str, float], ...], along_path: bool
) -> float:
    problem = Problem(family, cost, sizes, dict(values))
    function = _path(problem) if along_path else _cost(problem)
    near, far = (_crest(function, decades) for decades in (NEAR, FAR))
    if not math.isfinite(far):
        return math.inf
    if far == 0.0:
        return -math.inf
    return (math.log10(far) - math.log10(max(near, 1e-300))) / (FAR[0] - NEAR[0])


def _cost(problem: Problem) -> Function:
    defaults = {p.name: tf.constant(p.default, tf.float64) for p in problem.family.parameters}
    return lambda x: problem.f(x, problem.broadcast(defaults, x.shape))


def _path(problem: Problem) -> Function:
    cost = _cost(problem)

    def moved(x: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(x)
            f = cost(x)
        return x * tape.gradient(f, x, unconnected_gradients="zero")

    return moved


def _crest(function: Function, decades: tuple[float, float]) -> float:
    """The largest |function| over both tails; NaN, as of a logarithm of what is negative, is passed over."""
    distance = np.logspace(*decades, POINTS)
    values = np.abs(function(tf.constant(np.concatenate([-distance, distance]))).numpy())
    return float(np.nanmax(values, initial=0.0))
