"""A divergence that is added twice."""

from playground.clinic.case import Case, Exact

BROKEN = """\
theta = tf.Variable([[1.0, 2.0]])
penalty = tfpl.KLDivergenceRegularizer(tfd.Normal(0.0, 1.0), use_exact_kl=True)
layer = tfpl.DistributionLambda(lambda t: tfd.Normal(t[:, 0], t[:, 1]), activity_regularizer=penalty)

with tf.GradientTape() as tape:
    p = layer(theta)
    cost = tf.add_n(layer.losses)
gradients = {"theta": tape.gradient(cost, theta)}
facts = {"losses": len(layer.losses)}
"""

MENDED = """\
theta = tf.Variable([[1.0, 2.0]])
layer = tfpl.DistributionLambda(lambda t: tfd.Normal(t[:, 0], t[:, 1]))

with tf.GradientTape() as tape:
    p = layer(theta)
    cost = tf.reduce_mean(tfd.kl_divergence(p, tfd.Normal(0.0, 1.0)))
gradients = {"theta": tape.gradient(cost, theta)}
"""


CASE = Case(
    key="divergence_twice",
    label="A KL regularizer on a distribution layer counts twice",
    story="A DistributionLambda has a KLDivergenceRegularizer; its losses hold the divergence two times, so the "
    "gradient is doubled.",
    why="The layer returns the distribution and a sample of it together, and Keras applies the regularizer to "
    "each of the two.",
    cure="Add the divergence yourself, or wire a KLDivergenceAddLoss after the layer.",
    symptoms=("value", "keras"),
    broken=BROKEN,
    line="layer = tfpl.DistributionLambda(lambda t: tfd.Normal(t[:, 0], t[:, 1]), activity_regularizer=penalty)",
    mended=MENDED,
    exact=(
        # KL = (loc² + scale² − 1)/2 − log scale: loc, and scale − 1/scale.
        Exact("theta", (1.0, 1.5)),
    ),
    threads=("tensorflow/probability#1215", "tensorflow/probability#599"),
    wrong=("theta",),
    order=27,
)
