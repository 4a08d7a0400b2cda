"""The training behind the Layers page: it learns, replays, keeps runs apart, stops in time, and saves."""

import json
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from playground.errors import InvalidInput
from playground.layers import export, weights
from playground.layers.config import LayersConfig
from playground.layers.drive import drive
from playground.layers.moment import gradient_rows
from playground.layers.presets import PRESETS
from playground.layers.steps import DRAWS
from playground.layers.training import LayersTraining
from playground.models import MODELS
from playground.training.run import Run


def begun(config: LayersConfig) -> LayersTraining:
    training = LayersTraining()
    training.begin(config)
    return training


@pytest.mark.parametrize("model", MODELS)
def test_every_model_learns(model: str) -> None:
    outcome = drive(LayersConfig.create(model, learning_rate=0.02), 201)
    loss = outcome.moment.history.columns["loss"]
    assert outcome.status == "finished" and loss[-3:].mean() < loss[0] - 0.05, loss
    if model != "sampled_normal":  # its squared error falls, and its likelihood with it: see below
        for part in ("train",) if MODELS[model].data == "none" else ("train", "holdout"):
            score = outcome.moment.history.columns[part]
            assert score[-1] < score[0], (part, score)


def test_squared_error_of_samples_makes_the_scale_vanish_and_likelihood_keeps_it() -> None:
    def band(way: str) -> float:
        """How wide the 90 % band is in the middle of the wave, whose noise there asks for 0.57."""
        config = LayersConfig.create("sampled_normal", way, learning_rate=0.02)
        bands = drive(config, 1200).moment.picture["bands"]
        return float(np.mean(bands[3, 20:40] - bands[0, 20:40]))

    assert band("mse") < 0.2 and 0.35 < band("nll") < 0.9


def test_the_logits_stay_where_they_are_until_they_are_cured() -> None:
    ends = {way: drive(LayersConfig.create("mixture_free", way), 300).moment for way in ("default", "reparameterize")}
    logits = {way: moment.weights["nine_numbers/constant"][6:] for way, moment in ends.items()}
    np.testing.assert_array_equal(logits["default"], 0.0)
    assert logits["reparameterize"][2] > 0.5 > logits["reparameterize"][0]
    rows = {row.name: row for row in gradient_rows(ends["default"], DRAWS)}
    assert rows["logits[0]"].flow == "None" and abs(rows["logits[0]"].exact) > 0.0
    assert rows["loc[0]"].flow == "value" and abs(rows["loc[0]"].errors) < 5.0


def test_slicing_into_calls_changes_nothing() -> None:
    config = LayersConfig.create("sampled_normal", "mse")
    once, often = begun(config), begun(config)
    whole = once.advance(41, 20).rows
    parts = [often.advance(count, 20).rows for count in (1, 9, 3, 20, 8)]
    for name, values in whole.items():
        np.testing.assert_array_equal(values, np.concatenate([part[name] for part in parts]), err_msg=name)
    np.testing.assert_array_equal(once.state.weights, often.state.weights)
    assert len(whole["loss"]) == 3 and int(once.state.step) == 41


def test_runs_of_one_model_do_not_share_weights_and_reset_replays() -> None:
    config = LayersConfig.create("sampled_normal", "mse")
    alone, first, other = begun(config), begun(config), begun(replace(config, seed=1))
    alone.advance(20, 10)
    for _ in range(4):
        first.advance(5, 10)
        other.advance(5, 10)
    assert first.engine is other.engine
    np.testing.assert_array_equal(alone.state.weights, first.state.weights)
    assert np.abs(alone.state.weights - other.state.weights).max() > 0.01
    first.begin(config)
    first.advance(20, 10)
    np.testing.assert_array_equal(alone.state.weights, first.state.weights)


def test_a_learning_rate_far_too_high_stops_at_the_last_good_state_and_says_so() -> None:
    training = begun(LayersConfig.create("normal_by_hand", optimizer="sgd", learning_rate=1e5))
    rows, fault = training.advance(300, 10)
    assert fault is not None and "weights too large, at learning rate 100000" in fault and not rows
    assert np.isfinite(training.state.weights).all() and str(int(training.state.step)) in fault
    assert training.advance(1, 10).fault is not None


def test_a_gradient_that_is_not_finite_is_named() -> None:
    """A Beta that is pushed against its end: samples round to it, where the density has no finite slope."""
    outcome = drive(LayersConfig.create("beta_scaled", "score_function", samples=64, learning_rate=0.3), 3000)
    assert outcome.status == "diverged" and outcome.cause is not None
    assert "not finite for" in outcome.cause and "scale" in outcome.cause and "\n" not in outcome.cause
    assert all(np.isfinite(value).all() for value in outcome.moment.weights.values())
    history = outcome.moment.history
    np.testing.assert_array_equal(history.step, np.arange(0, outcome.moment.step, history.stride), "all good steps")


