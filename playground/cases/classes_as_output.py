"""A layer that returns a sampled class."""

from playground.clinic.case import Case, Exact

BROKEN = """\
class SampledClass(keras.layers.Layer):
    def call(self, logits):
        return tfd.Categorical(logits=logits).sample()

model = keras.Sequential([keras.layers.Dense(3), SampledClass()])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
model.fit(tf.random.normal([32, 4]), tf.zeros([32], tf.int32), verbose=0)
"""

MENDED = """\
count = 10_000
logits = tf.Variable([0.0, 0.5, 1.0])

with tf.GradientTape() as tape:
    p = tfd.Categorical(logits=logits)
    x = p.sample(count)
    cost = tf.cast(x, tf.float32) ** 2
    others = (tf.reduce_sum(cost) - cost) / (count - 1)
    surrogate = tf.reduce_mean((cost - others) * p.log_prob(x))
gradients = {"logits": tape.gradient(surrogate, logits)}
"""


CASE = Case(
    key="classes_as_output",
    label="The layer returns a sampled class",
    story="A Keras 3 model ends in a sampled class number and is to be trained with a cross-entropy.",
    why="A cross-entropy compares a label with a probability for each class. The layer hands it one class number,"
    " which has neither a class axis nor a gradient.",
    cure="Return the logits. If the class itself has a cost, weigh log p(class) by it, less the mean cost of the "
    "other samples.",
    symptoms=("error", "keras"),
    broken=BROKEN,
    line="return tfd.Categorical(logits=logits).sample()",
    mended=MENDED,
    exact=(
        # p = softmax(0, ½, 1) and ∂ᵢ = pᵢ (i² − E[x²]); one term is (x² − E[x²])(1[x = i] − pᵢ).
        Exact("logits", (-0.434715, -0.409528, 0.844243), (0.0075, 0.0057, 0.0018)),
    ),
    snippets=(("001", 2),),
    error="ValueError",
    says="must have rank",
    order=6,
)
