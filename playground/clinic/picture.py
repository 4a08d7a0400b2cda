"""The graph of a combination of choices: which edges carry a gradient, and what each parameter gets."""

from typing import NamedTuple

from playground.clinic.case import FAR
from playground.clinic.choices import SOURCES, Choices
from playground.clinic.outcome import Outcome

# Fills are light and letters dark, whatever the page's theme: lines have to stand out from both.
LETTERS = "#1F2933"
FILLS = {"flows": "#BFE3F7", "wrong": "#FBD3B5", "absent": "#E3E7EB", "unknown": "#F3F5F7"}
LINES = {"flows": "#2B8CC4", "wrong": "#D55E00", "absent": "#8A949E", "unknown": "#8A949E"}
NODES = {"p": "distribution", "x": "sample x", "f": "cost f(x)", "l": "log p(x)", "loss": "what is differentiated"}


class Verdict(NamedTuple):
    """What a parameter gets: a key of `FILLS`, and that in words, with the DOT language's line breaks."""

    kind: str
    words: str


def verdicts(choices: Choices, outcome: Outcome | None) -> dict[str, Verdict]:
    """What each parameter of the chosen distribution got; all "unknown" without an outcome, "absent" after an error."""
    exact = SOURCES[choices.source].exact
    if outcome is None or outcome.trouble:
        return dict.fromkeys(exact, Verdict("unknown", "?"))
    if outcome.error is not None:
        return dict.fromkeys(exact, Verdict("absent", "not reached"))
    return {name: _verdict(outcome.gradient(name), value) for name, value in exact.items()}


def _verdict(gradient: tuple[float, ...] | None, exact: float) -> Verdict:
    if gradient is None:
        return Verdict("absent", "None")
    mean, error = gradient
    if mean == 0.0 and error == 0.0:
        return Verdict("absent", f"always 0\\nexact {_short(exact)}")
    if abs(mean - exact) <= FAR * error:
        return Verdict("flows", f"{_short(mean)} ± {error:.2f}\\nexact {_short(exact)}")
    return Verdict("wrong", f"{_short(mean)} ± {error:.2f}\\nexact {_short(exact)}")


def cut(choices: Choices) -> str:
    """Why the sample is a constant to the tape; empty where it may move with the parameters."""
    if choices.stop == "stop":
        return "stop_gradient"
    if choices.tape == "outside":
        return "before the tape"
    return "discrete: no slope" if choices.source == "poisson" else ""


def sentence(choices: Choices, outcome: Outcome) -> str:
    """What happened, in a sentence or two."""
    if outcome.trouble:
        return outcome.trouble
    if outcome.error is not None:
        return f"{outcome.error}: {outcome.says}"
    kinds = {name: verdict.kind for name, verdict in verdicts(choices, outcome).items()}
    if set(kinds.values()) == {"flows"}:
        return "Every parameter gets its exact gradient, up to noise."
    if set(kinds.values()) == {"absent"}:
        return f"No parameter gets a gradient. Between parameters and sample: {cut(choices)}."
    if "wrong" in kinds.values():
        return (
            "The tape gives numbers that are not the gradient: the sample moves as well, and should be a constant here."
        )
    lost = ", ".join(name for name, kind in kinds.items() if kind == "absent")
    return f"Some parameters learn, and silently others do not: {lost}. Which component is drawn is a discrete choice."


def dot(choices: Choices, outcome: Outcome | None) -> str:
    """The graph in the DOT language, from the parameters at the top to what is differentiated."""
    got = verdicts(choices, outcome)
    kinds = {verdict.kind for verdict in got.values()}
    best = next(kind for kind in ("wrong", "flows", "unknown", "absent") if kind in kinds)
    done = outcome is not None and outcome.error is None and not outcome.trouble
    moves = best if done and outcome is not None and dict(outcome.facts)["sample moves"] == "True" else "absent"
    if not done:
        moves = best
    lines = [_node(name, f"{name}\\n{verdict.words}", verdict.kind) for name, verdict in got.items()]
    score = choices.way == "log_prob"
    label = SOURCES[choices.source].label
    lines += [
        _node(key, label if key == "p" else text, "unknown") for key, text in NODES.items() if score or key != "l"
    ]
    lines += [_edge(name, "p", verdict.kind) for name, verdict in got.items()]
    lines += [_edge("p", "x", moves, cut(choices)), _edge("x", "f", "absent" if score and done else moves)]
    lines += [_edge("f", "loss", "absent" if score and done else moves, "a constant weight" if score else "")]
    if score:
        lines += [_edge("p", "l", best), _edge("x", "l", moves), _edge("l", "loss", best)]
    head = 'bgcolor="transparent"; rankdir=TB; nodesep=0.25; ranksep=0.4; margin=0.05;'
    style = f'node [shape=box, style="rounded,filled", fontname="sans-serif", fontsize=13, fontcolor="{LETTERS}"];'
    return "\n".join(["digraph {", head, style, *lines, "}"])


def _node(key: str, text: str, kind: str) -> str:
    return f'"{key}" [label="{text}", fillcolor="{FILLS[kind]}", color="{LINES[kind]}"];'


def _edge(start: str, end: str, kind: str, text: str = "") -> str:
    width, style = (1.2, "dashed") if kind in ("absent", "unknown") else (3.0, "solid")
    words = f', label=" {text}", fontname="sans-serif", fontsize=12, fontcolor="{LINES["absent"]}"' if text else ""
    return f'"{start}" -> "{end}" [color="{LINES[kind]}", penwidth={width}, style={style}{words}];'


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
