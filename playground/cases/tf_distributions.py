"""A module that TensorFlow gave away."""

from playground.clinic.case import Case, Exact

BROKEN = """\
loc, scale = tf.Variable(1.0), tf.Variable(2.0)
x = tf.distributions.Normal(loc, scale).sample(10_000)
score = tf.gradients(tf.distributions.Normal(loc, scale).log_prob(x), [loc, scale])
gradients = {"loc": score[0], "scale": score[1]}
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
    key="tf_distributions",
    label="tf.distributions is gone",
    story="Instructions for TensorFlow 1 draw from tf.distributions.Normal: today that name does not exist.",
    why="TensorFlow 2 has no tf.distributions: it moved to TensorFlow Probability. tf.gradients is still there, "
    "but it raises in eager mode.",
    cure="Use tfp.distributions and a tape. The score function multiplies log p(x) by the cost, and both the cost "
    "and x are constants.",
    symptoms=("error",),
    broken=BROKEN,
    line="x = tf.distributions.Normal(loc, scale).sample(10_000)",
    mended=MENDED,
    exact=(
        # One term is x² ε/scale, or x² (ε² − 1)/scale, with x = 1 + 2ε: their deviations are 8.62 and 18.88.
        Exact("loc", (2.0,), (0.0862,)),
        Exact("scale", (4.0,), (0.1889,)),
    ),
    snippets=(("003", 3),),
    error="AttributeError",
    says="has no attribute 'distributions'",
    order=3,
)
