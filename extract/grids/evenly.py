"""Columns of numbers are of one width: a rule that nobody sees between two of them is missed there.

A column twice as wide as its many neighbours, with two texts side by side in it, is two columns.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.rules import Lattice, transposed, with_line, without_line
from extract.grids.sides import runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.model import Pixels

    Flags = NDArray[np.bool_]

ALIKE = 0.05
"""Part by which columns of one width, or of twice that width, may differ from it."""
OFF = 0.12
"""The same of a column as wide as several, as a part of one."""
MOST = 10
"""Columns that may be taken for one: more is no table with a lost rule or two."""
ASIDE = 0.15
"""The part by which two columns may differ from that width that have it on average: the line
between them stands beside its place."""
NO_COLUMN = 0.4
"""Part of the common width that is no column where it makes one with the next."""
MANY = 5
"""Columns of one width that make a rule of it, or of a multiple of it where there are ..."""
SOME = 3
"""... at least so many of them."""
LEAST_BESIDE = 2
"""Cells of a row with print above and below a lost rule: a label alone may be two lines."""
SURE, PRESENT = 0.75, 0.5
"""Evidence of sides that are surely there, or are there at all."""
OTHERS = 0.75
"""Share of the columns' other rules that a row must have: a heading over them has none."""
LIKELY = 0.6
"""Evidence of a side that only this speaks for: its cells are unsure."""
DARK = 160
RULE, REACH = 3, 7
"""Px from the middle of a rule to its edge, and to where a stroke through it would be seen."""
STRAY = 0.03
"""Share of a row's height that specks may cross."""
ALONG = 0.85
"""Share of a row's height that a rule runs along, if it is a double one."""
INK = 20
"""Dark px where something is written, were it a dash: a speck has fewer."""
MARGIN = 0.2
"""Part of a column's width before a text that is not set to its left."""
ROOM = 0.085
"""Part of a column's width between a rule and print on either side, at most, where words run on."""
LETTER, NUMBER_IN = 0.35, 0.25
"""Of a row's height, and of a column's width: the rest of a label is as near to a line, not a
number in its column."""
FLOWING = 0.5
"""Share of the rows with print on both sides of a line in which words may seem to run on, as
headers do that fill their cells; of some rows at least."""
MIDDLE = 0.5
"""Share of the rows in which letters cross a line that goes through the middle of them."""
FITTING = 0.5
"""Share of the rows with print before a side that must fit two cells."""
TRIM = 5


def with_even_columns(small: Pixels, lattice: Lattice) -> Lattice:
    """The lattice with the rules that its columns of one width ask for and print allows."""
    for line in reversed(_within_one(lattice)):
        lattice = without_line(lattice, line)
    found = _common_width(lattice)
    if found is None:
        return lattice
    width, among = found
    lattice, among = _with_first(small, lattice, width, among)
    for column, count in reversed(_wide(lattice, width, among)):
        lattice = _parted(small, lattice, column, count, width) or lattice
    for line in _beside_its_place(lattice, width):
        moved = _centred(lattice, line)
        lattice = _with_side(small, moved, line, width, frozenset({line})) or lattice
    for line in _lost(lattice, width):
        lattice = _with_side(small, lattice, line, width, frozenset({line})) or lattice
    return lattice


def with_even_rows(small: Pixels, lattice: Lattice) -> Lattice:
    """The lattice with the level rules that its rows of one height ask for: a hairline that a scan
    lost parts prints that stand side by side, in a label and in numbers.

    A side that some cells of a row lack is not drawn: headers reach over several rows.
    """
    lying = transposed(lattice)
    height = _common_height(lying)
    if height is None:
        return lattice
    across = np.ascontiguousarray(small.T)
    for row, count in reversed(_wide(lying, height, slice(0, None))):
        lying = _parted(across, lying, row, count, height, LEAST_BESIDE) or lying
    return transposed(lying)


def _parted(
    small: Pixels, lattice: Lattice, column: int, count: int, width: float, least: int = 1
) -> Lattice | None:
    """The lattice with a wide column as so many of the common width, if all their sides may be."""
    lines = range(column + 1, column + count)
    for line in lines:
        here, end = lattice.xs[line - 1], lattice.xs[line]
        lattice = with_line(lattice, line - 1, here + (end - here) / (column + count - line + 1))
    for line in lines:
        sided = _with_side(small, lattice, line, width, frozenset(lines), least)
        if sided is None:
            return None
        lattice = sided
    return lattice


