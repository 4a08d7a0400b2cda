"""A truncated Normal whose samples depend on the seed alone, with the path that TFP's own sampler has."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground import noise


class TruncatedNormal(tfd.TruncatedNormal):
    """TFP's, with its mistake, but with samples that depend on the seed alone: TFP's depend on the number of threads.

    Its mean and variance have a gradient also where both ends are equally far from `loc`; TFP's then have none.
    """

    def _sample_n(self, n: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        like = tf.zeros(tf.concat([[n], self.batch_shape_tensor()], axis=0), self.dtype)
        # The mistake: the ends, in units of `scale` from `loc`, are taken not to move when those two do.
        return self._at(noise.uniform(like, seed), tf.stop_gradient(self.loc), tf.stop_gradient(self.scale))

    def _quantile(self, value: tf.Tensor) -> tf.Tensor:
        return self._at(value, self.loc, self.scale)

    def _at(self, u: tf.Tensor, loc: tf.Tensor, scale: tf.Tensor) -> tf.Tensor:
        """x where F(x) = u, from ends that are measured from `loc` in units of `scale`; right to 37 scales from loc."""
        low, high, middle, unit, level = (tf.cast(v, tf.float64) for v in (self.low, self.high, loc, scale, u))
        first, last = (low - middle) / unit, (high - middle) / unit
        turned = first + last > 0.0  # The upper tail is turned over, where there are digits for it.
        lower, upper = tf.where(turned, -last, first), tf.where(turned, -first, last)
        normal = tfd.Normal(tf.zeros([], tf.float64), 1.0)
        below = normal.cdf(lower)
        mass = below + tf.where(turned, 1.0 - level, level) * (normal.cdf(upper) - below)
        z = normal.quantile(tf.clip_by_value(mass, 1e-300, 1.0 - 1e-16))
        x = self.loc + self.scale * tf.cast(tf.where(turned, -z, z), self.dtype)
        return tf.minimum(tf.maximum(x, self.low), self.high)

    def _mean(self) -> tf.Tensor:
        return self.loc + self.scale**2 * (self.prob(self.low) - self.prob(self.high))

    def _variance(self) -> tf.Tensor:
        low, high = self.prob(self.low), self.prob(self.high)
        shortened = 1.0 + (self.low - self.loc) * low - (self.high - self.loc) * high
        return self.scale**2 * shortened - (self.scale**2 * (low - high)) ** 2
