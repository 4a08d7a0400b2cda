"""The gradient of a transformed variable."""

from playground.clinic.case import Case, Exact

BROKEN = """\
scale = tfp.util.TransformedVariable(1.0, tfb.Softplus())
p = tfd.Normal(0.0, scale)

with tf.GradientTape() as tape:
    cost = -tf.reduce_mean(p.log_prob([-1.0, 0.0, 4.0]))
gradients = {"scale": tape.gradient(cost, scale)}
"""

MENDED = """\
scale = tfp.util.TransformedVariable(1.0, tfb.Softplus())
p = tfd.Normal(0.0, scale)

with tf.GradientTape() as tape:
    cost = -tf.reduce_mean(p.log_prob([-1.0, 0.0, 4.0]))
gradients = {"raw scale": tape.gradient(cost, p.trainable_variables)[0]}
"""


CASE = Case(
    key="transformed_variable",
    label="A TransformedVariable is not a variable",
    story="A learnable scale is a TransformedVariable; asking the tape for its gradient raises.",
    why="It is a value computed from a hidden variable, not a tensor and not a tf.Variable: the tape has no entry"
    " for it.",
    cure="Ask for .trainable_variables, here of the distribution: those are the unconstrained numbers that an "
    "optimiser may move.",
    symptoms=("error",),
    broken=BROKEN,
    line='gradients = {"scale": tape.gradient(cost, scale)}',
    mended=MENDED,
    exact=(
        # (1 − mean(y²)) = 1 − 17/3 with respect to the scale, times softplus′ = 1 − 1/e where softplus is 1.
        Exact("raw scale", (-2.949896,)),
    ),
    snippets=(("002", 1),),
    threads=("tensorflow/probability#903", "tensorflow/probability#1167"),
    error="ValueError",
    says="TransformedVariable is not supported as a gradient source",
    order=8,
)
