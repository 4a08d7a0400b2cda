"""Densities over a plane as contour lines: what the zoo and variational inference draw alike."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.chart import TRUTH

LOWEST = -7.0
# From nothing to grey, so that the ground is the page's own, light or dark.
SHADES = [[0.0, "rgba(138, 143, 152, 0.0)"], [1.0, "rgba(138, 143, 152, 0.9)"]]
FLOOR = -12.0


def ground(x: np.ndarray, y: np.ndarray, density: np.ndarray, name: str) -> go.Contour:
    """A density as shades of grey, what is approximated: `density` [len(x), len(y)]."""
    return go.Contour(
        x=x, y=y, z=density.T, colorscale=SHADES, showscale=False, name=name, legendgroup="target", showlegend=True,
        line={"width": 0.3, "color": TRUTH}, contours={"coloring": "fill"}, ncontours=14, hoverinfo="skip",
    )  # fmt: skip


def lines(x: np.ndarray, y: np.ndarray, color: str, name: str, group: str, **line: Any) -> go.Contour:
    """A density as lines, each lower by a factor of e, down from its peak; fed with `heights`."""
    return go.Contour(
        x=x, y=y, z=[], colorscale=[[0, color], [1, color]], showscale=False, name=name, legendgroup=group,
        showlegend=True, opacity=0.9, line={"width": 1.1, "color": color, **line}, hoverinfo="skip",
        contours={"coloring": "none", "start": LOWEST, "end": 0.0, "size": 1.0}, autocontour=False,
    )  # fmt: skip


def heights(log_density: np.ndarray) -> np.ndarray:
    """log(density / its peak) [len(x), len(y)], cut off where nothing is to be seen, as a contour takes it, flat."""
    finite = log_density[np.isfinite(log_density)]
    peak = finite.max() if finite.size else 0.0
    return np.maximum(log_density - peak, FLOOR).T.ravel()
