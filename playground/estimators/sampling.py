"""Sampling schemes: how the K samples of one estimate hang together. Orthogonal to the estimator.

Independent: K draws of TFP's own sampler. Antithetic: K/2 draws and their mirror images; sample k and sample k + K/2
are a pair. The mirror is the family's reflection where it is symmetric, else u and 1 − u through the quantile function.
"""

import tensorflow as tf

from playground import noise
from playground.estimator import Draw
from playground.parameter import Parameters
from playground.problem import Problem

SCHEMES = ("independent", "antithetic")


def why_not(problem: Problem, draw: Draw) -> str | None:
    """Why K samples cannot be drawn like this, as a sentence, or None."""
    if draw.sampling == "antithetic":
        if draw.samples % 2:
            return f"Antithetic sampling draws pairs: K must be even, got {draw.samples}."
        if not problem.family.has_mirror:
            return f"{problem.family.label} has no quantile function in TFP, so its samples have no mirror image."
    return None


def sample(problem: Problem, parameters: Parameters, seed: tf.Tensor, draw: Draw) -> tf.Tensor:
    """x [R, K], each drawn with (and, where TFP's sampler is reparameterized, differentiable in) its own parameters.

    Args:
      problem: What is sampled.
      parameters: Broadcast to [R, K].
      seed: Stateless seed [2].
      draw: R, K and the scheme.
    """
    if draw.sampling == "independent":
        return problem.distribution(parameters).sample(seed=seed)
    half = draw.samples // 2
    if problem.family.mirror is not None:
        # Both halves draw the same noise, so that each sample's path leads to its own copy of θ.
        first = {name: value[:, :half] for name, value in parameters.items()}
        second = {name: value[:, half:] for name, value in parameters.items()}
        x, twin = (problem.distribution(p).sample(seed=seed) for p in (first, second))
        return tf.concat([x, problem.family.mirror(second, twin)], axis=1)
    u = uniform_pairs(seed, (draw.replicates, half), next(iter(parameters.values())).dtype)
    distribution = problem.distribution(parameters)
    quantile = problem.family.quantile
    return distribution.quantile(u) if quantile is None else quantile(distribution, u)


def uniform_pairs(seed: tf.Tensor, half_shape: tuple[int, ...], dtype: tf.DType) -> tf.Tensor:
    """u and 1 − u joined along axis 1: [R, K/2, …] → [R, K, …]."""
    u = noise.uniform(tf.zeros(half_shape, dtype), seed)
    return tf.concat([u, 1.0 - u], axis=1)


def uniform(seed: tf.Tensor, draw: Draw, extra: int, dtype: tf.DType) -> tf.Tensor:
    """Uniform noise [R, K, extra] under the scheme, for estimators that make samples from noise of their own."""
    if draw.sampling == "antithetic":
        return uniform_pairs(seed, (draw.replicates, draw.samples // 2, extra), dtype)
    return noise.uniform(tf.zeros((*draw.shape, extra), dtype), seed)
