"""A variable that Keras 3 does not see."""

from playground.clinic.case import Case, Exact

BROKEN = """\
class Draw(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.loc, self.scale = tf.Variable(1.0), tf.Variable(2.0)

    def call(self, like):
        return tfd.Normal(self.loc, self.scale).sample(tf.shape(like))

layer = Draw()
with tf.GradientTape() as tape:
    cost = tf.reduce_mean(layer(tf.zeros([10_000])) ** 2)
found = tape.gradient(cost, layer.trainable_variables)
keras.optimizers.Adam().apply_gradients(zip(found, layer.trainable_variables))
"""

MENDED = """\
class Draw(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.loc = self.add_weight(shape=(), initializer=keras.initializers.Constant(1.0))
        self.scale = self.add_weight(shape=(), initializer=keras.initializers.Constant(2.0))

    def call(self, like):
        return tfd.Normal(self.loc.value, self.scale.value).sample(tf.shape(like))

layer = Draw()
with tf.GradientTape() as tape:
    cost = tf.reduce_mean(layer(tf.zeros([10_000])) ** 2)
found = tape.gradient(cost, layer.trainable_variables)
keras.optimizers.Adam().apply_gradients(zip(found, layer.trainable_variables))
gradients = dict(zip(["loc", "scale"], found))
"""


CASE = Case(
    key="untracked_variables",
    label="Keras 3 does not see a tf.Variable",
    story="A layer keeps its loc and scale in tf.Variables; trainable_variables is empty, and the optimiser fails "
    "on it.",
    why="A Keras 3 layer tracks variables made by add_weight, not a tf.Variable in an attribute. tf_keras tracked"
    " both.",
    cure="Make them by add_weight.",
    symptoms=("error", "keras"),
    broken=BROKEN,
    line="self.loc, self.scale = tf.Variable(1.0), tf.Variable(2.0)",
    mended=MENDED,
    exact=(
        # E[x²] = loc² + scale², as in the case `sample_outside_tape`.
        Exact("loc", (2.0,), (0.04,)),
        Exact("scale", (4.0,), (0.06,)),
    ),
    snippets=(("001", 3),),
    error="ValueError",
    says="not enough values to unpack",
    order=13,
)
