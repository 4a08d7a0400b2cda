"""The Taylor series of f at the mean of p, and the gradient of its expectation: what the delta method needs."""

import functools
from typing import NamedTuple

import tensorflow as tf

from playground.estimator import Draw
from playground.estimators import sampling
from playground.parameter import Parameters
from playground.problem import Family, Problem


class Series(NamedTuple):
    """f(μ) + f′(μ)(x − μ) + ½ f″(μ)(x − μ)².

    Attributes:
      mean, value, slope, curvature: μ, f(μ), f′(μ) and f″(μ), [] each.
      gradient: By parameter name, ∇_θ of the expectation of all but f(μ), [] or [n], with μ, f′ and f″ held fixed.
    """

    mean: tf.Tensor
    value: tf.Tensor
    slope: tf.Tensor
    curvature: tf.Tensor
    gradient: dict[str, tf.Tensor]

    def rest(self, x: tf.Tensor) -> tf.Tensor:
        """All but f(μ), at x."""
        away = x - self.mean
        return away * (self.slope + 0.5 * self.curvature * away)


def moments(problem: Problem, parameters: Parameters) -> tuple[tf.Tensor, tf.Tensor]:
    """E[x] and Var[x] in closed form, differentiable in the parameters."""
    family = problem.family
    if family.class_values is None:
        distribution = problem.distribution(parameters)
        return distribution.mean(), distribution.variance()
    logits, values = family.class_values(parameters)
    value = tf.constant(values, logits.dtype)
    mean = tf.reduce_sum(tf.nn.softmax(logits) * value, axis=-1)
    return mean, tf.reduce_sum(tf.nn.softmax(logits) * value**2, axis=-1) - mean**2


@functools.cache
def _has_moments(family: Family) -> bool:
    """Whether TFP knows the mean and the variance, and they are finite at the defaults."""
    defaults = {p.name: tf.constant(p.default, tf.float32) for p in family.parameters}
    sizes = tuple(1 if p.lengths is None else len(p.default) for p in family.parameters)  # type: ignore[arg-type]
    try:
        pair = moments(Problem(family, None, sizes, {}), defaults)  # type: ignore[arg-type]
    except NotImplementedError:  # how TFP says that it knows none
        return False
    return all(bool(tf.math.is_finite(moment)) for moment in pair)


def why_not(problem: Problem, draw: Draw) -> str | None:
    """A series needs derivatives of f at the mean, and moments."""
    family, cost = problem.family, problem.cost
    if not cost.differentiable:
        return f"The cost {cost.label} jumps: it has no Taylor series that says anything of it."
    if family.class_values is not None and cost.depends_on_parameters:
        return f"The cost {cost.label} is defined on the classes only, not at their mean."
    if family.period is not None:
        return f"{family.label} lives on a circle, where the mean of x has no closed form."
    if not _has_moments(family):
        return f"{family.label} has no mean and variance in closed form, so the series' own gradient is not known."
    return sampling.why_not(problem, draw)


def at_the_mean(problem: Problem, parameters: Parameters) -> Series:
    """The series for θ's parameters, not yet broadcast; one evaluation of f."""
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        both = moments(problem, parameters)
    mean = tf.stop_gradient(both[0])
    with tf.GradientTape() as outer:
        outer.watch(mean)
        with tf.GradientTape() as inner:
            inner.watch(mean)
            value = problem.f(mean, parameters)
        slope = inner.gradient(value, mean, unconnected_gradients="zero")
    curvature = outer.gradient(slope, mean, unconnected_gradients="zero")
    gradient = tape.gradient(
        both, dict(parameters), output_gradients=[slope, 0.5 * curvature], unconnected_gradients="zero"
    )
    return Series(mean, value, slope, curvature, gradient)
