"""The few kinds of widget that all sidebars are made of. ↺ marks what starts the run anew."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from playground.ui.query_params import LEARNING_RATES


def menu(
    label: str, choices: Sequence[str], value: str, key: str, word: Callable[[str], str] = str, help: str | None = None
) -> str:
    """One of some keys, by the words for them; the first one where `value` is none of them."""
    index = choices.index(value) if value in choices else 0
    return st.selectbox(label, choices, index=index, format_func=word, key=key, help=help)


def switch(label: str, words: Mapping[str, str], value: str, key: str, help: str | None = None) -> str:
    """One of a few keys, side by side; `words` gives what each is called."""
    back = {word: name for name, word in words.items()}
    chosen = st.segmented_control(label, list(back), default=words[value], required=True, key=key, help=help)
    return back[chosen]


def whole(label: str, low: int, high: int, value: int, key: str, help: str | None = None) -> int:
    """A whole number within a range."""
    return int(st.number_input(label, low, high, min(max(value, low), high), key=key, help=help))


def rate(value: float, key: str) -> float:
    """The learning rate, which may change while the run goes on."""
    return float(st.number_input("Learning rate", *LEARNING_RATES, value, format="%g", key=key))
