"""Sequences: recovery, calibration, slices, configurations, files."""

import math
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
from scipy import special, stats

from playground.data.table import read_table
from playground.data.uploads import UPLOADS
from playground.errors import InvalidInput
from playground.sequences.config import SequenceConfig
from playground.sequences.drive import drive
from playground.sequences.moment import BANDS, LEVELS, coverage
from playground.sequences.networks import NETWORKS
from playground.sequences.processes import AR_COEFFICIENTS, AR_NOISE, SINE_NOISE, normal_log_density
from playground.sequences.series import Series, lattice, series_for, series_of
from playground.sequences.training import SequenceTraining
from playground.training.history import History, View
from playground.training.run import Run

SMALL = {"points": 400, "units": 4, "window": 10, "batch": 8}


def begun(config: SequenceConfig) -> SequenceTraining:
    training = SequenceTraining()
    training.begin(config)
    return training


def trained(training: SequenceTraining, slices: tuple[int, ...]) -> View:
    history = History(stride=training.first_stride)
    for steps in slices:
        first = int(training.state.step)
        rows, fault = training.advance(steps, history.stride)
        assert fault is None
        history.extend(history.kept(first, steps), rows)
    return history.view()


# What is learnt.


def test_a_linear_convolution_recovers_an_ar2_within_its_standard_errors() -> None:
    config = SequenceConfig.create(series="ar2", points=4000, network="linear", kernel=2, scale="shared", batch=64)
    training, moment = drive(config, 3000)
    weights, series = training.trainer.model.weights(training.state.flat), training.series
    learnt = weights["dense_kernel"].numpy()[::-1, 0]  # the newest value last
    x = series.values[: series.split].astype(np.float64)
    design = np.stack([x[1:-1], x[:-2], np.ones(len(x) - 2)], axis=1)
    inverse = np.linalg.inv(design.T @ design)
    least_squares = inverse @ design.T @ x[2:]
    noise = float(np.std(x[2:] - design @ least_squares))
    errors = noise * np.sqrt(np.diag(inverse))[:2]
    assert np.all(5.0 * errors < 0.1 * np.abs(AR_COEFFICIENTS)), "too few values to tell"
    assert np.all(np.abs(learnt - AR_COEFFICIENTS) < 5.0 * errors)
    np.testing.assert_array_less(np.abs(learnt - least_squares[:2]), errors)  # the optimum, not just near the truth
    assert moment.scale.mean() == pytest.approx(AR_NOISE, rel=5.0 / math.sqrt(2.0 * len(x)))
    # Three parameters cost half a nat each over all training values, and the held-out ones hardly more.
    assert moment.history.columns["train"][-1] == pytest.approx(series.best_train, abs=0.01)
    assert moment.history.columns["holdout"][-1] == pytest.approx(series.best_holdout, abs=0.02)


def nine_values_forecast(series: Series) -> np.ndarray:
    """log p of each held-out value of a noisy sine by the best forecast from the nine before it: each of the 25 phases
    that the wave may have weighs as it fits the nine, and their Normals are mixed."""
    values, held_out = series.values * series.scale + series.center, np.arange(series.split, series.in_view[1])
    wave = np.sin(2.0 * np.pi * np.arange(25 + 10) / 25.0)
    phases = np.stack([wave[phase : phase + 10] for phase in range(25)])  # nine seen, one forecast
    seen = np.stack([values[t - 9 : t + 1] for t in held_out])
    each = normal_log_density(seen[:, np.newaxis], phases, SINE_NOISE)  # [values, phases, 10]
    fits = each[..., :9].sum(axis=-1)
    return special.logsumexp(fits + each[..., 9], axis=1) - special.logsumexp(fits, axis=1)


