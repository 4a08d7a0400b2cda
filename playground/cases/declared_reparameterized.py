"""A declaration that is not true."""

from playground.clinic.case import Case, Exact

BROKEN = """\
loc, concentration = tf.Variable(1.0), tf.Variable(2.0)

with tf.GradientTape() as tape:
    x = tfd.InverseGaussian(loc, concentration).sample(10_000)
    cost = tf.reduce_mean(x)
gradients = tape.gradient(cost, {"loc": loc, "concentration": concentration})
facts = {"declared": tfd.InverseGaussian(1.0, 2.0).reparameterization_type}
"""

MENDED = """\
loc, concentration = tf.Variable(1.0), tf.Variable(2.0)

with tf.GradientTape() as tape:
    p = tfd.InverseGaussian(loc, concentration)
    x = tf.stop_gradient(p.sample(10_000))
    cost = tf.reduce_mean(x * p.log_prob(x))
gradients = tape.gradient(cost, {"loc": loc, "concentration": concentration})
"""


CASE = Case(
    key="declared_reparameterized",
    label="Declared reparameterized, and wrong",
    story="InverseGaussian declares that its samples carry the gradient; the tape gives two numbers, and they are "
    "each other's.",
    why="Its sampler returns the gradients of loc and concentration in each other's place when their shapes "
    "match. reparameterization_type is a declaration, not a proof.",
    cure="Use the score function for this family, and look at the audit before trusting a sampler.",
    symptoms=("value",),
    broken=BROKEN,
    line="x = tfd.InverseGaussian(loc, concentration).sample(10_000)",
    mended=MENDED,
    exact=(
        # E[x] = loc whatever the concentration. One term is x times the score, 2 (x − 1) and ¼ − (x − 1)²/2x: by
        # the moments of x (1, 1.5, 3.25, 9.625) their deviations are 4.183 and .661.
        Exact("loc", (1.0,), (0.0419,)),
        Exact("concentration", (0.0,), (0.0067,)),
    ),
    threads=("tensorflow/probability#1077",),
    wrong=("loc", "concentration"),
    order=28,
)
