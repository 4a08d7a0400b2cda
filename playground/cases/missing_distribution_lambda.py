"""A name looked for in the wrong module."""

from playground.clinic.case import Case, Exact

BROKEN = """\
theta = tf.Variable([[0.0, 0.0, 1.0, 4.0, 1.0, 1.0]])
mixture = tfd.MixtureSameFamily(tfd.Categorical(logits=theta[:, :2]), tfd.Normal(theta[:, 2:4], theta[:, 4:]))
layer = tfd.DistributionLambda(lambda t: mixture.sample(t))

with tf.GradientTape() as tape:
    cost = tf.reduce_mean((layer(theta).sample(10_000) - 5.0) ** 2)
gradients = {"theta": tape.gradient(cost, theta)}
"""

MENDED = """\
theta = tf.Variable([[0.0, 0.0, 1.0, 4.0, 1.0, 1.0]])

def make(t):
    components = tfd.Normal(t[:, 2:4], t[:, 4:])
    return tfd.MixtureSameFamily(tfd.Categorical(logits=t[:, :2]), components, reparameterize=True)

layer = tfpl.DistributionLambda(make)
with tf.GradientTape() as tape:
    cost = tf.reduce_mean((layer(theta).sample(10_000) - 5.0) ** 2)
gradients = {"theta": tape.gradient(cost, theta)}
"""


CASE = Case(
    key="missing_distribution_lambda",
    label="DistributionLambda is a layer",
    story="Three parameters are to be learnt through a DistributionLambda, which is looked for among the "
    "distributions.",
    why="DistributionLambda is a layer and lives in tfp.layers. It is given a function of its input, which has to"
    " be what the parameters come from.",
    cure="Use tfp.layers.DistributionLambda with a function from its input to a distribution.",
    symptoms=("error", "keras"),
    broken=BROKEN,
    line="layer = tfd.DistributionLambda(lambda t: mixture.sample(t))",
    mended=MENDED,
    exact=(
        # The mixture of the case `mixture_logits`: two logits, two means, two scales.
        Exact("theta", (3.75, -3.75, -4.0, -1.0, 1.0, 1.0), (0.03, 0.03, 0.04, 0.0125, 0.06, 0.016)),
    ),
    snippets=(("000", 1), ("000", 2), ("000", 3)),
    error="AttributeError",
    says="has no attribute 'DistributionLambda'",
    order=10,
)