def _with_side(
    small: Pixels,
    lattice: Lattice,
    line: int,
    width: float,
    new: frozenset[int],
    least: int = 1,
) -> Lattice | None:
    """The lattice with a line's missing sides, where in no row that asks for one a letter stands
    in its way that does not reach over other lines as well, so many rows at least have print on
    both sides of it, and most print fits two cells.

    No side was seen of the lines `new`.
    """
    rows = _asked(lattice, line, width, new)
    through = crossed(small, lattice, line)
    if not rows.any() or (rows & through).sum() > MIDDLE * rows.sum():
        return None
    if (rows & through & ~_crossed_elsewhere(small, lattice, width, new)).any():
        return None
    told = rows & ~through
    before, margin = written(small, lattice, line - 1)
    after, _ = written(small, lattice, line)
    both = told & before & after
    flowing = (both & run_on(small, lattice, line)).sum()
    if flowing >= SOME and flowing > FLOWING * both.sum():
        return None
    fitting = both | (told & before & (margin > MARGIN))
    if both.sum() < least or fitting.sum() < FITTING * (told & before).sum():
        return None
    upright = lattice.upright.copy()
    upright[rows, line] = np.maximum(upright[rows, line], LIKELY)
    return replace(lattice, upright=upright)


def _common_width(lattice: Lattice) -> tuple[float, slice] | None:
    """The width that many columns side by side share, multiples of it among them, and which
    columns these are.
    """
    widths = np.diff(lattice.xs)
    best, found = (0, 0), None
    for width in widths:
        common, counts = _near(widths, width), _counts(widths, width)
        for start, stop in runs(common | (counts > 1)):
            alike = widths[start:stop][common[start:stop]]
            whole = int(np.where(common, 1, counts)[start:stop].sum())
            enough = len(alike) >= MANY or (len(alike) >= SOME and whole >= MANY)
            if enough and (len(alike), whole) > best:
                best, found = (len(alike), whole), (float(np.median(alike)), slice(start, stop))
    return found


def _common_height(lattice: Lattice) -> float | None:
    """The width that many columns of a lattice share, wherever they stand."""
    widths = np.diff(lattice.xs)
    alike = [widths[_near(widths, width)] for width in widths]
    most = max(alike, key=len)
    return float(np.median(most)) if len(most) >= MANY else None


def _near(widths: NDArray[np.float64], width: float) -> Flags:
    near: Flags = np.abs(widths / width - 1.0) < ALIKE
    return near


def _counts(widths: NDArray[np.float64], width: float) -> NDArray[np.int_]:
    """For each width how many times another one it is, 2 to MOST, or 0."""
    times = widths / width
    counts = np.rint(times).astype(int)
    off = np.where(counts == 2, 2 * ALIKE, OFF)
    fits = (counts > 1) & (counts <= MOST) & (np.abs(times - counts) < off)
    return np.where(fits, counts, 0)


def _wide(lattice: Lattice, width: float, among: slice) -> list[tuple[int, int]]:
    """Columns as wide as several of the common ones among which they stand, and how many."""
    counts = _counts(np.diff(lattice.xs)[among], width)
    return [(int(i) + among.start, int(counts[i])) for i in np.nonzero(counts)[0]]


def _lost(lattice: Lattice, width: float) -> list[int]:
    """Lines between two columns of the common width."""
    common = _near(np.diff(lattice.xs), width)
    return (np.nonzero(common[:-1] & common[1:])[0] + 1).tolist()


def _beside_its_place(lattice: Lattice, width: float) -> list[int]:
    """Lines between two columns that are as wide as two of the common width, if not each alone,
    and that few rows have a side on.
    """
    widths = np.diff(lattice.xs)
    common = _near(widths, width)
    two = _near(widths[:-1] + widths[1:], 2 * width) & ~(common[:-1] & common[1:])
    nearly = np.abs(widths / width - 1.0) < ASIDE
    few = (lattice.upright[:, 1:-1] > PRESENT).mean(axis=0) < PRESENT
    return (np.nonzero(two & nearly[:-1] & nearly[1:] & few)[0] + 1).tolist()


def _within_one(lattice: Lattice) -> list[int]:
    """Lines between two columns that together are as wide as the column beside them and as many
    others, and of which one is too narrow for a number: folds and strokes.

    Lines of tables that touch are near each other as well, but run through other rows.
    """
    widths = np.diff(lattice.xs)
    there = lattice.upright > PRESENT
    found: list[int] = []
    for line in range(1, len(widths)):
        pair = widths[line - 1 : line + 1]
        common = _near(widths, pair.sum())
        beside = common[max(0, line - 2) : line + 2].any()
        if pair.min() < NO_COLUMN * pair.sum() and beside and common.sum() >= MANY:
            narrow = line - 1 + int(pair.argmin())
            both = there[:, narrow] & there[:, narrow + 1]
            if 2 * both.sum() > (there[:, narrow] | there[:, narrow + 1]).sum():
                found.append(line)
    return found


def _with_first(
    small: Pixels, lattice: Lattice, width: float, among: slice
) -> tuple[Lattice, slice]:
    """The lattice with the rule between labels and the first of the columns of a width, where it
    was lost: numbers stand there in several rows, and no label reaches it.
    """
    first = among.start + int(np.argmax(_near(np.diff(lattice.xs)[among], width)))
    if first == 0 or lattice.xs[first] - lattice.xs[first - 1] < (1 + NO_COLUMN) * width:
        return lattice, among
    place = float(lattice.xs[first]) - width
    placed = with_line(lattice, first - 1, place)
    sided = _with_side(small, placed, first, width, frozenset({first}), SOME)
    if sided is None or _within_labels(small, placed, first):
        return lattice, among
    return sided, slice(first, among.stop + 1)


