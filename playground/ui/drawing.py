"""A drawing of our own server's as SVG, in the colours of the page's theme, which `st.html` and an image would lose."""

import streamlit as st

SCRIPT = """
export default function ({ data, parentElement }) {
  const place = parentElement.querySelector("figure") ?? parentElement.appendChild(document.createElement("figure"));
  place.style.cssText = "margin: 0; overflow-x: auto; color: var(--st-text-color)";
  if (place.dataset.shown !== data.svg) place.innerHTML = place.dataset.shown = data.svg;
}
"""


def drawing(svg: str, key: str) -> None:
    """Shows an SVG, which scrolls sideways where the page is narrow.

    Args:
      svg: Made from numbers and names of ours: it is not cleaned.
      key: Of the widget.
    """
    component = st.components.v2.component("playground_drawing", js=SCRIPT)
    component(key=key, data={"svg": svg})
