"""A TFP layer in a Keras 3 model."""

from playground.clinic.case import Case, Exact

BROKEN = """\
dense = keras.layers.Dense(1, kernel_initializer="zeros")
model = keras.Sequential([dense, tfpl.DistributionLambda(lambda t: tfd.Normal(t, 1.0))])

with tf.GradientTape() as tape:
    cost = -tf.reduce_mean(model(tf.ones([4, 1])).log_prob(2.0))
gradients = {"bias": tape.gradient(cost, dense.bias)}
"""

MENDED = """\
dense = tf_keras.layers.Dense(1, kernel_initializer="zeros")
model = tf_keras.Sequential([dense, tfpl.DistributionLambda(lambda t: tfd.Normal(t, 1.0))])

with tf.GradientTape() as tape:
    cost = -tf.reduce_mean(model(tf.ones([4, 1])).log_prob(2.0))
gradients = {"bias": tape.gradient(cost, dense.bias)}
"""


CASE = Case(
    key="keras3_model",
    label="A TFP layer in a Keras 3 model",
    story="tf.keras is Keras 3 since TensorFlow 2.16; its Sequential refuses a layer of TensorFlow Probability.",
    why="TFP's layers are layers of Keras 2, which lives on as the package tf_keras. Keras 3 takes only its own.",
    cure="Build the model with tf_keras.",
    symptoms=("error", "keras"),
    broken=BROKEN,
    line="model = keras.Sequential([dense, tfpl.DistributionLambda(lambda t: tfd.Normal(t, 1.0))])",
    mended=MENDED,
    exact=(
        # loc = bias = 0 and y = 2: loc − y.
        Exact("bias", (-2.0,)),
    ),
    threads=("tensorflow/probability#1774", "tensorflow/probability#1795", "tensorflow/probability#1809"),
    error="ValueError",
    says="Only instances of",
    order=19,
)
