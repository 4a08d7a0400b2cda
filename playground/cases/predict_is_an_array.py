"""What predict returns."""

from playground.clinic.case import Case, Exact

BROKEN = """\
dense = tf_keras.layers.Dense(1, kernel_initializer="zeros")
model = tf_keras.Sequential([dense, tfpl.DistributionLambda(lambda t: tfd.Normal(t, 1.0))])

p = model.predict(tf.ones([4, 1]), verbose=0)
with tf.GradientTape() as tape:
    cost = -tf.reduce_mean(p.log_prob(2.0))
gradients = {"bias": tape.gradient(cost, dense.bias)}
"""

MENDED = """\
dense = tf_keras.layers.Dense(1, kernel_initializer="zeros")
model = tf_keras.Sequential([dense, tfpl.DistributionLambda(lambda t: tfd.Normal(t, 1.0))])

with tf.GradientTape() as tape:
    p = model(tf.ones([4, 1]))
    cost = -tf.reduce_mean(p.log_prob(2.0))
gradients = {"bias": tape.gradient(cost, dense.bias)}
"""


CASE = Case(
    key="predict_is_an_array",
    label="predict returns an array, not the distribution",
    story="A model ends in a distribution layer, and its prediction has no log_prob and no scale.",
    why="predict gathers the batches of all outputs in an array, so each distribution is replaced by one sample of it.",
    cure="Call the model: model(inputs) is the distribution.",
    symptoms=("error", "keras"),
    broken=BROKEN,
    line="p = model.predict(tf.ones([4, 1]), verbose=0)",
    mended=MENDED,
    exact=(
        # loc = bias = 0 and y = 2: loc − y.
        Exact("bias", (-2.0,)),
    ),
    threads=("tensorflow/probability#538",),
    error="AttributeError",
    says="'log_prob'",
    order=20,
)
