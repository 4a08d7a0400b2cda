"""A step: flat almost everywhere, so that a path through it has no slope to follow."""

import tensorflow as tf

from playground.parameter import Parameter
from playground.problem import Cost

COST = Cost(
    key="step",
    label="step",
    latex=r"\mathbf{1}[x > t]",
    parameters=(Parameter("threshold", 0.5, -5.0, 5.0, "t"),),
    fn=lambda x, values: tf.cast(x > values["threshold"], x.dtype),
    differentiable=False,
    kinks=lambda values, lower, upper: (values["threshold"],),
    order=5,
)
