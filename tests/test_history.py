"""The history: any length in bounded memory, thinned out evenly, never cut off at the front, never written twice."""

import numpy as np
import pytest

from playground.training.history import CAPACITY, History


def push(history: History, first: int, count: int) -> None:
    """Steps first … first + count − 1, as a run hands them over: those of the stride only."""
    step = np.arange(first + (-first) % history.stride, first + count, history.stride)
    history.extend(step, {"value": 10.0 * step, "pair": np.stack([step, -step], axis=1)})


def pushed(steps: int, chunk: int = 512) -> History:
    history = History()
    for first in range(0, steps, chunk):
        push(history, first, min(chunk, steps - first))
    return history


@pytest.mark.parametrize("steps", [1, 511, 512, 513, 10_000, 1_000_000])
def test_any_length_in_bounded_memory(steps: int) -> None:
    view = pushed(steps).view()
    assert len(view.step) <= CAPACITY
    assert view.step[0] == 0 and view.step[-1] > steps - 1 - view.stride
    assert view.stride & (view.stride - 1) == 0
    np.testing.assert_array_equal(np.diff(view.step), view.stride)
    np.testing.assert_array_equal(view.columns["value"], 10.0 * view.step)
    np.testing.assert_array_equal(view.columns["pair"], np.stack([view.step, -view.step], axis=1))
    assert steps <= CAPACITY or len(view.step) >= CAPACITY // 2


def test_all_is_kept_while_there_is_room() -> None:
    view = pushed(CAPACITY).view()
    assert (view.stride, view.version) == (1, 0)
    np.testing.assert_array_equal(view.step, np.arange(CAPACITY))


@pytest.mark.parametrize("chunk", [1, 3, 100, 2000])
def test_what_is_kept_does_not_depend_on_the_chunks(chunk: int) -> None:
    kept, expected = pushed(6000, chunk).view(), pushed(6000).view()
    np.testing.assert_array_equal(kept.step, expected.step)
    np.testing.assert_array_equal(kept.columns["value"], expected.columns["value"])


def test_views_are_immutable_and_outlive_thinning() -> None:
    history = pushed(CAPACITY)
    view = history.view()
    copies = view.step.copy(), view.columns["value"].copy()
    push(history, CAPACITY, 20_000)
    np.testing.assert_array_equal(view.step, copies[0])
    np.testing.assert_array_equal(view.columns["value"], copies[1])
    for array in (view.step, view.columns["value"], history.view().columns["pair"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    assert history.view().version > view.version


def test_between_thinnings_rows_are_only_added() -> None:
    history = pushed(1000)
    before = history.view()
    push(history, 1000, 10)
    after = history.view()
    assert after.version == before.version and len(after.step) > len(before.step)
    np.testing.assert_array_equal(after.step[: len(before.step)], before.step)


def test_rewinding_forgets_what_came_later_in_a_new_version() -> None:
    history = pushed(300)
    before = history.view()
    history.rewind(100)
    assert history.view().version > before.version and len(before.step) == 300
    np.testing.assert_array_equal(history.view().step, np.arange(100))
    push(history, 100, 5)
    np.testing.assert_array_equal(history.view().columns["value"], 10.0 * np.arange(105))
    version = history.view().version
    history.rewind(1000)
    assert history.view().version == version, "nothing was forgotten"


def test_a_copy_goes_its_own_way() -> None:
    history = pushed(10)
    twin = history.copy()
    push(twin, 10, 3000)
    push(history, 10, 1)
    assert (len(history.view().step), history.view().stride) == (11, 1)
    np.testing.assert_array_equal(history.view().columns["value"], 10.0 * np.arange(11))
    assert twin.view().stride > 1
