"""A well at the origin, turned over: exp(−k x²)."""

import tensorflow as tf

from playground.parameter import POSITIVE, Parameter
from playground.problem import Cost

COST = Cost(
    key="exponential",
    label="exponential",
    latex=r"e^{-k x^2}",
    parameters=(Parameter("k", 1.0, 0.1, 10.0, "k", POSITIVE),),
    fn=lambda x, values: tf.exp(-values["k"] * x**2),
    # Not kinks, but where a narrow well must be looked for: beyond the outer two f < 1e-15.
    kinks=lambda values, lower, upper: [step / values["k"] ** 0.5 for step in (-6.0, 0.0, 6.0)],
    order=1,
)
