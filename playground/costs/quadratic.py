"""The squared distance to a target."""

import tensorflow as tf

from playground.parameter import Parameter
from playground.problem import Cost

COST = Cost(
    key="quadratic",
    label="quadratic",
    latex=r"(x - t)^2",
    parameters=(Parameter("target", 0.0, -5.0, 5.0, "t"),),
    fn=lambda x, values: tf.square(x - values["target"]),
)
