"""Ready-made trainings, each with one line that says what to look for. What does not work is among them."""

import functools

from playground.layers.config import LayersConfig
from playground.preset import Preset

preset = functools.partial(Preset, LayersConfig.create, speed=300.0)

PRESETS = (
    preset(
        "logits-never-move",
        "The logits never move",
        "Means and scales chase the 5; the logits' gradient is None, and nobody says so.",
        {"model": "mixture_free", "way": "default"},
        failure=True,
    ),
    preset(
        "logits-cured",
        "One switch later",
        "reparameterize=True: all nine numbers learn, and the nearest component takes over.",
        {"model": "mixture_free", "way": "reparameterize"},
    ),
    preset(
        "spread-vanishes",
        "The spread vanishes",
        "Squared error of samples: any spread costs, none pays. The band closes on the mean.",
        {"model": "sampled_normal", "way": "mse"},
        failure=True,
    ),
    preset(
        "spread-stays",
        "The spread of the data",
        "The same layers by likelihood: the band widens where the data are noisy.",
        {"model": "sampled_normal", "way": "nll"},
    ),
    preset(
        "integer-no-path",
        "A drawn class has no path",
        "Trained on the class as it was drawn: every gradient is None, nothing learns.",
        {"model": "categorical_layer", "way": "sample"},
        failure=True,
    ),
    preset(
        "reinmax",
        "A drawn class, with a way around",
        "ReinMax: hard draws forward, a second-order slope backward; here its mean is exact.",
        {"model": "categorical_layer", "way": "reinmax"},
    ),
    preset(
        "branches",
        "Three good answers",
        "A mixture-density network puts a branch of density on each of the three values.",
        {"model": "mixture_density", "way": "mixture"},
    ),
    preset(
        "moving-end",
        "An end that moves",
        "The score function does not see the Beta's upper end move: soon its mean goes wrong.",
        {"model": "beta_scaled", "way": "score_function", "samples": 64, "learning_rate": 0.003},
        failure=True,
    ),
    preset(
        "surrogate",
        "A surrogate loss",
        "cost · log p has the right mean gradient, and far more variance than loc + scale · ε.",
        {"model": "normal_by_hand", "way": "surrogate"},
    ),
    preset(
        "off-the-tape",
        "Drawn off the tape",
        "The tape was not recording when the sample was drawn: None for both parameters.",
        {"model": "free_normal", "way": "outside"},
        failure=True,
    ),
    preset(
        "flipout",
        "Random weights",
        "Each line is a network drawn from the posterior; flipout gives each row its own signs.",
        {"model": "dense_flipout", "way": "flipout"},
    ),
    preset(
        "digits",
        "Digits through two numbers",
        "A variational autoencoder: images, what comes back, and images made of nothing.",
        {"model": "vae", "way": "exact_kl", "units": 64},
    ),
    preset(
        "counted-twice",
        "A KL that counts twice",
        "The regularizer on a DistributionLambda: pressed to the prior, the digits blur.",
        {"model": "vae", "way": "regularizer", "units": 64},
        failure=True,
    ),
)
