"""The symbolic output of a distribution layer."""

from playground.clinic.case import Case, Exact

BROKEN = """\
dense = tf_keras.layers.Dense(1, kernel_initializer="zeros")
inputs = tf_keras.Input([1])
p = tfpl.DistributionLambda(lambda t: tfd.LogNormal(t, 1.0))(dense(inputs))
model = tf_keras.Model(inputs, p.mean())

with tf.GradientTape() as tape:
    cost = tf.reduce_mean(model(tf.ones([4, 1])))
gradients = {"bias": tape.gradient(cost, dense.bias)}
"""

MENDED = """\
dense = tf_keras.layers.Dense(1, kernel_initializer="zeros")
inputs = tf_keras.Input([1])
layer = tfpl.DistributionLambda(lambda t: tfd.LogNormal(t, 1.0), convert_to_tensor_fn=tfd.Distribution.mean)
model = tf_keras.Model(inputs, layer(dense(inputs)))

with tf.GradientTape() as tape:
    cost = tf.reduce_mean(tf.convert_to_tensor(model(tf.ones([4, 1]))))
gradients = {"bias": tape.gradient(cost, dense.bias)}
"""


CASE = Case(
    key="symbolic_distribution",
    label="A model of a distribution's mean",
    story="A second model is to return the mean of the distribution that the first one makes; its output has no "
    "mean().",
    why="While a functional model is being wired, a layer returns a placeholder for a tensor. Only a call with "
    "numbers returns the distribution.",
    cure="Wire a layer that takes the mean where a tensor is needed: convert_to_tensor_fn=tfd.Distribution.mean.",
    symptoms=("error", "keras"),
    broken=BROKEN,
    line="model = tf_keras.Model(inputs, p.mean())",
    mended=MENDED,
    exact=(
        # The mean of a LogNormal is exp(loc + ½), and so is its slope; loc = bias = 0.
        Exact("bias", (1.648721,)),
    ),
    threads=("tensorflow/probability#1484",),
    error="AttributeError",
    says="'mean'",
    order=21,
)
