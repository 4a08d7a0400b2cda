"""A head split in two, then a Keras 3 Lambda."""

from playground.clinic.case import Case, Exact

BROKEN = """\
layers = keras.layers
series = keras.Input([10, 2])
head = layers.TimeDistributed(layers.Dense(2))(series)
loc, raw = layers.Lambda(lambda t: tf.split(t, 2, axis=-1))(head)
p = layers.Lambda(lambda t: tfd.Independent(tfd.Normal(t[0], tf.nn.softplus(t[1])), 1))([loc, raw])
model = keras.Model(series, p)
"""

MENDED = """\
layers = tf_keras.layers
head = layers.Dense(tfpl.IndependentNormal.params_size(1), kernel_initializer="zeros")
model = tf_keras.Sequential([layers.TimeDistributed(head), tfpl.IndependentNormal(1)])

with tf.GradientTape() as tape:
    p = model(tf.ones([4, 10, 2]))
    cost = -tf.reduce_mean(p.log_prob(tf.fill([4, 10, 1], 2.0)))
gradients = {"bias": tape.gradient(cost, head.bias)}
facts = {"batch shape": p.batch_shape, "event shape": p.event_shape}
"""


CASE = Case(
    key="keras3_lambda_split",
    label="One head, split, and the same Lambda",
    story="One head gives mean and scale together, a Lambda splits it, and a second one is to make the distribution.",
    why="The split works: it gives tensors. The second Lambda fails like that with two heads, since a "
    "distribution has no tensor shape.",
    cure="tfp.layers.IndependentNormal splits its input by itself, applies softplus, and returns the distribution:"
    " give it the head, in tf_keras.",
    symptoms=("error", "keras"),
    broken=BROKEN,
    line="p = layers.Lambda(lambda t: tfd.Independent(tfd.Normal(t[0], tf.nn.softplus(t[1])), 1))([loc, raw])",
    mended=MENDED,
    exact=(
        # As in the case `keras3_lambda`: loc = 0, s = log 2.
        Exact("bias", (-4.162738, -5.284214)),
    ),
    snippets=(("004", 2),),
    error="NotImplementedError",
    says="infer the shape of the Lambda's output",
    order=16,
)
