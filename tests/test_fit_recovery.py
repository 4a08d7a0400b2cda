"""Each learnable distribution finds the parameters that its data were drawn with; mixtures do as scikit-learn does."""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats
from sklearn.mixture import GaussianMixture

from playground.dataset import Sample
from playground.fitting.config import FitConfig
from playground.fitting.drive import drive, log_likelihoods
from playground.fitting.fit_training import sample_for
from playground.fitting.learnable import Layout, Sizes
from playground.fitting.start import choose
from playground.zoo import ZOO

TRIALS = 20
FALSE_ALARM = 5.7e-7  # of a case: that of 5 standard errors
FARTHEST = 0.4  # 5 standard errors of any raw variable are less, of its size or of 1: wrong values are found out

TRIL = np.array([[0.6, 0.0], [0.5, 0.8]])


@dataclass(frozen=True)
class Truth:
    """What data are drawn with, and how many rows."""

    values: dict[str, Any]
    rows: int = 4000


TRUTHS = {
    "mvn_scaled_identity": Truth({"loc": [1.0, -2.0], "scale": 0.7}),
    "mvn_diag": Truth({"loc": [1.0, -2.0], "scale": [0.5, 1.5]}),
    "mixture_mvn_spherical": Truth({"logits": [0.0, 1.0], "loc": [[-2.0, 0.0], [2.0, 1.0]], "scale": [[0.6], [1.2]]}),
    "mixture_mvn_spherical_first_weight_fixed": Truth(
        {"logits": [0.0, -1.0], "loc": [[-2.0, 0.0], [2.0, 1.0]], "scale": [[0.6], [1.2]]}
    ),
    "mixture_mvn_tril": Truth(
        {"logits": [0.0, 1.0], "loc": [[-2.0, 0.0], [2.0, 1.0]], "scale_tril": [TRIL, 1.5 * TRIL[::-1, ::-1].T]}
    ),
    "mixture_mvn_tril_first_fixed": Truth(
        {"logits": [0.0, 0.5], "loc": [[0.0, 0.0], [3.0, 2.0]], "scale_tril": [np.eye(2), TRIL]}
    ),
    "mixture_student_t": Truth(
        {
            "logits": [0.0, 0.0],
            "df": [[2.5], [3.0]],
            "loc": [[-4.0, 0.0], [4.0, 1.0]],
            "scale": [[0.6, 0.5], [0.8, 1.2]],
        },
        rows=16_000,  # tails show themselves seldom
    ),
    "gamma_poisson": Truth({"total_count": 3.0, "logits": 0.5}),
    "beta_binomial": Truth({"concentration1": 2.0, "concentration0": 4.0}),
    "dirichlet": Truth({"concentration": [2.0, 5.0, 1.5]}),
    "mixture_von_mises": Truth({"logits": [0.0, 0.7], "loc": [-2.5, 1.0], "concentration": [6.0, 3.0]}),
}


def sizes_of(key: str, truth: Truth, config: FitConfig) -> Sizes:
    components = len(truth.values["logits"]) if ZOO[key].components else 1
    return Sizes(config.event_size, components, "softplus", TRIALS)


def drawn(layout: Layout, values: dict[str, Any], count: int, seed: int) -> np.ndarray:
    rows = layout.distribution(values).sample(count, seed=tf.constant([seed, 1])).numpy()
    return rows[:, None] if rows.ndim == 1 else rows


def sample_from(layout: Layout, values: dict[str, Any], count: int, total_count: int | None = None) -> Sample:
    train, holdout = (drawn(layout, values, count, seed) for seed in (0, 1))
    size = train.shape[1]
    columns = tuple(f"x{index}" for index in range(size))
    kind = layout.learnable.kind
    return Sample("drawn", kind, columns, train, holdout, np.zeros(size), np.ones(size), total_count)


def information(layout: Layout, raw: tf.Tensor, rows: np.ndarray) -> np.ndarray:
    """Of all rows together about the raw variables, at the truth: the sum of the scores' outer products, [P, P]."""
    shifts = 1e-2 * np.eye(len(raw), dtype=np.float32)
    ends = [[layout.log_prob(layout.values(raw + sign * shift), rows) for shift in shifts] for sign in (1.0, -1.0)]
    scores = (np.asarray(ends[0]) - np.asarray(ends[1])).astype(np.float64) / 2e-2
    return scores @ scores.T


