"""The clinic on the page: programs composed by choices with their graph, and the cards of mistakes and their cures."""

import difflib

import streamlit as st

from playground.cases import CASES
from playground.clinic.case import SYMPTOMS, Case
from playground.clinic.child import PRELUDE
from playground.clinic.choices import MENUS, Choices, all_choices
from playground.clinic.outcome import Outcome
from playground.clinic.picture import dot, sentence
from playground.clinic.programs import addresses
from playground.clinic.runner import runner
from playground.ui.fields import menu, switch
from playground.ui.in_address import asked, keep

SPINNER = "Running in a process of its own: TensorFlow takes some seconds to import …"
HELP = "At first all {count} programs of this distribution run, in one process; later the chosen one, with a new seed."
LABELS = {
    "source": "Distribution",
    "tape": "The sample is drawn",
    "way": "What is differentiated",
    "stop": "The sample",
    "keras": "Who makes the distribution",
}
KEPT = (*MENUS, "symptom")
"""What the address remembers of it."""


def clinic() -> None:
    """Choices with their graph, then the cards; each part reruns by itself."""
    st.subheader("Does it flow? Change a choice")
    _choices()
    st.subheader("Mistakes, and how they are mended")
    _cards()


@st.fragment
def _choices() -> None:
    st.caption(
        "Each combination is a small program of ours. Blue carries the gradient, orange carries a wrong one, a dashed "
        "grey line carries none. The cost is (x − 3)²."
    )
    left, right = st.columns([2, 3], gap="medium")
    with left:
        first = {name: asked(name, words) or next(iter(words)) for name, words in MENUS.items()}
        values = {
            "source": menu(LABELS["source"], list(MENUS["source"]), first["source"], "clinic-source", _source_word)
        }
        for name in ("tape", "way", "stop", "keras"):
            values[name] = switch(LABELS[name], MENUS[name], first[name], f"clinic-{name}")
        for name, words in MENUS.items():
            keep(name, [values[name]] if values[name] != next(iter(words)) else [])
        choices = Choices(**values)
        outcome = runner().remembered(choices.address)
        everything = [each.address for each in all_choices(choices.source)]
        if st.button("Run it now", type="primary", key="clinic-run-choice", help=HELP.format(count=len(everything))):
            with st.spinner(SPINNER):
                if outcome is None:
                    outcome = dict(zip(everything, runner().run(everything), strict=True))[choices.address]
                else:
                    (outcome,) = runner().run([choices.address], outcome.seed + 1)
    with right:
        st.graphviz_chart(dot(choices, outcome), width="content", alt="From the parameters to what is differentiated")
        if outcome is not None:
            st.markdown(_escaped(sentence(choices, outcome)))
    with st.expander("The program"):
        st.code(PRELUDE + "\n" + choices.program(), language="python")


def _source_word(key: str) -> str:
    return MENUS["source"][key]


@st.fragment
def _cards() -> None:
    wanted = st.pills(
        "What do you see?",
        list(SYMPTOMS),
        default=asked("symptom", SYMPTOMS),
        format_func=SYMPTOMS.__getitem__,
        key="clinic-symptom",
    )
    keep("symptom", [wanted] if wanted else [])
    shown = [case for case in CASES.values() if wanted is None or wanted in case.symptoms]
    st.caption(f"{len(shown)} of {len(CASES)} cases. A card runs its two programs when you ask it to.")
    with st.expander("What every program begins with"):
        st.code(PRELUDE, language="python")
    for case in shown:
        card = st.expander(
            f"**{case.label}** · {', '.join(SYMPTOMS[key] for key in case.symptoms)}",
            key=f"clinic-card-{case.key}",
            on_change="rerun",
        )
        if card.open:
            with card:
                _card(case)


def _card(case: Case) -> None:
    st.markdown(_escaped(case.story))
    broken, mended = (runner().remembered(address) for address in addresses(case.key))
    if st.button("Run both now", type="primary", key=f"clinic-run-{case.key}", help="Again: with a new seed."):
        seed = 0 if broken is None else broken.seed + 1
        with st.spinner(SPINNER):
            broken, mended = runner().run(addresses(case.key), seed)
    left, right = st.columns(2)
    with left:
        st.markdown("**✗ With the mistake**")
        st.code(
            marked(case.broken, [case.line_number], "◀ the cause"),
            language="python",
            line_numbers=True,
            wrap_lines=True,
        )
        if broken is not None:
            _came_out(broken, case)
        st.markdown(f"**Line {case.line_number}.** {_escaped(case.why)}")
    with right:
        st.markdown("**✓ Mended**")
        st.code(marked(case.mended, changed(case), "◀"), language="python", line_numbers=True, wrap_lines=True)
        if mended is not None:
            _came_out(mended, case)
        st.markdown(_escaped(case.cure))
    if case.sources:
        st.caption(f"From {case.sources}.")


def _came_out(outcome: Outcome, case: Case) -> None:
    """An error, or the gradients beside the exact ones."""
    if outcome.trouble:
        st.warning(outcome.trouble)
        return
    if outcome.error is not None:
        st.error(f"Line {outcome.line}: **{outcome.error}**: {_escaped(outcome.says)}", icon="⚡")
        return
    exact = {each.name: each for each in case.exact}
    rows = []
    for name, values in outcome.gradients:
        verdict = "None" if values is None else "right" if name in exact and exact[name].holds(values) else "wrong"
        truth = numbers(exact[name].values) if name in exact else ""
        rows.append({"gradient of": name, "tape": numbers(values), "exact": truth, "verdict": verdict})
    st.dataframe(rows, hide_index=True, width="stretch")
    for name, text in outcome.facts:
        st.caption(f"{name}: `{text}`")
    st.caption(f"Seed {outcome.seed}, {outcome.seconds:.2f} s after its imports.")


def marked(code: str, lines: list[int], mark: str) -> str:
    """The program with a mark at the end of these lines, counted from 1."""
    rows = code.rstrip("\n").splitlines()
    return "\n".join(f"{row}  # {mark}" if number in lines else row for number, row in enumerate(rows, 1))


def changed(case: Case) -> list[int]:
    """The lines of the mended program that the broken one does not have, counted from 1."""
    before, after = case.broken.splitlines(), case.mended.splitlines()
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    kept = {block.b + offset + 1 for block in blocks for offset in range(block.size)}
    return [number for number, line in enumerate(after, 1) if number not in kept and line.strip()]


def numbers(values: tuple[float, ...] | None) -> str:
    """A gradient in a cell of a table."""
    if values is None:
        return "None"
    return ", ".join(f"{value:.3g}" for value in values).replace("-", "−")


def _escaped(text: str) -> str:
    """Text of a program or a message as it is: what Markdown would take for emphasis or a formula is escaped."""
    return "".join(f"\\{letter}" if letter in "\\*_$[]`<>#~|:" else letter for letter in text)
