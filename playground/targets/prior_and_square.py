"""One number with a standard Normal prior, pulled towards 0 by a squared cost.

log p(z) = log N(z; 0, 1) − z². The least of KL(q ‖ prior) + E_q[z²] is reached where q is the normalised product,
N(0, 1/√3), and is −log evidence = ½ log 3: prior and cost are one quadratic, −½ log 2π − 3z²/2.
"""

import math

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.target import Target

BEST_SCALE = 1.0 / math.sqrt(3.0)


def _log_prob(z: tf.Tensor) -> tf.Tensor:
    return -0.5 * math.log(2.0 * math.pi) - 1.5 * z[..., 0] ** 2


def _sample(count: int, seed: tf.Tensor) -> tf.Tensor:
    return BEST_SCALE * tf.random.stateless_normal([count, 1], seed)


def _prior(dtype: tf.DType) -> tfd.Distribution:
    return tfd.MultivariateNormalDiag(loc=tf.zeros([1], dtype), scale_diag=tf.ones([1], dtype))


TARGET = Target(
    key="prior_and_square",
    label="Normal prior, squared cost",
    story="The smallest example: the best q is known, and a single Normal can be it.",
    latex=r"\log\mathcal N(z;0,1)-z^2",
    kind="plane",
    event_size=1,
    log_prob=_log_prob,
    window=((-4.0, 4.0),),
    sample=_sample,
    prior=_prior,
    log_evidence=-0.5 * math.log(3.0),
    order=1,
)
