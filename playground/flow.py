"""How a gradient gets from the cost to the parameters: a diagram as data, found by watching one estimate.

Which edges exist, and which of them carry, follows from what `playground.watching` saw; the numbers of the gradient are
those of R replicates beside the exact value.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from playground import exact
from playground.config import Config, is_static
from playground.estimator import Draw
from playground.estimators import ESTIMATORS
from playground.problem import Problem
from playground.watching import Trace, watched

WATCHED = Draw(samples=8, replicates=64)
FEW_STEPS = 6  # A baseline or a control variate that is learnt has begun to.
FAR = 5.0  # Standard errors.


@dataclass(frozen=True)
class Element:
    """One element of the gradient.

    Attributes:
      name: As in `Problem.names`.
      parameter: The parameter that it belongs to.
      mean, standard_error: Over the replicates.
      exact: NaN where it is not known.
    """

    name: str
    parameter: str
    mean: float
    standard_error: float
    exact: float

    @property
    def off(self) -> bool:
        """Whether the mean is not the exact value, by more than noise and by more than rounding."""
        far = abs(self.mean - self.exact)
        return far > FAR * self.standard_error and far > 1e-4 * max(1.0, abs(self.exact))


@dataclass(frozen=True)
class Edge:
    """From one node to another.

    Attributes:
      start, end: Keys of nodes: a parameter's name, or "noise", "x",
        "density", "cost", "gradient".
      carries: Whether the gradient comes back along it.
      number: What came back, a mean; None where there is nothing to tell.
      word: What the edge does, in a word or two.
    """

    start: str
    end: str
    carries: bool
    number: float | None = None
    word: str = ""


@dataclass(frozen=True)
class Flow:
    """The diagram of one family and one estimator.

    Attributes:
      parameters: The family's, in order.
      labels: What the inner nodes are called, by key.
      numbers: Means of x and f, by key of the node.
      edges: All of them.
      gradient: Element by element.
    """

    parameters: tuple[str, ...]
    labels: Mapping[str, str]
    numbers: Mapping[str, float]
    edges: tuple[Edge, ...]
    gradient: tuple[Element, ...]

    def carried(self) -> set[tuple[str, str]]:
        """The edges that carry gradient."""
        return {(edge.start, edge.end) for edge in self.edges if edge.carries}

    @property
    def off(self) -> set[str]:
        """The parameters whose gradient is not the exact one."""
        return {element.parameter for element in self.gradient if element.off}


@functools.lru_cache(maxsize=64)
def flow_of(config: Config) -> Flow:
    """Runs the first estimator of a configuration once under watch, and R times for its numbers."""
    problem, estimator = config.problem, ESTIMATORS[config.estimators[0]]
    theta = problem.unpack(tf.constant(config.theta, tf.float32))
    own = {
        name: int(value) if is_static(name) else tf.constant(value, tf.float32)
        for name, value in config.hyperparameters
    }
    state = estimator.init(problem, own)
    for step in range(FEW_STEPS if state else 0):
        seed = tf.constant([config.seed, -1 - step])
        state = estimator.estimate(problem, own, state, theta, seed, Draw(config.samples, 2))[1]
    trace, seed = Trace(), tf.constant([config.seed, 0])
    estimator.estimate(watched(problem, trace, theta), own, state, theta, seed, WATCHED)
    rows = estimator.estimate(problem, own, state, theta, seed, config.draw)[0].gradients(problem).numpy()
    return Flow(
        parameters=tuple(theta),
        labels=_labels(trace),
        numbers={key: value for key, value in (("x", trace.x), ("cost", trace.f)) if value is not None},
        edges=tuple(_edges(trace, tuple(theta))),
        gradient=_gradient(problem, config, rows.astype(np.float64)),
    )


def _gradient(problem: Problem, config: Config, rows: np.ndarray) -> tuple[Element, ...]:
    """rows [R, P]."""
    reference = exact.reference(problem, config.theta)
    truth = np.full(rows.shape[1], np.nan) if reference.reason else reference.gradient
    owners = [p.name for p, n in zip(problem.family.parameters, problem.sizes, strict=True) for _ in range(n)]
    error = rows.std(axis=0, ddof=1) / np.sqrt(len(rows))
    columns = zip(problem.names, owners, rows.mean(axis=0), error, truth, strict=True)
    return tuple(Element(name, owner, float(m), float(e), float(t)) for name, owner, m, e, t in columns)


def _labels(trace: Trace) -> dict[str, str]:
    labels = {"x": _sample(trace), "cost": "cost f(x)", "gradient": "gradient"}
    if trace.carries("sample"):
        labels["noise"] = "noise ε"
    if trace.carries("density"):
        labels["density"] = "log p(x; θ)" if "log_prob" in trace.asked else "p(x; θ)"
    return labels


def _step(trace: Trace) -> str:
    """How θ is moved where no tape leads through the sample, in a word or two; "" where nothing is moved."""
    if "pairs" in trace.asked:
        return "a difference"
    if "jumps" in trace.asked:
        return "a rate"
    if trace.carries("density"):
        return ""
    if trace.carries("classes") and not trace.cost_slope[1]:
        return "a difference"
    return "θ is moved" if trace.moved and not trace.carries("sample") else ""


def _sample(trace: Trace) -> str:
    if "pairs" in trace.asked:
        return "coupled pairs x₊, x₋"
    if "jumps" in trace.asked:
        return "x and where it jumps"
    if "atoms" in trace.asked and "sample" not in trace.asked:
        return "all values of x"
    if trace.carries("classes"):
        if _step(trace):
            return "coupled samples x"
        return "relaxed sample x" if "sample" not in trace.asked else "x with a soft stand-in"
    if trace.moved:
        return "x from a wider p" if trace.carries("density") else "samples at moved θ"
    return "sample x"


def _edges(trace: Trace, names: Sequence[str]) -> list[Edge]:
    step, slope = _step(trace), trace.cost_slope
    through = trace.carries("sample") or trace.carries("classes")
    tape = through and slope[1] > 0.0
    edges = []
    for name in names:
        route = next((route for route in ("sample", "classes") if trace.sizes[route].get(name)), None)
        number = None if route is None or step else trace.slopes[route][name]
        edges.append(Edge(name, "x", bool(route or step), number, step or ("path" if route else "")))
        if trace.carries("density"):
            size = trace.sizes["density"].get(name, 0.0)
            edges.append(
                Edge(name, "density", size > 0.0, size, "score" if "log_prob" in trace.asked else "slope of p")
            )
        if trace.sizes["cost"].get(name):
            edges.append(Edge(name, "cost", True, trace.slopes["cost"][name], "f depends on θ"))
    if trace.carries("sample"):
        edges.append(Edge("noise", "x", False))
    edges.append(Edge("x", "cost", tape or bool(step), slope[0] if tape else None, "slope f′" if tape else step))
    if through and not tape and not step:
        edges.append(Edge("x", "gradient", True, None, "control"))
    if trace.carries("density"):
        edges += [Edge("x", "density", False), Edge("density", "gradient", True)]
    carries = tape or bool(step) or trace.carries("cost")
    edges.append(Edge("cost", "gradient", carries, None, "" if carries else "a weight"))
    return edges
