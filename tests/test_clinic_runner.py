"""The clinic's runner: only its own programs, in a process that is watched, bounded in time, number and output."""

import re
import threading
import time
from collections.abc import Callable

import pytest

from playground.cases import CASES
from playground.clinic import child, runner
from playground.clinic.outcome import Outcome
from playground.clinic.programs import addresses
from playground.clinic.runner import Runner
from playground.errors import InvalidInput

ONE = "sample_outside_tape/broken"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nothing/broken", "Unknown case 'nothing'"),
        ("sample_outside_tape/other", "Unknown variant 'other'"),
        ("import os", "Unknown case 'import os'"),
        ("choices/normal-inside", "got 2 of them, expected 5"),
        ("choices/normal-inside-sample-flow-__import__('os')", "expected one of none, keras2, keras3"),
    ],
)
def test_nothing_else_can_be_run(address: str, said: str) -> None:
    own = Runner()
    with pytest.raises(InvalidInput, match=re.escape(said)):
        own.run([address])
    assert own.started == 0


def test_a_process_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "START", "import time; time.sleep(600)")
    own, begun = Runner(time_limit=0.3), time.monotonic()
    outcomes_of = own.run(addresses("sample_outside_tape"))
    assert [outcome.trouble[:15] for outcome in outcomes_of] == ["It was stopped "] * 2
    assert [outcome.address for outcome in outcomes_of] == list(addresses("sample_outside_tape"))
    assert own.remembered(ONE) is None
    assert time.monotonic() - begun < 60.0


def test_a_process_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "START", "import sys; sys.exit(3)")
    assert "exit code 3" in Runner().run([ONE])[0].trouble


def test_keras_is_the_third_as_learners_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not the second, which this process has asked TensorFlow for."""
    monkeypatch.setattr(runner, "START", "import sys, tensorflow as tf; sys.exit(int(tf.keras.__version__[0]))")
    assert Runner().run([ONE])[0].trouble == "Its process ended early, with exit code 3."


def test_what_a_process_writes_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    line = runner.MARK + Outcome(ONE, 0).to_json()
    monkeypatch.setattr(runner, "START", f"print('x' * {runner.MOST_OUTPUT + 1}); print({line!r})")
    assert Runner().run([ONE])[0].trouble
    monkeypatch.setattr(runner, "START", f"print('x'); print({line!r})")
    assert Runner().run([ONE])[0].trouble == ""


def replaced(monkeypatch: pytest.MonkeyPatch, process: Callable[..., tuple[Outcome, ...]]) -> None:
    monkeypatch.setattr(runner, "_process", process)


def test_those_who_want_the_same_share_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, go = threading.Event(), threading.Event()

    def process(names: tuple[str, ...], seed: int, limit: float) -> tuple[Outcome, ...]:
        inside.set()
        assert go.wait(30)
        return tuple(Outcome(name, seed) for name in names)

    replaced(monkeypatch, process)
    own, got = Runner(), []
    threads = [threading.Thread(target=lambda: got.append(own.run([ONE], 7))) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert inside.wait(30)
    go.set()
    for thread in threads:
        thread.join(30)
    assert got == [(Outcome(ONE, 7),)] * 8
    assert own.remembered(ONE) == Outcome(ONE, 7)


def test_no_more_than_so_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    go, now, most = threading.Event(), [0], [0]

    def process(names: tuple[str, ...], seed: int, limit: float) -> tuple[Outcome, ...]:
        now[0] += 1
        most[0] = max(most[0], now[0])
        go.wait(0.05)
        now[0] -= 1
        return tuple(Outcome(name, seed) for name in names)

    replaced(monkeypatch, process)
    own = Runner(at_once=2)
    threads = [threading.Thread(target=own.run, args=([ONE], seed)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (own.started, most[0]) == (8, 2)


def test_a_busy_server_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    go, inside = threading.Event(), threading.Event()

    def process(names: tuple[str, ...], seed: int, limit: float) -> tuple[Outcome, ...]:
        inside.set()
        go.wait(30)
        return tuple(Outcome(name, seed) for name in names)

    replaced(monkeypatch, process)
    own = Runner(time_limit=0.05, at_once=1)
    first = threading.Thread(target=own.run, args=([ONE], 0))
    first.start()
    assert inside.wait(30)
    (refused,) = own.run([ONE], 1)
    go.set()
    first.join(30)
    assert refused.trouble.startswith("The server was busy")
    assert own.remembered(ONE) == Outcome(ONE, 0)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced(monkeypatch, lambda names, seed, limit: tuple(Outcome(name, seed) for name in names))
    monkeypatch.setattr(runner, "MOST_REMEMBERED", 3)
    own, every = Runner(), [f"{key}/broken" for key in list(CASES)[:4]]
    own.run(every[:3])
    assert own.remembered(every[0]) is not None  # asked for, so not the next to go
    own.run(every[3:])
    assert [own.remembered(address) is None for address in every] == [False, True, False, False]


def test_one_failure_does_not_leave_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    def process(*_: object) -> tuple[Outcome, ...]:
        raise OSError("no process to be had")

    replaced(monkeypatch, process)
    own = Runner(at_once=1)
    for _ in range(2):  # and the place is free again
        with pytest.raises(OSError, match="no process"):
            own.run([ONE])


def test_an_outcome_travels() -> None:
    sent = Outcome(ONE, 3, "", None, "", None, (("a", (1.0, -2.5)), ("b", None)), (("fact", "x"),), "printed", 0.5)
    assert Outcome.from_json(sent.to_json()) == sent
    assert sent.gradient("b") is None and sent.fact("fact") == "x"
    with pytest.raises(KeyError):
        sent.gradient("c")


def test_what_a_program_prints_and_says_is_cut() -> None:
    cut_off = child.Cut()
    assert cut_off.write("x" * 10_000) == 10_000
    cut_off.write("more")
    assert cut_off.getvalue() == "x" * child.MOST_PRINTED
    keras = "Exception encountered when calling Layer.call().\n\n\x1b[1mThe reason.\x1b[0m\n\nArguments"
    assert child.first_line(keras) == "The reason."
    assert child.first_line("") == ""
    assert len(child.first_line("y" * 1000)) == child.MOST_SAID
