"""Bayesian logistic regression on points of the plane: bias and two weights, after seeing the points' classes.

z = (b, w₀, w₁) has the prior N(0, I), of standard deviation 1 each; a point at x is of class 1 with probability
1 / (1 + exp(−b − w·x)). The points are given, and may change while q is trained.

Source: Bishop (2006), Pattern recognition and machine learning, §4.5.
"""

from collections.abc import Callable

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.inference.transport import log_normal
from playground.points import OVERLAPPING, tensor_of
from playground.target import Target


def _given(points: tf.Tensor) -> Callable[[tf.Tensor], tf.Tensor]:
    seen = tf.boolean_mask(points, points[:, 3] > 0.0)
    sign = 2.0 * seen[:, 2] - 1.0
    rows = sign[:, tf.newaxis] * tf.concat([tf.ones_like(seen[:, :1]), seen[:, :2]], axis=1)

    def log_prob(z: tf.Tensor) -> tf.Tensor:
        margins = tf.tensordot(z, tf.cast(rows, z.dtype), [[-1], [1]])  # positive where a point is on its own side
        return log_normal(z) - tf.reduce_sum(tf.math.softplus(-margins), axis=-1)

    return log_prob


def _log_prob(z: tf.Tensor) -> tf.Tensor:
    return _given(tensor_of(OVERLAPPING))(z)


def _prior(dtype: tf.DType) -> tfd.Distribution:
    return tfd.MultivariateNormalDiag(loc=tf.zeros([3], dtype), scale_diag=tf.ones([3], dtype))


TARGET = Target(
    key="logistic_regression",
    label="Logistic regression",
    story="Bias and weights of a line between two classes of points: where few points are, many lines will do.",
    latex=r"\log\mathcal N(z;0,I)+\sum_n\log\sigma\!\left(s_n\,(z_0+z_1x_n+z_2y_n)\right),\ s_n=\pm1",
    kind="weights",
    event_size=3,
    log_prob=_log_prob,
    window=((-5.2, 5.2),) * 3,
    prior=_prior,
    given=_given,
    order=7,
)
