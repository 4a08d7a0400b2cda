"""A parameter transformed before the tape."""

from playground.clinic.case import Case, Exact

BROKEN = """\
loc, log_scale = tf.Variable(1.0), tf.Variable(0.0)
p = tfd.Normal(loc, tf.exp(log_scale))

with tf.GradientTape() as tape:
    cost = -tf.reduce_mean(p.log_prob([-1.0, 0.0, 4.0]))
gradients = tape.gradient(cost, {"loc": loc, "log_scale": log_scale})
facts = {"trainable variables": [v.shape.as_list() for v in p.trainable_variables]}
"""

MENDED = """\
loc, log_scale = tf.Variable(1.0), tf.Variable(0.0)

with tf.GradientTape() as tape:
    p = tfd.Normal(loc, tf.exp(log_scale))
    cost = -tf.reduce_mean(p.log_prob([-1.0, 0.0, 4.0]))
gradients = tape.gradient(cost, {"loc": loc, "log_scale": log_scale})
"""


CASE = Case(
    key="parameter_outside_tape",
    label="The parameter was transformed before the tape",
    story="loc gets its gradient from log_prob, log_scale gets None.",
    why="exp(log_scale) was computed once, before the tape: the distribution holds its number and knows no "
    "variable. loc was handed over as a variable, and is read anew inside.",
    cure="Make the distribution inside the tape, or hand over tfp.util.TransformedVariable, which transforms when "
    "it is read.",
    symptoms=("none",),
    broken=BROKEN,
    line="p = tfd.Normal(loc, tf.exp(log_scale))",
    mended=MENDED,
    exact=(
        # Of the mean of (y − loc)²/2 + log_scale at scale 1: loc − mean(y), and 1 − mean((y − loc)²) = 1 − 14/3.
        Exact("loc", (0.0,)),
        Exact("log_scale", (-11.0 / 3.0,)),
    ),
    threads=("tensorflow/probability#1165", "tensorflow/probability#345", "tensorflow/probability#1431"),
    absent=("log_scale",),
    order=7,
)
