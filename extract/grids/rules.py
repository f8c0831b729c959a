"""Lattices of tables: the lines that their sides lie on, and which sides of squares are there.

All positions are px at WORK_DPI. The lines of a table, level and upright, cut it into squares;
each side of each square is there or not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.drawn import settled_by_ink, without_dashes
from extract.grids.sides import STEP, runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.grids.sides import Map, Sides
    from extract.model import Pixels

    Floats = NDArray[np.float64]

Box4 = tuple[int, int, int, int]
"""x0, y0, x1, y1 in px."""
_SAME_LINE = 1.7
"""Pixels of the maps, 3.7 pt: pieces nearer than this lie on one line."""
_SHORTEST = 3
"""Pixels of the maps, 6.5 pt: what is shorter makes no line."""
_TIED = 4
_TIE = 7
"""Pixels of the maps: what is thicker than the first is several lines, tied by what is no longer
along them than the second."""
_SEEN = 0.5
_FAINT = 0.2
"""Evidence of a line's surest side; a line with less is none."""
_TABLE = 0.4
"""Mean of the map of insides over a square that belongs to a table."""
_AS_WIDE = 0.7
"""Share of a column's squares in a table that makes all of them the table's."""
_LONG = 10
"""Pixels of the maps, 22 pt: a side of this length may be faint for half of it."""
_STICKS_OUT = 3.5
"""Pixels of the maps, 7.6 pt: lines that go on this far beyond the last one they cross are open."""
_SIDE = 0.25
"""Share of all lines that end together where a table is open: a few longer ones are strokes."""
_SLIVER = 14
"""Px at WORK_DPI, 5 pt: a column as narrow as this holds no digit."""


@dataclass(frozen=True)
class Lattice:
    """Lines of one table and how surely each side between them is there.

    `ys` (rows + 1) and `xs` (columns + 1) are positions; `level` (rows + 1, columns) and
    `upright` (rows, columns + 1) hold the evidence of sides, 0 to 1; `inside` (rows, columns) says
    which squares are the table's; `thickness` is that of the typical rule, in px.
    """

    ys: Floats
    xs: Floats
    level: Floats
    upright: Floats
    inside: NDArray[np.bool_]
    thickness: float


def transposed(lattice: Lattice) -> Lattice:
    """The lattice of the page with rows and columns changed for each other."""
    return replace(
        lattice,
        ys=lattice.xs,
        xs=lattice.ys,
        level=lattice.upright.T.copy(),
        upright=lattice.level.T.copy(),
        inside=lattice.inside.T.copy(),
    )


def with_line(lattice: Lattice, column: int, x: float) -> Lattice:
    """The lattice with an upright line at a place in a column, no side of it seen."""
    return replace(
        lattice,
        xs=np.insert(lattice.xs, column + 1, x),
        level=np.insert(lattice.level, column, lattice.level[:, column], axis=1),
        upright=np.insert(lattice.upright, column + 1, 0.0, axis=1),
        inside=np.insert(lattice.inside, column, lattice.inside[:, column], axis=1),
    )


def without_line(lattice: Lattice, line: int) -> Lattice:
    """The lattice without an upright line."""
    return replace(
        lattice,
        xs=np.delete(lattice.xs, line),
        level=np.delete(lattice.level, line, axis=1),
        upright=np.delete(lattice.upright, line, axis=1),
        inside=np.delete(lattice.inside, line, axis=1),
    )


def with_level_line(lattice: Lattice, row: int, y: float, sides: Floats) -> Lattice:
    """The lattice with a level line at a place in a row, with the evidence of its sides."""
    lying = with_line(transposed(lattice), row, y)
    lying.upright[:, row + 1] = sides
    return transposed(lying)


def without_level_line(lattice: Lattice, line: int) -> Lattice:
    """The lattice without a level line."""
    return transposed(without_line(transposed(lattice), line))


