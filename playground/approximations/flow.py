"""A RealNVP flow of the plane: four affine couplings in turn, then a shift and a scale of each element.

A coupling moves one element by what the other says: y = y exp(s(x)) + t(x), with s and t from a net of eight tanh units
whose weights are elements of φ. Its inverse and its volume are formulas, so that the density is known everywhere.

Source: Dinh, Sohl-Dickstein & Bengio (2017), Density estimation using Real NVP.
"""

import numpy as np
import tensorflow as tf

from playground.inference.approximation import Approximation, Sizes
from playground.inference.transport import RAW_ONE, log_normal, nodes_by, random_loc, sample_by
from playground.target import Target

COUPLINGS = 4
UNITS = 8
LARGEST_LOG_SCALE = 2.0  # Of one coupling: keeps exp within bounds however far a net goes.
AFFINE = ("loc[0]", "loc[1]", "raw_scale[0]", "raw_scale[1]")
GROUPS = (("weight", UNITS), ("bias", UNITS), ("log_scale_weight", UNITS), ("shift_weight", UNITS))
OUT = ("log_scale_bias", "shift_bias")
NET = sum(count for _, count in GROUPS) + len(OUT)


def _names(sizes: Sizes) -> tuple[str, ...]:
    names = list(AFFINE)
    for coupling in range(COUPLINGS):
        names += [f"{name}[{coupling}][{unit}]" for name, count in GROUPS for unit in range(count)]
        names += [f"{name}[{coupling}]" for name in OUT]
    return tuple(names)


def _start(sizes: Sizes, seed: int) -> np.ndarray:
    """Nearly a standard Normal around a random place; the units look in different directions."""
    rng = np.random.default_rng([seed, 1])
    inner, outer = rng.standard_normal((COUPLINGS, 2 * UNITS)), 0.05 * rng.standard_normal((COUPLINGS, 2 * UNITS))
    nets = np.concatenate([inner, outer, np.zeros((COUPLINGS, len(OUT)))], axis=1)
    return np.concatenate([random_loc(2, seed), [RAW_ONE, RAW_ONE], nets.ravel()]).astype(np.float32)


def _coupling(phi: tf.Tensor, index: int, given: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """s(x) and t(x) of one coupling: x [..., K] → two of [..., K]."""
    begin = len(AFFINE) + index * NET
    weight = phi[..., tf.newaxis, begin : begin + UNITS]
    bias = phi[..., tf.newaxis, begin + UNITS : begin + 2 * UNITS]
    out = phi[..., begin + 2 * UNITS : begin + 4 * UNITS]
    ends = phi[..., tf.newaxis, begin + 4 * UNITS : begin + NET]
    units = tf.tanh(given[..., tf.newaxis] * weight + bias)  # [..., K, UNITS]
    matrix = tf.reshape(out, tf.concat([tf.shape(phi)[:-1], [2, UNITS]], axis=0))
    raw, shift = tf.unstack(tf.linalg.matmul(units, matrix, transpose_b=True) + ends, num=2, axis=-1)
    return LARGEST_LOG_SCALE * tf.tanh(raw / LARGEST_LOG_SCALE), shift


def _affine(phi: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    loc, raw_scale = tf.split(phi[..., tf.newaxis, : len(AFFINE)], 2, axis=-1)
    return loc, tf.math.softplus(raw_scale)


def _transport(sizes: Sizes, phi: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
    batch = tf.concat([tf.shape(phi)[:-1], tf.shape(noise)[-2:]], axis=0)
    given, moved = tf.unstack(tf.broadcast_to(noise, batch), num=2, axis=-1)
    for index in range(COUPLINGS):
        log_scale, shift = _coupling(phi, index, given)
        given, moved = moved * tf.exp(log_scale) + shift, given  # what has moved is what is given next
    loc, scale = _affine(phi)
    return loc + scale * tf.stack([given, moved], axis=-1)


def _log_prob(sizes: Sizes, phi: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
    loc, scale = _affine(phi)
    given, moved = tf.unstack((z - loc) / scale, num=2, axis=-1)
    log_volume = tf.reduce_sum(tf.math.log(scale), axis=-1)
    for index in reversed(range(COUPLINGS)):
        given, moved = moved, given
        log_scale, shift = _coupling(phi, index, given)
        moved = (moved - shift) * tf.exp(-log_scale)
        log_volume += log_scale
    return log_normal(tf.stack([given, moved], axis=-1)) - log_volume


def _why_not(target: Target) -> str | None:
    if target.event_size == 2:
        return None
    return (
        f"The flow is one of the plane: it needs two elements, and the target {target.label} has {target.event_size}."
    )


APPROXIMATION = Approximation(
    key="flow",
    label="Flow (RealNVP)",
    story="Noise bent by small nets: fits curves that no Normal can.",
    latex=r"z=T_\varphi(\varepsilon),\quad \varepsilon\sim\mathcal N(0,I)",
    names=_names,
    start=_start,
    sample=sample_by(_transport),
    log_prob=_log_prob,
    nodes=nodes_by(_transport),
    transport=_transport,
    why_not=_why_not,
    order=4,
)
