"""Where a fit starts: k-means++ or random rows, and what mixtures read off the clusters."""

import numpy as np

from playground.fitting.learnable import Start

LEAST_SHARE = 1e-3
LEAST_VARIANCE = 1e-2


def shares(start: Start) -> np.ndarray:
    """Each centre's share of the rows [C], kept above 0."""
    counts = np.bincount(start.labels, minlength=len(start.centres)).astype(np.float64)
    kept = np.maximum(counts / max(1, len(start.labels)), LEAST_SHARE)
    return kept / kept.sum()


def covariances(start: Start) -> np.ndarray:
    """The covariance of the rows around each centre [C, D, D]; that of all rows where a cluster has too few."""
    size = start.rows.shape[1]
    overall = np.atleast_2d(np.cov(start.rows.T)) if len(start.rows) > 1 else np.eye(size)
    floor = LEAST_VARIANCE * np.mean(np.diag(overall)) * np.eye(size)
    found = []
    for index in range(len(start.centres)):
        own = start.rows[start.labels == index]
        covariance = np.atleast_2d(np.cov(own.T)) if len(own) > size + 1 else overall
        found.append(covariance + floor)
    return np.stack(found)
