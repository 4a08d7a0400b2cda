"""Watching an estimator at work: what it asks of a problem, and which slopes come back through the answers.

A problem is rebuilt so that everything that an estimator can ask of it (a sample, a density, the classes behind it, a
weak derivative, the cost) leaves a trace: what was asked, and which slopes came back through it when a tape was read.
No estimator is known here by name.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import tensorflow as tf

from playground.parameter import Parameters
from playground.problem import Cost, Family, Problem

ROUTES = ("sample", "density", "classes", "cost")


@dataclass
class Trace:
    """What one estimate did.

    Attributes:
      slopes: By route, then by parameter: the mean of the slopes that came back there, element by element summed over.
      sizes: Likewise their mean size, which is 0 only where nothing came back.
      asked: What was asked for besides: "sample", "atoms", "pairs", "jumps", "log_prob", "prob", "classes", "cost".
      moved: Whether a sample was drawn at other parameters than θ.
      x, f: Means of what was drawn, and of its cost.
      cost_slope: The mean slope that came back at the cost's own argument, and its mean size.
    """

    slopes: dict[str, dict[str, float]] = field(default_factory=lambda: {route: {} for route in ROUTES})
    sizes: dict[str, dict[str, float]] = field(default_factory=lambda: {route: {} for route in ROUTES})
    asked: set[str] = field(default_factory=set)
    moved: bool = False
    x: float | None = None
    f: float | None = None
    cost_slope: tuple[float, float] = (0.0, 0.0)

    def came_back(self, route: str, name: str, slope: tf.Tensor) -> None:
        values = tf.convert_to_tensor(slope).numpy()
        size = float(np.abs(values).mean())
        if size > self.sizes[route].get(name, 0.0):
            self.slopes[route][name], self.sizes[route][name] = float(values.mean()), size

    def carries(self, route: str) -> bool:
        """Whether anything came back along a route, to any parameter."""
        return any(self.sizes[route].values())

    def back_at_cost(self, slope: tf.Tensor) -> None:
        values = tf.convert_to_tensor(slope).numpy()
        if np.abs(values).mean() > self.cost_slope[1]:
            self.cost_slope = (float(values.mean()), float(np.abs(values).mean()))


def _tap(value: tf.Tensor, seen: Callable[[tf.Tensor], None]) -> tf.Tensor:
    """`value`, unchanged; `seen` hears of every slope that comes back through it."""

    @tf.custom_gradient
    def through(inner: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        def back(slope: tf.Tensor) -> tf.Tensor:
            seen(slope)
            return slope

        return tf.identity(inner), back

    return through(value)


class _Watched:
    """A distribution that tells how it is used, through a copy of its own for each route."""

    def __init__(self, family: Family, parameters: Parameters, trace: Trace, theta: Parameters) -> None:
        self._family, self._parameters, self._trace, self._theta = family, parameters, trace, theta
        self._plain = family.make(parameters)

    def _route(self, route: str) -> Any:
        return self._family.make(tapped(self._parameters, self._trace, route))

    def sample(self, *arguments: Any, **options: Any) -> tf.Tensor:
        x = self._route("sample").sample(*arguments, **options)
        self._drew(x)
        return x

    def quantile(self, u: tf.Tensor) -> tf.Tensor:
        x = self._route("sample").quantile(u)
        self._drew(x)
        return x

    def _drew(self, x: tf.Tensor) -> None:
        self._trace.asked.add("sample")
        self._trace.x = float(tf.reduce_mean(x))
        for name, value in self._theta.items():
            self._trace.moved |= not np.allclose(self._parameters[name].numpy(), value.numpy(), rtol=1e-5, atol=1e-6)

    def log_prob(self, x: tf.Tensor) -> tf.Tensor:
        self._trace.asked.add("log_prob")
        return self._route("density").log_prob(x)

    def prob(self, x: tf.Tensor) -> tf.Tensor:
        self._trace.asked.add("prob")
        return self._route("density").prob(x)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)


def tapped(parameters: Parameters, trace: Trace, route: str) -> dict[str, tf.Tensor]:
    """The parameters, with a tap on each."""
    return {name: _tap(value, functools.partial(trace.came_back, route, name)) for name, value in parameters.items()}


def watched(problem: Problem, trace: Trace, theta: Parameters) -> Problem:
    """The same problem, which leaves a trace."""
    family, cost = problem.family, problem.cost

    def asked(word: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def ask(*arguments: Any) -> Any:
            trace.asked.add(word)
            return function(*arguments)

        return ask

    def classes(parameters: Parameters) -> Any:
        assert family.class_values is not None
        trace.asked.add("classes")
        return family.class_values(tapped(parameters, trace, "classes"))

    def seen(f: tf.Tensor) -> tf.Tensor:
        trace.asked.add("cost")
        if trace.f is None:
            # Of a vector `fn` gives the costs of its coordinates, and their sum is the cost.
            summed = family.vector and cost.relative is None
            trace.f = float(tf.reduce_mean(tf.reduce_sum(f, axis=-1) if summed else f))
        return f

    def fn(x: tf.Tensor, values: Mapping[str, Any]) -> tf.Tensor:
        assert cost.fn is not None
        return seen(cost.fn(_tap(x, trace.back_at_cost), values))

    def relative(x: tf.Tensor, distribution: Any, own: Family, parameters: Parameters) -> tf.Tensor:
        assert cost.relative is not None
        moving = tapped(parameters, trace, "cost")
        return seen(cost.relative(_tap(x, trace.back_at_cost), family.make(moving), family, moving))

    mine = replace(
        family,
        make=lambda parameters: _Watched(family, parameters, trace, theta),
        atoms=None if family.atoms is None else asked("atoms", family.atoms),
        jumps=None if family.jumps is None else asked("jumps", family.jumps),
        class_values=None if family.class_values is None else classes,
        weak_derivatives={name: asked("pairs", weak) for name, weak in family.weak_derivatives.items()},
    )
    own_cost: Cost = replace(cost, fn=None if cost.fn is None else fn, relative=cost.relative and relative)
    return replace(problem, family=mine, cost=own_cost)
