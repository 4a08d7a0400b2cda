"""A sample drawn before the tape."""

from playground.clinic.case import Case, Exact

BROKEN = """\
loc, scale = tf.Variable(1.0), tf.Variable(2.0)
x = loc + scale * tf.random.normal([10_000])

with tf.GradientTape() as tape:
    cost = tf.reduce_mean(x**2)
gradients = tape.gradient(cost, {"loc": loc, "scale": scale})
"""

MENDED = """\
loc, scale = tf.Variable(1.0), tf.Variable(2.0)

with tf.GradientTape() as tape:
    x = loc + scale * tf.random.normal([10_000])
    cost = tf.reduce_mean(x**2)
gradients = tape.gradient(cost, {"loc": loc, "scale": scale})
"""


CASE = Case(
    key="sample_outside_tape",
    label="The sample was drawn before the tape",
    story="The sample is a smooth function of loc and scale, and yet both gradients are None.",
    why="A tape knows only what is computed while it is open. The sample was finished by then: to the tape it is "
    "a constant.",
    cure="Draw the sample while the tape is open.",
    symptoms=("none",),
    broken=BROKEN,
    line="x = loc + scale * tf.random.normal([10_000])",
    mended=MENDED,
    exact=(
        # E[x²] = loc² + scale². One term is 2x, or 2xε with x = loc + scale·ε: their deviations are 4 and 6.
        Exact("loc", (2.0,), (0.04,)),
        Exact("scale", (4.0,), (0.06,)),
    ),
    snippets=(("003", 1),),
    threads=("tensorflow/probability#345", "tensorflow/probability#51"),
    absent=("loc", "scale"),
    order=1,
)
