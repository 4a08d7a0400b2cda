"""A Keras 3 Lambda that returns a distribution."""

from playground.clinic.case import Case, Exact

BROKEN = """\
layers = keras.layers
series = keras.Input([10, 2])
loc = layers.TimeDistributed(layers.Dense(1))(series)
raw = layers.TimeDistributed(layers.Dense(1))(series)
p = layers.Lambda(lambda t: tfd.Independent(tfd.Normal(t[0], tf.nn.softplus(t[1])), 1))([loc, raw])
model = keras.Model(series, p)
"""

MENDED = """\
layers = tf_keras.layers
series = tf_keras.Input([10, 2])
loc = layers.TimeDistributed(layers.Dense(1, kernel_initializer="zeros"))(series)
raw = layers.TimeDistributed(layers.Dense(1, kernel_initializer="zeros"))(series)
p = tfpl.DistributionLambda(lambda t: tfd.Independent(tfd.Normal(t[0], tf.nn.softplus(t[1])), 1))([loc, raw])
model = tf_keras.Model(series, p)

with tf.GradientTape() as tape:
    p = model(tf.ones([4, 10, 2]))
    cost = -tf.reduce_mean(p.log_prob(tf.fill([4, 10, 1], 2.0)))
found = tape.gradient(cost, model.trainable_variables)
gradients = {"loc bias": found[1], "scale bias": found[3]}
facts = {"batch shape": p.batch_shape, "event shape": p.event_shape}
"""


CASE = Case(
    key="keras3_lambda",
    label="A Keras 3 Lambda cannot return a distribution",
    story="Two heads give a mean and a scale for each step of a series, and a Lambda is to make a distribution of "
    "them.",
    why="Keras 3 runs the Lambda once on placeholders, to learn the shape of the tensor that comes out. A "
    "distribution is no tensor, and has none.",
    cure="Use tf_keras and tfp.layers.DistributionLambda, outside of TimeDistributed. Each step is then a row of "
    "the batch.",
    symptoms=("error", "keras"),
    broken=BROKEN,
    line="p = layers.Lambda(lambda t: tfd.Independent(tfd.Normal(t[0], tf.nn.softplus(t[1])), 1))([loc, raw])",
    mended=MENDED,
    exact=(
        # All weights are 0, so loc = 0 and s = softplus(0) = log 2, whose slope is ½: −y/s² and (1/s − y²/s³)/2.
        Exact("loc bias", (-4.162738,)),
        Exact("scale bias", (-5.284214,)),
    ),
    snippets=(("004", 1),),
    error="NotImplementedError",
    says="infer the shape of the Lambda's output",
    order=15,
)
