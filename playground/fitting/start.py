"""Where a fit starts: k-means++ or random rows, and what mixtures read off the clusters."""

import numpy as np
import tensorflow as tf

from playground.errors import InvalidInput
from playground.fitting.learnable import Layout, Learnable, Sizes, Start
from playground.values import choice

HOWS = ("k-means++", "random", "alike")
"""Seeded far from one another and settled by a few steps of Lloyd's; at different rows; all at the mean."""

MOST_ROWS = 5_000
LLOYD_STEPS = 10
LEAST_SHARE = 1e-3
LEAST_VARIANCE = 1e-3


def choose(
    learnable: Learnable,
    sizes: Sizes,
    rows: np.ndarray,
    how: str = "k-means++",
    seed: int = 0,
    restarts: int = 1,
) -> dict[str, np.ndarray]:
    """The constrained values that a fit begins with: of some starts the one under which the rows are likeliest.

    Args:
      learnable, sizes: What is fitted.
      rows: [N, D]: the data, or draws of a broad guess where a target density is fitted. Clusters are sought among at
        most 5,000 of them.
      how: One of `HOWS`. Distributions without components start from moments, whatever it is.
      seed: The same seed gives the same start.
      restarts: How many starts to compare, from 1.

    Returns:
      Values by variable name, for `Layout.flatten`.

    Raises:
      InvalidInput: If there are fewer different rows than components to place.
    """
    choice("start", how, HOWS)
    layout = Layout(learnable, sizes)
    rows = np.asarray(rows, np.float64)
    streams = np.random.default_rng(seed).spawn(restarts)
    found = [learnable.start(sizes, _start(learnable, sizes, rows, how, rng)) for rng in streams]
    if len(found) == 1:
        return found[0]
    data = tf.constant(rows, tf.float32)
    scores = [float(tf.reduce_mean(layout.log_prob(layout.values(layout.flatten(value)), data))) for value in found]
    return found[int(np.argmax(np.where(np.isfinite(scores), scores, -np.inf)))]


def _start(learnable: Learnable, sizes: Sizes, rows: np.ndarray, how: str, rng: np.random.Generator) -> Start:
    some = rows if len(rows) <= MOST_ROWS else rows[rng.choice(len(rows), MOST_ROWS, replace=False)]
    angles = learnable.kind == "circle"
    # Angles are clustered as points on the unit circle, where -π and π are neighbours.
    points = np.concatenate([np.cos(some), np.sin(some)], axis=1) if angles else some
    if learnable.components is None:
        centres, labels = points.mean(axis=0, keepdims=True), np.zeros(len(some), int)
    else:
        origin = np.zeros((int(learnable.first_at_origin), points.shape[1]))
        centres, labels = _clusters(points, sizes.components, how, rng, origin)
    if angles:
        centres = np.arctan2(centres[:, 1:], centres[:, :1])
    return Start(some, centres, labels, rng)


def _clusters(
    points: np.ndarray, count: int, how: str, rng: np.random.Generator, fixed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Centres [count, D], the first ones being those that are `fixed`, and the centre next to each point [N]."""
    wanted = count - len(fixed)
    if how == "alike":
        return np.concatenate([fixed, np.tile(points.mean(axis=0), (wanted, 1))]), np.full(len(points), -1)
    different = np.unique(points, axis=0)
    different = different[~(different[:, None] == fixed).all(axis=2).any(axis=1)] if len(fixed) else different
    if len(different) < wanted:
        raise InvalidInput(
            f"The start places {wanted} components at different rows, got {len(different)} different rows: "
            "choose fewer components or bring more rows."
        )
    if how == "random":
        centres = np.concatenate([fixed, different[rng.choice(len(different), wanted, replace=False)]])
        return centres, _distances(points, centres).argmin(axis=1)
    centres = _lloyd(points, _far_apart(points, count, rng, fixed), len(fixed))
    return centres, _distances(points, centres).argmin(axis=1)


def _far_apart(points: np.ndarray, count: int, rng: np.random.Generator, fixed: np.ndarray) -> np.ndarray:
    """Arthur & Vassilvitskii (2007): each centre is a row drawn with probability proportional to the squared distance
    from the centres before it. Rows where a centre stands are at distance 0 and never drawn again."""
    centres = fixed if len(fixed) else points[rng.integers(len(points), size=1)]
    while len(centres) < count:
        nearest = _distances(points, centres).min(axis=1)
        nearest = nearest / nearest.max()  # squares of small numbers stay above 0
        centres = np.concatenate([centres, points[rng.choice(len(points), size=1, p=nearest / nearest.sum())]])
    return centres


def _lloyd(points: np.ndarray, centres: np.ndarray, fixed: int) -> np.ndarray:
    """Moves each centre but the first `fixed` to the mean of the points next to it; one with none stays."""
    for _ in range(LLOYD_STEPS):
        labels = _distances(points, centres).argmin(axis=1)
        own = [points[labels == index] for index in range(len(centres))]
        moved = [
            centre if index < fixed or not len(some) else some.mean(axis=0)
            for index, (centre, some) in enumerate(zip(centres, own, strict=True))
        ]
        centres = np.stack(moved)
    return centres


def _distances(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Squared, [N, C]; exactly 0 for equal rows, because differences are squared one by one."""
    return np.stack([np.sum((points - centre) ** 2, axis=1) for centre in centres], axis=1)


def shares(start: Start) -> np.ndarray:
    """Each centre's share of the rows [C], kept above 0; equal where all are alike."""
    counts = np.array([np.sum(start.labels == index) for index in range(len(start.centres))])
    kept = np.maximum(counts / max(1, counts.sum()), LEAST_SHARE)
    return kept / kept.sum()


def covariances(start: Start) -> np.ndarray:
    """The covariance of the rows around each centre [C, D, D]; that of all rows where a cluster has too few."""
    size = start.rows.shape[1]
    overall = np.atleast_2d(np.cov(start.rows.T)) if len(start.rows) > 1 else np.eye(size)
    spread = np.mean(np.diag(overall))
    floor = LEAST_VARIANCE * (spread if spread > 0 else 1.0) * np.eye(size)
    found = []
    for index in range(len(start.centres)):
        own = start.rows[start.labels == index]
        covariance = np.atleast_2d(np.cov(own.T)) if len(own) > size + 1 else overall
        found.append(covariance + floor)
    return np.stack(found)


def scales(start: Start) -> np.ndarray:
    """The standard deviations of the rows around each centre, [C, D]."""
    return np.sqrt(np.diagonal(covariances(start), axis1=1, axis2=2))


def centred_logits(start: Start) -> np.ndarray:
    """The logarithms of the shares, with mean 0 [C]: softmax knows them up to a constant."""
    logits = np.log(shares(start))
    return logits - logits.mean()


def anchored_logits(start: Start) -> np.ndarray:
    """The logarithms of the shares, of which the first is 0 [C]."""
    logits = np.log(shares(start))
    return logits - logits[0]
