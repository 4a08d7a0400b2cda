"""A small variational autoencoder of 8 × 8 digits: a Normal layer in the middle, an IndependentBernoulli at the end.

The bound is the likelihood of the pixels less the KL of the code to its prior. Keras can be given that KL as an
activity regularizer of the code's layer: on a DistributionLambda it is counted twice, and the code is pressed to it.
"""

import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from tensorflow_probability import distributions as tfd

from playground.layers import pictures
from playground.layers.data import Rows
from playground.layers.model import Built, LayersModel, Loss, Network, Noise, Options, Way

PIXELS, CODE = 64, 2
WAYS = {
    "exact_kl": Way("KL written into the loss", "In closed form, once: the bound as it should be."),
    "regularizer": Way(
        "KL as an activity regularizer", "`KLDivergenceRegularizer` on a DistributionLambda: it is counted twice."
    ),
}


def build(options: Options, noise: Noise) -> Built:
    """image → Dense(tanh) → code (Normal) → Dense(tanh) → Dense(64) → IndependentBernoulli."""
    prior = tfd.Independent(tfd.Normal(tf.zeros([CODE]), 1.0), 1)
    regularizer = tfp.layers.KLDivergenceRegularizer(prior, use_exact_kl=True)
    image = tf_keras.Input((PIXELS,), name="image")
    hidden = tf_keras.layers.Dense(options.units, activation="tanh", name="encoder")(image)
    raw = tf_keras.layers.Dense(2 * CODE, name="loc_and_raw_scale")(hidden)
    code = tfp.layers.DistributionLambda(
        lambda raw: tfd.Independent(tfd.Normal(raw[..., :CODE], 1e-3 + tf.nn.softplus(raw[..., CODE:])), 1),
        convert_to_tensor_fn=lambda distribution: distribution.sample(seed=noise()),
        activity_regularizer=regularizer if options.way == "regularizer" else None,
        name="code",
    )(raw)
    back = tf_keras.layers.Dense(options.units, activation="tanh", name="decoder")
    logits = tf_keras.layers.Dense(PIXELS, name="logits")
    pixels = tfp.layers.IndependentBernoulli(
        PIXELS, convert_to_tensor_fn=lambda d: d.sample(seed=noise()), sample_dtype=tf.float32, name="pixels"
    )
    model = tf_keras.Model(image, pixels(logits(back(code))), name="vae")
    names = {"loc_and_raw_scale": ("loc[0]", "loc[1]", "raw scale[0]", "raw scale[1]")}
    network = Network(model, names, noise)

    def both(rows: Rows) -> tuple[tf.Tensor, tf.Tensor, dict[str, tf.Tensor]]:
        """Of an image, on average: −log-likelihood, and the KL of its code in closed form."""
        distribution, parameters = network(rows.x)
        loc, raw_scale = tf.split(parameters["loc_and_raw_scale"], 2, axis=-1)
        posterior = tfd.Independent(tfd.Normal(loc, 1e-3 + tf.nn.softplus(raw_scale)), 1)
        divergence = tf.reduce_mean(tfd.kl_divergence(posterior, prior))
        return -tf.reduce_mean(distribution.log_prob(rows.y)), divergence, parameters

    def loss(rows: Rows, tape: tf.GradientTape) -> Loss:
        error, divergence, parameters = both(rows)
        if options.way == "regularizer":
            divergence = tf.add_n(network.losses)
        return Loss(error + divergence, error + divergence, parameters)

    def score(rows: Rows) -> tf.Tensor:
        error, divergence, _ = both(rows)
        return error + divergence

    return Built(network, loss, score, pictures.images(lambda code: pixels(logits(back(code))), network))


MODEL = LayersModel(
    key="vae",
    label="variational autoencoder of digits",
    story="64 pixels through two numbers with noise on them, and back: the gradient passes the noise in the middle.",
    data="digits",
    picture="images",
    score="−ELBO, nats an image",
    ways=WAYS,
    build=build,
    learning_rate=0.005,
    draws=False,
    stride=40,
    order=14,
)