def test_only_the_learning_rate_changes_on_the_way() -> None:
    config = LayersConfig.create("free_normal")
    training = begun(config)
    assert training.edit(replace(config, learning_rate=0.5)) is False
    assert training.edit(replace(config, learning_rate=0.5, samples=3)) is None
    assert training.edit(replace(config, learning_rate=0.5, seed=3)) is None


def test_saved_weights_open_again() -> None:
    moment = drive(LayersConfig.create("sampled_normal", "nll"), 50).moment
    loaded = weights.read(export.to_weights(moment).encode())
    key = weights.SHELF.add(loaded)
    assert (loaded.model, loaded.way) == ("sampled_normal", "nll")
    again = begun(LayersConfig.create("sampled_normal", "mse", weights=key, seed=9))
    start = again.engine.layout.values(again.state.weights.numpy())
    assert all(np.array_equal(start[name], value) for name, value in moment.weights.items())
    with pytest.raises(InvalidInput, match="choose the number of units"):
        begun(LayersConfig.create("sampled_normal", units=8, weights=key))
    with pytest.raises(InvalidInput, match="another model"):
        begun(LayersConfig.create("free_normal", weights=key))


def test_what_is_no_file_of_weights_is_refused() -> None:
    good = json.loads(export.to_weights(drive(LayersConfig.create("free_normal"), 1).moment))
    good["weights"][0]["values"][0] = 1e39  # beyond float32
    for content in (b"", b"[]", b'{"format": "other"}', b'{"format": 1}', json.dumps(good).encode()):
        with pytest.raises(InvalidInput, match="holds no weights"):
            weights.read(content)


def test_the_shelf_is_bounded() -> None:
    shelf = weights.Shelf(most=2)
    keys = [shelf.add(weights.Weights("m", "w", {"a": np.full(1, value, np.float32)})) for value in (1, 2)]
    shelf.get(keys[0])
    shelf.add(weights.Weights("m", "w", {"a": np.full(1, 3, np.float32)}))
    assert shelf.get(keys[0]).values["a"][0] == 1
    with pytest.raises(InvalidInput, match="load their file again"):
        shelf.get(keys[1])


def test_weights_that_are_gone_stop_the_run_with_a_sentence() -> None:
    run = Run(LayersConfig.create("free_normal", weights="weights-000000000000"))
    with pytest.raises(InvalidInput, match="load their file again"):
        run.serve()


def test_exports_open_again() -> None:
    moment = drive(LayersConfig.create("mixture_free"), 81).moment
    plain = json.loads(export.to_json(moment))
    assert LayersConfig.from_mapping(plain["config"]) == moment.config and plain["step"] == 81
    assert {row["name"]: row["flow"] for row in plain["gradients"]}["logits[1]"] == "None"
    header, *lines = export.to_csv(moment).splitlines()
    assert header.startswith("step,loss,train,holdout,mean[loc[0]]") and len(lines) == 3


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"model": "nonsense"}, "Unknown model"),
        ({"way": "nonsense"}, "way of model 'sampled_normal'"),
        ({"samples": 1}, "`samples` must be between"),
        ({"units": True}, "whole number"),
        ({"weights": "weights-x"}, "`weights` must be"),
        ({"weights": 3}, "must be a text"),
        ({"learning_rate": 0}, "must be positive"),
        ({"colour": "red"}, "Unknown field 'colour'"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(fields: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        LayersConfig.from_mapping(fields)


def test_what_a_model_does_not_look_at_is_not_kept() -> None:
    config = LayersConfig.create("mixture_free", units=99, batch=99)
    assert (config.units, config.batch, config.samples) == (0, 0, 16)
    assert LayersConfig.from_mapping(config.to_mapping()) == config


def test_presets_are_different_and_failures_are_among_them() -> None:
    assert len(PRESETS) >= 6 and 2 <= sum(preset.failure for preset in PRESETS) < len(PRESETS)
    assert len({preset.config for preset in PRESETS}) == len({preset.key for preset in PRESETS}) == len(PRESETS)
    assert all(len(preset.story) <= 90 for preset in PRESETS)


def test_the_weights_are_tensors_and_no_variables() -> None:
    assert all(isinstance(part, tf.Tensor) for part in tf.nest.flatten(begun(LayersConfig.create()).state))
