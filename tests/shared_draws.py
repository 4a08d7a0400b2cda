"""One draw for all costs of a family. What is dear in the grid is not arithmetic but calls into TensorFlow, and samples
and scores do not depend on the cost."""

import dataclasses
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import tensorflow as tf

from playground.estimator import Draw, Estimate
from playground.estimators import ESTIMATORS, score
from playground.parameter import Parameters
from playground.problem import Problem
from tests.replicates import Reference, estimate, hyperparameters_of

KEPT = 8  # Draws remembered: a family is met with a few, one estimator after the other.
_evaluate = score.evaluate
_draws: OrderedDict[tuple[object, ...], score.Scored] = OrderedDict()


def _remembered(problem: Problem, parameters: Parameters, seed: tf.Tensor, draw: Draw) -> score.Scored:
    """`score.evaluate`, with the samples and scores of an earlier call that had the same θ, seed and draw."""
    if problem.cost.depends_on_parameters:
        return _evaluate(problem, parameters, seed, draw)
    theta = problem.pack(parameters)
    key = (problem.family.key, theta.dtype, theta.numpy().tobytes(), seed.numpy().tobytes(), draw)
    if key not in _draws:
        _draws[key] = _evaluate(problem, parameters, seed, draw)
        if len(_draws) > KEPT:
            _draws.popitem(last=False)
        return _draws[key]
    return _draws[key]._replace(f=problem.f(_draws[key].x, parameters))


@contextmanager
def shared_scores() -> Iterator[None]:
    """Score functions draw and score once for all costs that do not depend on θ."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(score, "evaluate", _remembered)
        yield


class _NotByRows(Exception):
    """f is asked for at something else than the rows of replicates."""


def _together(ats: Sequence[Reference], replicates: int) -> Reference:
    """A problem whose cost is that of `ats[0]` in the first R replicates, that of `ats[1]` in the next R, and so on."""

    def fn(x: tf.Tensor, values: Mapping[str, Any]) -> tf.Tensor:
        if x.shape.rank < 2 or x.shape[0] != len(ats) * replicates:
            raise _NotByRows
        parts = zip(ats, tf.split(x, len(ats)), strict=True)
        costs = ((at.problem.cost.fn, at.problem.cost_values, part) for at, part in parts)
        return tf.concat([fn(part, own) for fn, own, part in costs if fn is not None], axis=0)

    problem = ats[0].problem
    return dataclasses.replace(
        ats[0], problem=dataclasses.replace(problem, cost=dataclasses.replace(problem.cost, fn=fn))
    )


def _all_at_once(ats: Sequence[Reference], key: str, draw: Draw, **hyper: float) -> list[Estimate]:
    result = estimate(_together(ats, draw.replicates), key, Draw(draw.samples, len(ats) * draw.replicates), **hyper)
    return [
        Estimate({name: term[rows] for name, term in result.terms.items()}, result.points[rows])
        for rows in (slice(i * draw.replicates, (i + 1) * draw.replicates) for i in range(len(ats)))
    ]


def estimates(ats: Sequence[Reference], key: str, draw: Draw, **hyper: float) -> list[Estimate]:
    """R replicates of the estimator `key` for each of a family's costs, in order.

    Replicates are independent rows. An estimator without a state that asks for f at rows of replicates only, and not at
    a mean or at atoms, draws all costs' rows in one call; every other one estimates one cost after the other.
    """
    estimator = ESTIMATORS[key]
    plain = [at for at in ats if not at.problem.cost.depends_on_parameters]
    found: dict[int, Estimate] = {}
    if plain and not estimator.init(plain[0].problem, hyperparameters_of(estimator, **hyper)):
        try:
            found = dict(zip(map(id, plain), _all_at_once(plain, key, draw, **hyper), strict=True))
        except _NotByRows:
            pass
    with shared_scores():
        return [found[id(at)] if id(at) in found else estimate(at, key, draw, **hyper) for at in ats]
