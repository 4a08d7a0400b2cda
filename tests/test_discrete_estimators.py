"""What the estimators of discrete samples promise beyond the grid: about their noise, their jumps and their sums.

False alarms: about 40 comparisons at 5 standard errors, 0.002 % for a new seed; seeds are fixed.
"""

import math

import numpy as np
import pytest
import tensorflow as tf

from playground.estimator import Draw
from playground.estimators import ESTIMATORS, relaxation
from playground.families import FAMILIES
from playground.problem import Jump
from tests.replicates import (
    SEED,
    Reference,
    Z,
    at_grid,
    estimate,
    gradients,
    parameters_of,
)

MANY = 50_000
LOGITS = {2: [0.0, 1.2], 4: [0.5, -1.0, 0.2, 1.5]}
JUMPING = [key for key, family in FAMILIES.items() if family.jumps is not None]


def noise_of(count: int, seed: int, dtype: tf.DType = tf.float64) -> tf.Tensor:
    shape = [MANY, 1, 1 if count == 2 else count]
    return tf.random.stateless_uniform(shape, [SEED, seed], minval=1e-12, maxval=1.0, dtype=dtype)


@pytest.mark.parametrize("count", list(LOGITS))
def test_scores_given_the_class_are_of_that_class_and_of_the_same_distribution(count: int) -> None:
    """The same class wins, with the right probability, and over all classes z̃ is distributed as z: all moments agree.

    Five comparisons of each class's score, relative to the first, at 5 standard errors.
    """
    logits = tf.broadcast_to(tf.constant(LOGITS[count], tf.float64), [MANY, 1, count])
    z, given = (s.numpy()[:, 0] for s in relaxation.free_and_given(logits, noise_of(count, 0), noise_of(count, 1)))
    won = z.argmax(axis=1)
    np.testing.assert_array_equal(given.argmax(axis=1), won)
    probs = np.exp(LOGITS[count]) / np.exp(LOGITS[count]).sum()
    errors = np.sqrt(probs * (1.0 - probs) / MANY)
    assert np.all(np.abs(np.bincount(won, minlength=count) / MANY - probs) < Z * errors)
    for moment in (np.tanh, np.abs, np.square, lambda s: (s > 1.0) * 1.0, lambda s: np.exp(-(s**2))):
        for index in range(1, count):
            difference = moment(z[:, index] - z[:, 0]) - moment(given[:, index] - given[:, 0])
            assert abs(difference.mean()) < Z * difference.std() / math.sqrt(MANY)
    # Given the class, the two are drawn independently of each other.
    centred = [s[:, 1] - s[:, 0] for s in (z, given)]
    inside = [np.where(won == 1, values - values[won == 1].mean(), 0.0) for values in centred]
    product = inside[0] * inside[1]
    assert abs(product.mean()) < Z * product.std() / math.sqrt(MANY)


@pytest.mark.parametrize("count", list(LOGITS))
@pytest.mark.parametrize("reach", [0.0, 5.0])
def test_no_noise_is_so_extreme_that_a_score_is_not_finite(count: int, reach: float) -> None:
    """In float32, at the ends of the uniform numbers and of the logits; nor does a gradient overflow."""
    ends = tf.constant([1e-7, 0.5, 1.0 - 2.0**-23])
    grid = tf.reshape(tf.stack(tf.meshgrid(ends, ends), axis=-1), [-1, 1, 2])
    logits = tf.broadcast_to(tf.linspace(-reach, reach, count), [9, 1, count])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        u, v = (tf.repeat(grid[..., i : i + 1], 1 if count == 2 else count, axis=-1) for i in (0, 1))
        scores = tf.concat(relaxation.free_and_given(logits, u, v), axis=0)
    assert np.all(np.isfinite(scores)) and np.all(np.isfinite(tape.gradient(scores, logits)))


def jumps_of(at: Reference) -> tuple[np.ndarray, list[Jump]]:
    """The atoms [N] and the jumps from each."""
    x = at.nodes.x[0]
    copies = at.problem.broadcast(parameters_of(at, tf.float64), (len(x),))
    assert at.problem.family.jumps is not None
    return x.numpy(), list(at.problem.family.jumps(copies, x))


@pytest.mark.parametrize("family", JUMPING)
def test_jumps_stay_in_the_support_and_their_rates_are_not_negative(family: str) -> None:
    at = at_grid(family, "quadratic")
    x, jumps = jumps_of(at)
    low, high = at.problem.family.support(parameters_of(at))
    for jump in jumps:
        target = jump.target.numpy()
        assert np.all((target >= low) & (target <= high) & (target == np.round(target)))
        for rate in jump.rate.values():
            assert np.all(rate.numpy() >= 0.0)
            stays = rate.numpy()[target == x]
            assert np.all(stays < 1e-12), "there is a rate where there is nowhere to go"


