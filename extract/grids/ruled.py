"""Ruled tables of a page with a text layer: pdfplumber's cells on the page's rules.

rules → edges (dashes joined, open sides closed) → pdfplumber's intersections and cells → lattice
with merged cells → glyphs into cells. What is left over becomes lines of text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from extract.grids.glyphs import cell_text, drop_doubles, ink_centre, text_lines
from extract.model import Box, Glyph, Grid, GridCell, Page, Rule

_SNAP = 2.5  # points: rules closer than this are one
_TOUCH = 3.0  # points: a rule may end this short of the one it should meet
_DASH_GAP = 6.0  # points: the widest gap inside a dashed rule
_LONGEST_DASH = 12.0
_SHORTEST = 6.0  # points: a shorter rule is part of a glyph or an ornament

_COLUMNS = 3  # inner columns on both sides of where two tables are said to touch

_Run = tuple[float, float, float]
_Piece = tuple[float, float, float]
"""Start and end of a piece of rule, and the line that it is on."""
_Cell = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Lattice:
    """Sorted positions of the rules of one table, and which cell owns each square."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    owner: tuple[tuple[int, ...], ...]

    def at(self, x: float, y: float) -> int:
        """Index of the cell that holds a point, -1 outside."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if 0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1:
            return self.owner[row][column]
        return -1


def read_ruled(page: Page) -> Page:
    """The page with its `grids` and, for all text outside them, `lines`.

    A "table" of a single column is taken for paragraphs with rules round them, not a table.
    """
    glyphs = drop_doubles(page.glyphs)
    tables = [boxes for found in _tables(page.rules) for boxes in parted(found) if _is_table(boxes)]
    lattices = [_lattice(boxes) for boxes in tables]
    inside: list[dict[int, list[Glyph]]] = [{} for _ in lattices]
    outside: list[Glyph] = []
    frames = [(lat.xs[0], lat.ys[0], lat.xs[-1], lat.ys[-1]) for lat in lattices]
    for glyph in glyphs:
        x, y = ink_centre(glyph)
        for number, (x0, y0, x1, y1) in enumerate(frames):
            if x0 <= x < x1 and y0 <= y < y1:
                cell = lattices[number].at(x, y)
                if cell >= 0:
                    inside[number].setdefault(cell, []).append(glyph)
                    break
        else:
            outside.append(glyph)
    marked = [
        _marked(boxes, lattice, page.marks) for boxes, lattice in zip(tables, lattices, strict=True)
    ]
    grids = tuple(
        _grid(page.number, boxes, lattice, glyphs_of, over)
        for boxes, lattice, glyphs_of, over in zip(tables, lattices, inside, marked, strict=True)
    )
    return replace(page, grids=grids, lines=text_lines(outside, page.number))


def _tables(rules: Sequence[Rule]) -> list[list[tuple[float, float, float, float]]]:
    from pdfplumber.table import (
        cells_to_tables,
        edges_to_intersections,
        intersections_to_cells,
        merge_edges,
    )

    tables: list[list[tuple[float, float, float, float]]] = []
    for band in bands(join_dashes(rules)):
        edges = [_edge(rule) for rule in close_open_sides(band)]
        if len(edges) < 4:
            continue
        merged = merge_edges(edges, _SNAP, _SNAP, _TOUCH, _TOUCH)
        crossings = edges_to_intersections(merged, _TOUCH, _TOUCH)
        tables.extend(cells_to_tables(intersections_to_cells(crossings)))
    return tables


def bands(rules: list[Rule]) -> list[list[Rule]]:
    """The rules in strips of the page that no upright rule joins, from top to bottom.

    Rules are snapped to each other within a strip only: columns of another table that stand
    nearly in line would pull them off their place.
    """
    upright = sorted((r.y0, r.y1) for r in rules if r.y1 - r.y0 > r.x1 - r.x0)
    strips: list[tuple[float, float]] = []
    for top, bottom in upright:
        if strips and top - strips[-1][1] <= _TOUCH:
            strips[-1] = (strips[-1][0], max(strips[-1][1], bottom))
        else:
            strips.append((top, bottom))
    return [
        [r for r in rules if r.y1 >= top - _TOUCH and r.y0 <= bottom + _TOUCH]
        for top, bottom in strips
    ]


def _edge(rule: Rule) -> dict[str, Any]:
    level = rule.x1 - rule.x0 > rule.y1 - rule.y0
    return {
        "x0": rule.x0,
        "x1": rule.x1,
        "top": rule.y0,
        "bottom": rule.y1,
        "width": rule.x1 - rule.x0,
        "height": rule.y1 - rule.y0,
        "orientation": "h" if level else "v",
    }


def join_dashes(rules: Iterable[Rule]) -> list[Rule]:
    """Pieces on one line whose gaps are no wider than a dash become one rule.

    Rules that stay shorter than a glyph are dropped.
    """
    joined: list[Rule] = []
    level: dict[int, list[_Piece]] = {}
    upright: dict[int, list[_Piece]] = {}
    for rule in rules:
        if rule.x1 - rule.x0 >= rule.y1 - rule.y0:
            level.setdefault(round(rule.y0), []).append((rule.x0, rule.x1, rule.y0))
        else:
            upright.setdefault(round(rule.x0), []).append((rule.y0, rule.y1, rule.x0))
    for start, end, at in _joined(level):
        joined.append(Rule(start, at, end, at))
    for start, end, at in _joined(upright):
        joined.append(Rule(at, start, at, end))
    return joined


def _joined(groups: dict[int, list[_Piece]]) -> Iterable[_Piece]:
    for pieces in groups.values():
        runs: list[_Piece] = []
        for start, end, at in sorted(pieces):
            if runs and start - runs[-1][1] <= _TOUCH:
                runs[-1] = (runs[-1][0], max(runs[-1][1], end), runs[-1][2])
            else:
                runs.append((start, end, at))
        yield from (run for run in _dashes_joined(runs) if run[1] - run[0] >= _SHORTEST)


def _dashes_joined(runs: list[_Piece]) -> list[_Piece]:
    """Rules on one line, in order; between two that are no dashes a gap is a low merged row."""
    joined = runs[:1]
    for last, run in pairwise(runs):
        dashes = max(last[1] - last[0], run[1] - run[0]) <= _LONGEST_DASH
        if dashes and run[0] - last[1] <= _DASH_GAP:
            joined[-1] = (joined[-1][0], run[1], joined[-1][2])
        else:
            joined.append(run)
    return joined


def close_open_sides(rules: list[Rule]) -> list[Rule]:
    """Adds the outer rules that a maker left out or a page break took.

    Where two or more rules end at one line, and no rule runs there between two neighbours
    though the table goes on beside them, that piece of the side was left out.
    """
    level = [r for r in rules if r.x1 - r.x0 >= r.y1 - r.y0]
    upright = [r for r in rules if r.x1 - r.x0 < r.y1 - r.y0]
    across = [(r.y0, r.x0, r.x1) for r in level]
    down = [(r.x0, r.y0, r.y1) for r in upright]
    added = [Rule(at, start, at, end) for at, start, end in _open_pieces(across, down)]
    added += [Rule(start, at, end, at) for at, start, end in _open_pieces(down, across)]
    return rules + added


def _open_pieces(rules: list[_Run], crossing: list[_Run]) -> Iterator[_Run]:
    """Pieces missing at the common ends of parallel rules: (position of ends, from, to).

    `rules` and `crossing` are (position, start, end) along the two directions. A rule that runs
    along such a piece further out is the side: lines that end before it underline something.
    """
    for end in (1, 2):
        for at, group in _shared_ends([(rule[end], rule[0]) for rule in rules]):
            inward = [c for c in crossing if (at - c[0]) * (2 * end - 3) > _TOUCH]
            outward = [c for c in crossing if (c[0] - at) * (2 * end - 3) >= -_TOUCH]
            for one, other in pairwise(group):
                if other - one <= _TOUCH:
                    continue
                if not _covers(outward, one, other, 0.5) and _covers(inward, one, other, 0.9):
                    yield at, one, other


def _covers(runs: list[_Run], start: float, end: float, share: float) -> bool:
    """Whether runs, which may be pieces of a rule, cover this share of the way together."""
    reached, covered = start, 0.0
    for _, first, last in sorted(runs, key=lambda run: run[1]):
        covered += max(0.0, min(last, end) - max(first, reached))
        reached = max(reached, last)
    return covered >= share * (end - start)


def _shared_ends(ends: list[tuple[float, float]]) -> list[tuple[float, list[float]]]:
    """Groups of at least two rules that end at one place, with the rules' positions in order."""
    ends.sort()
    groups: list[tuple[float, list[float]]] = []
    group: list[tuple[float, float]] = []
    for end in [*ends, (float("inf"), 0.0)]:
        if group and end[0] - group[-1][0] > 1.0:
            if len(group) >= 2:
                groups.append((group[0][0], sorted(position for _, position in group)))
            group = []
        group.append(end)
    return groups


