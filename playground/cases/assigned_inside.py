"""A variable that is assigned inside the tape."""

from playground.clinic.case import Case, Exact

BROKEN = """\
raw, scale = tf.Variable(1.0), tf.Variable(0.0)

with tf.GradientTape() as tape:
    scale.assign(tf.nn.softplus(raw))
    cost = tf.reduce_mean(tfd.Normal(0.0, scale).sample(10_000) ** 2)
gradients = tape.gradient(cost, {"raw": raw})
"""

MENDED = """\
raw = tf.Variable(1.0)

with tf.GradientTape() as tape:
    scale = tf.nn.softplus(raw)
    cost = tf.reduce_mean(tfd.Normal(0.0, scale).sample(10_000) ** 2)
gradients = tape.gradient(cost, {"raw": raw})
"""


CASE = Case(
    key="assigned_inside",
    label="A variable was assigned inside the tape",
    story="The scale is computed from raw and stored in a variable inside the tape: raw gets None, the stored "
    "variable gets the gradient.",
    why="assign writes a number into the variable. Whoever reads it later starts at the variable: the tape does "
    "not follow it back to raw.",
    cure="Keep what was computed as a tensor.",
    symptoms=("none",),
    broken=BROKEN,
    line="scale.assign(tf.nn.softplus(raw))",
    mended=MENDED,
    exact=(
        # With s = softplus(1): 2s σ(1); one term is 2s ε² σ(1), whose deviation is √8 s σ(1).
        Exact("raw", (1.920142,), (0.02716,)),
    ),
    absent=("raw",),
    order=23,
)