def test_a_convolution_forecasts_as_well_as_its_nine_values_let_it_and_its_bands_hold_what_they_should() -> None:
    """What W weights learn from N values is worth half a nat each less (Akaike 1974): a standard deviation that is too
    small by W / 2N, which moves the share within a band ±z by 2 z φ(z) W / 2N. Beyond that, chance: 3.5 standard errors
    of the independent errors of a forecast, four checks, one false alarm in 500 at another seed."""
    config = SequenceConfig.create(points=4000, network="convolution")
    training, moment = drive(config, 1000)
    series, weights = training.series, training.state.flat.shape[0]
    learnt = weights / (2.0 * series.split)
    for level in (0.5, 0.9):
        index, z = int(np.argmin(np.abs(LEVELS - level))), stats.norm.ppf(0.5 + 0.5 * level)
        room = 3.5 * math.sqrt(level * (1.0 - level) / moment.held_out) + 2.0 * z * stats.norm.pdf(z) * learnt
        assert room < 0.1, "too few values to tell"
        assert moment.coverage(held_out=True)[index] == pytest.approx(level, abs=room)
    best = nine_values_forecast(series)
    own = stats.norm(moment.loc, moment.scale).logpdf(moment.values)[-moment.held_out :]
    chance = 3.5 * np.std(best - own) / math.sqrt(len(best))
    assert chance + learnt < 0.1, "too few values to tell"
    assert -chance < np.mean(best - own) < chance + learnt
    _, overconfident = drive(replace(config, scale="fixed"), 300)
    # Were even the mean right, a band made of a tenth of the series' deviation would hold no more than this.
    most = math.erf(BANDS[90] * 0.1 * series.scale / SINE_NOISE / math.sqrt(2.0))
    assert overconfident.coverage(held_out=True)[-2] < most + 3.5 * math.sqrt(0.25 / overconfident.held_out)


def test_inside_the_wrapper_the_scale_is_driven_to_nothing() -> None:
    config = SequenceConfig.create(wiring="inside", network="linear", scale="shared", **SMALL)
    training = begun(config)
    # E (x − μ − σε)² has the gradient 2σ in σ, whatever the data: σ = softplus(ρ), 2σ σ′ in ρ. Five standard errors:
    # one false alarm in a million at another seed.
    flat, train = training.state.flat, tf.constant(training.series.values[: training.series.split])

    @tf.function(autograph=False)
    def gradients(seeds: tf.Tensor) -> tf.Tensor:
        def one(seed: tf.Tensor) -> tf.Tensor:
            return tf.gradients(training.trainer.loss(flat, seed, train), flat)[0]

        return tf.map_fn(one, seeds, fn_output_signature=tf.float32)

    found = gradients(tf.stack([tf.zeros(2000, tf.int32), tf.range(2000)], axis=1)).numpy()
    away = abs(found[:, -1].mean() - math.log(2.0))  # at ρ = 0, where σ = log 2 and σ′ = ½
    error = found[:, -1].std() / math.sqrt(len(found))
    assert 5.0 * error < 0.1 * math.log(2.0), "too noisy to tell"
    assert away < 5.0 * error
    _, moment = drive(config, 600)
    assert moment.scale.mean() < 0.5 * SINE_NOISE, "far below the noise that is there"
    assert moment.history.columns["holdout"][-1] > moment.history.columns["holdout"][0]
    assert moment.coverage(held_out=True)[-2] < 0.5


def test_coverage_is_the_nominal_one_of_a_normal_s_own_quantiles() -> None:
    values = stats.norm(2.0, 3.0).ppf((np.arange(4000) + 0.5) / 4000)
    np.testing.assert_allclose(coverage(values, np.full(4000, 2.0), np.full(4000, 3.0)), LEVELS, atol=1e-3)


# How it runs.


@pytest.mark.parametrize("network", NETWORKS)
def test_slices_never_change_it_and_a_reset_replays_it(network: str) -> None:
    config = SequenceConfig.create(network=network, kernel=2, **SMALL)
    at_once, in_slices = begun(config), begun(config)
    whole, parts = trained(at_once, (40,)), trained(in_slices, (1, 7, 3, 29))
    np.testing.assert_array_equal(whole.step, np.arange(0, 40, 10))
    for name, values in whole.columns.items():
        np.testing.assert_array_equal(parts.columns[name], values)
    np.testing.assert_array_equal(at_once.state.flat, in_slices.state.flat)
    assert at_once.trainer is in_slices.trainer and at_once.trainer.advance.traces() == 1
    other = begun(replace(config, seed=1))
    trained(other, (40,))
    assert not np.array_equal(other.state.flat, at_once.state.flat)


