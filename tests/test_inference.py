"""Variational inference under way: its configurations, its steps, and what stops it."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from playground.errors import InvalidInput
from playground.inference.config import InferenceConfig
from playground.inference.drive import drive
from playground.inference.presets import PRESETS
from playground.inference.steps import ROWS, hot_of, trainer_of
from playground.inference.training import InferenceMoment, InferenceTraining
from playground.objectives import OBJECTIVES
from playground.training.history import History
from playground.training.training import Moment, Training

TWO: dict[str, Any] = {"target": "two_modes", "objectives": ["monte_carlo_kl", "forward_kl"], "learning_rate": 0.03}


def begun(**changes: Any) -> InferenceTraining:
    training = InferenceTraining()
    training.begin(InferenceConfig.create(**(TWO | changes)))
    return training


def moment_of(training: InferenceTraining, config: InferenceConfig) -> InferenceMoment:
    bare = Moment(1, 1, "paused", None, config, 60.0, int(training.state.step), History().view())
    return training.look(bare)


def test_a_configuration_survives_json() -> None:
    config = InferenceConfig.create(**TWO, components=3, samples=4, annealing=20, show=["loc[1]", "raw_scale[1]"])
    assert InferenceConfig.from_mapping(config.to_mapping()) == config
    assert InferenceConfig.from_mapping({}) == InferenceConfig.create()
    assert hash(config) != hash(InferenceConfig.create())
    assert InferenceConfig.create().show == ("loc", "raw_scale")
    assert InferenceConfig.create(target="ring").show == ("loc[0]", "raw_scale[0]")
    assert InferenceConfig.create(target="ring", approximation="mixture").show == ("loc[0][0]", "raw_scale[0][0]")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"target": "rnig"}, "Unknown target 'rnig': expected one of prior_and_square, "),
        ({"approximation": "flow"}, "Approximation 'flow' cannot be used: The flow is one of the plane"),
        ({"objectives": []}, "Objectives: expected one to 4 different keys, got []."),
        ({"objectives": ["iwae", "iwae"]}, "Objectives: expected one to 4 different keys, got ['iwae', 'iwae']."),
        ({"objectives": "vimco", "samples": 1}, "Objective 'vimco' cannot run: A leave-one-out baseline needs K ≥ 2"),
        ({"target": "ring", "objectives": ["analytic_kl"]}, "Objective 'analytic_kl' cannot run: The target Ring is"),
        ({"samples": 257}, "`samples` must be between 1 and 256, got 257."),
        ({"replicates": 1}, "`replicates` must be between 2 and 256, got 1."),
        ({"samples": 256, "replicates": 256}, "samples × replicates must be at most 16,384, got 65,536."),
        ({"components": 7}, "`components` must be between 2 and 6, got 7."),
        ({"annealing": -1}, "`annealing` must be between 0 and 100000, got -1."),
        ({"learning_rate": 0}, "`learning_rate` must be positive, got 0."),
        ({"optimizer": "lbfgs"}, "`optimizer` must be one of sgd, adam, got 'lbfgs'."),
        ({"show": ["loc", "scale"]}, "`show`: unknown element 'scale', expected two of loc, raw_scale"),
        ({"show": ["loc"]}, "`show`: expected two different elements, got ['loc']."),
        ({"beta": 1}, "Unknown field 'beta': expected one of annealing, "),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        InferenceConfig.from_mapping(fields)
    assert str(refused.value).startswith(sentence) and str(refused.value).endswith(".")


def test_it_is_a_training() -> None:
    training: Training = InferenceTraining()
    assert training.cold and training.first_stride == 1


def test_slices_never_change_the_trajectory() -> None:
    whole, sliced = begun(), begun()
    rows = whole.advance(12, 1).rows
    parts = [sliced.advance(count, 1).rows for count in (1, 4, 7)]
    np.testing.assert_array_equal(whole.state.phi, sliced.state.phi)
    assert set(rows) == {*ROWS, "elbo", "exact_gradient", "forward_kl", "log_evidence"}
    for name, values in rows.items():
        assert len(values) == 12
        np.testing.assert_allclose(values, np.concatenate([part[name] for part in parts]), rtol=1e-5, atol=1e-6)
    third = begun().advance(12, 3).rows
    np.testing.assert_allclose(third["elbo"], rows["elbo"][::3], rtol=1e-5)
    assert len(begun().advance(1, 1).rows["bound"]) == 1


def test_the_rows_say_what_the_replicates_say() -> None:
    """The first step's, computed anew from its objective."""
    training = begun()
    config, trainer = InferenceConfig.create(**TWO), trainer_of(InferenceConfig.create(**TWO))
    phi = training.state.phi
    rows = training.advance(1, 1).rows
    for lane, key in enumerate(config.objectives):
        estimate = OBJECTIVES[key].gradients(
            trainer.target, trainer.surrogate, phi[lane], tf.constant([0, 0]), 8, 32, tf.constant(1.0)
        )
        gradients, show = estimate.gradients.numpy(), hot_of(config)["show"].numpy()
        np.testing.assert_allclose(rows["mean"][0, lane], gradients.mean(axis=0)[show], rtol=1e-4, atol=1e-5)
        variance = gradients.var(axis=0, ddof=1)
        np.testing.assert_allclose(rows["variance"][0, lane], variance[show], rtol=1e-3)
        np.testing.assert_allclose(rows["trace"][0, lane], variance.sum(), rtol=1e-3)
        np.testing.assert_allclose(rows["square_norm"][0, lane], np.sum(gradients.mean(axis=0) ** 2), rtol=1e-3)
        np.testing.assert_allclose(rows["bound"][0, lane], estimate.bound.numpy().mean(), rtol=1e-5)
        np.testing.assert_allclose(rows["value"][0, lane], phi[lane].numpy()[show])
        moved = phi[lane] - 0.03 * np.sign(gradients[0])  # what Adam's first step is
        np.testing.assert_allclose(training.state.phi[lane], moved, atol=1e-4)


