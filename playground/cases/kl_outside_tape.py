"""A divergence computed before the tape."""

from playground.clinic.case import Case, Exact

BROKEN = """\
loc, raw = tf.Variable(0.5), tf.Variable(1.0)
p = tfd.Normal(loc, tf.nn.softplus(raw))
divergence = tfd.kl_divergence(p, tfd.Normal(0.0, 1.0))
x = p.sample(10_000)

with tf.GradientTape() as tape:
    cost = divergence + tf.reduce_mean(x**2)
gradients = tape.gradient(cost, {"loc": loc, "raw": raw})
"""

MENDED = """\
loc, raw = tf.Variable(0.5), tf.Variable(1.0)

with tf.GradientTape() as tape:
    p = tfd.Normal(loc, tf.nn.softplus(raw))
    divergence = tfd.kl_divergence(p, tfd.Normal(0.0, 1.0))
    cost = divergence + tf.reduce_mean(p.sample(10_000) ** 2)
gradients = tape.gradient(cost, {"loc": loc, "raw": raw})
"""


CASE = Case(
    key="kl_outside_tape",
    label="The divergence was computed before the tape",
    story="An exact KL divergence and a sampled cost are added up inside the tape; both gradients are None.",
    why="Only the addition is inside. The divergence, the softplus and the sample were computed before, and are "
    "constants to the tape.",
    cure="Make the distribution, its sample and its divergence while the tape is open.",
    symptoms=("none",),
    broken=BROKEN,
    line="divergence = tfd.kl_divergence(p, tfd.Normal(0.0, 1.0))",
    mended=MENDED,
    exact=(
        # With s = softplus(1) = 1.31326: ∂loc = loc + 2 loc; ∂raw = (s − 1/s + 2s) σ(1), σ(1) = .731059.
        # Deviations of one sampled term: 2s, and √(4 loc² + 8 s²) σ(1).
        Exact("loc", (1.5,), (0.02627,)),
        Exact("raw", (2.32354,), (0.02811,)),
    ),
    snippets=(("003", 2),),
    absent=("loc", "raw"),
    order=2,
)
