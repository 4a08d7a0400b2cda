"""A choice by argmax."""

from playground.clinic.case import Case, Exact

BROKEN = """\
logits = tf.Variable([0.0, 0.5, 1.0])

with tf.GradientTape() as tape:
    noisy = logits + tfd.Gumbel(0.0, 1.0).sample([10_000, 3])
    x = tf.cast(tf.argmax(noisy, axis=-1), tf.float32)
    cost = tf.reduce_mean(x**2)
gradients = {"logits": tape.gradient(cost, logits)}
"""

MENDED = """\
logits = tf.Variable([0.0, 0.5, 1.0])

with tf.GradientTape() as tape:
    x = tf.range(3.0)
    cost = tf.reduce_sum(tf.nn.softmax(logits) * x**2)
gradients = {"logits": tape.gradient(cost, logits)}
"""


CASE = Case(
    key="argmax",
    label="argmax between the parameters and the cost",
    story="Noise is added to the logits and the largest one chosen, which is an exact sample, and the logits get None.",
    why="argmax and casts to whole numbers have no derivative: the tape ends there.",
    cure="Use a softmax at a temperature (smooth, and biased), or the score function; or, with few classes, add up"
    " over all of them.",
    symptoms=("none",),
    broken=BROKEN,
    line="x = tf.cast(tf.argmax(noisy, axis=-1), tf.float32)",
    mended=MENDED,
    exact=(
        # pᵢ (i² − E[x²]) with p = softmax(0, ½, 1).
        Exact("logits", (-0.434715, -0.409528, 0.844243)),
    ),
    absent=("logits",),
    order=26,
)