def test_hot_edits_change_nothing_else_and_others_begin_anew() -> None:
    training = begun()
    training.advance(3, 1)
    state = training.state
    edited = InferenceConfig.create(**(TWO | {"learning_rate": 1e-9, "annealing": 50}))
    assert training.edit(edited) is False and training.state is state
    after = training.advance(1, 1)
    np.testing.assert_allclose(training.state.phi, state.phi, atol=1e-6)
    assert after.rows["tempering"][0] == pytest.approx(0.01 + 0.99 * 3 / 50)
    for change in ({"seed": 1}, {"samples": 4}, {"show": ["loc[0]", "loc[1]"]}, {"objectives": ["iwae"]}):
        assert training.edit(InferenceConfig.create(**(TWO | change))) is None


def test_annealing_turns_up_log_p_and_ends() -> None:
    tempering = begun(annealing=4).advance(7, 1).rows["tempering"]
    np.testing.assert_allclose(tempering, [0.01, 0.2575, 0.505, 0.7525, 1.0, 1.0, 1.0], rtol=1e-6)
    assert np.all(begun().advance(2, 1).rows["tempering"] == 1.0)


def test_runs_alike_share_one_trace() -> None:
    one, other = InferenceConfig.create(**TWO), InferenceConfig.create(**(TWO | {"seed": 9, "components": 6}))
    trainer = trainer_of(one)
    assert trainer is trainer_of(other)
    for config in (one, other):
        drive(config, 5)
    assert trainer.advance.traces() == 1
    mixture = [InferenceConfig.create(target="ring", approximation="mixture", components=c) for c in (2, 3)]
    assert trainer_of(mixture[0]) is not trainer_of(mixture[1])


def test_a_moment_is_complete_and_read_only() -> None:
    config, training = InferenceConfig.create(**TWO), begun()
    first = moment_of(training, config)
    assert first.draws.shape == (2, 0, 2) and first.log_q.shape == (2, 61 * 61) and len(first.axes) == 2
    np.testing.assert_array_equal(first.log_q[0], first.log_q[1])
    training.advance(40, 1)
    moment = moment_of(training, config)
    assert moment.draws.shape == (2, 8, 2) and np.any(moment.log_q != first.log_q)
    assert moment.names == ("loc[0]", "loc[1]", "raw_scale[0]", "raw_scale[1]") and moment.log_evidence == 0.0
    np.testing.assert_array_equal(moment.phi, training.state.phi)
    for array in (moment.phi, moment.log_p, moment.log_q, moment.draws, *moment.axes):
        assert not array.flags.writeable and np.all(np.isfinite(array))
    line = InferenceTraining()
    line.begin(InferenceConfig.create())
    assert moment_of(line, InferenceConfig.create()).log_q.shape == (1, 201)


def test_divergence_names_the_step_and_keeps_the_last_good_state() -> None:
    (preset,) = [preset for preset in PRESETS if preset.key == "too-fast"]
    outcome = drive(preset.config, 60)
    assert outcome.status == "diverged" and outcome.cause is not None
    assert f"Step {outcome.step + 1}: Monte-Carlo KL diverged. Its gradient of `" in outcome.cause
    assert "Lower the learning rate (now 2)" in outcome.cause
    assert np.all(np.isfinite(outcome.phi)) and len(outcome.history.step) == outcome.step
    training = InferenceTraining()
    training.begin(preset.config)
    advance = training.advance(60, 1)
    assert advance.fault == outcome.cause and advance.rows == {}
    assert int(training.state.step) == outcome.step
    np.testing.assert_array_equal(training.state.phi, outcome.phi)


def test_the_recorded_gradient_is_near_the_exact_one() -> None:
    """The mean over 32 replicates against quadrature at each of 200 steps and four elements: no more than one in 300
    leaves 5 standard errors where the spread is itself measured from 32."""
    columns = drive(InferenceConfig.create(**TWO), 200).history.columns
    error = np.sqrt(columns["variance"] / 32)
    z = np.abs(columns["mean"] - columns["exact_gradient"]) / error
    assert np.mean(z > 5.0) < 1 / 300 and 0.5 < np.median(z) < 0.9
    error = np.sqrt(columns["trace"].mean() / 32)
    assert abs(np.mean(columns["bound"][:, 0] - columns["elbo"][:, 0])) < error
