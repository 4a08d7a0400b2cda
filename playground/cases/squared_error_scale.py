"""A scale that is trained by a squared error."""

from playground.clinic.case import Case, Exact

BROKEN = """\
data = tf.constant([-2.0, 0.0, 2.0])
loc, scale = tf.Variable(1.0), tf.Variable(1.0)

with tf.GradientTape() as tape:
    x = tfd.Normal(loc, scale).sample([10_000, 3])
    cost = tf.reduce_mean((x - data) ** 2)
gradients = tape.gradient(cost, {"loc": loc, "scale": scale})
"""

MENDED = """\
data = tf.constant([-2.0, 0.0, 2.0])
loc, scale = tf.Variable(1.0), tf.Variable(1.0)

with tf.GradientTape() as tape:
    p = tfd.Normal(loc, scale)
    cost = -tf.reduce_mean(p.log_prob(data))
gradients = tape.gradient(cost, {"loc": loc, "scale": scale})
"""


CASE = Case(
    key="squared_error_scale",
    label="A squared error shrinks the scale",
    story="A layer samples from Normal(loc, scale), and the mean squared error trains both: the scale falls to 0 "
    "whatever the data.",
    why="E[(x − y)²] = (loc − y)² + scale². Its slope in scale is 2 scale: the data do not occur in it.",
    cure="Minimise −log p(y): then the scale learns how far the data are from loc.",
    symptoms=("value",),
    broken=BROKEN,
    line="cost = tf.reduce_mean((x - data) ** 2)",
    mended=MENDED,
    exact=(
        # (loc − mean(y))/scale², and 1/scale − mean((y − loc)²)/scale³ = 1 − 11/3: the scale is to grow.
        Exact("loc", (1.0,)),
        Exact("scale", (-8.0 / 3.0,)),
    ),
    snippets=(("001", 1),),
    wrong=("loc", "scale"),
    order=12,
)
