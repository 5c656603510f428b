"""The icon, drawn by code: every state has a silhouette or sign of its own and is told apart without its colour."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from synccenter.service.status import Situation

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Draw

ORANGE = "#e36a00"
"""3.4:1 on white and 6.1:1 on black (WCAG 2.1 asks 3:1 of a graphical object)."""

RED = "#d13212"
WHITE = "#ffffff"
_FINE = 16
"""Drawn this much larger, then made smaller: smooth edges."""


@cache
def picture(situation: Situation, size: int = 64) -> Image.Image:
    """The icon of a situation, `size` pixels square, on a transparent ground."""
    return _drawn(_SIGNS[situation], size)


@cache
def logo(size: int = 64) -> Image.Image:
    """The program's own icon."""
    return _drawn(_working, size)


def _drawn(sign: Callable[[Draw, float], None], size: int) -> Image.Image:
    canvas = Image.new("RGBA", (size * _FINE, size * _FINE), (0, 0, 0, 0))
    sign(ImageDraw.Draw(canvas), size * _FINE / 32)  # the signs are drawn on a field of 32 by 32
    return canvas.resize((size, size), Image.Resampling.LANCZOS)


def _disc(draw: Draw, u: float, colour: str = ORANGE) -> None:
    draw.ellipse((0.5 * u, 0.5 * u, 31.5 * u, 31.5 * u), fill=colour)


def _ring(draw: Draw, u: float) -> None:
    draw.ellipse((0.5 * u, 0.5 * u, 31.5 * u, 31.5 * u), outline=ORANGE, width=round(4.5 * u))


def _line(draw: Draw, u: float, points: list[tuple[float, float]], width: float, colour: str = WHITE) -> None:
    scaled = [(x * u, y * u) for x, y in points]
    draw.line(scaled, fill=colour, width=round(width * u), joint="curve")
    for x, y in (scaled[0], scaled[-1]):
        r = width * u / 2
        draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)


def _idle(draw: Draw, u: float) -> None:
    """A disc with a tick."""
    _disc(draw, u)
    _line(draw, u, [(8.5, 16.5), (14, 22), (23.5, 11)], 4.4)


def _working(draw: Draw, u: float) -> None:
    """A disc with two arrows that chase each other."""
    _disc(draw, u)
    box = (7 * u, 7 * u, 25 * u, 25 * u)
    for start in (195, 15):
        draw.arc(box, start, start + 105, fill=WHITE, width=round(3.6 * u))
        _head(draw, u, start + 105)


def _head(draw: Draw, u: float, degrees: float) -> None:
    """An arrow's head at the end of an arc around the middle, pointing clockwise."""
    angle = math.radians(degrees)
    along = (-math.sin(angle), math.cos(angle))
    out = (math.cos(angle), math.sin(angle))
    x, y = 16 + 7.2 * out[0], 16 + 7.2 * out[1]
    tip = (x + 5.4 * along[0], y + 5.4 * along[1])
    left = (x + 4.4 * out[0], y + 4.4 * out[1])
    right = (x - 4.4 * out[0], y - 4.4 * out[1])
    draw.polygon([(px * u, py * u) for px, py in (tip, left, right)], fill=WHITE)


def _paused(draw: Draw, u: float) -> None:
    """A disc with two bars."""
    _disc(draw, u)
    for x in (9, 18):
        draw.rounded_rectangle((x * u, 8.5 * u, (x + 5) * u, 23.5 * u), 1.2 * u, fill=WHITE)


def _offline(draw: Draw, u: float) -> None:
    """An empty ring, struck through."""
    _ring(draw, u)
    _line(draw, u, [(7, 25), (25, 7)], 4.4, ORANGE)


def _sign_in(draw: Draw, u: float) -> None:
    """A padlock: a square body with a bow, no disc."""
    draw.arc((7.5 * u, 0.5 * u, 24.5 * u, 19 * u), 180, 360, fill=ORANGE, width=round(4.4 * u))
    draw.rectangle((7.5 * u, 9.5 * u, 11.9 * u, 15 * u), fill=ORANGE)
    draw.rectangle((20.1 * u, 9.5 * u, 24.5 * u, 15 * u), fill=ORANGE)
    draw.rounded_rectangle((2.5 * u, 13.5 * u, 29.5 * u, 31.5 * u), 3 * u, fill=ORANGE)
    draw.rounded_rectangle((13.7 * u, 18 * u, 18.3 * u, 27 * u), 2 * u, fill=WHITE)


def _other_till(draw: Draw, u: float) -> None:
    """A ring with a filled middle: standing by."""
    _ring(draw, u)
    draw.ellipse((10 * u, 10 * u, 22 * u, 22 * u), fill=ORANGE)


def _error(draw: Draw, u: float) -> None:
    """A warning triangle."""
    draw.polygon([(16 * u, 0), (32 * u, 30 * u), (0, 30 * u)], fill=RED)
    draw.rounded_rectangle((0, 27 * u, 32 * u, 31.5 * u), 2.2 * u, fill=RED)
    draw.rounded_rectangle((13.6 * u, 9.5 * u, 18.4 * u, 20.5 * u), 1.6 * u, fill=WHITE)
    draw.ellipse((13.4 * u, 22.4 * u, 18.6 * u, 27.6 * u), fill=WHITE)


_SIGNS: dict[Situation, Callable[[Draw, float], None]] = {
    Situation.IDLE: _idle,
    Situation.WORKING: _working,
    Situation.PAUSED: _paused,
    Situation.OFFLINE: _offline,
    Situation.SIGN_IN: _sign_in,
    Situation.OTHER_TILL: _other_till,
    Situation.ERROR: _error,
}
