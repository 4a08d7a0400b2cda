"""A scale that a step takes below zero."""

from playground.clinic.case import Case, Exact

BROKEN = """\
data = tf.constant([-0.1, 0.1])
scale = tf.Variable(0.5)
optimizer = tf_keras.optimizers.SGD(0.5)

for step in range(2):
    with tf.GradientTape() as tape:
        cost = -tf.reduce_mean(tfd.Normal(0.0, scale).log_prob(data))
    found = tape.gradient(cost, [scale])
    optimizer.apply_gradients(zip(found, [scale]))
gradients = {"second step": found[0]}
facts = {"cost": cost.numpy()}
"""

MENDED = """\
data = tf.constant([-0.1, 0.1])
scale = tfp.util.TransformedVariable(0.5, tfb.Softplus())
optimizer = tf_keras.optimizers.SGD(0.5)

for step in range(2):
    with tf.GradientTape() as tape:
        cost = -tf.reduce_mean(tfd.Normal(0.0, scale).log_prob(data))
    found = tape.gradient(cost, scale.trainable_variables)
    optimizer.apply_gradients(zip(found, scale.trainable_variables))
gradients = {"second step": found[0]}
facts = {"cost": cost.numpy()}
"""


CASE = Case(
    key="scale_below_zero",
    label="A step took the scale below zero",
    story="The scale is a plain variable. After one step of gradient descent log p is not a number, and still the "
    "tape gives a gradient.",
    why="Nothing keeps the variable positive: the step is 0.96, the scale was 0.5. log of the negative scale is "
    "not a number, but its slope 1/scale is one.",
    cure="Let the optimiser move any real number and transform it, here by tfp.util.TransformedVariable.",
    symptoms=("value",),
    broken=BROKEN,
    line="scale = tf.Variable(0.5)",
    mended=MENDED,
    exact=(
        # (1/s − .01/s³)(1 − e⁻ˢ) with respect to the raw number: .755461 at s = ½, so s = .367862 at the second step.
        Exact("second step", (0.774862,)),
    ),
    snippets=(("001", 3),),
    wrong=("second step",),
    order=14,
)
