"""The shape tracer as a drawing: one box a station, one block an axis, as SVG."""

from html import escape

from playground.chart import COLORS, TRUTH
from playground.sequences.shapes import Station

COLUMN, HEIGHT, MARGIN = 196, 150, 10
BLOCK, GAP = 46, 6
AXIS_COLORS = {"batch": COLORS[0], "time": COLORS[2], "features": COLORS[4], "event": COLORS[3]}


def svg(stations: tuple[Station, ...]) -> str:
    """A row of stations with arrows between them; a dashed arrow carries no gradient back."""
    parts = []
    for index, station in enumerate(stations):
        left = index * COLUMN + MARGIN
        if index:
            dash = "" if stations[index - 1].carries else ' stroke-dasharray="4 4"'
            y = HEIGHT / 2 - 8
            parts.append(
                f'<path d="M{left - 22} {y} H{left - 5} m-6 -4 l6 4 l-6 4" fill="none" stroke="{TRUTH}" '
                f'stroke-width="2"{dash}/>'
            )
        parts.append(_station(station, left))
    words = "; ".join(f"{s.name}: {_shape(s)}" for s in stations)
    width = len(stations) * COLUMN
    return (
        f'<svg viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{escape(words)}" font-family="sans-serif" '
        f'style="min-width: {width * 0.8:.0f}px; width: 100%; max-height: 12rem">{"".join(parts)}</svg>'
    )


def _shape(station: Station) -> str:
    return " × ".join(f"{axis.name} {axis.length}" for axis in station.axes) or "one number"


def _station(station: Station, left: int) -> str:
    width = COLUMN - 34
    name, *rest = _wrapped(station.name, 18)
    title = "".join(
        f'<text x="{left + 8}" y="{22 + 14 * line}" font-size="12.5" font-weight="600" fill="currentColor">'
        f"{escape(t)}</text>"
        for line, t in enumerate([name, *rest][:2])
    )
    round_ = 14 if station.kind == "distribution" else 4
    box = (
        f'<rect x="{left}" y="4" width="{width}" height="{HEIGHT - 24}" rx="{round_}" fill="none" stroke="{TRUTH}" '
        f'stroke-width="{2.4 if station.kind == "distribution" else 1.2}"/>'
    )
    blocks = "".join(
        f'<rect x="{left + 8 + i * (BLOCK + GAP)}" y="48" width="{BLOCK}" height="34" rx="3" '
        f'fill="{AXIS_COLORS[axis.name]}" opacity="0.85"/>'
        f'<text x="{left + 8 + i * (BLOCK + GAP) + BLOCK / 2}" y="63" font-size="12" text-anchor="middle" '
        f'fill="#fff" font-weight="600">{axis.length}</text>'
        f'<text x="{left + 8 + i * (BLOCK + GAP) + BLOCK / 2}" y="76" font-size="9.5" text-anchor="middle" '
        f'fill="#fff">{axis.name}</text>'
        for i, axis in enumerate(station.axes)
    ) or (f'<text x="{left + 8}" y="70" font-size="12" fill="currentColor">one number</text>')
    note = "".join(
        f'<text x="{left + 8}" y="{98 + 12 * line}" font-size="10" fill="currentColor" opacity="0.8">'
        f"{escape(text)}</text>"
        for line, text in enumerate(_wrapped(station.note, 25)[:3])
    )
    return box + title + blocks + note


def _wrapped(text: str, most: int) -> list[str]:
    """Lines of at most so many characters, cut between words or after an opening bracket."""
    lines = [""]
    for word in text.replace("(", "(\0").replace(" ", " \0").split("\0"):
        if len(lines[-1]) + len(word.rstrip()) > most and lines[-1]:
            lines.append("")
        lines[-1] += word
    return [line.rstrip() for line in lines]
