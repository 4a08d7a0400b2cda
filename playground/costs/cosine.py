"""A wave: cos(k x)."""

import tensorflow as tf

from playground.parameter import Parameter
from playground.problem import Cost

COST = Cost(
    key="cosine",
    label="cosine",
    latex=r"\cos(k x)",
    parameters=(Parameter("k", 1.0, 0.1, 5.0, "k"),),
    fn=lambda x, values: tf.cos(values["k"] * x),
    order=2,
)