def test_a_reset_replays_and_only_the_learning_rate_changes_on_the_way() -> None:
    config = SequenceConfig.create(**SMALL)
    run = Run(config)
    run.serve()

    def walk() -> np.ndarray:
        for _ in range(12):
            run.step()
        run.serve()
        return run.snapshot.loc

    first = walk()
    run.reset()
    np.testing.assert_array_equal(walk(), first)
    generation = run.snapshot.generation
    run.configure(replace(config, learning_rate=0.1))
    run.serve()
    assert (run.snapshot.step, run.snapshot.generation) == (12, generation)
    run.configure(replace(config, units=5))
    run.serve()
    assert (run.snapshot.step, run.snapshot.generation) == (0, generation + 1)


def test_a_divergence_ends_at_the_last_good_state_with_a_remedy() -> None:
    training = begun(SequenceConfig.create(optimizer="sgd", learning_rate=1e5, network="linear", **SMALL))
    rows, cause = training.advance(40, 10)
    assert not rows and cause is not None and "Lower the learning rate (now 100000)" in cause
    assert np.all(np.isfinite(training.state.flat.numpy()))
    assert cause.startswith(f"Step {int(training.state.step) + 1}: ")


def test_scores_are_of_each_value_once_whatever_the_windows() -> None:
    values = np.arange(60, dtype=np.float32)
    found = lattice(values, 5, 58, window=12, warm_up=4)
    counted = found.windows[:, 1:][found.weights > 0]
    np.testing.assert_array_equal(counted, np.arange(5, 58))
    places = np.argwhere(found.weights > 0)
    assert np.all(places[places[:, 0] > 0, 1] >= 4), "only the first window has nothing before it"


def test_a_forecast_is_in_the_units_of_its_series() -> None:
    config = SequenceConfig.create(**SMALL)
    series = series_for(config)
    wide = series_of("wide", 100.0 + 50.0 * (series.values * series.scale + series.center), config.window)
    (_, narrow), (_, far) = drive(config, 20, series), drive(config, 20, wide)
    np.testing.assert_allclose(far.loc, 100.0 + 50.0 * narrow.loc, rtol=1e-3)
    apart = far.history.columns["train"] - narrow.history.columns["train"]
    np.testing.assert_allclose(apart, math.log(50.0), atol=1e-3)


# What is refused.


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.arange(40.0), "has 40 values, expected at least"),
        (np.full(400, 7.0), "is 7 in all of its first 300 values"),
        (np.append(np.random.default_rng(0).normal(size=399), 1e9), "standard deviations away from its mean"),
        (np.random.default_rng(0).normal(size=20_001), "expected at most 20,000"),
    ],
)
def test_a_series_that_cannot_be_used_is_told_in_one_sentence(values: np.ndarray, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as refusal:
        series_of("mine.csv, sales", values, 24)
    assert str(refusal.value).startswith("'mine.csv, sales'") and str(refusal.value).endswith(".")


def test_an_upload_is_read_in_the_order_of_time_and_is_missed_when_gone() -> None:
    values = 20.0 + np.sin(np.arange(300.0))
    text = "day,sales\n" + "\n".join(f"{day},{value}" for day, value in enumerate(values))
    key = UPLOADS.add(read_table("shop.csv", text.encode()))
    config = SequenceConfig.create(series=key, column="sales")
    series = series_for(config)
    np.testing.assert_allclose(series.values * series.scale + series.center, values, rtol=1e-5)
    assert series.split == 225 and math.isnan(series.best_holdout)
    with pytest.raises(InvalidInput, match="upload the file again"):
        series_for(replace(config, series="upload-000000000000"))
    with pytest.raises(InvalidInput, match="has no column 'price'"):
        series_for(replace(config, column="price"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"series": "nonsense"}, "Unknown series 'nonsense'"),
        ({"series": "upload-0"}, "`column` must name a column"),
        ({"column": "a"}, "`column` is for uploads"),
        ({"network": "transformer"}, "Unknown network"),
        ({"network": "convolution", "kernel": 5}, "`window` must be above 24"),
        ({"scale": "wide"}, "`scale` must be one of"),
        ({"wiring": "beside"}, "`wiring` must be one of"),
        ({"units": 0}, "`units` must be between"),
        ({"learning_rate": 0}, "`learning_rate` must be positive"),
    ],
)
def test_a_configuration_that_cannot_be_is_refused_in_one_sentence(given: dict, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        SequenceConfig.create(**given)
    with pytest.raises(InvalidInput):
        SequenceConfig.from_mapping(given)
