"""Every θ that menus offer can be trained at: in the corners of their ranges nothing is infinite."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
import tensorflow as tf

from playground import exact, moments
from playground.costs import COSTS
from playground.families import FAMILIES
from playground.problem import Problem
from tests.replicates import SEED

COUNT = 20_000
SMALLEST = 1e-3  # Where the range of a number above 0 begins at 0.
APART = (0.05, 5.0)  # How far a number above another is from it.
CONTINUOUS = [key for key, family in FAMILIES.items() if not family.discrete and not family.vector]


def corners(problem: Problem) -> list[list[float]]:
    """θ [P] in each corner of the menus' ranges."""
    axes: list[Sequence[float]] = []
    bounds: list[str | None] = []
    for parameter, size in zip(problem.family.parameters, problem.sizes, strict=True):
        for least, constraint in zip(parameter.minimums(size), parameter.constraints(size), strict=True):
            lowest = max(least, SMALLEST) if constraint.bounded else least
            axes.append(APART if constraint.above else (lowest, parameter.maximum))
            bounds.append(constraint.above)
    found = []
    for corner in itertools.product(*axes):
        theta = list(corner)
        for index, bound in enumerate(bounds):
            theta[index] += theta[problem.names.index(bound)] if bound else 0.0
        found.append(theta)
    return found


@pytest.mark.parametrize("key", CONTINUOUS)
def test_samples_scores_and_paths_are_finite_in_every_corner(key: str) -> None:
    problem, seed = Problem.at_defaults(FAMILIES[key], COSTS["kl"]), tf.constant([SEED, 3])
    broken = []
    for theta in corners(problem):
        parameters = problem.broadcast(problem.unpack(tf.constant(theta)), [COUNT])
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(parameters)
            x = problem.distribution(parameters).sample(seed=seed)
            f = problem.f(x, parameters)
            log_prob = problem.distribution(parameters).log_prob(tf.stop_gradient(x))
        found = {"f": f, "score": problem.pack(tape.gradient(log_prob, parameters))}
        if problem.family.reparameterized:
            found["path"] = problem.pack(tape.gradient(f, parameters))
        for name, derivative in problem.family.weak_derivatives.items():
            weak = derivative(parameters, seed)
            for side, points in (("p+", weak.positive), ("p-", weak.negative)):
                found[f"f under {side} of {name}"] = problem.f(points, parameters)
        broken += [(theta, what) for what, values in found.items() if not np.all(np.isfinite(values))]
    assert broken == []


@pytest.mark.parametrize("key", [key for key in CONTINUOUS if not FAMILIES[key].heavy_tailed])
def test_light_tails_have_exact_variances_in_every_corner(key: str) -> None:
    family, broken = FAMILIES[key], []
    for cost in COSTS.values():
        problem = Problem.at_defaults(family, cost)
        theta = np.array(corners(problem))
        nodes = exact.nodes(problem, tf.constant(theta))
        found = {"score": moments.score_function_variance(nodes)}
        # Between two narrow Normals far apart the path of a weight is faster than a float can say.
        if family.pathwise_by_cdf and cost.differentiable and key != "normal_mixture":
            found["path"] = moments.pathwise_variance(nodes)
        for what, variance in found.items():
            broken += [(cost.key, what, *row) for row in theta[~np.isfinite(variance).all(axis=1)]]
    assert broken == []