def _within_labels(small: Pixels, lattice: Lattice, line: int) -> bool:
    """Whether what stands beyond a line is mostly the rest of what stands before it."""
    height = float(np.median(np.diff(lattice.ys)))
    near = round(min(LETTER * height, NUMBER_IN * float(lattice.xs[line + 1] - lattice.xs[line])))
    before, _ = written(small, lattice, line - 1)
    after, _ = written(small, lattice, line)
    both = before & after
    return bool(2 * (both & run_on(small, lattice, line, near)).sum() > both.sum())


def _centred(lattice: Lattice, line: int) -> Lattice:
    """The lattice with a line in the middle between its neighbours."""
    xs = lattice.xs.copy()
    xs[line] = (xs[line - 1] + xs[line + 1]) / 2
    return replace(lattice, xs=xs)


def _asked(lattice: Lattice, line: int, width: float, new: frozenset[int]) -> Flags:
    """The rows that lack a side on a line though they have those between the other columns.

    None of the headings over several columns, which stand above the first row of whole columns.
    """
    others = [other for other in _lost(lattice, width) if other != line and other not in new]
    if not others:
        return np.zeros(len(lattice.ys) - 1, dtype=bool)
    seen = lattice.upright > PRESENT
    count = seen[:, min([line, *others]) :].sum(axis=1)
    below = np.arange(len(count)) >= int(np.argmax(count >= count.max() - 1))
    within = lattice.inside[:, line - 1] & lattice.inside[:, line]
    asked: Flags = within & below & ~seen[:, line] & (seen[:, others].mean(axis=1) > OTHERS)
    return asked


def crossed(small: Pixels, lattice: Lattice, line: int) -> Flags:
    """The rows in which letters go through where the side would be; what is left of a rule is
    narrower than their strokes, or runs all along.
    """
    x = round(float(lattice.xs[line]))
    reached = [
        (small[:, max(0, x + start) : max(0, x + stop)] < DARK).any(axis=1)
        for start, stop in ((-REACH, -RULE), (RULE + 1, REACH + 1))
    ]
    through: Flags = np.asarray(reached[0] & reached[1])
    share = _shares(through, lattice)
    found: Flags = (share > STRAY) & (share < ALONG)
    return found


def _crossed_elsewhere(small: Pixels, lattice: Lattice, width: float, new: frozenset[int]) -> Flags:
    """The rows whose letters stand so near to rules that were seen that they cross these too."""
    found: Flags = np.zeros(len(lattice.ys) - 1, dtype=bool)
    for other in set(_lost(lattice, width)) - new:
        found |= (lattice.upright[:, other] > PRESENT) & crossed(small, lattice, other)
    return found


def _shares(dark: Flags, lattice: Lattice) -> NDArray[np.float64]:
    """Per row of the lattice, the share of flagged pixels between its level rules."""
    found = np.zeros(len(lattice.ys) - 1)
    for row in range(len(found)):
        top = round(float(lattice.ys[row])) + TRIM
        part = dark[top : max(top + 1, round(float(lattice.ys[row + 1])) - TRIM)]
        found[row] = part.mean() if part.size else 0.0
    return found


def run_on(small: Pixels, lattice: Lattice, line: int, near: int = 0) -> Flags:
    """The rows whose print goes on beyond a line as words do, with no room for a rule: within
    `near` px or what suits its columns on both sides.
    """
    x = round(float(lattice.xs[line]))
    room = max(RULE + 1, near, round(ROOM * float(lattice.xs[line + 1] - lattice.xs[line])))
    found: Flags = np.zeros(len(lattice.ys) - 1, dtype=bool)
    for row in range(len(found)):
        top = round(float(lattice.ys[row])) + TRIM
        bottom = max(top + 1, round(float(lattice.ys[row + 1])) - TRIM)
        dark: Flags = np.asarray(
            (small[top:bottom, max(0, x - room) : x + room] < DARK).any(axis=0)
        )
        found[row] = all(side[RULE:].any() for side in (dark[:room][::-1], dark[room:]))
    return found


def written(small: Pixels, lattice: Lattice, column: int) -> tuple[Flags, NDArray[np.float64]]:
    """Per row whether a column has print, and where it starts as a part of the width."""
    x0 = round(float(lattice.xs[column])) + TRIM
    x1 = max(round(float(lattice.xs[column + 1])) - TRIM, x0 + 1)
    written: Flags = np.zeros(len(lattice.ys) - 1, dtype=bool)
    margin = np.zeros(len(written))
    for row in range(len(written)):
        top = round(float(lattice.ys[row])) + TRIM
        bottom = max(top + 1, round(float(lattice.ys[row + 1])) - TRIM)
        dark = small[top:bottom, x0:x1] < DARK
        written[row] = dark.sum() >= INK
        if written[row]:
            margin[row] = int(np.argmax(dark.any(axis=0))) / (x1 - x0)
    return written, margin
