"""The clinic's choices light up what flows, and its page runs what is asked for, and nothing before."""

import pytest
from streamlit.testing.v1 import AppTest

from playground.cases import CASES
from playground.clinic.choices import MENUS, SOURCES, Choices, all_choices
from playground.clinic.outcome import Outcome
from playground.clinic.picture import LINES, cut, dot, sentence, verdicts
from playground.clinic.programs import addresses, find
from playground.clinic.runner import Runner
from playground.ui.clinic import changed, marked
from tests.clinic_runs import outcomes, tried

pytestmark = pytest.mark.xdist_group("clinic")
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
    assert len(every) == len({choices.program() for choices in every}) == size
    assert all(Choices.from_address(choices.address.removeprefix("choices/")) == choices for choices in every)
    assert all(find(choices.address) == choices.program() for choices in every)
    assert {choices.source for choices in all_choices("poisson")} == {"poisson"}
    for choices in every:
        compile(choices.program(), choices.address, "exec")


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

    monkeypatch.setattr("playground.clinic.runner._process", process)
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
