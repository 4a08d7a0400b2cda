"""The presets: enough, legal, and true to their stories."""

import numpy as np
import pytest

from playground.presets import PRESETS
from playground.training.run import Run
from playground.ui.thumbnails import thumbnail


def trained(key, steps):
    (preset,) = [preset for preset in PRESETS if preset.key == key]
    run = Run(preset.config)
    run.serve()
    for _ in range(steps):
        run.step()
    run.serve()
    return run.snapshot


def test_there_are_enough_and_failures_among_them():
    assert len(PRESETS) >= 8 and sum(preset.failure for preset in PRESETS) >= 2
    assert len({preset.key for preset in PRESETS}) == len(PRESETS)
    assert all(len(preset.story) <= 90 for preset in PRESETS)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_thumbnails_are_drawn_from_the_functions(preset):
    picture = thumbnail(preset.config)
    assert picture.startswith("<svg") and "nan" not in picture and len(picture) < 5000


def variances(snapshot, parameter=0):
    half = len(snapshot.history.step) // 2
    return snapshot.history.columns["variance"][half:, :, parameter].mean(axis=0)


def test_two_ways_have_one_mean_and_two_spreads():
    snapshot = trained("two-ways", 60)
    pathwise, score = variances(snapshot)
    assert score > 3 * pathwise


def test_baselines_help_far_from_the_target():
    plain, running, leave_one_out, optimal = variances(trained("baselines", 60))
    assert max(running, leave_one_out, optimal) < 0.5 * plain


def test_on_a_steep_path_the_score_function_varies_less():
    pathwise, score = variances(trained("steep-path", 60))
    assert score < pathwise


def test_straight_through_settles_away_from_the_optimum():
    snapshot = trained("straight-through", 400)
    probability = 1.0 / (1.0 + np.exp(-snapshot.theta[:, 0]))
    assert abs(probability[0] - 0.45) < 0.1 and probability[2] < 0.1


def test_disarm_varies_less_than_arm_bit_by_bit():
    snapshot = trained("bits", 30)
    disarm, arm, _ = (snapshot.history.columns["variance"][:, lane].mean(axis=0) for lane in range(3))
    assert np.all(disarm < arm)


def test_an_ellipse_turns_towards_its_target():
    snapshot = trained("ellipse", 200)
    assert np.all(np.abs(snapshot.theta[0] - [0.0, 0.0, 1.0, 0.6, 0.8]) < 0.15)


def test_a_moving_support_fools_the_score_function():
    snapshot = trained("moving-support", 20)
    gap = (snapshot.history.columns["mean"] - snapshot.history.columns["exact_gradient"])[:, :, 1]
    error = np.sqrt(snapshot.history.columns["variance"][:, :, 1] / snapshot.config.replicates)
    assert (np.abs(gap[:, 1]) > 10 * error[:, 1]).all()
    assert np.abs(gap[:, [0, 2]].mean(axis=0)).max() < 0.05


def test_one_step_too_far_diverges_and_says_why():
    snapshot = trained("too-fast", 60)
    assert snapshot.status == "diverged" and "learning rate (now 0.9)" in snapshot.cause
    assert np.isfinite(snapshot.theta).all()
