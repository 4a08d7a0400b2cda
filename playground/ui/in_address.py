"""Single choices that a page's address remembers: read when the page opens, written at each run."""

from collections.abc import Iterable, Sequence

import streamlit as st

from playground.errors import InvalidInput
from playground.values import choice


def asked(name: str, keys: Iterable[str]) -> str | None:
    """The one key that the address asked for at first, or None."""
    return next(iter(asked_all(name, keys)), None)


def asked_all(name: str, keys: Iterable[str]) -> list[str]:
    """The keys that the address asked for at first, separated by commas; then a warning for each that is none."""
    place = f"address:{name}"
    if place not in st.session_state:
        found: list[str] = []
        for given in filter(None, st.query_params.get(name, "").split(",")):
            try:
                found.append(choice(name, given, tuple(keys)))
            except InvalidInput as error:
                st.warning(f"In the address, {error} It is left out.")
        st.session_state[place] = found
    return list(st.session_state[place])


def keep(name: str, chosen: Sequence[str]) -> None:
    """Makes the address say which keys are chosen; it says nothing of none."""
    if chosen:
        st.query_params[name] = ",".join(chosen)
    elif name in st.query_params:
        del st.query_params[name]
