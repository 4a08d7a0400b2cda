"""A sample that leaves TensorFlow."""

from playground.clinic.case import Case, Exact

BROKEN = """\
loc, scale = tf.Variable(1.0), tf.Variable(2.0)

with tf.GradientTape() as tape:
    x = tfd.Normal(loc, scale).sample(10_000)
    kept = np.maximum(x.numpy(), 1.0)
    cost = tf.reduce_mean(kept)
gradients = tape.gradient(cost, {"loc": loc, "scale": scale})
"""

MENDED = """\
loc, scale = tf.Variable(1.0), tf.Variable(2.0)

with tf.GradientTape() as tape:
    x = tfd.Normal(loc, scale).sample(10_000)
    kept = tf.maximum(x, 1.0)
    cost = tf.reduce_mean(kept)
gradients = tape.gradient(cost, {"loc": loc, "scale": scale})
"""


CASE = Case(
    key="numpy_in_between",
    label="The sample went through NumPy",
    story="The sample is clipped by NumPy on its way to the cost, and both gradients are None.",
    why=".numpy() hands out bare numbers: what NumPy does to them is on no tape, and neither is the way back. "
    "stop_gradient does the same by intent.",
    cure="Use TensorFlow's own function for it.",
    symptoms=("none",),
    broken=BROKEN,
    line="kept = np.maximum(x.numpy(), 1.0)",
    mended=MENDED,
    exact=(
        # Half of the samples pass, those with ε > 0: ½ and E[ε; ε > 0] = 1/√(2π). Deviations ½ and √(½ − 1/2π).
        Exact("loc", (0.5,), (0.005,)),
        Exact("scale", (0.398942,), (0.005838,)),
    ),
    absent=("loc", "scale"),
    order=22,
)
