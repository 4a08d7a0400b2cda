"""A distribution layer inside TimeDistributed."""

from playground.clinic.case import Case, Exact

BROKEN = """\
layers = tf_keras.layers
head = layers.Dense(2, kernel_initializer="zeros")
model = tf_keras.Sequential([head, layers.TimeDistributed(tfpl.IndependentNormal(1))])

with tf.GradientTape() as tape:
    p = model(tf.ones([4, 10, 2]))
    cost = -tf.reduce_mean(p.log_prob(tf.fill([4, 10, 1], 2.0)))
gradients = {"bias": tape.gradient(cost, head.bias)}
"""

MENDED = """\
layers = tf_keras.layers
head = layers.Dense(2, kernel_initializer="zeros")
model = tf_keras.Sequential([layers.TimeDistributed(head), tfpl.IndependentNormal(1)])

with tf.GradientTape() as tape:
    p = model(tf.ones([4, 10, 2]))
    cost = -tf.reduce_mean(p.log_prob(tf.fill([4, 10, 1], 2.0)))
gradients = {"bias": tape.gradient(cost, head.bias)}
"""


CASE = Case(
    key="time_distributed_layer",
    label="TimeDistributed turns a distribution into one sample",
    story="In tf_keras, TimeDistributed around IndependentNormal runs without complaint, and what comes out has no "
    "log_prob.",
    why="TimeDistributed flattens time into the batch and reshapes the result: a reshape needs a tensor, so the "
    "distribution is quietly replaced by one sample.",
    cure="Put TimeDistributed around the Dense only, and the distribution layer after it.",
    symptoms=("error", "keras"),
    broken=BROKEN,
    line="model = tf_keras.Sequential([head, layers.TimeDistributed(tfpl.IndependentNormal(1))])",
    mended=MENDED,
    exact=(
        # As in the case `keras3_lambda`: loc = 0, s = log 2.
        Exact("bias", (-4.162738, -5.284214)),
    ),
    error="AttributeError",
    says="'log_prob'",
    order=18,
)
