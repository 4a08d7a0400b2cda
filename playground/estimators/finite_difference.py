"""Finite differences: the sample average at θ + h and at θ − h, from the same random numbers.

(F(θ + h eᵢ) − F(θ − h eᵢ)) / 2h for each element of θ, F the average of f over K samples, the step on the unconstrained
scale. Common random numbers: both ends draw with one seed. A sampler that is continuous in θ then moves each sample by
O(h), and h may be small. Where samples jump (discrete families, samplers that reject) most of them stay where they are
and a fraction O(h) moves by 1, so that the variance grows as 1/h; with two seeds it would grow as 1/h².

Requires: a sampler; any f, and any family, also where the support moves.
Unbiased: no, by h²/6 times the third derivative of E[f]; halving h leaves a quarter of it. Of cos x it keeps sin(h)/h:
0.7 % are lost at h = 0.2, 16 % at h = 1.
Cost: 2KP evaluations of f.
Watch for: a small h removes the bias and, for discrete samples, lets the variance explode; with many parameters the
cost is what rules it out.

References:
  Glasserman (2003), Monte Carlo methods in financial engineering, §7.1.
  L'Ecuyer & Perron (1994), On the convergence rates of IPA and FDC derivative estimators.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground.estimator import Draw, Estimate, Estimator, State
from playground.estimators import perturbation, sampling
from playground.parameter import Parameters
from playground.problem import Problem

MOST_ELEMENTS = 20  # Of θ, where x is a vector: of all 2P runs each sample is kept, with all its coordinates.


def _why_not(problem: Problem, draw: Draw) -> str | None:
    elements = sum(problem.sizes)
    if problem.family.vector and elements > MOST_ELEMENTS:
        return f"Two runs for each of {elements} parameters are too many: SPSA takes two for up to 200 of them."
    return sampling.why_not(problem, draw)


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    phi = perturbation.unconstrained(problem, parameters)
    step = tf.cast(hyperparameters["difference_step"], phi.dtype)

    @tf.autograph.experimental.do_not_convert  # as in all compiled steps; a loop would convert its body
    def at(shifted: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        moved = problem.unpack(problem.constrain(shifted))
        return perturbation.evaluate(problem, problem.broadcast(moved, draw.shape), seed, draw)

    # A loop inside the graph: written out, a family of many parameters would take minutes to trace.
    axes = step * tf.eye(phi.shape[-1], dtype=phi.dtype)
    ends = tf.reshape(tf.stack([phi + axes, phi - axes], axis=1), [-1, phi.shape[-1]])
    f, x = tf.map_fn(at, ends, fn_output_signature=(phi.dtype, phi.dtype))
    slopes = tf.stack(tf.unstack((f[::2] - f[1::2]) / (2.0 * step), num=phi.shape[-1]), axis=-1)
    return perturbation.natural(problem, phi, slopes, tf.unstack(x, num=2 * phi.shape[-1])), state


ESTIMATOR = Estimator(
    key="finite_difference",
    label="finite difference",
    story="Draws the same random numbers at θ + h and θ − h and compares the costs. Two runs a parameter, and biased.",
    latex=r"\frac{f(x(\omega,\theta+h))-f(x(\omega,\theta-h))}{2h}",
    estimate=_estimate,
    why_not=_why_not,
    unbiased=lambda problem: False,
    evaluations=lambda problem, hyperparameters, samples: 2 * samples * sum(problem.sizes),
    hyperparameters=(perturbation.STEP,),
    shift_invariant=True,
    vectors=True,
    order=20,
)
