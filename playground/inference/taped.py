"""Why a gradient comes out as None: the same objective with its sample drawn before the tape, and on it.

Both functions are shown to learners as they stand, and run in front of them.
"""

import tensorflow as tf
import tensorflow_probability as tfp

tfd = tfp.distributions


def before_the_tape(loc: tf.Variable, raw_scale: tf.Variable) -> list[tf.Tensor | None]:
    prior, q = tfd.Normal(0.0, 1.0), tfd.Normal(loc, tf.nn.softplus(raw_scale))
    z = q.sample(seed=1)
    kl = tfd.kl_divergence(q, prior)
    with tf.GradientTape() as tape:  # too late: z and kl are plain numbers by now
        loss = kl + z**2
    return tape.gradient(loss, [loc, raw_scale])


def on_the_tape(loc: tf.Variable, raw_scale: tf.Variable) -> list[tf.Tensor | None]:
    prior = tfd.Normal(0.0, 1.0)
    with tf.GradientTape() as tape:  # it sees how loc and raw_scale become q, z and the loss
        q = tfd.Normal(loc, tf.nn.softplus(raw_scale))
        loss = tfd.kl_divergence(q, prior) + q.sample(seed=1) ** 2
    return tape.gradient(loss, [loc, raw_scale])
