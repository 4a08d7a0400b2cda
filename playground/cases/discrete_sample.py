"""A sample of a discrete distribution."""

from playground.clinic.case import Case, Exact

BROKEN = """\
rate = tf.Variable(2.0)

with tf.GradientTape() as tape:
    x = tfd.Poisson(rate).sample(10_000)
    cost = tf.reduce_mean(x**2)
gradients = {"rate": tape.gradient(cost, rate)}
"""

MENDED = """\
rate = tf.Variable(2.0)

with tf.GradientTape() as tape:
    p = tfd.Poisson(rate)
    x = p.sample(10_000)
    cost = tf.reduce_mean(x**2 * p.log_prob(x))
gradients = {"rate": tape.gradient(cost, rate)}
"""


CASE = Case(
    key="discrete_sample",
    label="The sample is discrete",
    story="A Poisson count goes into the cost, and its rate gets None: TensorFlow does not fall back to a score "
    "function.",
    why="A count jumps from one whole number to the next as the rate changes, so the sampler has no derivative. "
    "reparameterization_type says so: NOT_REPARAMETERIZED.",
    cure="Differentiate log p(x) instead, weighed by the cost.",
    symptoms=("none",),
    broken=BROKEN,
    line="x = tfd.Poisson(rate).sample(10_000)",
    mended=MENDED,
    exact=(
        # E[x²] = rate + rate². One term is x² (x/rate − 1); by the Poisson moments its deviation is 14.92.
        Exact("rate", (5.0,), (0.1492,)),
    ),
    threads=("tensorflow/probability#1077", "tensorflow/probability#1165"),
    absent=("rate",),
    order=5,
)
