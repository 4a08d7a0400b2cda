"""A small picture of a series."""

import functools

import numpy as np

from playground.chart import COLORS, TRUTH
from playground.sequences.config import SequenceConfig
from playground.sequences.series import series_for

WIDTH, HEIGHT, MARGIN, SHOWN = 112, 52, 4, 70


@functools.lru_cache(maxsize=64)
def series_picture(config: SequenceConfig) -> str:
    """An SVG of the last values before the held-out part, in grey, and of the first ones after it, in colour."""
    series = series_for(config)
    first = max(0, series.split - SHOWN * 2 // 3)
    values = series.values[first : first + SHOWN].astype(np.float64)
    low, high = values.min(), values.max()
    x = np.linspace(MARGIN, WIDTH - MARGIN, len(values))
    y = HEIGHT - MARGIN - (values - low) / max(high - low, 1e-9) * (HEIGHT - 2 * MARGIN)
    cut = series.split - first
    lines = [
        f'<polyline points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x[part], y[part], strict=True))}" '
        f'fill="none" stroke="{color}" stroke-width="1.5"/>'
        for part, color in ((slice(0, cut + 1), TRUTH), (slice(cut, None), COLORS[0]))
    ]
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{"".join(lines)}</svg>'
