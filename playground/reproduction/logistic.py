"""Bayesian logistic regression on the breast-cancer data: five gradients of E_q[log p(y | x, z)], vectorised.

q(z) = N(m, diag exp(2ρ)), φ = (m, ρ) [2D]; the prior is N(0, I), and its divergence is added in closed form.

Data: Wolberg, Mangasarian, Street & Street (1993), Breast Cancer Wisconsin (Diagnostic), UCI Machine Learning
Repository, CC BY 4.0, as in scikit-learn: 569 rows, 30 features, class 1 is benign.
"""

import functools
import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from playground import noise
from playground.reproduction.descent import State

FILE = Path(__file__).with_name("breast_cancer.npz")
BATCH, SAMPLES = 32, 50
DECAY = 0.9
BATCHES = 20


@functools.cache
def data() -> np.ndarray:
    """x standardised, with a column of ones, times the class as ±1: [569, 31]. Such a row's logit is to be positive."""
    with np.load(FILE) as file:
        x, y = file["x"].astype(np.float64), file["y"].astype(np.float64)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    rows = np.concatenate([x, np.ones((len(x), 1))], axis=1) * (2.0 * y - 1.0)[:, np.newaxis]
    return rows.astype(np.float32)


class Drawn(NamedTuple):
    """One step's draw: K samples of z, and a minibatch.

    Attributes:
      rows: [B, D].
      weight: N/B, of a row's log likelihood.
      loc, scale: Of q, [D].
      normal: ε [K, D].
      margins: (loc + scale ε) · rows, [K, B].
      f: The log likelihood, [K].
      seed: For what more is drawn.
    """

    rows: tf.Tensor
    weight: float
    loc: tf.Tensor
    scale: tf.Tensor
    normal: tf.Tensor
    margins: tf.Tensor
    f: tf.Tensor
    seed: tf.Tensor


