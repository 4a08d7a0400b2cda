"""What the score-function estimators share: x ~ p, its cost, its score, and (f − b)·s term by term."""

from typing import NamedTuple

import tensorflow as tf

from playground.estimator import Draw, Estimate, Hyperparameter, points_of, weigh
from playground.estimators import sampling
from playground.parameter import Parameter, Parameters
from playground.problem import Problem

BASELINE_DECAY = Hyperparameter(Parameter("baseline_decay", 0.95, 0.0, 0.999, r"\beta"))


class Scored(NamedTuple):
    """Samples with all that a score-function estimator needs of them.

    Attributes:
      x, f: [R, K], the samples and their costs; x [R, K, D] where it is a vector.
      log_prob: [R, K], log p(x; θ).
      score: By parameter name, ∂_θ log p(x; θ), [R, K] or [R, K, n].
      slope: Likewise ∂_θ f(x; θ), or None when the cost does not depend on θ.
    """

    x: tf.Tensor
    f: tf.Tensor
    log_prob: tf.Tensor
    score: dict[str, tf.Tensor]
    slope: dict[str, tf.Tensor] | None


def why_not(problem: Problem, draw: Draw) -> str | None:
    """The score function runs wherever samples can be drawn; where the support moves it runs, and is wrong."""
    return sampling.why_not(problem, draw)


def unbiased(problem: Problem) -> bool:
    """∇∫f p = ∫f ∇p needs a support that stays put: otherwise the boundary's own contribution is missed."""
    return not problem.family.moving_support


def evaluate(problem: Problem, parameters: Parameters, seed: tf.Tensor, draw: Draw) -> Scored:
    """Draws x [R, K] and scores it. `parameters` are θ's, not yet broadcast."""
    copies = problem.broadcast(parameters, draw.shape)
    return at(problem, copies, sampling.sample(problem, copies, seed, draw))


def at(problem: Problem, copies: Parameters, x: tf.Tensor) -> Scored:
    """Scores samples x [R, K], wherever they were drawn; `copies` are θ's parameters, broadcast to [R, K]."""
    x = tf.stop_gradient(x)
    depends = problem.cost.depends_on_parameters
    # One tape for both: TFP remembers x's inverse from the first log_prob, and a second tape would not see it move.
    with tf.GradientTape(persistent=depends) as tape:
        tape.watch(copies)
        log_prob = problem.distribution(copies).log_prob(x)
        f = problem.f(x, copies)
    own = tape.gradient(log_prob, copies)
    return Scored(x, f, log_prob, own, tape.gradient(f, copies) if depends else None)


def weighted(scored: Scored, weights: dict[str, tf.Tensor] | tf.Tensor) -> Estimate:
    """The estimate whose terms are weight·score (+ ∂_θ f), with one weight [R, K] for all, or one a parameter."""
    terms = {
        name: weigh(weights, score) if not isinstance(weights, dict) else weights[name] * score
        for name, score in scored.score.items()
    }
    if scored.slope is not None:
        terms = {name: term + scored.slope[name] for name, term in terms.items()}
    return Estimate(terms, points_of(scored.x))