def table_regions(sides: Sides) -> list[Box4]:
    """Boxes of what sides hold together, from top to bottom."""
    import cv2

    seen = (np.maximum(sides.level, sides.upright) > _SEEN).astype(np.uint8)
    seen = cv2.dilate(seen, np.ones((3, 3), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(seen, connectivity=8)
    boxes = [
        (int(x * STEP), int(y * STEP), int((x + w) * STEP), int((y + h) * STEP))
        for x, y, w, h, _ in stats[1:]
        if w * STEP >= 120 and h * STEP >= 30
    ]
    return sorted(_joined(boxes), key=lambda b: (b[1], b[0]))


def _joined(boxes: list[Box4]) -> list[Box4]:
    """Boxes with those that overlap made one: pieces of one table with broken rules."""
    boxes = list(boxes)
    merged = True
    while merged:
        merged = False
        for i, a in enumerate(boxes):
            for j in range(i + 1, len(boxes)):
                b = boxes[j]
                if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]:
                    boxes[i] = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
                    del boxes[j]
                    merged = True
                    break
            if merged:
                break
    return boxes


def within(sides: Sides, box: Box4) -> Sides:
    """The sides without the upright ones above and below a box."""
    upright = np.zeros_like(sides.upright)
    rows = slice(max(0, box[1] // STEP), box[3] // STEP + 1)
    upright[rows] = sides.upright[rows]
    return replace(sides, upright=upright)


def lattice_of(sides: Sides, small: Pixels, box: Box4) -> Lattice | None:
    """The lattice of the sides inside a box, or None where they make no table."""
    left, top = max(0, box[0] // STEP - 1), max(0, box[1] // STEP - 1)
    right, bottom = box[2] // STEP + 2, box[3] // STEP + 2
    level = sides.level[top:bottom, left:right]
    upright = np.ascontiguousarray(sides.upright[top:bottom, left:right].T)
    ys, xs = _lines(level), _lines(upright)
    # Labels and numbers with one rule between them, open at both sides.
    lone = _with_open_ends(level, ys, xs) if len(xs) == 1 else None
    xs = xs if lone is None else lone
    while True:
        if len(ys) < 2 or len(xs) < 2:
            return None
        rows, columns = _evidence(level, ys, xs), _evidence(upright, xs, ys)
        keep_rows, keep_columns = rows.max(axis=1) > _FAINT, columns.max(axis=1) > _FAINT
        keep_columns |= lone is not None
        if keep_rows.all() and keep_columns.all():
            break
        ys, xs = ys[keep_rows], xs[keep_columns]
    if (wider := _with_open_ends(upright, xs, ys)) is not None:
        ys = wider
    if (wider := _with_open_ends(level, ys, xs)) is not None:
        xs = wider
    rows, columns = _evidence(level, ys, xs), _evidence(upright, xs, ys)
    columns = columns.T
    inside = _inside(sides.inside[top:bottom, left:right], ys, xs)
    inside |= _between(columns)
    across = np.ascontiguousarray(small.T)
    fine_ys, wide = _placed(small, ys + top, xs + left, rows)
    fine_xs, high = _placed(across, xs + left, ys + top, columns.T)
    above, below = _beside(inside)
    left_of, right_of = (side.T for side in _beside(inside.T))
    rows = settled_by_ink(small, fine_ys, fine_xs, rows, above & below)
    rows[1:-1] = without_dashes(small, fine_ys, fine_xs, rows)[1:-1]
    columns = settled_by_ink(across, fine_xs, fine_ys, columns.T, (left_of & right_of).T).T
    # No cell reaches out of the table.
    rows[above != below] = 1.0
    columns[left_of != right_of] = 1.0
    return without_slivers(Lattice(fine_ys, fine_xs, rows, columns, inside, max(wide, high)))


def without_slivers(lattice: Lattice) -> Lattice:
    """The lattice with the two rules of a double border as one, the outer, and so any upright
    rule that was found twice, where it leans or beside another table's: no column is so narrow.
    """
    left = 0
    while left + 1 < len(lattice.xs) > 3:
        if lattice.xs[left + 1] - lattice.xs[left] > _SLIVER:
            left += 1
            continue
        places = lattice.xs.copy()
        outer = 0 if left == 0 else 1 if left == len(places) - 2 else None
        pair = places[left : left + 2]
        places[left] = pair.mean() if outer is None else pair[outer]
        upright = lattice.upright.copy()
        upright[:, left] = upright[:, left : left + 2].max(axis=1)
        lattice = replace(
            lattice,
            xs=np.delete(places, left + 1),
            upright=np.delete(upright, left + 1, axis=1),
            level=np.delete(lattice.level, left, axis=1),
            inside=np.delete(lattice.inside, left, axis=1),
        )
    return lattice


def _lines(side: Map) -> Floats:
    """Where (pixels of the map, along its first axis) sides that run along the last one lie."""
    import cv2

    seen = (side > _SEEN).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(_untied(seen))
    if count < 2:
        return np.zeros(0)
    across, along = np.nonzero(labels)
    name = labels[across, along]
    weight = side[across, along].astype(np.float64)
    total = np.bincount(name, weight, count)
    place = np.bincount(name, weight * across, count) / np.maximum(total, 1e-9)
    lines: list[list[float]] = []
    """Place and weight of each line, the longest pieces first."""
    for piece in np.argsort(-stats[1:, 2], kind="stable") + 1:
        if stats[piece, 2] < _SHORTEST:
            break
        near = [line for line in lines if abs(line[0] - place[piece]) < _SAME_LINE]
        if near:
            line = min(near, key=lambda line: abs(line[0] - place[piece]))
            line[0] += (place[piece] - line[0]) * total[piece] / (line[1] + total[piece])
            line[1] += total[piece]
        else:
            lines.append([float(place[piece]), float(total[piece])])
    return np.array(sorted(line[0] for line in lines))


def _untied(seen: Pixels) -> Pixels:
    """Lines that a rule across them ties together in the maps, each for itself."""
    import cv2

    _, labels, stats, _ = cv2.connectedComponentsWithStats(seen)
    tied = stats[:, 3] > _TIED
    tied[0] = False
    if not tied.any():
        return seen
    alone = cv2.morphologyEx(seen, cv2.MORPH_OPEN, np.ones((1, _TIE), np.uint8))
    return np.where(tied[labels], alone, seen)


def _evidence(side: Map, lines: Floats, stops: Floats) -> Floats:
    """(lines, stops - 1) how surely sides are there between neighbouring stops of each line."""
    found = np.zeros((len(lines), len(stops) - 1))
    for i, line in enumerate(lines):
        at = round(float(line))
        along = side[max(0, at - 1) : at + 2].max(axis=0)
        for j in range(len(stops) - 1):
            start, stop = round(float(stops[j])) + 1, round(float(stops[j + 1]))
            # A side that ends at a corner reaches beyond it by a little in the maps: what is
            # nowhere faint is there all along. Long ones may be faint for a part.
            part = np.sort(along[start : max(stop, start + 1)])
            if len(part):
                found[i, j] = float(part[(len(part) - 1) // (4 if len(part) < _LONG else 2)])
    return found


def _with_open_ends(side: Map, lines: Floats, stops: Floats) -> Floats | None:
    """The stops with one more where lines go on beyond the last of them and end together.

    Tables cut by a page break or open at a side have no line there. None where all is closed.
    """
    found = []
    for line in lines:
        at = round(float(line))
        seen = side[max(0, at - 1) : at + 2].max(axis=0) > _SEEN
        long = [run for run in runs(seen) if run[1] - run[0] >= _SHORTEST]
        if long:
            found.append((long[0][0], long[-1][1] - 1))
    if len(found) < 2:
        return None
    wider = stops
    firsts, lasts = np.array(found, np.float64).T
    for ends, beyond in ((firsts, stops[0] - firsts), (lasts, lasts - stops[-1])):
        out = ends[beyond > _STICKS_OUT]
        together = out[np.abs(out - np.median(out)) < 2] if len(out) else out
        if len(together) >= max(2, 0.5 * len(out), _SIDE * len(found)):
            wider = np.sort(np.append(wider, together.mean()))
    return None if wider is stops else wider


def _inside(inside: Map, ys: Floats, xs: Floats) -> NDArray[np.bool_]:
    """Which squares belong to a table: what lies between two tables has lines round it as well."""
    found = np.zeros((len(ys) - 1, len(xs) - 1), dtype=bool)
    for i, (y0, y1) in enumerate(pairwise(ys.round().astype(int).tolist())):
        for j, (x0, x1) in enumerate(pairwise(xs.round().astype(int).tolist())):
            square = inside[y0 + 1 : max(y1, y0 + 2), x0 + 1 : max(x1, x0 + 2)]
            found[i, j] = square.size == 0 or square.mean() > _TABLE
    for start, stop in runs(np.asarray(found.any(axis=1))):
        # A table is as wide in all its rows, but two that touch need not be.
        share = found[start:stop].mean(axis=0)
        found[start:stop, share > _AS_WIDE] = True
        found[start:stop, share < 1 - _AS_WIDE] = False
    return found


def _between(upright: Floats) -> NDArray[np.bool_]:
    """Which squares have upright sides on the left and on the right, near or far."""
    seen = upright > _SEEN
    before = np.logical_or.accumulate(seen, axis=1)[:, :-1]
    after = np.logical_or.accumulate(seen[:, ::-1], axis=1)[:, ::-1][:, 1:]
    between: NDArray[np.bool_] = before & after
    return between


def _beside(inside: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For each level side, (rows + 1, columns), whether the squares above and below are inside."""
    outside = np.zeros((1, inside.shape[1]), dtype=bool)
    return np.concatenate([outside, inside]), np.concatenate([inside, outside])


def _placed(small: Pixels, lines: Floats, stops: Floats, evidence: Floats) -> tuple[Floats, float]:
    """The lines in px, where their ink is, and the thickness of the typical rule.

    A line without ink of its own (an open side) stays where the maps have it.
    """
    places = lines * STEP + (STEP - 1) / 2
    reach = STEP + 2
    thick = []
    for i, line in enumerate(places):
        low = max(0, round(line) - reach)
        strips = [
            small[low : round(line) + reach + 1, round(a * STEP) + STEP : round(b * STEP)]
            for (a, b), there in zip(pairwise(stops), evidence[i], strict=True)
            if there > _SEEN
        ]
        strip = np.concatenate(strips, axis=1) if strips else small[:0, :0]
        if strip.shape[1] < STEP or strip.shape[0] < reach:
            continue
        ink = 255.0 - strip.mean(axis=1)
        ink -= np.percentile(ink, 25)
        core = np.where(ink > 0.4 * ink.max(), ink, 0.0)
        if ink.max() < 12:
            continue
        places[i] = low + float((core * np.arange(len(core))).sum() / core.sum())
        thick.append(float((core > 0).sum()))
    if (np.diff(places) < 1).any():  # a strong rule drew a faint one's place to its own
        places = lines * STEP + (STEP - 1) / 2
    return places, float(np.percentile(thick, 60)) if thick else 2.0
