"""What the estimators through a relaxed class share: when they run, and the classes' Gumbel noise."""

import tensorflow as tf

from playground.estimator import Draw, Hyperparameter
from playground.estimators import sampling
from playground.parameter import Parameter, Parameters
from playground.problem import Problem

TEMPERATURE = Hyperparameter(Parameter("temperature", 1.0, 0.05, 5.0, r"\tau"))


def why_not(problem: Problem, draw: Draw) -> str | None:
    """Relaxing needs classes, and a cost that has a slope between them."""
    if problem.family.class_values is None:
        return f"{problem.family.label} has no classes to relax: this runs for Bernoulli and Categorical."
    if not problem.cost.differentiable:
        return f"The cost {problem.cost.label} jumps: between two classes it has no slope to follow."
    if problem.cost.depends_on_parameters:
        return f"The cost {problem.cost.label} is defined on the classes only, not between them."
    return sampling.why_not(problem, draw)


def classes(problem: Problem, parameters: Parameters) -> tuple[tf.Tensor, tf.Tensor]:
    """The classes' logits [..., C] and values [C]."""
    assert problem.family.class_values is not None
    logits, values = problem.family.class_values(parameters)
    return logits, tf.constant(values, logits.dtype)


def perturb(logits: tf.Tensor, seed: tf.Tensor, draw: Draw) -> tf.Tensor:
    """logits [R, K, C] plus Gumbel noise: their argmax is an exact sample of the class."""
    return logits - tf.math.log(-tf.math.log(sampling.uniform(seed, draw, logits.shape[-1], logits.dtype)))


def hard(scores: tf.Tensor, values: tf.Tensor) -> tf.Tensor:
    """The value of the class with the highest score: [R, K, C] → [R, K]."""
    return tf.gather(values, tf.argmax(scores, axis=-1))


def soft(scores: tf.Tensor, values: tf.Tensor) -> tf.Tensor:
    """The mean value under softmax(scores): [R, K, C] → [R, K]."""
    return tf.linalg.matvec(tf.nn.softmax(scores), values)
