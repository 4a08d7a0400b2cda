"""A score function of a sample that still moves."""

from playground.clinic.case import Case, Exact

BROKEN = """\
loc = tf.Variable(1.0)

with tf.GradientTape() as tape:
    p = tfd.Normal(loc, 2.0)
    x = p.sample(10_000)
    cost = tf.reduce_mean(tf.stop_gradient(x**2) * p.log_prob(x))
gradients = {"loc": tape.gradient(cost, loc)}
"""

MENDED = """\
loc = tf.Variable(1.0)

with tf.GradientTape() as tape:
    p = tfd.Normal(loc, 2.0)
    x = tf.stop_gradient(p.sample(10_000))
    cost = tf.reduce_mean(x**2 * p.log_prob(x))
gradients = {"loc": tape.gradient(cost, loc)}
"""


CASE = Case(
    key="both_paths",
    label="The score function met a moving sample",
    story="f(x) · log p(x) is differentiated, but x still depends on the parameters: the gradient is a number, and "
    "wrong.",
    why="The tape follows x as well. For a Normal, log p of its own sample does not depend on loc at all, so the "
    "score is cancelled.",
    cure="Apply stop_gradient to the sample, and the cost with it.",
    symptoms=("value",),
    broken=BROKEN,
    line="x = p.sample(10_000)",
    mended=MENDED,
    exact=(
        # E[x²] = loc² + 4; the deviation of a term is that of the case `tf_distributions`.
        Exact("loc", (2.0,), (0.0862,)),
    ),
    threads=("tensorflow/tensorflow#7236",),
    wrong=("loc",),
    order=25,
)
