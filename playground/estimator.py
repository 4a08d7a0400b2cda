"""What a gradient estimator is: a pair of pure functions over explicit state, and what is known about it.

Shapes, used everywhere: P parameters, K samples an estimate, R independent replicates of the whole estimate, M terms
(M = K for most). Replicate 0 drives the training; the spread over the R rows is the gradient's variance, and it is
honest for every estimator, because rows are independent where samples (leave-one-out, antithetic pairs) are not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import tensorflow as tf

from playground.expectation import why_undefined
from playground.parameter import Parameter, Parameters
from playground.problem import Problem

State = Mapping[str, tf.Tensor]


@dataclass(frozen=True)
class Draw:
    """How much is drawn, and how: fixed when a step is compiled.

    Attributes:
      samples: K, of one estimate.
      replicates: R, of the whole estimate.
      sampling: A key of `playground.estimators.sampling.SCHEMES`.
    """

    samples: int
    replicates: int
    sampling: str = "independent"

    @property
    def shape(self) -> tuple[int, int]:
        return (self.replicates, self.samples)

    @property
    def how(self) -> str:
        """Completes "samples are drawn …"."""
        words = {"independent": "independently", "antithetic": "antithetically", "sobol": "as Sobol points"}
        return words[self.sampling]


class Estimate(NamedTuple):
    """R estimates of ∇_θ E[f], still in their terms.

    Attributes:
      terms: By parameter name, [R, M] (or [R, M, n] for a vector): replicate r's gradient is the mean over M.
      points: [R, M, S], where f was evaluated for each term: S = 1, a pair, or a pair for each parameter in turn;
        [R, M, S, D] where x is a vector.
    """

    terms: Mapping[str, tf.Tensor]
    points: tf.Tensor

    def gradients(self, problem: Problem) -> tf.Tensor:
        """[R, P]."""
        return problem.pack({name: tf.reduce_mean(term, axis=1) for name, term in self.terms.items()})

    def gradients_by_element(self, problem: Problem) -> tf.Tensor:
        """The same as [P, R]: what is summed over replicates then lies side by side."""
        return problem.by_element({name: tf.reduce_mean(term, axis=1) for name, term in self.terms.items()})

    def first_terms(self, problem: Problem) -> tf.Tensor:
        """The terms of replicate 0, the one that trains: [M, P]."""
        return problem.pack({name: term[0] for name, term in self.terms.items()})


def points_of(*places: tf.Tensor) -> tf.Tensor:
    """`Estimate.points` from S samples [R, M], or [R, M, D] of vectors."""
    return places[0][:, :, tf.newaxis] if len(places) == 1 else tf.stack(places, axis=2)


def weigh(weight: tf.Tensor, term: tf.Tensor) -> tf.Tensor:
    """weight [R, M] × term [R, M] or [R, M, n]."""
    return weight * term if term.shape.rank == weight.shape.rank else weight[..., tf.newaxis] * term


@dataclass(frozen=True)
class Hyperparameter:
    """A number of the estimator's own.

    Attributes:
      parameter: Name, default, range.
      hot: Whether it may change while a run goes on (it enters the compiled step as a tensor); otherwise it is an
        integer that shapes the step.
    """

    parameter: Parameter
    hot: bool = True


def no_state(problem: Problem, hyperparameters: Mapping[str, Any]) -> State:
    return {}


@dataclass(frozen=True)
class Learned:
    """How to look at what an estimator has learned so far.

    Attributes:
      numbers: (problem, state, parameters) → what it has learned, by name: scalars.
      curve: (problem, state, parameters, x [N]) → what is held against f there [N], drawn over f(x).
    """

    numbers: Callable[[Problem, State, Parameters], Mapping[str, tf.Tensor]]
    curve: Callable[[Problem, State, Parameters, tf.Tensor], tf.Tensor]


@dataclass(frozen=True)
class Estimator:
    """A way to estimate ∇_θ E[f(x)] from samples.

    Attributes:
      key, label: Its stable name, and its name on screen.
      story: One line for a newcomer.
      latex: Its formula for one term.
      estimate: (problem, hyperparameters, state, parameters, seed, draw) → (`Estimate`, new state). Pure; `parameters`
        are θ's, not yet broadcast; `seed` is a stateless seed [2]. What state it uses may depend on earlier calls only.
      why_not: (problem, draw) → None, or the sentence that says why it cannot run. What has no expectation has no
        gradient, and what is written for numbers takes no vectors: these sentences come first for every estimator, and
        none needs to remember them.
      unbiased: Whether its mean is the exact gradient, for this problem.
      caution: The sentence that says what is wrong where its mean is not the exact gradient though theory says so
        (a sampler whose own gradient is wrong), or None.
      evaluations: (problem, hyperparameters, K) → evaluations of f for one estimate.
      init: (problem, hyperparameters) → the first state.
      hyperparameters: Its own numbers.
      shift_invariant: Whether adding a constant to f moves no single estimate.
      exact_variance: (nodes, K) → the variance [B, P] of one estimate under independent sampling, from the quadrature
        nodes of `playground.exact`, or None where it is not known. Vectors have no such nodes, and none is known.
      vectors: Whether it runs where x is a vector. What is said of K samples is then said of K vectors.
      learned: How to look at its state, where the state is worth a look.
    """

    key: str
    label: str
    story: str
    latex: str
    estimate: Callable[[Problem, Mapping[str, Any], State, Parameters, tf.Tensor, Draw], tuple[Estimate, State]]
    why_not: Callable[[Problem, Draw], str | None]
    evaluations: Callable[[Problem, Mapping[str, Any], int], int]
    unbiased: Callable[[Problem], bool] = lambda problem: True
    caution: Callable[[Problem], str | None] = lambda problem: None
    init: Callable[[Problem, Mapping[str, Any]], State] = no_state
    hyperparameters: tuple[Hyperparameter, ...] = ()
    shift_invariant: bool = False
    exact_variance: Callable[[Any, int], Any] | None = None
    vectors: bool = False
    learned: Learned | None = None
    order: int = 0

    def __post_init__(self) -> None:
        own = self.why_not

        def why_not(problem: Problem, draw: Draw) -> str | None:
            return why_undefined(problem) or self._why_no_vectors(problem) or own(problem, draw)

        object.__setattr__(self, "why_not", why_not)

    def _why_no_vectors(self, problem: Problem) -> str | None:
        if self.vectors or not problem.family.vector:
            return None
        return f"{problem.family.label} draws vectors, and {self.label} is written for one number at a time."
