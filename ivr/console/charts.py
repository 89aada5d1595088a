"""Plots as SVG, drawn on the server: no script, readable in print, described in words.

Pure: numbers in, markup out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from ivr.console.typography import number

WIDTH, HEIGHT = 720, 220
LEFT, BOTTOM, TOP = 38, 24, 10
LABELS = 12
"""Labels under the bars that fit."""


@dataclass(frozen=True, slots=True)
class Column:
    """One step of time: a part of a whole."""

    label: str
    part: int
    whole: int


def columns(steps: Sequence[Column], title: str, part: str, whole: str) -> Markup:
    """Return bars of *whole* with their *part* in front, and a text for those who do not see them."""
    top = nice(max((step.whole for step in steps), default=0))
    room = (WIDTH - LEFT) / max(1, len(steps))
    body = [_grid(top)]
    for index, step in enumerate(steps):
        x = LEFT + index * room + room * 0.15
        told = f"{step.label} : {number(step.whole)} {whole}, {number(step.part)} {part}"
        body.append(Markup("<g><title>{}</title>").format(told))
        body.append(_bar(x, room * 0.7, step.whole, top, "bar-b"))
        body.append(_bar(x, room * 0.7, step.part, top, "bar-a"))
        body.append(Markup("</g>"))
        if index % -(-len(steps) // LABELS) == 0:
            middle = f"{x + room * 0.35:.1f}"
            body.append(
                Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
                    middle, HEIGHT - 6, step.label
                )
            )
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, title, Markup("").join(body)
    )


def nice(value: float) -> int:
    """Return the next round number above *value*: where the axis ends."""
    size = 1
    while True:
        for step in (1, 2, 5):
            if step * size >= value:
                return max(4, step * size)
        size *= 10


def _grid(top: int) -> Markup:
    drawn = Markup("")
    for share in (0.0, 0.5, 1.0):
        y = f"{_y(share * top, top):.1f}"
        drawn += Markup('<line class="axis" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(LEFT, WIDTH, y, y)
        drawn += Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(
            LEFT - 6, f"{_y(share * top, top) + 4:.1f}", escape(number(share * top))
        )
    return drawn


def _bar(x: float, width: float, value: int, top: int, kind: str) -> Markup:
    y = _y(value, top)
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>').format(
        kind, f"{x:.1f}", f"{y:.1f}", f"{width:.1f}", f"{max(0.0, _y(0, top) - y):.1f}"
    )


def _y(value: float, top: int) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP)
