"""The gradient with respect to the sample."""

from playground.clinic.case import Case, Exact

BROKEN = """\
loc = tf.Variable(1.0)
x = tfd.Normal(loc, 2.0).sample(10_000)

with tf.GradientTape() as tape:
    tape.watch(x)
    log_prob = tf.reduce_sum(tfd.Normal(loc, 2.0).log_prob(x))
gradients = {"loc": tf.reduce_mean(x**2 * tape.gradient(log_prob, x))}
"""

MENDED = """\
loc = tf.Variable(1.0)
x = tfd.Normal(loc, 2.0).sample(10_000)

with tf.GradientTape() as tape:
    log_prob = tfd.Normal(loc, 2.0).log_prob(x)
    cost = tf.reduce_mean(x**2 * log_prob)
gradients = {"loc": tape.gradient(cost, loc)}
"""


CASE = Case(
    key="gradient_of_the_sample",
    label="The score was taken with respect to x",
    story="A score function is built from the slope of log p in x: the number has the right size and the wrong sign.",
    why="The score is the slope of log p in its parameters. In x, a Normal has the same slope with the other "
    "sign, and a count has none.",
    cure="Watch the parameters, and let x be a constant.",
    symptoms=("value",),
    broken=BROKEN,
    line='gradients = {"loc": tf.reduce_mean(x**2 * tape.gradient(log_prob, x))}',
    mended=MENDED,
    exact=(
        # E[x²] = loc² + 4; the deviation of a term is that of the case `tf_distributions`.
        Exact("loc", (2.0,), (0.0862,)),
    ),
    wrong=("loc",),
    order=24,
)
