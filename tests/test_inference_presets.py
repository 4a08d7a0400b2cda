"""The presets of variational inference: enough, legal, and true to their stories."""

import numpy as np
import pytest

from playground.inference.config import InferenceConfig
from playground.inference.drive import drive
from playground.inference.presets import PRESETS


def test_there_are_enough_presets_and_failures_among_them() -> None:
    assert len(PRESETS) >= 8 and sum(preset.failure for preset in PRESETS) >= 2
    assert len({preset.key for preset in PRESETS}) == len(PRESETS)
    for preset in PRESETS:
        assert len(preset.story) <= 90 and preset.config == InferenceConfig.from_mapping(preset.config.to_mapping())


def finished(key: str, steps: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """φ at the end, and the history's columns."""
    (preset,) = [preset for preset in PRESETS if preset.key == key]
    outcome = drive(preset.config, steps)
    assert outcome.status == "finished"
    return outcome.phi, dict(outcome.history.columns)


def test_the_first_example_finds_the_best_q() -> None:
    phi, columns = finished("prior-and-square", 500)
    assert np.log1p(np.exp(phi[2, 1])) == pytest.approx(1.0 / np.sqrt(3.0), abs=1e-3)
    assert phi[2, 0] == pytest.approx(0.0, abs=1e-3)
    assert np.all(columns["elbo"][-1] > -0.5 * np.log(3.0) - 0.05)


def test_landing_falls_silent() -> None:
    columns = finished("landing", 800)[1]
    assert columns["trace"][-1, 1] < 1e-6 and columns["trace"][-1, 0] > 0.5


def test_forward_covers_and_reverse_seeks() -> None:
    phi, columns = finished("cover-or-seek", 500)
    assert abs(abs(phi[0, 0]) - 2.0) < 0.2 and abs(phi[1, 0] + 0.4) < 0.4
    seeks, covers = np.log1p(np.exp(phi[:, 2]))
    assert seeks < 0.9 and covers > 1.7
    assert columns["elbo"][-1, 0] > columns["elbo"][-1, 1] + 1.0
    assert columns["forward_kl"][-1, 1] < columns["forward_kl"][-1, 0] - 1.0


def test_a_diagonal_q_is_too_narrow() -> None:
    """The best is 1/Λᵢᵢ = 1 − 0.9² for reverse KL and 1 for forward KL."""
    widths = np.log1p(np.exp(finished("too-narrow", 600)[0][:, 2:]))
    np.testing.assert_allclose(widths[0], np.sqrt(1 - 0.81), atol=0.03)
    np.testing.assert_allclose(widths[1], 1.0, atol=0.15)


def test_a_flow_bends_where_no_normal_can() -> None:
    flow = finished("bent", 600)[1]["elbo"][-20:, 1].mean()
    normal = (
        drive(InferenceConfig.create(target="banana", approximation="full", objectives="sticking_the_landing"), 600)
        .history.columns["elbo"][-20:, 0]
        .mean()
    )
    assert flow > -0.12 and normal < -0.3


def test_dreg_is_the_quietest_of_three() -> None:
    plain, doubly, _ = finished("tighter", 300)[1]["trace"][100:].mean(axis=0)
    assert doubly < 0.5 * plain


def test_the_funnel_keeps_its_gap() -> None:
    assert np.all(finished("funnel", 600)[1]["elbo"][-1] < -0.3)


def test_the_score_function_pays_in_noise() -> None:
    trace = finished("no-path", 600)[1]["trace"]
    assert trace[:10, 0].mean() > 2.0 * trace[:10, 1].mean()
    assert trace[:, 0].mean() > 1.5 * trace[:, 1].mean()


def test_annealing_finds_both_modes_from_where_one_is_missed() -> None:
    with_it, without = finished("annealed", 800), finished("not-annealed", 800)
    assert with_it[1]["elbo"][-1, 0] > -0.02 and without[1]["elbo"][-1, 0] < -0.45
    assert with_it[0][0, 0] * with_it[0][0, 2] < 0 < without[0][0, 0] * without[0][0, 2]
