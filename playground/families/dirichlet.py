"""The Dirichlet distribution over shares that sum to 1."""

import tensorflow as tf

from playground.concentrations import off_one
from playground.families import beta
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, tfd


def _marginals(parameters: Parameters) -> tuple[Family, Parameters]:
    own = parameters["concentration"]
    return beta.FAMILY, {
        "concentration1": own,
        "concentration0": tf.reduce_sum(own, axis=-1, keepdims=True) - own,
    }


def _plane(distribution: tfd.Distribution, x: tf.Tensor) -> tf.Tensor:
    # All other shares together are one share more.
    own = distribution.concentration
    rest = tf.reduce_sum(own[..., 2:], axis=-1, keepdims=True)
    left = 1.0 - tf.reduce_sum(x, axis=-1, keepdims=True)
    inside = tf.reduce_all(tf.concat([x, left], axis=-1) > 0.0, axis=-1, keepdims=True)
    shares = tf.where(inside, tf.concat([x, left], axis=-1), tf.constant(1.0 / 3.0, x.dtype))
    density = tfd.Dirichlet(off_one(tf.concat([own[..., :2], rest], axis=-1))).prob(shares)
    return tf.where(inside[..., 0], density, tf.zeros_like(density))


FAMILY = Family(
    key="dirichlet",
    label="Dirichlet",
    parameters=(Parameter("concentration", (2.0, 3.0, 1.5), 0.5, 20.0, r"\alpha", POSITIVE, lengths=(3, 10)),),
    # TFP draws a Gamma for each share and divides by their sum: the paths are those of the Gammas.
    make=lambda p: tfd.Dirichlet(off_one(p["concentration"])),
    target=lambda p: tfd.Dirichlet(4.0 * tf.ones_like(p["concentration"])),
    support=lambda p: (0.0, 1.0),
    marginals=_marginals,
    plane=_plane,
    order=42,
)
