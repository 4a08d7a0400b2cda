"""The path of the exact gradient: the closed form, step by step, and one path for all runs of a problem."""

import threading
from typing import Any

import numpy as np
import pytest

from playground.config import Config
from playground.training.chunk import hot_of
from playground.training.exact_path import LONGEST_CHUNK, ExactPath

START, TARGET, RATE = (1.5, 0.7), 0.25, 0.05


def config(**settings: Any) -> Config:
    params = dict(zip(("loc", "scale"), START, strict=True))
    return Config.create(params=params, cost_params={"target": TARGET}, **{"learning_rate": RATE, **settings})


def advance(path: ExactPath, settings: Config, step: int) -> None:
    for _ in range(0, step, LONGEST_CHUNK):
        path.advance_to(step, hot_of(settings))


def by_hand(steps: int, optimizer: str, sign: float = 1.0) -> np.ndarray:
    """E(x − t)² = (loc − t)² + scale² with scale = log(1 + exp φ), in NumPy: [steps + 1, 2]."""
    phi = np.array([START[0], np.log(np.expm1(START[1]))])
    mean, square = np.zeros(2), np.zeros(2)
    rows = [START]
    for count in range(1, steps + 1):
        scale = np.log1p(np.exp(phi[1]))
        gradient = sign * np.array([2.0 * (phi[0] - TARGET), 2.0 * scale / (1.0 + np.exp(-phi[1]))])
        if optimizer == "adam":
            mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
            gradient = mean / (1 - 0.9**count) / (np.sqrt(square / (1 - 0.999**count)) + 1e-7)
        phi = phi - np.float64(np.float32(RATE)) * gradient
        rows.append((phi[0], np.log1p(np.exp(phi[1]))))
    return np.array(rows)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("maximize", [False, True])
def test_it_is_noiseless_descent(optimizer: str, maximize: bool) -> None:
    settings = config(optimizer=optimizer, maximize=maximize)
    path = ExactPath(settings)
    advance(path, settings, 50)
    expected = by_hand(50, optimizer, -1.0 if maximize else 1.0)
    np.testing.assert_allclose(path.view(50), expected, rtol=1e-6)


def test_a_view_ends_at_its_step_and_is_read_only() -> None:
    settings = config()
    path = ExactPath(settings)
    np.testing.assert_array_equal(path.view(0), [START])
    advance(path, settings, 40)
    assert [len(path.view(step)) for step in (0, 10, 40, 1000)] == [1, 11, 41, 41]
    with pytest.raises(ValueError, match="read-only"):
        path.view(10)[0] = 0.0


def test_it_goes_a_bounded_way_at_a_time() -> None:
    settings = config()
    path = ExactPath(settings)
    path.advance_to(10**9, hot_of(settings))
    assert len(path.view(10**9)) == 1 + LONGEST_CHUNK


def test_it_stops_where_it_stands_still() -> None:
    settings = Config.create(params={"loc": 1.5, "scale": 0.7}, cost="kl", learning_rate=0.4)
    path = ExactPath(settings)
    advance(path, settings, 400)
    ended = path.view(10**9)
    advance(path, settings, 800)
    assert len(path.view(10**9)) == len(ended) < 400
    np.testing.assert_allclose(ended[-1], [0.0, 1.0], atol=1e-6)


def test_runs_of_one_problem_share_it() -> None:
    first = ExactPath.shared(config(seed=1))
    assert ExactPath.shared(config(seed=2, estimators=("pathwise", "score_function"), samples=3)) is first
    for other in (config(learning_rate=0.06), config(optimizer="adam"), config(maximize=True)):
        assert ExactPath.shared(other) is not first


def test_whoever_is_ahead_goes_for_all() -> None:
    settings = config()
    path = ExactPath.shared(settings)
    advance(path, settings, 30)
    kept = path.view(30)
    path.advance_to(10, hot_of(settings))
    np.testing.assert_array_equal(path.view(30), kept)


def test_a_fork_goes_its_own_way() -> None:
    settings = config()
    path = ExactPath(settings)
    advance(path, settings, 16)
    twin, edited = path.fork(), config(learning_rate=0.2)
    advance(twin, edited, 32)
    advance(path, settings, 32)
    np.testing.assert_array_equal(twin.view(16), path.view(16))
    np.testing.assert_allclose(path.view(32), by_hand(32, "sgd"), rtol=1e-6)
    assert np.abs(twin.view(32)[-1] - path.view(32)[-1]).max() > 0.01


def test_many_threads_make_one_path() -> None:
    settings = config()
    path = ExactPath(settings)
    threads = [threading.Thread(target=advance, args=(path, settings, 100)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose(path.view(100), by_hand(100, "sgd"), rtol=1e-6)


def test_it_leaves_no_infinite_row_behind() -> None:
    settings = config(learning_rate=1e6, maximize=True)
    path = ExactPath(settings)
    advance(path, settings, 500)
    assert np.isfinite(path.view(500)).all()
