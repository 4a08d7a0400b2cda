"""Ready-made looks into the lab, each with one line that says what to look for. What goes wrong is among them."""

import functools

from playground.lab.config import LabConfig
from playground.preset import Preset

preset = functools.partial(Preset, LabConfig.create, speed=float("inf"))

PRESETS = (
    preset(
        "cosine-crossing",
        "Where the path loses",
        "A faster wave is steeper: from some k on, ignoring its slope is better (Mohamed 2020).",
        {
            "cost": "cosine",
            "estimators": ["pathwise", "score_function", "score_function_loo"],
            "samples": 16,
            "over": "k",
            "low": 0.5,
            "high": 5.0,
            "count": 10,
            "scale": "linear",
            "show": "loc",
        },
    ),
    preset(
        "leave-one-out",
        "Leave one out, for every K",
        "All samples but one make a baseline: against K, at equal evaluations of f.",
        {
            "params": {"loc": 3.0, "scale": 1.0},
            "cost": "quadratic",
            "estimators": ["score_function", "score_function_loo", "score_function_optimal_baseline", "pathwise"],
            "samples": 16,
            "over": "samples",
            "low": 2,
            "high": 64,
            "count": 6,
            "measure": "variance_times_evaluations",
        },
    ),
    preset(
        "temperature",
        "Hot is wrong, cold is wild",
        "Gumbel-softmax: a low temperature costs variance, a high one bias. Look at both, then at their sum.",
        {
            "family": "categorical",
            "cost": "quadratic",
            "cost_params": {"target": 1.0},
            "estimators": ["gumbel_softmax", "straight_through_gumbel", "reinmax", "score_function"],
            "samples": 1,
            "sampling": "independent",
            "over": "temperature",
            "measure": "mean_squared_error",
        },
    ),
    preset(
        "straight-through",
        "Straight into bias",
        "Its mean is off, and no number of samples helps. How far depends on θ.",
        {
            "family": "bernoulli",
            "cost": "quadratic",
            "cost_params": {"target": 0.45},
            "estimators": ["straight_through", "straight_through_gumbel", "score_function_loo", "enumeration"],
            "over": "logits",
            "low": -4.0,
            "high": 4.0,
            "count": 11,
            "measure": "bias_squared",
        },
        failure=True,
    ),
    preset(
        "antithetic",
        "Pairs that cancel",
        "Each sample with its mirror image: the straighter f is, the more of a path's noise cancels in a pair.",
        {
            "cost": "exponential",
            "estimators": ["pathwise", "score_function", "measure_valued"],
            "sampling": "antithetic",
            "samples": 16,
            "over": "k",
            "low": 0.1,
            "high": 2.0,
            "show": "loc",
        },
    ),
    preset(
        "heavy-tails",
        "Heavy tails",
        "Student t with ever fewer degrees of freedom: a few wild samples carry all of the variance.",
        {
            "family": "student_t",
            "cost": "quadratic",
            "estimators": ["pathwise", "score_function_loo", "score_function_optimal_baseline"],
            "over": "df",
            "low": 5.0,
            "high": 50.0,
            "scale": "log",
            "show": "loc",
        },
    ),
    preset(
        "moving-support",
        "An edge that nobody sees",
        "A Uniform's ends move with θ; the score function is blind to them, and wrong everywhere.",
        {
            "family": "uniform",
            "cost": "quadratic",
            "estimators": ["pathwise", "score_function", "measure_valued"],
            "over": "high",
            "measure": "bias_squared",
        },
        failure=True,
    ),
    preset(
        "cloud",
        "One gradient, many guesses",
        "Every dot is one estimate of the same two numbers; the cross is the truth.",
        {
            "view": "cloud",
            "cost": "quadratic",
            "estimators": ["pathwise", "score_function", "score_function_mean_baseline", "score_function_loo"],
            "samples": 16,
        },
    ),
    preset(
        "atlas",
        "The atlas",
        "Every family, every estimator: who varies least, who cannot run, and why.",
        {"view": "atlas", "cost": "cosine", "replicates": 500},
    ),
    preset(
        "which-one",
        "Which one for my problem?",
        "Your own f(x) and a budget of evaluations: all that can run, ranked.",
        {"view": "advice", "cost": "sin(3*x) + 0.1*x**2", "budget": 64},
    ),
)