# Jump and rate with respect to p, of ESTIMATORS' table: p = σ(logits), or the rate itself.
TABLE = {
    "bernoulli": (1.0, lambda x, p: (1.0 - x) / (1.0 - p)),
    "binomial": (1.0, lambda x, p: (10.0 - x) / (1.0 - p)),
    "poisson": (1.0, lambda x, p: np.ones_like(x)),
    "geometric": (-1.0, lambda x, p: x / (p * (1.0 - p))),
}


@pytest.mark.parametrize("family", list(TABLE))
def test_the_jumps_are_the_published_ones(family: str) -> None:
    at = at_grid(family, "quadratic")
    x, (jump,) = jumps_of(at)
    p = 1.0 / (1.0 + math.exp(-at.theta[0]))
    slope = 1.0 if family == "poisson" else p * (1.0 - p)
    (rate,), (way, published) = jump.rate.values(), TABLE[family]
    np.testing.assert_allclose(rate.numpy(), published(x, p) * slope, rtol=1e-9)
    moves = rate.numpy() > 0.0
    np.testing.assert_array_equal(jump.target.numpy()[moves], x[moves] + way)


@pytest.mark.parametrize("family", [key for key, family in FAMILIES.items() if family.discrete])
def test_a_picture_can_find_the_points_of_each_element(family: str) -> None:
    """One point a term, a pair, or a pair for each element of θ in turn."""
    at, draw = at_grid(family, "quadratic"), Draw(4, 2)
    for key, estimator in ESTIMATORS.items():
        if estimator.why_not(at.problem, draw) is None:
            points = estimate(at, key, draw).points
            assert points.shape[:1] == [2] and points.shape[2] in (1, 2, 2 * len(at.theta)), key


def test_a_class_jumps_to_its_neighbours_in_the_picture() -> None:
    at = at_grid("categorical", "quadratic")
    points = estimate(at, "stochastic_triple", Draw(200, 1)).points[0].numpy().reshape(200, 4, 2)
    x, target = points[..., 0], points[..., 1]
    assert np.all(x == x[:, :1]) and np.all(np.abs(target - x) <= 1.0)
    assert {-1.0, 1.0} <= set((target - x)[x == 1.0])


def test_the_more_is_summed_the_less_is_left_to_chance() -> None:
    at = at_grid("categorical", "quadratic")
    variances = [
        gradients(at, "sum_and_sample", Draw(1, 5000), summed_atoms=count).var(axis=0).sum() for count in (1, 2, 3, 20)
    ]
    assert variances[0] > 1.5 * variances[1] > 1.5 * variances[2]
    assert variances[2:] == [pytest.approx(0.0, abs=1e-10)] * 2, "one atom is left: nothing to sample"


@pytest.mark.parametrize(
    ("key", "family", "cost", "sentence"),
    [
        (
            "arm",
            "categorical",
            "quadratic",
            "Categorical does not consist of bits: this runs for Bernoulli and its product.",
        ),
        ("disarm", "normal", "quadratic", "Normal does not consist of bits: this runs for Bernoulli and its product."),
        (
            "relax",
            "poisson",
            "quadratic",
            "Poisson has no classes to relax: this runs for Bernoulli, its product, and Categorical.",
        ),
        ("rebar", "bernoulli", "step", "The cost step jumps: between two classes it has no slope to follow."),
        (
            "muprop",
            "normal",
            "quadratic",
            "Normal is continuous: MuProp is for samples that no path leads through.",
        ),
        ("muprop", "poisson", "kl", "The cost KL to a target is defined on the atoms only, not at their mean."),
        ("stochastic_triple", "normal", "quadratic", "Normal has no stochastic triple. Its samples move, not jump."),
        (
            "sum_and_sample",
            "bernoulli",
            "quadratic",
            "Bernoulli has two atoms: with one of them summed, the other is all that is left to sample.",
        ),
        (
            "sum_and_sample",
            "poisson",
            "quadratic",
            "The support of Poisson is not finite: what is not in the sum could not be sampled from a list.",
        ),
    ],
)
def test_the_sentences(key: str, family: str, cost: str, sentence: str) -> None:
    assert ESTIMATORS[key].why_not(at_grid(family, cost).problem, Draw(4, 2)) == sentence


@pytest.mark.parametrize("key", ["arm", "disarm"])
def test_two_coupled_bits_are_not_coupled_again(key: str) -> None:
    sentence = ESTIMATORS[key].why_not(at_grid("bernoulli", "quadratic").problem, Draw(4, 2, "antithetic"))
    assert sentence == "The two bits are an antithetic pair already: pairs are drawn independently, not antithetically."
