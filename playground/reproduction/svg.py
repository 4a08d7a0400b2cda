"""A reproduction's panels as a still picture: SVG, drawn by hand, since Plotly needs a browser for one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from playground.reproduction.figure import COLUMNS, colours
from playground.reproduction.reproduction import Line, Panel

WIDTH, HEIGHT = 480, 330
LEFT, RIGHT, TOP, BOTTOM = 66, 16, 36, 48
LEGEND_LINE = 20
TITLE_HEIGHT = 34
TICKS = 5
MOST_POINTS = 800
"""Of a curve; more are finer than the picture."""


@dataclass(frozen=True)
class Axis:
    """A map from values to places, from `begin` to `end` in pixels."""

    low: float
    high: float
    log: bool
    begin: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], log: bool, begin: float, end: float) -> "Axis":
        """Wide enough for all `values`, with some room."""
        if not values:
            return cls(0.0, 1.0, False, begin, end)
        low, high = (math.log10(min(values)), math.log10(max(values))) if log else (min(values), max(values))
        room = 0.04 * (high - low) or 0.5
        return cls(low - room, high + room, log, begin, end)

    def place(self, value: float) -> float:
        inner = math.log10(value) if self.log else value
        return self.begin + (inner - self.low) / (self.high - self.low) * (self.end - self.begin)

    def ticks(self) -> list[float]:
        """Round values: whole powers of ten on a logarithmic axis that holds two of them."""
        first, last = math.ceil(self.low), math.floor(self.high)
        if self.log and last > first:
            step = -(-(last - first) // TICKS) or 1
            return [10.0**power for power in range(first, last + 1, step)]
        step_size = 10.0 ** math.floor(math.log10((self.high - self.low) / TICKS))
        width = next(step_size * m for m in (1, 2, 5, 10) if (self.high - self.low) / (step_size * m) <= TICKS)
        steps = range(math.ceil(self.low / width), math.floor(self.high / width) + 1)
        return [10.0 ** (width * n) if self.log else width * n for n in steps]


def _shown(line: Line, panel: Panel) -> list[tuple[float, float]]:
    """The points that the axes can show, thinned out."""
    every = max(1, len(line.x) // MOST_POINTS)
    pairs = list(zip(line.x, line.y, strict=True))
    pairs = pairs[::every] + (pairs[-1:] if every > 1 else [])
    return [
        (x, y)
        for x, y in pairs
        if math.isfinite(x) and math.isfinite(y) and (x > 0.0 or not panel.log_x) and (y > 0.0 or not panel.log_y)
    ]


def _text(x: float, y: float, text: str, anchor: str = "middle", size: int = 11, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"{more}>{escape(text)}</text>'


def _panel(panel: Panel, left: float, top: float, color: dict[str, str]) -> list[str]:
    curves = [(line, _shown(line, panel)) for line in panel.lines]
    points = [point for _, shown in curves for point in shown]
    x_axis = Axis.over([x for x, _ in points], panel.log_x, left + LEFT, left + WIDTH - RIGHT)
    y_axis = Axis.over([y for _, y in points], panel.log_y, top + HEIGHT - BOTTOM, top + TOP)
    middle = 0.5 * (x_axis.begin + x_axis.end)
    parts = [
        f'<rect x="{x_axis.begin:.1f}" y="{y_axis.end:.1f}" width="{x_axis.end - x_axis.begin:.1f}" '
        f'height="{y_axis.begin - y_axis.end:.1f}" fill="none" stroke="#999"/>',
        _text(middle, top + TOP - 10, panel.title, size=13),
        _text(middle, top + HEIGHT - 10, panel.x_title),
    ]
    height = 0.5 * (y_axis.begin + y_axis.end)
    turned = f' transform="rotate(-90 {left + 14:.1f} {height:.1f})"'
    parts.append(_text(left + 14, height, panel.y_title, more=turned))
    for tick in x_axis.ticks():
        x = x_axis.place(tick)
        parts.append(f'<path d="M{x:.1f} {y_axis.begin:.1f}v4" stroke="#999"/>')
        parts.append(_text(x, y_axis.begin + 16, f"{tick:.4g}", size=10))
    for tick in y_axis.ticks():
        y = y_axis.place(tick)
        parts.append(f'<path d="M{x_axis.begin:.1f} {y:.1f}H{x_axis.end:.1f}" stroke="#e4e4e4"/>')
        parts.append(_text(x_axis.begin - 5, y + 3.5, f"{tick:.4g}", "end", 10))
    for line, shown in curves:
        places = [(x_axis.place(x), y_axis.place(y)) for x, y in shown]
        if line.points:
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color[line.name]}"/>' for x, y in places]
        elif places:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            dash = ' stroke-dasharray="3 3"' if line.exact else ""
            parts.append(
                f'<polyline points="{path}" fill="none" stroke="{color[line.name]}" stroke-width="1.5"{dash}/>'
            )
    return parts


def picture(title: str, panels: Sequence[Panel]) -> str:
    """The panels, two side by side, under their title and over a legend."""
    color = colours(panels)
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    width, bottom = columns * WIDTH, TITLE_HEIGHT + rows * HEIGHT
    height = bottom + LEGEND_LINE * (-(-len(color) // (2 * columns))) + 12
    parts = [_text(width / 2, 22, title, size=15)]
    for place, panel in enumerate(panels):
        parts += _panel(panel, place % columns * WIDTH, TITLE_HEIGHT + place // columns * HEIGHT, color)
    for place, (name, colour) in enumerate(color.items()):
        x, y = place % (2 * columns) * WIDTH / 2 + 20, bottom + LEGEND_LINE * (place // (2 * columns)) + 10
        parts.append(f'<path d="M{x:.1f} {y:.1f}h18" stroke="{colour}" stroke-width="3"/>')
        parts.append(_text(x + 24, y + 4, name, "start"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif">\n<title>{escape(title)}</title>\n<rect width="100%" height="100%" fill="white"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )
