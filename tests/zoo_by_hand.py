"""The twelve learnable distributions in NumPy and SciPy, float64, and rows that fit them."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest
import tensorflow as tf
from scipy import special, stats

from playground.fitting.learnable import Layout, Learnable, Sizes
from playground.fitting.start import choose
from playground.zoo import ZOO

Arrays = Mapping[str, np.ndarray]


def rows_for(learnable: Learnable, sizes: Sizes, count: int, seed: int = 0) -> np.ndarray:
    """Rows [count, D] of the right kind, in three groups where there is room for groups."""
    rng = np.random.default_rng(seed)
    if learnable.kind == "circle":
        loc = np.array([-2.9, -0.5, 1.5])[np.arange(count) % 3]
        return rng.vonmises(loc, 8.0)[:, None]
    if learnable.kind == "counts":
        return rng.binomial(sizes.total_count, rng.beta(2.0, 3.0, count))[:, None].astype(float)
    if learnable.kind == "simplex":
        return rng.dirichlet(np.linspace(1.5, 4.0, sizes.event_size), count)
    centres = 3.0 * np.random.default_rng(seed + 1).normal(size=(3, sizes.event_size))
    return centres[np.arange(count) % 3] + rng.normal(size=(count, sizes.event_size))


def _mixture(logits: np.ndarray, components: list[np.ndarray]) -> np.ndarray:
    """log Σ_c w_c p_c(x): logits [C], C times log p_c [N] → [N]."""
    return special.logsumexp(special.log_softmax(logits)[:, None] + np.stack(components), axis=0)


def _normals(values: Arrays, rows: np.ndarray) -> np.ndarray:
    pairs = zip(values["loc"], values["scale"], strict=True)
    return _mixture(values["logits"], [stats.norm.logpdf(rows, loc, scale).sum(axis=1) for loc, scale in pairs])


def _full_normals(values: Arrays, rows: np.ndarray) -> np.ndarray:
    pairs = zip(values["loc"], values["scale_tril"], strict=True)
    return _mixture(
        values["logits"], [stats.multivariate_normal.logpdf(rows, loc, tril @ tril.T) for loc, tril in pairs]
    )


def _students(values: Arrays, rows: np.ndarray) -> np.ndarray:
    triples = zip(values["df"], values["loc"], values["scale"], strict=True)
    return _mixture(values["logits"], [stats.t.logpdf(rows, df, loc, scale).sum(axis=1) for df, loc, scale in triples])


def _von_mises(values: Arrays, rows: np.ndarray) -> np.ndarray:
    pairs = zip(values["loc"], values["concentration"], strict=True)
    logits = values.get("logits", np.zeros(1))
    return _mixture(logits, [stats.vonmises.logpdf(rows[:, 0], kappa, loc) for loc, kappa in pairs])


def _flow(values: Arrays, rows: np.ndarray) -> np.ndarray:
    """Dinh et al. (2017): back through the affine map and the couplings to a standard Normal."""
    z = (rows - values["loc"]) / values["scale"]
    log_det = -np.log(values["scale"]).sum() * np.ones(len(rows))
    for index in range(len(values["hidden_bias"])):
        kept, moved = (0, 1) if index % 2 == 0 else (1, 0)
        hidden = np.tanh(z[:, [kept]] @ values["hidden_kernel"][index] + values["hidden_bias"][index])
        shift, log_scale = (hidden @ values["output_kernel"][index] + values["output_bias"][index]).T
        z[:, moved] = (z[:, moved] - shift) * np.exp(-log_scale)
        log_det -= log_scale
    return stats.norm.logpdf(z).sum(axis=1) + log_det


def _negative_binomial(values: Arrays, rows: np.ndarray) -> np.ndarray:
    return stats.nbinom.logpmf(rows[:, 0], values["total_count"], special.expit(-values["logits"]))


LOG_PROB: dict[str, Callable[[Arrays, np.ndarray, Sizes], np.ndarray]] = {
    "mvn_scaled_identity": lambda v, x, sizes: stats.norm.logpdf(x, v["loc"], v["scale"]).sum(axis=1),
    "mvn_diag": lambda v, x, sizes: stats.multivariate_normal.logpdf(x, v["loc"], np.diag(v["scale"] ** 2)),
    "mixture_mvn_spherical": lambda v, x, sizes: _normals(v, x),
    "mixture_mvn_spherical_first_weight_fixed": lambda v, x, sizes: _normals(v, x),
    "mixture_mvn_tril": lambda v, x, sizes: _full_normals(v, x),
    "mixture_mvn_tril_first_fixed": lambda v, x, sizes: _full_normals(v, x),
    "mixture_student_t": lambda v, x, sizes: _students(v, x),
    "flow": lambda v, x, sizes: _flow(v, x),
    "gamma_poisson": lambda v, x, sizes: _negative_binomial(v, x),
    "beta_binomial": lambda v, x, sizes: stats.betabinom.logpmf(
        x[:, 0], sizes.total_count, v["concentration1"], v["concentration0"]
    ),
    "dirichlet": lambda v, x, sizes: np.array(
        [stats.dirichlet.logpdf(row / row.sum(), v["concentration"]) for row in x]
    ),
    "mixture_von_mises": lambda v, x, sizes: _von_mises(v, x),
}
"""(values, rows [N, D], sizes) → log p(rows) [N]."""


def sizes_of(learnable: Learnable) -> list[Sizes]:
    """The smallest and the largest, with either bijector."""
    counts = learnable.components or (1, 1)
    return [
        Sizes(learnable.event_sizes[end], counts[end], bijector, (1, 20)[end])
        for end in (0, 1)
        for bijector in ("softplus", "exp")
    ]


CASES = [
    pytest.param(
        learnable,
        sizes,
        id=f"{learnable.key}-{sizes.event_size}-{sizes.components}-{sizes.bijector}-{sizes.total_count}",
    )
    for learnable in ZOO.values()
    for sizes in sizes_of(learnable)
]


def some_values(learnable: Learnable, sizes: Sizes) -> tuple[Layout, tf.Tensor]:
    """Raw values near a start, none of them special."""
    layout = Layout(learnable, sizes)
    flat = layout.flatten(choose(learnable, sizes, rows_for(learnable, sizes, 100)))
    return layout, flat + tf.constant(0.2 * np.random.default_rng(3).normal(size=flat.shape), tf.float32)