Term = Callable[[Drawn, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]
"""(draw, baseline []) → the gradient of E f with respect to m and ρ, each [D]."""


def _pathwise(drawn: Drawn, baseline: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    slope = drawn.weight * tf.matmul(tf.sigmoid(-drawn.margins), drawn.rows)
    return tf.reduce_mean(slope, axis=0), tf.reduce_mean(slope * drawn.normal, axis=0) * drawn.scale


def _scored(drawn: Drawn, worth: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    by_loc = tf.reduce_mean(worth[:, tf.newaxis] * drawn.normal, axis=0) / drawn.scale
    return by_loc, tf.reduce_mean(worth[:, tf.newaxis] * (drawn.normal**2 - 1.0), axis=0)


def _leave_one_out(drawn: Drawn, baseline: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    count = drawn.f.shape[0]
    return _scored(drawn, (drawn.f - tf.reduce_mean(drawn.f)) * count / (count - 1.0))


def _measure_valued(drawn: Drawn, baseline: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Each element of z in turn is drawn from the two parts of its weak derivative, the others stay: 4 K D costs."""
    first, second, third, fourth = noise.split(drawn.seed, 4)
    like = drawn.normal
    rayleigh = tf.sqrt(-2.0 * tf.math.log(tf.random.stateless_uniform(like.shape, first, 1e-7, 1.0)))
    maxwell = tf.norm(tf.random.stateless_normal([3, *like.shape], second), axis=0)
    maxwell *= tf.sign(tf.random.stateless_uniform(like.shape, third, -1.0, 1.0))
    shrunk = maxwell * tf.random.stateless_uniform(like.shape, fourth)

    def value(noise_of: tf.Tensor) -> tf.Tensor:
        """f with each element's ε replaced in turn, [K, D]."""
        moved = ((noise_of - like) * drawn.scale)[:, tf.newaxis, :] * drawn.rows
        return -drawn.weight * tf.reduce_sum(tf.math.softplus(-drawn.margins[..., tf.newaxis] - moved), axis=1)

    by_loc = tf.reduce_mean(value(rayleigh) - value(-rayleigh), axis=0) / (drawn.scale * math.sqrt(2.0 * math.pi))
    return by_loc, tf.reduce_mean(value(maxwell) - value(shrunk), axis=0)


TERMS: dict[str, Term] = {
    "pathwise": _pathwise,
    "measure-valued": _measure_valued,
    "leave-one-out": _leave_one_out,
    "moving average": lambda drawn, baseline: _scored(drawn, drawn.f - baseline),
    "score function": lambda drawn, baseline: _scored(drawn, drawn.f),
}


def draw(phi: tf.Tensor, seed: tf.Tensor, batch_seed: tf.Tensor) -> Drawn:
    """K samples and a minibatch, whose seed may be another one."""
    everything = tf.constant(data())
    count, size = everything.shape
    chosen = tf.random.stateless_uniform([BATCH], batch_seed, maxval=count, dtype=tf.int32)
    own, more = noise.split(seed, 2)
    rows, loc, scale = tf.gather(everything, chosen), phi[:size], tf.exp(phi[size:])
    normal = tf.random.stateless_normal([SAMPLES, size], own)
    margins = tf.matmul(loc + scale * normal, rows, transpose_b=True)
    weight = count / BATCH
    f = -weight * tf.reduce_sum(tf.math.softplus(-margins), axis=1)
    return Drawn(rows, weight, loc, scale, normal, margins, f, more)


def loss_gradient(key: str, phi: tf.Tensor, state: State, seed: tf.Tensor, batch_seed: tf.Tensor) -> tuple:
    """(gradient of −ELBO [2D], the moving average for the next step). The divergence is exact."""
    drawn = draw(phi, seed, batch_seed)
    baseline = tf.math.divide_no_nan(state["sum"], state["weight"])
    by_loc, by_log_scale = TERMS[key](drawn, baseline)
    gradient = tf.concat([drawn.loc - by_loc, drawn.scale**2 - 1.0 - by_log_scale], axis=0)
    new = {
        "sum": DECAY * state["sum"] + (1.0 - DECAY) * tf.reduce_mean(drawn.f),
        "weight": DECAY * state["weight"] + (1.0 - DECAY),
    }
    return gradient, new


def first_state() -> dict[str, tf.Tensor]:
    """A moving average of nothing."""
    return {"sum": tf.zeros([]), "weight": tf.zeros([])}


def bound(phi: np.ndarray, draws: int = 400) -> tuple[float, float]:
    """The ELBO and E log p(y | z) over all rows, with the same `draws` noises each time."""
    rows = data().astype(np.float64)
    loc, log_scale = np.split(phi, 2)
    normal = np.random.default_rng(0).standard_normal((draws, len(loc)))
    margins = (loc + np.exp(log_scale) * normal) @ rows.T
    divergence = 0.5 * np.sum(np.exp(2.0 * log_scale) + loc**2 - 1.0) - np.sum(log_scale)
    likelihood = -float(np.logaddexp(0.0, -margins).sum(axis=1).mean())
    return likelihood - float(divergence), likelihood


def variance(key: str, phi: np.ndarray, replicates: int, seed: int) -> float:
    """Of one gradient, the elements' added up: the noise of z alone, within a minibatch, averaged over `BATCHES`.

    The moving average is what it tends to, E f over all rows: it does not know how hard this minibatch is.
    """
    state = {"sum": tf.constant(bound(phi)[1], tf.float32), "weight": tf.ones([])}

    def one(index: tf.Tensor) -> tf.Tensor:
        own, batch = tf.stack([tf.constant(seed), index]), tf.stack([tf.constant(seed + 1), index % BATCHES])
        return loss_gradient(key, tf.constant(phi, tf.float32), state, own, batch)[0]

    rows = tf.function(lambda: tf.map_fn(one, tf.range(replicates), fn_output_signature=tf.float32), autograph=False)()
    grouped = rows.numpy().astype(np.float64).reshape(-1, BATCHES, len(phi))
    return float(grouped.var(axis=0, ddof=1).mean(axis=0).sum())
