"""Objectives whose estimate is a mean over K of terms that do not know of one another: a term says all of them."""

from collections.abc import Callable

import tensorflow as tf

from playground.inference.approximation import Surrogate
from playground.inference.nodes import noise_grid
from playground.inference.objective import Estimate, copies_of, differentiate
from playground.target import Target

Term = Callable[[Target, Surrogate, tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]
"""(target, surrogate, copies of φ [R, P], reparameterized z [R, K, D], tempering []) → the loss of each [R, K]."""

Gradients = Callable[[Target, Surrogate, tf.Tensor, tf.Tensor, int, int, tf.Tensor], Estimate]


def gradients_of(term: Term) -> Gradients:
    """The estimator that averages a term over reparameterized samples."""

    def gradients(
        target: Target,
        surrogate: Surrogate,
        phi: tf.Tensor,
        seed: tf.Tensor,
        samples: int,
        replicates: int,
        tempering: tf.Tensor,
    ) -> Estimate:
        def loss(copies: tf.Tensor) -> tuple[tf.Tensor, tuple[tf.Tensor, tf.Tensor]]:
            z = surrogate.sample(copies, samples, seed)
            losses = tf.reduce_mean(term(target, surrogate, copies, z, tempering), axis=-1)
            return losses, (losses, z[0])

        slopes, (losses, draws) = differentiate(loss, phi, replicates)
        return Estimate(slopes, -losses, draws)

    return gradients


def exact_variance_of(term: Term) -> Callable[[Target, Surrogate, tf.Tensor, int], tf.Tensor | None]:
    """The variance of that estimator: the term's gradient at each node of the noise, weighted."""

    def exact_variance(target: Target, surrogate: Surrogate, phi: tf.Tensor, samples: int) -> tf.Tensor | None:
        transport = surrogate.approximation.transport
        if transport is None:  # its samples are no function of Normal noise that a rule could run through
            return None
        noise, weights = noise_grid(surrogate.sizes.event_size)
        copies = copies_of(tf.cast(phi, tf.float64), len(noise))
        with tf.GradientTape() as tape:
            tape.watch(copies)
            z = transport(surrogate.sizes, copies, tf.constant(noise)[:, tf.newaxis, :])
            losses = term(target, surrogate, copies, z, tf.constant(1.0, tf.float64))
        slopes, weight = tape.gradient(losses, copies), tf.constant(weights)[:, tf.newaxis]
        mean = tf.reduce_sum(weight * slopes, axis=0)
        return tf.reduce_sum(weight * (slopes - mean) ** 2, axis=0) / samples

    return exact_variance
