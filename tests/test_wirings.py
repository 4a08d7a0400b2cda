"""The wirings of a distribution into a sequence model: how each fails today, and that its cure works."""

import numpy as np
import pytest
import tensorflow as tf
import tf_keras
from tensorflow_probability import distributions as tfd

from playground.sequences.config import SequenceConfig
from playground.sequences.diagram import svg
from playground.sequences.networks import NETWORKS
from playground.sequences.shapes import trace
from playground.sequences.wirings import (
    BATCH,
    EVENTS,
    EXACT,
    FEATURES,
    KERAS,
    STEPS,
    WIRINGS,
    inside,
    keras_3_mended,
    outcome,
    source,
)

KERAS_3, KERAS_2 = KERAS

LAMBDA = "forecast = keras.layers.Lambda(normal_of)([loc, scale])"
LAYER = "forecast = keras.layers.TimeDistributed(NormalLayer())(series)"
NO_SHAPE = "We could not automatically infer the shape of the Lambda's output"
FAILURES = [
    ("two-heads", KERAS_3, "NotImplementedError", NO_SHAPE, LAMBDA),
    ("two-heads", KERAS_2, "ValueError", "KerasTensor only supports TypeSpecs that have a shape field", LAMBDA),
    ("one-head", KERAS_3, "NotImplementedError", NO_SHAPE, LAMBDA),
    ("one-head", KERAS_2, "ValueError", "KerasTensor only supports TypeSpecs that have a shape field", LAMBDA),
    ("custom-layer", KERAS_3, "NotImplementedError", "Layer NormalLayer does not have a `compute_output_shape`", LAYER),
    ("custom-layer", KERAS_2, "AttributeError", "'Independent' object has no attribute 'shape'", LAYER),
    (
        "inside",
        KERAS_3,
        "ValueError",
        "Please initialize `TimeDistributed` layer with a `keras.layers.Layer` instance",
        "forecast = keras.layers.TimeDistributed(tfpl.IndependentNormal(EVENTS))(both)",
    ),
]
BY_KEY = {wiring.key: wiring for wiring in WIRINGS}


@pytest.mark.parametrize(("key", "keras", "error", "message", "line"), FAILURES)
def test_a_wiring_fails_on_its_line_with_its_error(key: str, keras: str, error: str, message: str, line: str) -> None:
    wired = BY_KEY[key].wired
    found = outcome(wired, keras)
    assert found.error == error and found.message is not None and found.message.startswith(message)
    assert found.line is not None and source(wired).splitlines()[found.line].strip() == line


@pytest.mark.parametrize("wiring", WIRINGS, ids=lambda wiring: wiring.key)
def test_mended_it_returns_a_distribution_whose_gradient_is_the_exact_one(wiring) -> None:  # type: ignore[no-untyped-def]
    found = outcome(wiring.mended, KERAS_2)
    assert found.error is None
    assert found.shape == f"batch ({BATCH}, {STEPS}), event ({EVENTS},)", "time is a batch axis"
    assert found.gradient == pytest.approx(EXACT, rel=1e-5)


def test_the_exact_gradient_is_that_of_finite_differences() -> None:
    def loss(bias: float, raw: float) -> float:
        return -EVENTS * float(tfd.Normal(np.float64(bias), tf.math.softplus(np.float64(raw))).log_prob(1.0))

    step = 1e-5
    by_loc = (loss(step, 0.0) - loss(-step, 0.0)) / (2 * step) / EVENTS
    by_raw = (loss(0.0, step) - loss(0.0, -step)) / (2 * step) / EVENTS
    # A bias and as many weights as there are inputs, all ones, share each of the two.
    assert np.sqrt(EVENTS * (1 + FEATURES) * (by_loc**2 + by_raw**2)) == pytest.approx(EXACT, rel=1e-6)


def test_a_distribution_layer_inside_collapses_to_a_tensor_without_a_word() -> None:
    found = outcome(inside, KERAS_2)
    assert found.error is None and found.gradient is None
    result = inside(tf_keras)
    assert not isinstance(result, tfd.Distribution) and not hasattr(result, "log_prob")
    assert tf.is_tensor(result) and result.shape == (BATCH, STEPS, EVENTS)
    again = inside(tf_keras)
    assert not np.array_equal(result, again), "a draw"


def test_keras_3_ends_at_the_parameters() -> None:
    for keras in KERAS:
        found = outcome(keras_3_mended, keras)
        assert found.error is None and found.kind == "Independent"
        assert found.gradient == pytest.approx(EXACT, rel=1e-5)
    assert outcome(BY_KEY["one-head"].mended, KERAS_3).error == "ValueError"


@pytest.mark.parametrize("network", NETWORKS)
def test_the_tracer_writes_down_every_shape(network: str) -> None:
    config = SequenceConfig.create(network=network, units=5, kernel=3, window=10, batch=6)
    stations = trace(config)
    width = 3 if network == "linear" else 5
    shapes = [tuple((axis.name, axis.length) for axis in station.axes) for station in stations]
    both = (("batch", 6), ("time", 10))
    assert shapes == [
        (*both, ("features", 1)),
        (*both, ("features", width)),
        (*both, ("features", 2)),
        (*both, ("event", 1)),
        both,
        (),
    ]
    assert [station.kind for station in stations] == ["tensor"] * 3 + ["distribution", "tensor", "number"]
    assert all(station.carries for station in stations)
    drawn = svg(stations)
    for station in stations:
        assert station.name.split("(")[0] in drawn
    assert drawn.count("<rect") == len(stations) + sum(len(shape) for shape in shapes)


def test_the_tracer_of_a_collapsed_model_has_no_distribution() -> None:
    stations = trace(SequenceConfig.create(wiring="inside", units=3, window=8, batch=2))
    assert all(station.kind != "distribution" for station in stations)
    assert [axis.name for axis in stations[3].axes] == ["batch", "time", "event"]
