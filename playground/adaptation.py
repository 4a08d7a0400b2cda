"""What an estimator learns while it runs: a vector of numbers, improved by Adam after each step for the next.

A step's estimate uses the vector as earlier steps left it, and its gradient improves it for later ones: with numbers
that knew this step's samples, the estimate would be biased.
"""

from collections.abc import Mapping

import tensorflow as tf

from playground.estimator import Hyperparameter, State
from playground.parameter import Parameter
from playground.training.optimizers import OPTIMIZERS

RATE = Hyperparameter(Parameter("adaptation_rate", 0.01, 0.0, 0.1, r"\alpha_{\mathrm{learned}}"))
"""Adam's learning rate for what the estimator learns; 0 keeps it as it began."""

ADAM = OPTIMIZERS["adam"]


def begin(learned: tf.Tensor) -> State:
    """The state before the first step: the vector [n] as given, and nothing known of its gradients."""
    return {"learned": learned, "updates": tf.constant(0), **ADAM.init(learned)}


def improve(state: Mapping[str, tf.Tensor], gradient: tf.Tensor, rate: tf.Tensor) -> State:
    """The state after one step of descent along `gradient` [n]."""
    change, moments = ADAM.update(gradient, state, rate, state["updates"])
    return {"learned": state["learned"] - change, "updates": state["updates"] + 1, **moments}
