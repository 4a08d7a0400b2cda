"""What the estimators share that move θ itself and never look into the sampler: f at both ends of a step from θ.

Steps are taken on the unconstrained scale φ, the one that the optimiser moves on (`Problem.constrain`), so that no
parameter leaves its set; ∂/∂θ comes from ∂/∂φ by the inverse of the chain rule. Both ends draw from the same seed
(common random numbers): where the sampler is continuous in θ, the two samples differ by O(h) and so do their costs.
"""

from typing import NamedTuple

import tensorflow as tf

from playground.estimator import Draw, Estimate, Hyperparameter, points_of
from playground.estimators import sampling
from playground.parameter import Parameter, Parameters
from playground.problem import Problem

STEP = Hyperparameter(Parameter("difference_step", 0.2, 0.01, 2.0, "h"))


class Ends(NamedTuple):
    """f at φ + a step and at φ − the same step, from the same random numbers.

    Attributes:
      rise: f(x₊) − f(x₋), [R, K].
      plus, minus: x₊ and x₋, [R, K] or [R, K, D].
    """

    rise: tf.Tensor
    plus: tf.Tensor
    minus: tf.Tensor


def unconstrained(problem: Problem, parameters: Parameters) -> tf.Tensor:
    """φ [P] of θ's parameters, not yet broadcast."""
    return problem.unconstrain(problem.pack(parameters))


def evaluate(problem: Problem, parameters: Parameters, seed: tf.Tensor, draw: Draw) -> tuple[tf.Tensor, tf.Tensor]:
    """(f(x; θ), x) where each draw has its own θ: [R, K] each, or x [R, K, D]; parameters [R, K] or [R, K, n]."""
    x = sampling.sample(problem, parameters, seed, draw)
    return problem.f(x, parameters), x


def difference(problem: Problem, phi: tf.Tensor, step: tf.Tensor, seed: tf.Tensor, draw: Draw) -> Ends:
    """f at both ends of a step of each draw's own: φ [P], step [R, K, P]."""
    ends = [problem.unpack(problem.constrain(phi + sign * step)) for sign in (1.0, -1.0)]
    (high, plus), (low, minus) = (evaluate(problem, end, seed, draw) for end in ends)
    return Ends(high - low, plus, minus)


def directions(noise: tf.Tensor, draw: Draw) -> tf.Tensor:
    """One direction a sample [R, K, P], of which an antithetic pair shares one, or the pair would not cancel.

    Args:
      noise: [R, K, P]; of an antithetic draw the first half of K is used, for both halves.
    """
    half = noise[:, : draw.samples // 2]
    return tf.concat([half, half], axis=1) if draw.sampling == "antithetic" else noise


def natural(problem: Problem, phi: tf.Tensor, slopes: tf.Tensor, points: list[tf.Tensor]) -> Estimate:
    """The estimate of ∇_θ from terms of ∇_φ, [R, K, P]: `Problem.pull_back` undone.

    Args:
      problem: Whose gradient it is.
      phi: [P].
      slopes: [R, K, P].
      points: Where f was evaluated, [R, K] or [R, K, D] each.
    """
    if any(p.constraint.above is not None for p in problem.family.parameters):
        # Row j is the chain rule's column j: one parameter's bound moves with another.
        transposed = problem.pull_back(phi, tf.eye(phi.shape[-1], dtype=phi.dtype))
        gradient = tf.linalg.matmul(slopes, tf.linalg.inv(transposed))
    else:
        gradient = slopes / problem.pull_back(phi, tf.ones_like(phi))
    return Estimate(problem.unpack(gradient), points_of(*points))
