"""The binomial distribution with a fixed number of trials."""

import numpy as np
import tensorflow as tf

from playground.families.discrete import quantile_over
from playground.parameter import Parameter, Parameters
from playground.problem import Family, Jump, WeakDerivative, tfd

TRIALS = 10


def _make(logits: tf.Tensor, trials: int = TRIALS) -> tfd.Distribution:
    return tfd.Binomial(total_count=tf.cast(trials, logits.dtype), logits=logits)


def _weak_logits(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # ∂_p: n (1 + Bin(n − 1) − Bin(n − 1)), the same draw twice; times dp / d logits = p (1 − p).
    logits = parameters["logits"]
    others = _make(logits, TRIALS - 1).sample(seed=seed)
    return WeakDerivative(TRIALS * tf.sigmoid(logits) * tf.sigmoid(-logits), 1.0 + others, others)


def _jumps(parameters: Parameters, x: tf.Tensor) -> list[Jump]:
    # ∂_p: one of the failures succeeds, at the rate 1/(1 − p) each; times dp / d logits = p (1 − p).
    rate = (TRIALS - x) * tf.sigmoid(parameters["logits"])
    return [Jump(tf.minimum(x + 1.0, float(TRIALS)), {"logits": rate})]


FAMILY = Family(
    key="binomial",
    label=f"Binomial ({TRIALS} trials)",
    parameters=(Parameter("logits", 0.0, -5.0, 5.0, r"\phi"),),
    make=lambda p: _make(p["logits"]),
    target=lambda p: _make(tf.ones_like(p["logits"])),
    support=lambda p: (0.0, float(TRIALS)),
    atoms=lambda p: np.arange(TRIALS + 1.0),
    finite=True,
    quantile=quantile_over(lambda d: tf.range(tf.constant(TRIALS + 1.0, d.dtype))),
    weak_derivatives={"logits": _weak_logits},
    jumps=_jumps,
    order=32,
)