def parted(boxes: list[_Cell]) -> list[list[_Cell]]:
    """The cells of one table, or of several that touch: hardly a column of one goes on in the next.

    Of two tables with many columns some may stand in line by chance.
    """
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    rows = sorted(boxes, key=lambda box: box[1])
    for y in sorted({box[1] for box in rows})[1:]:
        if any(y0 + _TOUCH < y < y1 - _TOUCH for _, y0, _, y1 in rows):
            continue
        above = [box for box in rows if box[1] < y - _TOUCH]
        below = [box for box in rows if box[1] >= y - _TOUCH]
        upper, lower = (
            {x0 for x0, *_ in part if left + _TOUCH < x0 < right - _TOUCH}
            for part in (above, below)
        )
        shared = sum(any(abs(a - b) <= _SNAP for b in lower) for a in upper)
        if min(len(upper), len(lower)) >= max(_COLUMNS, 3 * shared):
            return [above, *parted(below)]
    return [boxes]


def _is_table(boxes: list[tuple[float, float, float, float]]) -> bool:
    return len({round(x0) for x0, *_ in boxes}) > 1


def _lattice(boxes: list[tuple[float, float, float, float]]) -> Lattice:
    xs = _positions([x for x0, _, x1, _ in boxes for x in (x0, x1)])
    ys = _positions([y for _, y0, _, y1 in boxes for y in (y0, y1)])
    owner = [[-1] * (len(xs) - 1) for _ in range(len(ys) - 1)]
    for index, (x0, y0, x1, y1) in enumerate(boxes):
        for row in range(_index(ys, y0), _index(ys, y1)):
            for column in range(_index(xs, x0), _index(xs, x1)):
                owner[row][column] = index
    return Lattice(xs, ys, tuple(tuple(row) for row in owner))


