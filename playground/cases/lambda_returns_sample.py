"""A layer whose function returns a sample."""

from playground.clinic.case import Case, Exact

BROKEN = """\
theta = tf.Variable([[2.0, 3.0, 4.0]])
p = tfd.TransformedDistribution(tfd.Beta(theta[:, 0], theta[:, 1]), tfb.Scale(theta[:, 2]))
layer = tfpl.DistributionLambda(lambda t: p.sample(t))

with tf.GradientTape() as tape:
    cost = tf.reduce_mean(layer(theta).sample(10_000))
gradients = {"theta": tape.gradient(cost, theta)}
"""

MENDED = """\
theta = tf.Variable([[2.0, 3.0, 4.0]])

def make(t):
    return tfd.TransformedDistribution(tfd.Beta(t[:, 0], t[:, 1]), tfb.Scale(t[:, 2]))

layer = tfpl.DistributionLambda(make)
with tf.GradientTape() as tape:
    cost = tf.reduce_mean(layer(theta).sample(10_000))
gradients = {"theta": tape.gradient(cost, theta)}
"""


CASE = Case(
    key="lambda_returns_sample",
    label="The layer's function returns a sample",
    story="The name is right, and the function given to DistributionLambda draws a sample instead of returning the "
    "distribution.",
    why="The layer hands its input to the function and calls the result a distribution. Here the input, a tensor "
    "of parameters, is taken for the shape of a sample.",
    cure="Return the distribution: the layer samples it whenever a tensor is needed.",
    symptoms=("error", "keras"),
    broken=BROKEN,
    line="layer = tfpl.DistributionLambda(lambda t: p.sample(t))",
    mended=MENDED,
    exact=(
        # E[x] = s a/(a + b): s b/(a + b)², −s a/(a + b)², a/(a + b). The third's deviation is that of a Beta, .2; the
        # others' standard errors were measured over 100 runs, and rounded up.
        Exact("theta", (0.48, -0.32, 0.4), (0.0016, 0.0015, 0.002)),
    ),
    snippets=(("000", 3),),
    error="ValueError",
    says="Input is neither scalar nor vector",
    order=11,
)
