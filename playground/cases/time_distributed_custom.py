"""A custom layer that returns a distribution, in TimeDistributed."""

from playground.clinic.case import Case, Exact

BROKEN = """\
class NormalHead(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2)

    def call(self, features):
        loc, raw = tf.split(self.dense(features), 2, axis=-1)
        return tfd.Independent(tfd.Normal(loc, tf.nn.softplus(raw)), 1)

p = keras.layers.TimeDistributed(NormalHead())(keras.Input([10, 2]))
"""

MENDED = """\
head = keras.layers.TimeDistributed(keras.layers.Dense(2, kernel_initializer="zeros"))
model = keras.Sequential([keras.Input([10, 2]), head])

def distribution(series):
    loc, raw = tf.split(model(series), 2, axis=-1)
    return tfd.Independent(tfd.Normal(loc, tf.nn.softplus(raw)), 1)

with tf.GradientTape() as tape:
    p = distribution(tf.ones([4, 10, 2]))
    cost = -tf.reduce_mean(p.log_prob(tf.fill([4, 10, 1], 2.0)))
gradients = {"bias": tape.gradient(cost, model.trainable_variables[1].value)}
facts = {"batch shape": p.batch_shape, "event shape": p.event_shape}
"""


CASE = Case(
    key="time_distributed_custom",
    label="TimeDistributed around a layer of distributions, Keras 3",
    story="A custom Keras 3 layer makes the distribution, and TimeDistributed is to apply it at each step.",
    why="TimeDistributed stacks what the inner layer returns along time, so it asks for the shape of a tensor. "
    "There is no stack of distributions.",
    cure="Let TimeDistributed have the Dense only; make the distribution outside, over all steps at once.",
    symptoms=("error", "keras"),
    broken=BROKEN,
    line="p = keras.layers.TimeDistributed(NormalHead())(keras.Input([10, 2]))",
    mended=MENDED,
    exact=(
        # As in the case `keras3_lambda`: loc = 0, s = log 2.
        Exact("bias", (-4.162738, -5.284214)),
    ),
    snippets=(("004", 3),),
    error="NotImplementedError",
    says="compute_output_shape",
    order=17,
)
