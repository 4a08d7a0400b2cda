"""What the estimators through a relaxed class share: when they run, the classes' noise, learned controls."""

import math
from collections.abc import Callable, Sequence

import tensorflow as tf

from playground import noise
from playground.estimator import Draw, Estimate, Hyperparameter, points_of
from playground.estimators import sampling
from playground.parameter import Parameter, Parameters
from playground.problem import Problem

TEMPERATURE = Hyperparameter(Parameter("temperature", 1.0, 0.05, 5.0, r"\tau"))

Control = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""(what is learned [n], soft weights of the classes [R, K, C] or [R, K, D, C]) → a control variate for f [R, K];
learned[0] is log T."""


def why_not(problem: Problem, draw: Draw) -> str | None:
    """Relaxing needs classes, and a cost that has a slope between them."""
    if problem.family.class_values is None:
        return no_classes(problem)
    if not problem.cost.differentiable:
        return f"The cost {problem.cost.label} jumps: between two classes it has no slope to follow."
    if problem.cost.depends_on_parameters:
        return f"The cost {problem.cost.label} is defined on the classes only, not between them."
    return sampling.why_not(problem, draw)


def no_classes(problem: Problem) -> str:
    return f"{problem.family.label} has no classes to relax: this runs for Bernoulli, its product, and Categorical."


def classes(problem: Problem, parameters: Parameters) -> tuple[tf.Tensor, tf.Tensor]:
    """The classes' logits [..., C], or [..., D, C] where x is a vector of them, and values [C]."""
    assert problem.family.class_values is not None
    logits, values = problem.family.class_values(parameters)
    return logits, tf.constant(values, logits.dtype)


def perturb(logits: tf.Tensor, seed: tf.Tensor, draw: Draw) -> tf.Tensor:
    """logits [R, K, C] or [R, K, D, C] plus Gumbel noise: their argmax is an exact sample of each class."""
    return logits - tf.math.log(-tf.math.log(_uniform(seed, draw, logits.shape[2:], logits.dtype)))


def _uniform(seed: tf.Tensor, draw: Draw, event: Sequence[int], dtype: tf.DType) -> tf.Tensor:
    """Uniform noise [R, K, *event] under the scheme."""
    flat = sampling.uniform(seed, draw, math.prod(event), dtype)
    return flat if len(event) == 1 else tf.reshape(flat, (*draw.shape, *event))


def hard(scores: tf.Tensor, values: tf.Tensor) -> tf.Tensor:
    """The value of the class with the highest score: [..., C] → [...]."""
    return tf.gather(values, tf.argmax(scores, axis=-1))


def soft(scores: tf.Tensor, values: tf.Tensor) -> tf.Tensor:
    """The mean value under softmax(scores): [..., C] → [...]."""
    return tf.linalg.matvec(tf.nn.softmax(scores), values)


def between(values: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    """Soft weights [N, C] of the two classes next to each x [N], whose mean value is x; classes are 0, 1, 2, …"""
    return tf.nn.relu(1.0 - tf.abs(x[:, tf.newaxis] - values))


def free_and_given(logits: tf.Tensor, u: tf.Tensor, v: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Scores z of the classes, and scores z̃ drawn anew *given the class that won*, both differentiable in the logits.

    Two classes need one number each, z = φ + logit u (Tucker et al. 2017, appendix): v′ is v squeezed into the part of
    (0, 1) that makes the same class win, and z̃ = φ + logit v′. Many classes take Gumbel noise, and z̃ the exponential
    race: the winner's time is Exp(1), each other class has lost by then and goes on (Maddison et al. 2017, appendix).

    Args:
      logits: [..., C], where the batch is [R, K], or [R, K, D] for vectors of classes.
      u, v: Uniform noise [..., C], or [..., 1] for two classes.
    """
    if logits.shape[-1] == 2:
        return _two(logits[..., 1:] - logits[..., :1], u, v)
    log_probs = tf.nn.log_softmax(logits)
    z = log_probs - tf.math.log(-tf.math.log(u))
    won = tf.one_hot(tf.argmax(z, axis=-1), logits.shape[-1], dtype=logits.dtype)
    time = -tf.math.log(v)
    first = tf.reduce_sum(won * time, axis=-1, keepdims=True)
    return z, -tf.math.log(first + (1.0 - won) * time * tf.exp(-log_probs))


def _two(logit: tf.Tensor, u: tf.Tensor, v: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Both as scores [..., 2], the first 0; the logarithms of v′ and 1 − v′ apart, so that none rounds to infinity."""
    z = logit + tf.math.log(u) - tf.math.log1p(-u)
    theta, rest = tf.sigmoid(logit), tf.sigmoid(-logit)
    log_theta, log_rest = tf.math.log_sigmoid(logit), tf.math.log_sigmoid(-logit)
    as_one = tf.math.log1p(-theta * (1.0 - v)) - log_theta - tf.math.log1p(-v)
    as_zero = tf.math.log(v) + log_rest - tf.math.log1p(-rest * v)
    given = logit + tf.where(z > 0.0, as_one, as_zero)
    return tuple(tf.concat([tf.zeros_like(scores), scores], axis=-1) for scores in (z, given))


def controlled(
    problem: Problem, parameters: Parameters, seed: tf.Tensor, draw: Draw, control: Control, learned: tf.Tensor
) -> tuple[Estimate, tf.Tensor]:
    """(f(b) − c(z̃)) ∇ log p(b) + ∇c(z) − ∇c(z̃) (+ ∂_θ f), and how its square grows with what c has learned.

    Args:
      control: c, as a function of what is learned and of the classes' soft weights, softmax(z/T).
      learned: [n], log T first.

    Returns:
      The estimate, and the gradient [n] of replicate 0's mean square over its terms, which estimates that of the
      variance, since the mean does not depend on c.
    """
    logits, _ = classes(problem, parameters)
    event = (*logits.shape[:-1], 1 if logits.shape[-1] == 2 else logits.shape[-1])
    u, v = (_uniform(own, draw, event, logits.dtype) for own in noise.split(seed, 2))
    # Replicate 0 is the one that learns; only it needs the derivative of a derivative.
    with tf.GradientTape() as tape:
        tape.watch(learned)
        first = _controlled_terms(problem, parameters, u[:1], v[:1], control, learned)
        square = tf.add_n([tf.reduce_sum(term**2) for term in first.terms.values()]) / draw.samples
    others = _controlled_terms(problem, parameters, u[1:], v[1:], control, learned)
    return tf.nest.map_structure(lambda *rows: tf.concat(rows, 0), first, others), tape.gradient(square, learned)


def _controlled_terms(
    problem: Problem, parameters: Parameters, u: tf.Tensor, v: tf.Tensor, control: Control, learned: tf.Tensor
) -> Estimate:
    """The terms for this noise u, v, as in `free_and_given`."""
    copies = problem.broadcast(parameters, u.shape[:2])
    with tf.GradientTape() as tape:
        tape.watch(copies)
        logits, values = classes(problem, copies)
        z, given = free_and_given(logits, u, v)
        x = hard(z, values)
        temperature = tf.exp(learned[0])
        free_control, given_control = (control(learned, tf.nn.softmax(s / temperature)) for s in (z, given))
        f = problem.f(x, copies)
        targets = [problem.distribution(copies).log_prob(x), free_control - given_control, f]
    one = tf.ones_like(f)
    terms = tape.gradient(targets, copies, output_gradients=[f - given_control, one, one])
    return Estimate(terms, points_of(x))
