"""Draws of mixtures, for built-in data sets."""

import numpy as np


def gaussian_mixture(
    rng: np.random.Generator, rows: int, weights: np.ndarray, loc: np.ndarray, covariance: np.ndarray
) -> np.ndarray:
    """Draws [rows, D] of a mixture of C normal distributions: weights [C], loc [C, D], covariance [C, D, D]."""
    component = rng.choice(len(weights), size=rows, p=weights)
    noise = rng.standard_normal((rows, loc.shape[1]))
    return loc[component] + np.einsum("nij,nj->ni", np.linalg.cholesky(covariance)[component], noise)


def student_t_mixture(
    rng: np.random.Generator, rows: int, weights: np.ndarray, df: float, loc: np.ndarray, squared_scale: np.ndarray
) -> np.ndarray:
    """Draws [rows, D] of a mixture of multivariate Student-t distributions with `df` degrees of freedom."""
    component = rng.choice(len(weights), size=rows, p=weights)
    noise = rng.standard_normal((rows, loc.shape[1])) / np.sqrt(rng.chisquare(df, size=(rows, 1)) / df)
    return loc[component] + np.einsum("nij,nj->ni", np.linalg.cholesky(squared_scale)[component], noise)
