"""SGD and Adam as pairs of pure functions over explicit state, on unconstrained parameters φ [..., P].

An update returns what is to be *subtracted* from φ. Keras's optimisers own variables, which a loop inside one
`tf.function` shared by many runs cannot have.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import tensorflow as tf

State = Mapping[str, tf.Tensor]


@dataclass(frozen=True)
class Optimizer:
    """A gradient transformation.

    Attributes:
      key, label: Its stable name, and its name on screen.
      init: φ → the first state.
      update: (gradient, state, learning rate, number of this step from 0) → (what to subtract from φ, new state).
    """

    key: str
    label: str
    init: Callable[[tf.Tensor], State]
    update: Callable[[tf.Tensor, State, tf.Tensor, tf.Tensor], tuple[tf.Tensor, State]]


def _adam_init(phi: tf.Tensor) -> State:
    return {"mean": tf.zeros_like(phi), "square": tf.zeros_like(phi)}


def _adam_update(
    gradient: tf.Tensor, state: State, learning_rate: tf.Tensor, step: tf.Tensor
) -> tuple[tf.Tensor, State]:
    """Kingma & Ba (2015), with β₁ = 0.9, β₂ = 0.999, ε = 1e-7 as in Keras."""
    mean = 0.9 * state["mean"] + 0.1 * gradient
    square = 0.999 * state["square"] + 0.001 * gradient**2
    count = tf.cast(step + 1, gradient.dtype)
    corrected_mean = mean / (1.0 - 0.9**count)
    corrected_square = square / (1.0 - 0.999**count)
    change = learning_rate * corrected_mean / (tf.sqrt(corrected_square) + 1e-7)
    return change, {"mean": mean, "square": square}


OPTIMIZERS = {
    optimizer.key: optimizer
    for optimizer in (
        Optimizer("sgd", "SGD", lambda phi: {}, lambda gradient, state, rate, step: (rate * gradient, state)),
        Optimizer("adam", "Adam", _adam_init, _adam_update),
    )
}