def arrangements(layout: Layout, values: dict[str, np.ndarray], truth: dict[str, np.ndarray]) -> list[tf.Tensor]:
    """The raw variables [P] under each order of the components that says the same."""
    if layout.learnable.components is None:
        return [layout.flatten(values)]
    fixed = int(layout.learnable.first_at_origin)
    found = []
    for order in itertools.permutations(range(fixed, layout.sizes.components)):
        turned = {name: value[[*range(fixed), *order]] for name, value in values.items()}
        turned["logits"] = turned["logits"] - turned["logits"][0]
        if layout.learnable.kind == "circle":  # the same angle, next to the true one
            turns = np.round((turned["loc"] - truth["loc"]) / (2.0 * np.pi))
            turned["loc"] = turned["loc"] - 2.0 * np.pi * turns
        found.append(layout.flatten(turned))
    return found


@pytest.mark.parametrize("key", TRUTHS)
def test_it_finds_the_parameters_that_its_data_were_drawn_with(key: str) -> None:
    """Wald's statistic dᵀ I d of the distance d from the truth is χ² with as many degrees of freedom as I has rank."""
    truth = TRUTHS[key]
    components = len(truth.values["logits"]) if ZOO[key].components else None
    config = FitConfig.create(model=key, components=components, learning_rate=0.03)
    layout = Layout(ZOO[key], sizes_of(key, truth, config))
    values = {name: np.asarray(value, np.float32) for name, value in truth.values.items()}
    sample = sample_from(layout, values, truth.rows, TRIALS if key == "beta_binomial" else None)
    outcome = drive(config, 1200, sample)
    assert outcome.status == "finished"
    raw = layout.flatten(values)
    known = information(layout, raw, sample.train)
    rank = int(np.linalg.matrix_rank(known, hermitian=True, rtol=1e-5))

    def wald(values: dict[str, np.ndarray]) -> float:
        apart = [(there - raw).numpy() for there in arrangements(layout, values, truth.values)]
        return min(float(d @ known @ d) for d in apart)

    errors = np.sqrt(np.diag(np.linalg.pinv(known, hermitian=True, rcond=1e-5)))
    assert np.all(5.0 * errors < FARTHEST * np.maximum(1.0, np.abs(raw))), "too few rows to tell"
    assert wald(outcome.values) < stats.chi2.isf(FALSE_ALARM, rank)
    assert set(outcome.values) == set(values)


def test_a_flow_is_as_good_as_the_one_its_data_were_drawn_with() -> None:
    """Different weights make the same flow, so that its held-out log-likelihood is compared, row by row."""
    layout = Layout(ZOO["flow"], Sizes())
    values = choose(layout.learnable, Sizes(), np.random.default_rng(2).normal(size=(200, 2)))
    values = {name: np.asarray(value, np.float32) for name, value in values.items()}
    values["output_kernel"] *= 15.0
    sample = sample_from(layout, values, 4000)
    outcome = drive(FitConfig.create(model="flow"), 1500, sample)
    rows = tf.constant(sample.holdout)
    loss = (layout.log_prob(values, rows) - layout.log_prob(outcome.values, rows)).numpy()
    error = loss.std() / np.sqrt(len(loss))
    assert 5.0 * error < 0.1
    assert loss.mean() < 0.03 + 5.0 * error
    normal = np.cov(sample.train.T)
    gaussian = stats.multivariate_normal(sample.train.mean(axis=0), normal).logpdf(sample.holdout).mean()
    assert outcome.holdout_log_likelihood > gaussian + 0.1, "the data are not just a Normal's"


@pytest.mark.parametrize(
    ("data", "components", "standardize"), [("blobs", 3, False), ("old_faithful", 2, True), ("blobs_4d", 3, False)]
)
def test_a_mixture_is_as_good_as_scikit_learns_from_the_same_start(
    data: str, components: int, standardize: bool
) -> None:
    config = FitConfig.create(data=data, components=components, standardize=standardize)
    sample = sample_for(config)
    assert sample is not None
    start = choose(ZOO[config.model], config.sizes(), sample.train, config.start, config.seed)
    outcome = drive(config, 2000)
    weights = np.exp(start["logits"]) / np.exp(start["logits"]).sum()
    covariance = start["scale_tril"] @ np.swapaxes(start["scale_tril"], 1, 2)
    reference = GaussianMixture(
        components,
        tol=1e-7,
        max_iter=1000,
        weights_init=weights,
        means_init=start["loc"],
        precisions_init=np.linalg.inv(covariance),
    ).fit(sample.train.astype(np.float64))
    per_unit = np.log(sample.scale).sum()
    expected = reference.score(sample.holdout.astype(np.float64)) - per_unit
    assert outcome.holdout_log_likelihood == pytest.approx(expected, abs=0.02)
    layout = Layout(ZOO[config.model], outcome.sizes)
    before = log_likelihoods(layout, {n: np.asarray(v, np.float32) for n, v in start.items()}, sample)[0]
    assert outcome.log_likelihood > before + 0.002, "the start is not the optimum yet"
