"""Ready-made experiments, each with one line that says what to look for. Failures included: they teach the most."""

import functools

from playground.config import Config
from playground.preset import Preset

preset = functools.partial(Preset, Config.create)

PRESETS = (
    preset(
        "two-ways",
        "Two ways through a sample",
        "The same mean gradient, wildly different spread.",
        {"estimators": ["pathwise", "score_function"], "samples": 16, "learning_rate": 0.005},
    ),
    preset(
        "baselines",
        "What a baseline does",
        "Far from the target the plain score function drowns in its own level.",
        {
            "params": {"loc": 3.0, "scale": 1.0},
            "estimators": [
                "score_function",
                "score_function_mean_baseline",
                "score_function_loo",
                "score_function_optimal_baseline",
            ],
            "samples": 16,
            "learning_rate": 0.005,
        },
    ),
    preset(
        "steep-path",
        "When the path is worse",
        "A fast wave has steep slopes: here the score function varies less.",
        {
            "cost": "cosine",
            "cost_params": {"k": 4.0},
            "estimators": ["pathwise", "score_function_loo"],
            "samples": 16,
            "learning_rate": 0.05,
        },
    ),
    preset(
        "no-slope",
        "A step has no slope",
        "Paths carry nothing over a jump; weights and differences do.",
        {
            "cost": "step",
            "cost_params": {"threshold": 1.5},
            "estimators": ["score_function_loo", "measure_valued"],
            "samples": 16,
            "learning_rate": 0.1,
        },
    ),
    preset(
        "straight-through",
        "Straight to the wrong place",
        "Straight-through stops where p = 0.45, although the best p is 0.",
        {
            "family": "bernoulli",
            "params": {"logits": 2.0},
            "cost_params": {"target": 0.45},
            "estimators": ["straight_through", "straight_through_gumbel", "score_function_loo"],
            "samples": 16,
            "learning_rate": 1.0,
        },
        failure=True,
    ),
    preset(
        "moving-support",
        "A support that moves",
        "The score function never sees the edges of a Uniform: its gradient is wrong.",
        {
            "family": "uniform",
            "params": {"low": -1.0, "high": 3.0},
            "estimators": ["pathwise", "score_function", "measure_valued"],
            "samples": 16,
            "learning_rate": 0.05,
            "mode": "same",
        },
        failure=True,
    ),
    preset(
        "relaxation",
        "Softening a choice",
        "Gumbel-softmax is smooth and biased; enumeration knows the truth.",
        {
            "family": "categorical",
            "params": {"logits": [0.0, 0.0, 0.0]},
            "cost_params": {"target": 1.2},
            "estimators": ["gumbel_softmax", "score_function_loo", "enumeration"],
            "samples": 16,
            "learning_rate": 0.2,
        },
    ),
    preset(
        "mixture",
        "A mixture learns its target",
        "All six parameters by implicit reparameterization, against leave-one-out.",
        {
            "family": "normal_mixture",
            "cost": "kl",
            "estimators": ["pathwise", "score_function_loo"],
            "samples": 32,
            "optimizer": "adam",
            "learning_rate": 0.02,
        },
    ),
    preset(
        "bits",
        "Many bits at once",
        "Two opposite draws of all bits, weighed two ways, beside the best constant baseline.",
        {
            "family": "bernoulli_product",
            "cost_params": {"target": 0.45},
            "estimators": ["disarm", "arm", "score_function_optimal_baseline"],
            "samples": 16,
            "learning_rate": 0.5,
        },
    ),
    preset(
        "ellipse",
        "Turning an ellipse",
        "A Normal of two coordinates learns its target's correlation, by path and by score.",
        {
            "family": "mvn_tril",
            "cost": "kl",
            "estimators": ["pathwise", "score_function_loo"],
            "samples": 32,
            "learning_rate": 0.03,
            "show": ["scale_tril[1][0]", "scale_tril[1][1]"],
        },
    ),
    preset(
        "too-fast",
        "One step too far",
        "A learning rate too large: the run stops, keeps its last good state and says why.",
        {"estimators": ["score_function", "pathwise"], "samples": 2, "learning_rate": 0.9},
        speed=10.0,
        failure=True,
    ),
    preset(
        "own-cost",
        "Your own cost",
        "Any f(x) you can type: two valleys, and a path that may choose the wrong one.",
        {
            "params": {"loc": 2.0, "scale": 0.5},
            "cost": "sin(3*x) + 0.1*x**2",
            "estimators": ["pathwise", "score_function_loo"],
            "samples": 16,
            "learning_rate": 0.02,
        },
    ),
)
