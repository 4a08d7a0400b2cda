"""The clinic's engine: only its own programs run, in a process that is watched, and choices light up what flows."""

import threading
import time
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from playground.cases import CASES
from playground.clinic import child, runner
from playground.clinic.choices import MENUS, SOURCES, Choices, all_choices
from playground.clinic.outcome import Outcome
from playground.clinic.picture import LINES, cut, dot, sentence, verdicts
from playground.clinic.programs import addresses, find
from playground.clinic.runner import Runner
from playground.errors import InvalidInput
from playground.ui.clinic import changed, marked
from tests.clinic_runs import outcomes, tried

pytestmark = pytest.mark.xdist_group("clinic")
ONE = "sample_outside_tape/broken"
TIMEOUT = 120


def expected(choices: Choices) -> dict[str, str]:
    """What theory says that each parameter gets."""
    source, names = choices.source, SOURCES[choices.source].start
    if choices.keras == "keras3":
        return dict.fromkeys(names, "absent")
    moves = choices.tape == "inside" and choices.stop == "flow" and source != "poisson"
    if choices.way == "sample":
        # A mixture's choice of component is discrete unless the whole sampler is differentiated.
        return {
            name: "flows" if moves and not (source == "mixture" and "logit" in name) else "absent" for name in names
        }
    if not moves:
        return dict.fromkeys(names, "flows")
    # Score and path together: log p of a Normal's own sample does not depend on loc; a mixture's choice has no path.
    kinds = {"normal": {"loc": "absent"}, "mixture": {"logit_1": "flows", "logit_2": "flows"}}
    return {name: kinds.get(source, {}).get(name, "wrong") for name in names}


@pytest.mark.parametrize("choices", tried(), ids=lambda choices: choices.address)
def test_choices_light_up_what_theory_says(choices: Choices) -> None:
    outcome = outcomes()[choices.address]
    assert outcome.trouble == ""
    assert {name: verdict.kind for name, verdict in verdicts(choices, outcome).items()} == expected(choices), outcome
    moves = choices.tape == "inside" and choices.stop == "flow" and choices.source != "poisson"
    if choices.keras != "keras3":
        assert outcome.fact("sample moves") == str(moves)
        assert bool(cut(choices)) == (not moves)


def test_a_layer_turns_none_into_zero() -> None:
    """The slice of a layer's input that holds the logits has a gradient of zeros where there is none."""
    bare = outcomes()[Choices("mixture").address]
    layered = outcomes()[Choices("mixture", keras="keras2").address]
    assert bare.gradient("logit_1") is None
    assert layered.gradient("logit_1") == (0.0, 0.0)
    assert verdicts(Choices("mixture"), bare)["logit_1"].words == "None"
    assert verdicts(Choices("mixture"), layered)["logit_1"].words.startswith("always 0")


def test_the_exact_gradients_of_the_choices_are_finite_differences() -> None:
    import math

    def cost(source: str, theta: dict[str, float]) -> float:
        if source == "normal":
            return (theta["loc"] - 3) ** 2 + math.exp(2 * theta["log_scale"])
        if source == "poisson":
            return (math.exp(theta["log_rate"]) - 3) ** 2 + math.exp(theta["log_rate"])
        first = 1 / (1 + math.exp(theta["logit_2"] - theta["logit_1"]))
        return first * ((theta["loc_1"] - 3) ** 2 + 1) + (1 - first) * ((theta["loc_2"] - 3) ** 2 + 1)

    for key, source in SOURCES.items():
        for name, exact in source.exact.items():
            up, down = ({**source.start, name: source.start[name] + step} for step in (1e-5, -1e-5))
            assert (cost(key, up) - cost(key, down)) / 2e-5 == pytest.approx(exact, abs=1e-5)


def test_the_picture_shows_what_came_out() -> None:
    for choices in tried():
        drawn = dot(choices, outcomes()[choices.address])
        kinds = {verdict.kind for verdict in verdicts(choices, outcomes()[choices.address]).values()}
        solid = [line for line in drawn.splitlines() if "->" in line and "style=solid" in line]
        assert bool(solid) == bool(kinds & {"flows", "wrong"})
        assert (LINES["wrong"] in drawn) == ("wrong" in kinds)
        assert all(f'"{name}" -> "p"' in drawn for name in SOURCES[choices.source].start)
        assert ('"l"' in drawn) == (choices.way == "log_prob")
    before = dot(Choices(), None)
    assert "style=solid" not in before and "?" in before


