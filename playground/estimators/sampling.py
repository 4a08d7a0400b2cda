"""Sampling schemes: how the K samples of one estimate hang together. Orthogonal to the estimator.

Independent: K draws of TFP's own sampler. Antithetic: K/2 draws and their mirror images; sample k and sample k + K/2
are a pair. The mirror is the family's reflection where it is symmetric, else u and 1 − u through the quantile function.
Sobol (randomised quasi-Monte Carlo): K points that fill (0, 1) evenly, all moved round by one random shift for each
replicate (Cranley & Patterson 1976), through the quantile function. Each sample alone is as before; together they leave
no gaps, so that for a smooth f the error of their mean falls with K faster than 1/√K. The replicate, not the sample, is
then the independent unit.
"""

import tensorflow as tf

from playground import noise
from playground.estimator import Draw
from playground.parameter import Parameters
from playground.problem import Problem

SCHEMES = ("independent", "antithetic", "sobol")


def why_not(problem: Problem, draw: Draw) -> str | None:
    """Why K samples cannot be drawn like this, as a sentence, or None."""
    family = problem.family
    if draw.sampling == "antithetic":
        if draw.samples % 2:
            return f"Antithetic sampling draws pairs: K must be even, got {draw.samples}."
        if family.mirror is None and not family.has_quantile:
            return f"{family.label} has no quantile function in TFP, so its samples have no mirror image."
    if draw.sampling == "sobol" and not family.has_quantile:
        return f"{family.label} has no quantile function in TFP, so no even points lead to samples of it."
    return None


def why_not_independent(problem: Problem, draw: Draw) -> str | None:
    """For estimators that judge one sample by the others: all Sobol points of a replicate depend on each other."""
    if draw.sampling == "sobol":
        return "All Sobol points of an estimate hang together: none of them can be judged by the others without bias."
    return why_not(problem, draw)


def sample(problem: Problem, parameters: Parameters, seed: tf.Tensor, draw: Draw) -> tf.Tensor:
    """x [R, K], each drawn with (and, where TFP's sampler is reparameterized, differentiable in) its own parameters.

    Of a family over vectors, x is [R, K, D].

    Args:
      problem: What is sampled.
      parameters: Broadcast to [R, K].
      seed: Stateless seed [2].
      draw: R, K and the scheme.
    """
    family, distribution = problem.family, problem.distribution(parameters)
    if draw.sampling == "independent":
        return distribution.sample(seed=seed)
    if draw.sampling == "antithetic" and family.mirror is not None:
        # Both halves draw the same noise, so that each sample's path leads to its own copy of θ.
        half = draw.samples // 2
        first = {name: value[:, :half] for name, value in parameters.items()}
        second = {name: value[:, half:] for name, value in parameters.items()}
        x, twin = (problem.distribution(p).sample(seed=seed) for p in (first, second))
        return tf.concat([x, family.mirror(second, twin)], axis=1)
    u = uniform(seed, draw, 1, next(iter(parameters.values())).dtype)[..., 0]
    return distribution.quantile(u) if family.quantile is None else family.quantile(distribution, u)


def uniform(seed: tf.Tensor, draw: Draw, extra: int, dtype: tf.DType) -> tf.Tensor:
    """Uniform noise [R, K, extra] under the scheme, for estimators that make samples from noise of their own."""
    if draw.sampling == "sobol":
        return _sobol(seed, draw, extra, dtype)
    if draw.sampling == "antithetic":
        u = noise.uniform(tf.zeros((draw.replicates, draw.samples // 2, extra), dtype), seed)
        return tf.concat([u, 1.0 - u], axis=1)
    return noise.uniform(tf.zeros((*draw.shape, extra), dtype), seed)


def _sobol(seed: tf.Tensor, draw: Draw, extra: int, dtype: tf.DType) -> tf.Tensor:
    # TensorFlow leaves out the sequence's first point, 0; without it 2^m points are not evenly spread (Owen 2020).
    points = tf.zeros([1, extra], dtype)
    if draw.samples > 1:
        points = tf.concat([points, tf.math.sobol_sample(extra, draw.samples - 1, dtype=dtype)], axis=0)
    shift = noise.uniform(tf.zeros((draw.replicates, 1, extra), dtype), seed)
    # Exactly 0 is no quantile's argument.
    return tf.maximum(tf.math.floormod(points + shift, 1.0), noise.smallest(dtype))
