"""A fit from the first step to the last without a viewer, for the command line and for tests.

It takes the steps that a page's fit takes. Only, because the end is known here, the learning rate falls along half a
cosine over the second half: the noise of the minibatches averages out, and the fit ends at the optimum, not around it.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import tensorflow as tf

from playground.dataset import Sample
from playground.fitting.config import FitConfig
from playground.fitting.fit_training import FitTraining, sample_for
from playground.fitting.learnable import Layout, Sizes, Values
from playground.training.history import History, View
from playground.training.training import advance

STAIRS = 50
BLOCK = 16_384


@dataclass(frozen=True)
class Outcome:
    """Where a fit ended.

    Attributes:
      status: "finished" or "diverged".
      cause: Why it diverged, in words, or None.
      step: Steps done; after a divergence, up to the last good state.
      sizes: What shapes the distribution.
      values: Its constrained values there, by variable name.
      log_likelihood, holdout_log_likelihood: Nats a row, over all rows, in the units of the data as they were given;
        NaN where there are none.
      objective, gap: For reverse KL, E_q[log q − log p] and KL(q ‖ p) by quadrature; NaN where unknown.
      sample: The data; None for reverse KL.
      history: See `Fitter`; log-likelihoods there are of at most 1000 rows, in the units of the fit.
    """

    status: str
    cause: str | None
    step: int
    sizes: Sizes
    values: dict[str, np.ndarray]
    log_likelihood: float
    holdout_log_likelihood: float
    objective: float
    gap: float
    sample: Sample | None
    history: View


def drive(config: FitConfig, steps: int, sample: Sample | None = None) -> Outcome:
    """Fits for `steps` ≥ 1 steps, or until something goes wrong.

    Args:
      config: What is fitted.
      steps: How many.
      sample: The data, where they are not those that `config.data` names.
    """
    training = FitTraining(sample_for if sample is None else lambda config: sample)
    training.begin(config)
    history, done, fault = History(stride=training.first_stride), 0, None
    longest = min(training.most_steps, max(1, steps // STAIRS))
    while done < steps and fault is None:
        falls = done >= steps // 2
        count = min(longest if falls else training.most_steps, (steps if falls else steps // 2) - done)
        training.edit(replace(config, learning_rate=config.learning_rate * _share((done + 0.5 * count) / steps)))
        fault = advance(training, history, count)
        done = int(training.state.step)
    return _outcome(training, fault, history)


def _share(progress: float) -> float:
    """Of the learning rate that is left, 1 over the first half and then along a cosine to 0."""
    return 0.5 * (1.0 + math.cos(math.pi * max(0.0, 2.0 * progress - 1.0)))


def _outcome(training: FitTraining, fault: str | None, history: History) -> Outcome:
    raw, sample, layout = training.state.raw, training.sample, training.fitter.layout
    values = {name: np.asarray(value) for name, value in layout.values(raw).items()}
    train, holdout = (math.nan, math.nan) if sample is None else log_likelihoods(layout, values, sample)
    objective, gap = (math.nan, math.nan) if sample is not None else map(float, training.fitter.distance(raw))
    return Outcome(
        status="finished" if fault is None else "diverged",
        cause=fault,
        step=int(training.state.step),
        sizes=training.sizes,
        values=values,
        log_likelihood=train,
        holdout_log_likelihood=holdout,
        objective=objective,
        gap=gap,
        sample=sample,
        history=history.view(),
    )


def log_likelihoods(layout: Layout, values: Values, sample: Sample) -> tuple[float, float]:
    """Of all training and of all held-out rows: nats a row, in the units of the data as they were given."""
    per_unit = float(np.sum(np.log(sample.scale)))  # a density of stretched rows is as much thinner
    return _mean(layout, values, sample.train) - per_unit, _mean(layout, values, sample.holdout) - per_unit


def _mean(layout: Layout, values: Values, rows: np.ndarray) -> float:
    if not len(rows):
        return math.nan
    blocks = [tf.constant(rows[first : first + BLOCK]) for first in range(0, len(rows), BLOCK)]
    return sum(float(layout.log_prob(values, block).numpy().sum(dtype=np.float64)) for block in blocks) / len(rows)
