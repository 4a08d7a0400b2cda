"""A mixture of diagonal Normals, reparameterized as a whole: the weights learn from the path of a sample as well.

Without `reparameterize=True` TFP draws a component and lets the gradient flow through that one alone, and the
gradient of the logits is None.

Source: Figurnov, Mohamed & Mnih (2018), Implicit reparameterization gradients.
"""

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.inference.approximation import Approximation, Sizes, indexed
from playground.inference.transport import RAW_ONE, log_normal, random_loc

SPREAD = 1.5  # Of the components' first places.


def _names(sizes: Sizes) -> tuple[str, ...]:
    places = [f"[{component}]" for component in range(sizes.components)]
    if sizes.event_size > 1:
        places = [f"{place}[{element}]" for place in places for element in range(sizes.event_size)]
    grouped = tuple(name + place for name in ("loc", "raw_scale") for place in places)
    return grouped + indexed("logits", sizes.components)


def _start(sizes: Sizes, seed: int) -> np.ndarray:
    count = sizes.components * sizes.event_size
    parts = [random_loc(count, seed, SPREAD), np.full(count, RAW_ONE), np.zeros(sizes.components)]
    return np.concatenate(parts).astype(np.float32)


def _parameters(sizes: Sizes, phi: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """loc [..., C, D], scale [..., C, D], logits [..., C]."""
    count, size = sizes.components, sizes.event_size
    loc, raw_scale, logits = tf.split(phi, [count * size, count * size, count], axis=-1)
    shape = tf.concat([tf.shape(phi)[:-1], [count, size]], axis=0)
    return tf.reshape(loc, shape), tf.math.softplus(tf.reshape(raw_scale, shape)), logits


def _sample(sizes: Sizes, phi: tf.Tensor, count: int, seed: tf.Tensor) -> tf.Tensor:
    loc, scale, logits = _parameters(sizes, phi)
    mixture = tfd.MixtureSameFamily(
        tfd.Categorical(logits=logits),
        tfd.Independent(tfd.Normal(loc, scale), reinterpreted_batch_ndims=1),
        reparameterize=True,
    )
    drawn, batch = mixture.sample(count, seed=seed), len(phi.shape) - 1
    return tf.transpose(drawn, [*range(1, batch + 1), 0, batch + 1])


def _log_prob(sizes: Sizes, phi: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
    loc, scale, logits = _parameters(sizes, phi)
    noise = (z[..., tf.newaxis, :] - loc[..., tf.newaxis, :, :]) / scale[..., tf.newaxis, :, :]
    log_share = tf.nn.log_softmax(logits) - tf.reduce_sum(tf.math.log(scale), axis=-1)
    return tf.reduce_logsumexp(log_share[..., tf.newaxis, :] + log_normal(noise), axis=-1)


def _nodes(sizes: Sizes, phi: tf.Tensor, noise: tf.Tensor, weights: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The nodes of each component, weighted by its share."""
    loc, scale, logits = _parameters(sizes, phi)
    z = loc[..., tf.newaxis, :] + scale[..., tf.newaxis, :] * noise  # [..., C, N, D]
    shares = tf.nn.softmax(logits)[..., tf.newaxis] * weights
    batch, count = tf.shape(phi)[:-1], sizes.components * noise.shape[0]
    flat = tf.reshape(z, tf.concat([batch, [count, sizes.event_size]], axis=0))
    return flat, tf.reshape(shares, tf.concat([batch, [count]], axis=0))


APPROXIMATION = Approximation(
    key="mixture",
    label="Mixture of Normals",
    story="Several Normals with weights of their own: they can share several modes out.",
    latex=r"\sum_c \pi_c\,\mathcal N(z;\mathrm{loc}_c,\mathrm{diag}(\sigma_c^2))",
    names=_names,
    start=_start,
    sample=_sample,
    log_prob=_log_prob,
    nodes=_nodes,
    needs_components=True,
    order=3,
)
