"""Glyphs → text: lines in reading order, doubles of fake bold dropped."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from extract.model import Box, Glyph, Line

# Full-width marks whose ink is in the left part of their square: at the end of a line they may
# hang over the rule of their cell.
_SQUARE = 16.0  # points: glyphs are looked up by squares of the page
_PADDING = 14.0  # points: the most that a cell leaves free at both sides together
_HANGING = frozenset("，。、；：！？）」』】》〉”’,.;")


def ink_centre(glyph: Glyph) -> tuple[float, float]:
    """The point that says in which cell a glyph stands."""
    share = 0.2 if glyph.text in _HANGING else 0.5
    return glyph.x0 + share * (glyph.x1 - glyph.x0), (glyph.y0 + glyph.y1) / 2


def drop_doubles(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs without those printed again almost in place, as makers do to fake bold.

    Two equal digits in a row stand at least a third of their size apart, doubles much closer.
    """
    kept: list[Glyph] = []
    seen: dict[tuple[str, int, int], list[Glyph]] = {}
    for glyph in glyphs:
        text = glyph.text
        if text.isspace():
            kept.append(glyph)
            continue
        reach = 0.2 * max(glyph.size, 1.0)
        x, y = glyph.x0, (glyph.y0 + glyph.y1) / 2
        column, row = int(x // _SQUARE), int(y // _SQUARE)
        here = (text, column, row)
        for square in _squares(text, x, y, reach) if _near_edge(x, y, reach) else (here,):
            if square in seen and _stands_in(seen[square], x, y, reach):
                break
        else:
            seen.setdefault(here, []).append(glyph)
            kept.append(glyph)
    return kept


def _near_edge(x: float, y: float, reach: float) -> bool:
    return not (reach <= x % _SQUARE <= _SQUARE - reach and reach <= y % _SQUARE <= _SQUARE - reach)


def _squares(text: str, x: float, y: float, reach: float) -> list[tuple[str, int, int]]:
    return [
        (text, column, row)
        for column in range(int((x - reach) // _SQUARE), int((x + reach) // _SQUARE) + 1)
        for row in range(int((y - reach) // _SQUARE), int((y + reach) // _SQUARE) + 1)
    ]


def _stands_in(others: Iterable[Glyph], x: float, y: float, reach: float) -> bool:
    return any(
        abs(other.x0 - x) < reach and abs((other.y0 + other.y1) / 2 - y) < reach for other in others
    )


def group_lines(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Glyphs as lines from top to bottom, each from left to right."""
    lines: list[list[Glyph]] = []
    middle = height = 0.0
    for glyph in sorted(glyphs, key=lambda g: ((g.y0 + g.y1) / 2, g.x0)):
        centre = (glyph.y0 + glyph.y1) / 2
        tall = glyph.y1 - glyph.y0
        if lines and centre - middle <= 0.45 * max(min(height, tall), 2.0):
            lines[-1].append(glyph)
            height = max(height, tall)
        else:
            lines.append([glyph])
            middle, height = centre, tall
    for line in lines:
        line.sort(key=lambda g: g.x0)
    return lines


def line_text(line: Sequence[Glyph]) -> str:
    """The text of one line; a gap wider than a character of Latin text becomes a space."""
    parts = [line[0].text]
    for before, glyph in itertools.pairwise(line):
        if glyph.x0 - before.x1 > 0.6 * max(glyph.size, 1.0):
            parts.append(" ")
        parts.append(glyph.text)
    return "".join(parts).strip()


def cell_text(glyphs: Sequence[Glyph], box: Box) -> tuple[str, bool]:
    """The text of a cell, lines joined by a line feed, and whether it lies wholly inside.

    A digit that crosses the cell's rules by more than a third of its size may belong to a
    neighbour.
    """
    seen = [glyph for glyph in glyphs if not glyph.text.isspace()]
    if not seen:
        return "", True
    whole = all(
        glyph.text in _HANGING
        or (
            max(box.x0 - glyph.x0, glyph.x1 - box.x1) <= 0.34 * (glyph.x1 - glyph.x0)
            and max(box.y0 - glyph.y0, glyph.y1 - box.y1) <= 0.34 * (glyph.y1 - glyph.y0)
        )
        for glyph in seen
    )
    whole = whole and _one_size(seen, box)
    if len(seen) == 1:
        return seen[0].text, whole
    lines = group_lines(seen)
    whole = whole and all(_wrapped(a, b, box) for a, b in itertools.pairwise(lines))
    return "\n".join(line_text(line) for line in lines), whole


def drawn_in(box: Box, marks: Iterable[Box]) -> bool:
    """Whether something stands in a cell that the glyphs do not tell."""
    return any(
        mark.width <= box.width
        and mark.height <= box.height
        and box.holds((mark.x0 + mark.x1) / 2, (mark.y0 + mark.y1) / 2)
        for mark in marks
    )


def _wrapped(line: Sequence[Glyph], following: Sequence[Glyph], box: Box) -> bool:
    """Whether a number that goes on in the next line had to: no room was left for its digit.

    Else the two lines may be two numbers, of two rows whose rule was lost.
    """
    last, first = line[-1], following[0]
    if not (last.text.isdigit() and first.text.isdigit()):
        return True
    return last.x1 - line[0].x0 + (first.x1 - first.x0) > box.width - _PADDING


def _one_size(glyphs: Sequence[Glyph], box: Box) -> bool:
    """Whether the digits are of one size, and not of a watermark's, larger than the cell."""
    sizes = [glyph.size for glyph in glyphs if glyph.text.isdigit()]
    return not sizes or max(sizes) <= min(1.6 * min(sizes), 1.5 * box.height)


def text_lines(glyphs: Sequence[Glyph], page: int) -> tuple[Line, ...]:
    """Lines of running text; spaces only where the glyphs stand apart."""
    lines = []
    for line in group_lines(glyph for glyph in glyphs if not glyph.text.isspace()):
        text = line_text(line)
        box = Box(
            line[0].x0, min(g.y0 for g in line), max(g.x1 for g in line), max(g.y1 for g in line)
        )
        sizes = sorted(g.size for g in line)
        lines.append(Line(text, page, box, sizes[len(sizes) // 2]))
    return tuple(lines)
