"""What sequences are made of: the networks against Keras's, the true laws of the series against closed forms."""

import math

import numpy as np
import pytest
import tensorflow as tf
import tf_keras
from scipy import stats

from playground.sequences.config import SequenceConfig
from playground.sequences.model import Model
from playground.sequences.networks import NETWORKS
from playground.sequences.processes import (
    AR_COEFFICIENTS,
    AR_NOISE,
    PROCESSES,
    REGIME_COEFFICIENTS,
    REGIME_NOISES,
    STAY,
)
from playground.sequences.series import series_for

# The networks are those of Keras.


def keras_features(network: str, units: int, kernel: int, weights: dict[str, np.ndarray], x: tf.Tensor) -> np.ndarray:
    layers = tf_keras.layers
    if network == "gru":
        layer = layers.GRU(units, return_sequences=True, reset_after=True)
        layer.build(x.shape)
        bias = np.stack([weights["bias"], weights["recurrent_bias"]])
        layer.set_weights([weights["kernel"], weights["recurrent"], bias])
        return layer(x).numpy()
    if network == "lstm":
        layer = layers.LSTM(units, return_sequences=True)
        layer.build(x.shape)
        layer.set_weights([weights[name] for name in ("kernel", "recurrent", "bias")])
        return layer(x).numpy()
    for number, dilation in ((1, 1), (2, kernel)):
        layer = layers.Conv1D(units, kernel, padding="causal", dilation_rate=dilation, activation="tanh")
        layer.build(x.shape)
        layer.set_weights([weights[f"kernel_{number}"], weights[f"bias_{number}"]])
        x = layer(x)
    return x.numpy()


@pytest.mark.parametrize("network", ["gru", "lstm", "convolution"])
def test_a_network_is_keras_s_with_the_same_weights(network: str) -> None:
    model = Model(network, units=4, kernel=3, scale="per_step")
    rng = np.random.default_rng(0)
    flat = tf.constant(rng.normal(scale=0.5, size=len(model.first_weights(0))), tf.float32)
    weights, x = model.weights(flat), tf.constant(rng.normal(size=(3, 14, 1)), tf.float32)
    features, _ = model.front.apply(weights, x, 4, 3)
    expected = keras_features(network, 4, 3, {n: v.numpy() for n, v in weights.items()}, x)
    np.testing.assert_allclose(features, expected, atol=2e-6)
    head = tf_keras.layers.TimeDistributed(tf_keras.layers.Dense(2))
    head.build(expected.shape)
    head.set_weights([weights["dense_kernel"].numpy(), weights["dense_bias"].numpy()])
    np.testing.assert_allclose(model.parameters(weights, features), head(features), atol=2e-6)


@pytest.mark.parametrize("network", NETWORKS)
def test_step_by_step_is_the_same_as_all_at_once_and_never_sees_ahead(network: str) -> None:
    model = Model(network, units=4, kernel=2, scale="per_step")
    weights = model.weights(tf.constant(model.first_weights(1)))
    x = tf.constant(np.random.default_rng(0).normal(size=(3, 12, 1)), tf.float32)
    features, _ = model.front.apply(weights, x, 4, 2)
    some, memory = model.front.apply(weights, x[:, :8], 4, 2)
    np.testing.assert_allclose(some, features[:, :8], atol=1e-6)
    for step in range(8, 12):
        one, memory = model.front.step(weights, memory, x[:, step], 2)
        np.testing.assert_allclose(one, features[:, step], atol=1e-6)


# The laws that series are drawn from.


@pytest.mark.parametrize("key", PROCESSES)
def test_the_true_law_is_that_of_its_series(key: str) -> None:
    """The score has mean 0 at the truth only: moving all values by a little must not be likelier, in either way."""
    process = PROCESSES[key]
    values = process.make(np.random.default_rng(1), 4000)
    density, mean, deviation = process.law(values)
    assert density.shape == mean.shape == deviation.shape == values.shape
    for changed in (values * 1.15, values / 1.15):
        per_unit = math.log(1.15) * (1 if changed[0] / values[0] > 1 else -1)
        assert np.mean(density) > np.mean(process.law(changed).log_density) + per_unit


@pytest.mark.parametrize("key", PROCESSES)
def test_the_best_normal_has_the_mean_and_the_deviation_of_the_law(key: str) -> None:
    """Errors of a forecast do not correlate: five standard errors each, one false alarm in 300 000 at another seed.
    A deviation that is wrong by a tenth is seen."""
    values = PROCESSES[key].make(np.random.default_rng(2), 20_000)
    density, mean, deviation = PROCESSES[key].law(values)
    error = (values - mean) / deviation
    assert abs(error.mean()) < 5.0 / math.sqrt(len(error))
    assert abs(np.mean(error**2) - 1.0) < 5.0 * np.std(error**2) / math.sqrt(len(error)) < 0.2
    # And none but the law itself is likelier; where the law is a Normal, they are the same.
    normal = stats.norm(mean, deviation).logpdf(values)
    lost = density - normal
    assert np.allclose(lost, 0.0) if key != "regime_switch" else lost.mean() > 5.0 * lost.std() / math.sqrt(len(lost))


def test_no_normal_is_calibrated_on_a_spread_that_switches() -> None:
    """The best one holds some 62 % in the band of half, by far more than five standard errors of 0.35 %."""
    values = PROCESSES["regime_switch"].make(np.random.default_rng(2), 20_000)
    _, mean, deviation = PROCESSES["regime_switch"].law(values)
    held = np.mean(np.abs(values - mean) < stats.norm.ppf(0.75) * deviation)
    assert held - 0.5 > 5.0 * math.sqrt(0.25 / len(values))
    shown = series_for(SequenceConfig.create(series="regime_switch", points=4000))
    assert shown.best_normal is not None and shown.best_normal.shape == (2, 800) and np.all(shown.best_normal[1] > 0.0)


def test_the_joint_law_of_an_ar2_is_a_normal_with_its_covariance() -> None:
    first, second = AR_COEFFICIENTS
    correlations = [1.0, first / (1.0 - second)]
    for _ in range(4):
        correlations.append(first * correlations[-1] + second * correlations[-2])
    variance = AR_NOISE**2 / (1.0 - first * correlations[1] - second * correlations[2])
    lags = np.abs(np.subtract.outer(np.arange(6), np.arange(6)))
    values = np.random.default_rng(0).normal(size=6)
    joint = stats.multivariate_normal(np.zeros(6), variance * np.array(correlations)[lags]).logpdf(values)
    assert PROCESSES["ar2"].law(values).log_density.sum() == pytest.approx(joint)


def test_the_filter_of_a_regime_switch_sums_over_all_paths() -> None:
    values = np.array([0.1, -0.9, -0.7, 0.2])
    before = np.array([0.0, *values[:-1]])
    total = 0.0
    for path in np.ndindex(2, 2, 2, 2):
        moves = np.where(np.diff(path) == 0, STAY, 1.0 - STAY).prod() * 0.5
        loc, scale = np.array(REGIME_COEFFICIENTS)[[*path]] * before, np.array(REGIME_NOISES)[[*path]]
        total += moves * stats.norm(loc, scale).pdf(values).prod()
    assert PROCESSES["regime_switch"].law(values).log_density.sum() == pytest.approx(math.log(total))
