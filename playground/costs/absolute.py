"""The distance to a target."""

import tensorflow as tf

from playground.parameter import Parameter
from playground.problem import Cost

COST = Cost(
    key="absolute",
    label="absolute",
    latex=r"\lvert x - t \rvert",
    parameters=(Parameter("target", 0.0, -5.0, 5.0, "t"),),
    fn=lambda x, values: tf.abs(x - values["target"]),
    kinks=lambda values, lower, upper: (values["target"],),
    order=4,
)
