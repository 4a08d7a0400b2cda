"""Training loops of reproductions whose problem is none of the page's: any gradient, one compiled loop."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from playground.training.optimizers import OPTIMIZERS

CHUNK = 250

State = Mapping[str, tf.Tensor]
Gradient = Callable[[tf.Tensor, State, tf.Tensor], tuple[tf.Tensor, State]]
"""(φ [P], state, seed [2]) → (R estimates of the gradient [R, P], the new state). Pure; row 0 trains."""


class Descent(NamedTuple):
    """Each of n steps, before its update, float64.

    Attributes:
      phi: [n, P].
      variance: Of the gradient over the R replicates, [n, P]; zeros where R = 1.
      last: After the last step, [P].
    """

    phi: np.ndarray
    variance: np.ndarray
    last: np.ndarray


def descend(
    gradient: Gradient,
    start: np.ndarray,
    steps: int,
    optimizer: str,
    rate: Callable[[tf.Tensor], tf.Tensor],
    seed: int,
    state: State | None = None,
) -> Descent:
    """Minimises by `optimizer`, a key of `OPTIMIZERS`.

    Args:
      gradient: See `Gradient`.
      start: φ [P].
      steps: How many, at least 1.
      rate: The number of the step, float32, from 0 → its learning rate.
      seed: Of everything random.
      state: Of the gradient's own, before the first step.
    """
    update = OPTIMIZERS[optimizer].update

    def loop(
        phi: tf.Tensor, moments: State, own: State, first: tf.Tensor, count: tf.Tensor
    ) -> tuple[tf.Tensor, State, State, tf.Tensor, tf.Tensor]:
        def step(
            index: tf.Tensor, phi: tf.Tensor, moments: State, own: State, phis: tf.TensorArray, spreads: tf.TensorArray
        ) -> tuple:
            number = first + index
            rows, own = gradient(phi, own, tf.stack([tf.constant(seed), number]))
            change, moments = update(rows[0], moments, rate(tf.cast(number, tf.float32)), number)
            spread = tf.reduce_sum((rows - tf.reduce_mean(rows, axis=0)) ** 2, axis=0) / max(1, rows.shape[0] - 1)
            return index + 1, phi - change, moments, own, phis.write(index, phi), spreads.write(index, spread)

        arrays = [tf.TensorArray(tf.float32, size=count, element_shape=phi.shape) for _ in range(2)]
        _, phi, moments, own, phis, spreads = tf.while_loop(
            lambda index, *_: index < count,
            step,
            (tf.constant(0), phi, moments, own, *arrays),
            parallel_iterations=1,
        )
        return phi, moments, own, phis.stack(), spreads.stack()

    compiled = tf.function(loop, autograph=False)
    phi = tf.constant(start, tf.float32)
    moments, own = OPTIMIZERS[optimizer].init(phi), dict(state or {})
    rows = []
    for first in range(0, steps, CHUNK):
        count = min(CHUNK, steps - first)
        phi, moments, own, phis, spreads = compiled(phi, moments, own, tf.constant(first), tf.constant(count))
        rows.append((phis.numpy(), spreads.numpy()))
    paths, variances = (np.concatenate(parts).astype(np.float64) for parts in zip(*rows, strict=True))
    return Descent(paths, variances, phi.numpy().astype(np.float64))
