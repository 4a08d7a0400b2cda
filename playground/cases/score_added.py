"""A score that is added to the cost instead of weighed by it."""

from playground.clinic.case import Case, Exact

BROKEN = """\
loc, scale = tf.Variable(1.0), tf.Variable(2.0)

with tf.GradientTape() as tape:
    p = tfd.Normal(loc, scale)
    x = tf.stop_gradient(p.sample(10_000))
    cost = tf.reduce_mean(x**2 + p.log_prob(x))
gradients = tape.gradient(cost, {"loc": loc, "scale": scale})
"""

MENDED = """\
loc, scale = tf.Variable(1.0), tf.Variable(2.0)

with tf.GradientTape() as tape:
    p = tfd.Normal(loc, scale)
    x = tf.stop_gradient(p.sample(10_000))
    cost = tf.reduce_mean(x**2 * p.log_prob(x))
gradients = tape.gradient(cost, {"loc": loc, "scale": scale})
"""


CASE = Case(
    key="score_added",
    label="The score was added, not weighed",
    story="log p(x) was added to the cost; the gradient is a number, close to 0 where it should be 2 and 4.",
    why="The mean of the score is 0 whatever the cost. The cost has to multiply each sample's log p(x); added, it"
    " is a constant.",
    cure="Multiply each sample's log p(x) by its own cost.",
    symptoms=("value",),
    broken=BROKEN,
    line="cost = tf.reduce_mean(x**2 + p.log_prob(x))",
    mended=MENDED,
    exact=(
        # The deviations of one term are those of the case `tf_distributions`.
        Exact("loc", (2.0,), (0.0862,)),
        Exact("scale", (4.0,), (0.1889,)),
    ),
    snippets=(("003", 3),),
    wrong=("loc", "scale"),
    order=4,
)
