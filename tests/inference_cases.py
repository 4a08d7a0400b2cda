"""Where the tests of variational inference look: every target with every approximation that can be used on it."""

import functools
import itertools

import numpy as np
import pytest
import tensorflow as tf

from playground.approximations import APPROXIMATIONS
from playground.inference import exact
from playground.inference.approximation import Sizes, Surrogate
from playground.inference.config import inferable
from playground.target import Target

Z = 5.0  # Standard errors: one comparison of a Normal statistic fails by chance with probability 5.7e-7.
ROUNDING = 2e-5  # Of float32, relative to the largest exact element.
COMPONENTS = 2  # So that all pairs of a mixture's nodes fit into memory.
WITHOUT_DATA = {key: target for key, target in inferable().items() if target.given is None}
"""One with data has tests of its own: see test_logistic_regression.py."""
CASES = [
    (target, approximation)
    for target, approximation in itertools.product(WITHOUT_DATA, APPROXIMATIONS)
    if APPROXIMATIONS[approximation].why_not(inferable()[target]) is None
]
# Tests of one case share a process, and so its reference values, which take seconds.
cases = pytest.mark.parametrize(
    "case", [pytest.param(case, id="-".join(case), marks=pytest.mark.xdist_group("-".join(case))) for case in CASES]
)


def target_of(key: str) -> Target:
    return inferable()[key]


def surrogate_of(target: str, approximation: str) -> Surrogate:
    return Surrogate(APPROXIMATIONS[approximation], Sizes(target_of(target).event_size, COMPONENTS))


@functools.cache
def phi_of(target: str, approximation: str) -> np.ndarray:
    """A φ [P] at nothing special: off the start, where nets and lower triangles are 0, and not at an optimum.

    q overlaps with all targets: where it does not, rare draws carry the gradient of a score function, and no number of
    replicates that a test can afford has the power to judge it.
    """
    start = surrogate_of(target, approximation).start(3)
    step = 0.1 if approximation == "flow" else 0.25
    return (0.5 * start + step * np.random.default_rng(5).standard_normal(len(start))).astype(np.float32)


@functools.cache
def reference_of(target: str, approximation: str, goal: str) -> exact.Reference:
    """The exact bound and gradient there; for the goal "iwae" with K = 2."""
    functions = {"elbo": exact.elbo, "iwae": exact.iwae_bound, "forward": exact.forward}
    return functions[goal](target_of(target), surrogate_of(target, approximation), phi_of(target, approximation))


def on_grid(target: Target, per_axis: int) -> tuple[tf.Tensor, tf.Tensor]:
    """z [N, D] and the volume of each [N], far beyond the window: knows nothing of any sampler or node of q."""
    axes = []
    for low, high in target.window:
        t, length = np.linspace(-1.0, 1.0, per_axis) * np.arcsinh(80.0), (high - low) / 8.0
        axes.append((0.5 * (low + high) + length * np.sinh(t), length * np.cosh(t) * (t[1] - t[0])))
    z = np.stack(np.meshgrid(*[x for x, _ in axes], indexing="ij"), axis=-1).reshape(-1, target.event_size)
    volumes = functools.reduce(np.multiply.outer, [volume for _, volume in axes]).ravel()
    return tf.constant(z), tf.constant(volumes)
