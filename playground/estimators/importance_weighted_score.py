"""The score function from a wider proposal: samples of q, weighed by p/q.

q = α p(x; θ) + (1 − α) p(x; θ′), where θ′ is θ with a wider spread (`_widened`): scales times w, concentrations divided
by w, classes' logits too, and the odds of larger counts times w. E_p[f s] = E_q[(p/q) f s], and likewise for ∂_θ f.

Requires: a parameter that sets how wide the family is; otherwise as the plain score function.
Unbiased: yes, for any q that covers p. The share α of p itself makes the proposal *defensive*: no weight exceeds 1/α.
Cost: K evaluations of f.
Watch for: where f is moderate everywhere, samples in the tails are wasted and the variance grows; where all that counts
is rare (a step in the tail), it falls by orders of magnitude.

References:
  Owen (2013), Monte Carlo theory, methods and examples, ch. 9.
  Hesterberg (1995), Weighted average importance sampling and defensive mixture distributions.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground import noise
from playground.estimator import Draw, Estimate, Estimator, Hyperparameter, State
from playground.estimators import sampling, score
from playground.parameter import Parameter, Parameters
from playground.problem import Problem

SHARE = Hyperparameter(Parameter("defensive_share", 0.5, 0.05, 0.95, r"\alpha_{\mathrm{own}}"))
WIDENING = Hyperparameter(Parameter("widening", 2.0, 1.0, 10.0, "w"))


def _widened(problem: Problem, parameters: Parameters, factor: tf.Tensor) -> dict[str, tf.Tensor]:
    """The parameters of θ′ that differ from θ's, by the names that TFP gives to what sets a spread."""
    family, wider = problem.family, {}
    counts = family.discrete and not family.finite
    for name, value in parameters.items():
        if any(end is value for end in family.support(parameters)):
            continue  # where the support begins, as a Pareto's scale, is no spread
        if name.startswith("scale") or (name == "rate" and counts):
            wider[name] = value * factor
        elif name == "logits" and counts:
            # Of a success that ends the count, or of one that is counted: where the mean goes shows which.
            means = [problem.distribution({**parameters, name: value + step}).mean() for step in (0.0, 1.0)]
            wider[name] = value + tf.sign(means[1] - means[0]) * tf.math.log(factor)
        elif name in ("rate", "logits") or name.startswith("concentration"):
            wider[name] = value / factor
    return wider


def _why_not(problem: Problem, draw: Draw) -> str | None:
    defaults = {p.name: tf.constant(p.default, tf.float32) for p in problem.family.parameters}
    if not _widened(problem, defaults, tf.ones([])):
        return f"No parameter of {problem.family.label} is known to set its spread, so there is no wider proposal."
    return sampling.why_not(problem, draw)


def _from_own(seed: tf.Tensor, draw: Draw, share: tf.Tensor) -> tf.Tensor:
    """Which samples come from p itself [R, K]; an antithetic pair has one source, or it would be none."""
    coin = tf.random.stateless_uniform(draw.shape, seed, dtype=share.dtype)
    half = coin[:, : draw.samples // 2]
    return (tf.concat([half, half], axis=1) if draw.sampling == "antithetic" else coin) < share


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    own, coins = noise.split(seed, 2)
    dtype = next(iter(parameters.values())).dtype
    share, factor = (tf.cast(hyperparameters[name], dtype) for name in ("defensive_share", "widening"))
    copies = problem.broadcast(parameters, draw.shape)
    wider = problem.broadcast({**parameters, **_widened(problem, parameters, factor)}, draw.shape)
    first = _from_own(coins, draw, share)
    mixed = {
        name: tf.where(first if value.shape.rank == 2 else first[..., tf.newaxis], value, wider[name])
        for name, value in copies.items()
    }
    scored = score.at(problem, copies, sampling.sample(problem, mixed, own, draw))
    ratio = problem.distribution(wider).log_prob(scored.x) - scored.log_prob
    weight = 1.0 / (share + (1.0 - share) * tf.exp(ratio))
    weighted = score.weighted(scored, scored.f)
    return weighted._replace(terms={name: score.weigh(weight, term) for name, term in weighted.terms.items()}), state


ESTIMATOR = Estimator(
    key="importance_weighted_score",
    label="score function, importance-weighted",
    story="Draws from a wider distribution, so that rare and costly samples are seen, and weighs them back.",
    latex=r"\frac{p(x)}{q(x)}\,f(x)\,\nabla_\theta \log p(x;\theta),\quad x\sim q",
    estimate=_estimate,
    why_not=_why_not,
    unbiased=score.unbiased,
    evaluations=lambda problem, hyperparameters, samples: samples,
    hyperparameters=(SHARE, WIDENING),
    vectors=True,
    order=5,
)
