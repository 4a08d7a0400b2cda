"""The weights of a mixture."""

from playground.clinic.case import Case, Exact

BROKEN = """\
logits, loc, scale = tf.Variable([0.0, 0.0]), tf.Variable([1.0, 4.0]), tf.Variable([1.0, 1.0])

with tf.GradientTape() as tape:
    p = tfd.MixtureSameFamily(tfd.Categorical(logits=logits), tfd.Normal(loc, scale))
    cost = tf.reduce_mean((p.sample(10_000) - 5.0) ** 2)
gradients = tape.gradient(cost, {"logits": logits, "loc": loc, "scale": scale})
"""

MENDED = """\
logits, loc, scale = tf.Variable([0.0, 0.0]), tf.Variable([1.0, 4.0]), tf.Variable([1.0, 1.0])

with tf.GradientTape() as tape:
    p = tfd.MixtureSameFamily(tfd.Categorical(logits=logits), tfd.Normal(loc, scale), reparameterize=True)
    cost = tf.reduce_mean((p.sample(10_000) - 5.0) ** 2)
gradients = tape.gradient(cost, {"logits": logits, "loc": loc, "scale": scale})
"""


CASE = Case(
    key="mixture_logits",
    label="A mixture's logits learn nothing",
    story="Means and scales of a mixture learn through its samples, its logits get None: part of the model is never"
    " trained.",
    why="The sampler first draws which component, which is discrete. By default TFP differentiates only what follows.",
    cure="reparameterize=True differentiates the sample by the distribution function of the whole mixture. The "
    "score function is the other way.",
    symptoms=("none",),
    broken=BROKEN,
    line="p = tfd.MixtureSameFamily(tfd.Categorical(logits=logits), tfd.Normal(loc, scale))",
    mended=MENDED,
    exact=(
        # E = Σ wᵢ cᵢ with cᵢ = (locᵢ − 5)² + scaleᵢ² = 17 and 2: wᵢ (cᵢ − 9.5), 2 wᵢ (locᵢ − 5), 2 wᵢ scaleᵢ.
        # The standard errors were measured over 200 runs, and rounded up.
        Exact("logits", (3.75, -3.75), (0.03, 0.03)),
        Exact("loc", (-4.0, -1.0), (0.04, 0.0125)),
        Exact("scale", (1.0, 1.0), (0.06, 0.016)),
    ),
    snippets=(("000", 1), ("000", 2)),
    threads=("tensorflow/probability#1548",),
    absent=("logits",),
    order=9,
)