def _positions(values: list[float]) -> tuple[float, ...]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SNAP:
            found.append(value)
    return tuple(found)


def _index(positions: tuple[float, ...], value: float) -> int:
    return max(0, bisect_right(positions, value + 0.01) - 1)


def _marked(boxes: list[_Cell], lattice: Lattice, marks: Iterable[Box]) -> set[int]:
    """The cells inside which something is drawn that the glyphs do not tell."""
    found = set()
    for mark in marks:
        cell = lattice.at((mark.x0 + mark.x1) / 2, (mark.y0 + mark.y1) / 2)
        if cell >= 0:
            x0, y0, x1, y1 = boxes[cell]
            if mark.width <= x1 - x0 and mark.height <= y1 - y0:
                found.add(cell)
    return found


def _grid(
    number: int,
    boxes: list[_Cell],
    lattice: Lattice,
    glyphs_of: dict[int, list[Glyph]],
    marked: set[int],
) -> Grid:
    """The cells in reading order; squares of the frame that no cell owns are simply not there."""
    xs, ys = lattice.xs, lattice.ys
    bounds = [Box(*box) for box in boxes]
    texts = [cell_text(glyphs_of.get(index, ()), box) for index, box in enumerate(bounds)]
    doubted = set(marked)
    for index, (_, whole) in enumerate(texts):
        if not whole:
            doubted |= {index, *_reached(glyphs_of[index], lattice)}
    cells = []
    for index, box in enumerate(bounds):
        row, column = _index(ys, box.y0), _index(xs, box.x0)
        cells.append(
            GridCell(
                row,
                column,
                max(1, _index(ys, box.y1) - row),
                max(1, _index(xs, box.x1) - column),
                texts[index][0],
                box,
                index not in doubted,
            )
        )
    cells.sort(key=lambda cell: (cell.row, cell.column))
    frame = Box(xs[0], ys[0], xs[-1], ys[-1])
    return Grid(number, len(ys) - 1, len(xs) - 1, tuple(cells), frame, "pdfplumber")


def _reached(glyphs: Iterable[Glyph], lattice: Lattice) -> set[int]:
    """The cells into which digits reach by a fifth of their size: they may be theirs."""
    found = set()
    for glyph in glyphs:
        if not glyph.text.isdigit():
            continue
        x, y = 0.2 * (glyph.x1 - glyph.x0), 0.2 * (glyph.y1 - glyph.y0)
        middle = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
        found |= {lattice.at(at, middle[1]) for at in (glyph.x0 + x, glyph.x1 - x)}
        found |= {lattice.at(middle[0], at) for at in (glyph.y0 + y, glyph.y1 - y)}
    return found - {-1}
