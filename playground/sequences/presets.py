"""Ready-made runs, each with one line that says what to look for. Failures are among them."""

import functools

from playground.preset import Preset
from playground.sequences.config import SequenceConfig

preset = functools.partial(Preset, SequenceConfig.create)

PRESETS = (
    preset(
        "sine",
        "A wave under noise",
        "A GRU finds the wave, and how much of what it sees is noise: the bands settle around it.",
        {"series": "noisy_sine", "network": "gru"},
    ),
    preset(
        "regimes",
        "Calm and wild",
        "Each step has a scale of its own: the bands widen as soon as a wild spell begins.",
        {"series": "regime_switch", "points": 4000, "network": "lstm", "learning_rate": 0.005},
    ),
    preset(
        "as-good-as-truth",
        "As good as the truth",
        "Two weights and one scale are all that an AR(2) is: the loss falls onto the grey line.",
        {"series": "ar2", "network": "linear", "kernel": 2, "scale": "shared"},
        300.0,
    ),
    preset(
        "convolution",
        "Looking back nine steps",
        "A causal convolution knows the wave from its last nine values alone.",
        {"series": "noisy_sine", "network": "convolution", "kernel": 3, "learning_rate": 0.005},
    ),
    preset(
        "collapsed",
        "A wiring that collapses",
        "Inside TimeDistributed the distribution becomes one draw. Squared error likes that draw without noise.",
        {"series": "noisy_sine", "network": "gru", "wiring": "inside"},
        failure=True,
    ),
    preset(
        "too-little-noise",
        "Too little noise learnt",
        "Few values, many weights: by step 300 it knows the noise by heart; new values surprise it.",
        {
            "series": "noisy_sine",
            "points": 300,
            "network": "convolution",
            "units": 32,
            "batch": 128,
            "learning_rate": 0.003,
        },
        failure=True,
    ),
    preset(
        "overconfident",
        "Overconfident bands",
        "The scale is fixed at a tenth of the series' own: the 90 % band holds far less than 90 %.",
        {"series": "noisy_sine", "network": "gru", "scale": "fixed"},
        failure=True,
    ),
    preset(
        "one-scale",
        "One scale for all steps",
        "A single scale is right on average and wrong at each step: too wide when calm, too narrow when wild.",
        {"series": "regime_switch", "points": 4000, "network": "lstm", "scale": "shared", "learning_rate": 0.005},
        failure=True,
    ),
    preset(
        "short-sighted",
        "One value is not enough",
        "An AR(2) seen through its last value only: the loss stops well above the grey line.",
        {"series": "ar2", "network": "linear", "kernel": 1, "scale": "shared"},
        300.0,
        failure=True,
    ),
)