def test_a_sentence_for_every_end() -> None:
    said = {choices: sentence(choices, outcomes()[choices.address]) for choices in tried()}
    assert said[Choices()].startswith("Every parameter gets its exact gradient")
    assert said[Choices(tape="outside")].endswith("before the tape.")
    assert said[Choices(stop="stop")].endswith("stop_gradient.")
    assert said[Choices("poisson")].endswith("discrete: no slope.")
    assert said[Choices(way="log_prob")].startswith("The tape gives numbers that are not the gradient")
    assert "logit_1, logit_2" in said[Choices("mixture")]
    assert said[Choices(keras="keras3")].startswith("ValueError: Only instances of")
    assert sentence(Choices(), Outcome("", 0, "It was stopped.")) == "It was stopped."


def test_every_combination_is_a_program_of_its_own() -> None:
    every = all_choices()
    size = 1
    for menu in MENUS.values():
        size *= len(menu)
    assert len(every) == len({choices.program() for choices in every if choices.source != "none"}) == size
    assert all(Choices.from_address(choices.address.removeprefix("choices/")) == choices for choices in every)
    assert all(find(choices.address) == choices.program() for choices in every)
    assert {choices.source for choices in all_choices("poisson")} == {"poisson"}
    for choices in every:
        compile(choices.program(), choices.address, "exec")


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
    with pytest.raises(InvalidInput, match=said.replace("(", r"\(").replace("'", ".")):
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


def test_lines_are_marked() -> None:
    assert marked("a\nb\n", [2], "here") == "a\nb  # here"
    case = CASES["sample_outside_tape"]
    assert changed(case) == [4]
    for case in CASES.values():
        assert changed(case), f"{case.key}: nothing is marked as mended"


def page() -> AppTest:
    def script() -> None:
        from playground.ui.clinic import clinic

        clinic()

    return AppTest.from_function(script, default_timeout=TIMEOUT)


def test_the_page_shows_all_cases_and_filters_them(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Runner()
    monkeypatch.setattr("playground.ui.clinic.runner", lambda: own)
    test = page().run()
    assert not test.exception, test.exception
    assert [case.label in str(test.expander) for case in CASES.values()] == [True] * len(CASES)
    for symptom in ("none", "value"):
        test.session_state["clinic-symptom"] = symptom
        test.run()
        wanted = [case for case in CASES.values() if symptom in case.symptoms]
        assert any(caption.value.startswith(f"{len(wanted)} of {len(CASES)}") for caption in test.caption)
    assert own.started == 0, "a page that is only looked at starts no process"


def test_the_page_runs_what_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[tuple[str, ...], int]] = []

    def process(names: tuple[str, ...], seed: int, limit: float) -> tuple[Outcome, ...]:
        asked.append((names, seed))
        return tuple(outcomes().get(name, Outcome(name, seed, "not tried")) for name in names)

    replaced(monkeypatch, process)
    own = Runner()
    monkeypatch.setattr("playground.ui.clinic.runner", lambda: own)
    test = page()
    test.session_state["clinic-card-mixture_logits"] = True
    test.session_state["clinic-card-classes_as_output"] = True
    test.run()
    for key in ("clinic-run-choice", "clinic-run-mixture_logits", "clinic-run-classes_as_output"):
        test.button(key=key).click().run()
        assert not test.exception, test.exception
    assert [names for names, _ in asked] == [
        tuple(choices.address for choices in all_choices("normal")),
        addresses("mixture_logits"),
        addresses("classes_as_output"),
    ]
    assert any("exact gradient, up to noise" in text.value for text in test.markdown)
    assert "ValueError" in test.error[0].value
    (table,) = [
        table.value for table in test.dataframe if "logits" in set(table.value["gradient of"]) and len(table.value) == 3
    ][:1]
    assert list(table["verdict"]) == ["None", "right", "right"]
    test.button(key="clinic-run-mixture_logits").click().run()
    assert asked[-1] == (addresses("mixture_logits"), 1)
