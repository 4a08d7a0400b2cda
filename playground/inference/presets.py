"""Ready-made variational experiments, each with one line that says what to look for. Failures included."""

import functools
from typing import Any

from playground.inference.config import InferenceConfig
from playground.preset import Preset

preset = functools.partial(Preset, InferenceConfig.create)

REGRESSION: dict[str, Any] = {
    "target": "logistic_regression",
    "approximation": "full",
    "objectives": ["analytic_kl", "sticking_the_landing"],
    "learning_rate": 0.02,
}
SEPARABLE = [
    [-2.4, -0.3, 0], [-2.1, -1.6, 0], [-1.9, 0.6, 0], [-1.6, -0.8, 0], [-1.4, -2.0, 0], [-1.3, 0.1, 0],
    [1.2, 0.2, 1], [1.4, 1.7, 1], [1.6, -0.4, 1], [1.9, 0.9, 1], [2.2, 2.1, 1], [2.4, 0.3, 1],
]  # fmt: skip

PRESETS = (
    preset(
        "prior-and-square",
        "A prior and a cost",
        "The best q is known, N(0, 0.577²), and every way of estimating finds it.",
        {"objectives": ["analytic_kl", "monte_carlo_kl", "sticking_the_landing"], "learning_rate": 0.02},
    ),
    preset(
        "landing",
        "Sticking the landing",
        "As q becomes p, one gradient falls silent; the other keeps its noise for ever.",
        {
            "target": "correlated_gaussian",
            "approximation": "full",
            "objectives": ["monte_carlo_kl", "sticking_the_landing"],
            "learning_rate": 0.02,
        },
    ),
    preset(
        "cover-or-seek",
        "Covering or seeking",
        "Forward KL covers both modes, reverse KL picks one.",
        {
            "target": "two_modes",
            "objectives": ["monte_carlo_kl", "forward_kl"],
            "learning_rate": 0.03,
        },
    ),
    preset(
        "too-narrow",
        "Independent, therefore narrow",
        "A diagonal q inside a correlated target: its widths are far too small.",
        {
            "target": "correlated_gaussian",
            "objectives": ["sticking_the_landing", "forward_kl"],
            "learning_rate": 0.03,
        },
        failure=True,
    ),
    preset(
        "regression",
        "A line, and its doubt",
        "Logistic regression: drag a point; the prediction and its doubt follow.",
        REGRESSION,
    ),
    preset(
        "bent",
        "A flow bends",
        "No Normal fits a banana; a flow closes most of the gap to the evidence.",
        {
            "target": "banana",
            "approximation": "flow",
            "objectives": ["monte_carlo_kl", "sticking_the_landing"],
            "samples": 16,
            "learning_rate": 0.01,
        },
    ),
    preset(
        "tighter",
        "Tighter, but noisier",
        "One bound, three gradients: of 16 samples, DReG's is the quietest.",
        {
            "target": "banana",
            "approximation": "full",
            "objectives": ["iwae", "dreg", "vimco"],
            "samples": 16,
            "learning_rate": 0.02,
        },
    ),
    preset(
        "funnel",
        "Lost in the funnel",
        "A diagonal q fits the middle; the gap to the evidence never closes.",
        {
            "target": "funnel",
            "objectives": ["monte_carlo_kl", "sticking_the_landing"],
            "learning_rate": 0.03,
        },
        failure=True,
    ),
    preset(
        "no-path",
        "Without a path",
        "The score function needs no slope of log p, and pays for it in noise.",
        {
            "target": "banana",
            "objectives": ["score_function_loo", "monte_carlo_kl"],
            "samples": 8,
            "learning_rate": 0.02,
        },
    ),
    preset(
        "annealed",
        "Annealing finds both",
        "Turned up slowly, log p lets the mixture spread out before it settles.",
        {
            "target": "two_modes",
            "approximation": "mixture",
            "components": 2,
            "objectives": ["sticking_the_landing"],
            "annealing": 400,
            "learning_rate": 0.03,
            "seed": 8,
        },
    ),
    preset(
        "not-annealed",
        "One mode missed",
        "The same start without annealing: both components crowd into one mode.",
        {
            "target": "two_modes",
            "approximation": "mixture",
            "components": 2,
            "objectives": ["sticking_the_landing"],
            "learning_rate": 0.03,
            "seed": 8,
        },
        failure=True,
    ),
    preset(
        "separable",
        "Nothing in between",
        "Two classes far apart: any line will do, only the prior keeps the weights small.",
        REGRESSION | {"points": SEPARABLE},
    ),
    preset(
        "few-points",
        "Two points, wide doubt",
        "One point of each class, and the lines fan out; add points and they close up.",
        REGRESSION | {"points": [[-1.0, -0.5, 0], [1.2, 0.8, 1]]},
    ),
    preset(
        "too-fast",
        "One step too far",
        "Plain SGD on steep walls: the run stops, keeps its last good state and says why.",
        {
            "target": "funnel",
            "objectives": ["monte_carlo_kl"],
            "samples": 1,
            "optimizer": "sgd",
            "learning_rate": 2.0,
        },
        speed=10.0,
        failure=True,
    ),
)
