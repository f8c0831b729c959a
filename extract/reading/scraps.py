"""Texts of cells that are no words: smudges, grain, folds, and guesses where numbers stand."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from extract.text import ideographs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extract.model import Grid, Reading

    Texts = Mapping[int, tuple[str, float]]
    """The text of a cell, by its place in the grid, and the trust in it."""
    Readings = Mapping[int, tuple[Reading, ...]]

_A_WORD = 2  # ideographs: a single one is a short word
_AMID = 2
_FEW_OF, _LONG_ROW = 0.2, 12  # of a row's cells, and how many these are
_SURE_WORD, _SURE_BLANK = 0.75, 0.95
_A_GUESS = 0.5  # trust
_HEADER = 8  # ideographs of a header over labels, at most: the longer stand beside numbers


def scraps_of(grid: Grid, texts: Mapping[int, str]) -> set[int]:
    """The cells whose text is no word, in rows that are no headers: most of their cells have none.

    Headers that are misread are to stay texts, or their row would pass for one of numbers. A lone
    short word amid a row, with cells before it that have none, is a smudge as well; and so are a
    few in a long row that begins without one.
    """
    cells = Counter(cell.row for cell in grid.cells)
    worded = [i for i, text in texts.items() if is_word(text)]
    words = Counter(grid.cells[i].row for i in worded)
    rows = {row for row, count in cells.items() if 2 * words[row] < count}
    rows |= {row for row, count in cells.items() if count == 2 and _labelled(grid, worded, row)}
    scraps = {i for i, text in texts.items() if not is_word(text) and grid.cells[i].row in rows}
    for row in words:
        here = [i for i in worded if grid.cells[i].row == row]
        before = min(
            sum(one.row == row and one.column < grid.cells[i].column for one in grid.cells)
            for i in here
        )
        short = all(ideographs(texts[i]) <= _A_WORD for i in here)
        few = cells[row] >= _LONG_ROW and len(here) <= _FEW_OF * cells[row]
        if short and ((len(here) == 1 and before >= _AMID) or (few and before)):
            scraps.update(here)
    return scraps


def _labelled(grid: Grid, worded: Sequence[int], row: int) -> bool:
    """Whether the first cell of a row alone has a word."""
    first = min(cell.column for cell in grid.cells if cell.row == row)
    return [grid.cells[i].column for i in worded if grid.cells[i].row == row] == [first]


def grain_of(grid: Grid, texts: Texts, readings: Readings) -> set[int]:
    """Words that nobody can be sure of where the numeral model sees no print, in columns that hold
    few words and rows that hold a number or a blank: grain and folds.
    """
    few = _with_few_words(grid, texts)
    valued = {grid.cells[i].row for i in readings if i not in texts}
    return {
        i
        for i, (_, trust) in texts.items()
        if trust < _SURE_WORD
        and i in readings
        and readings[i][0].mark == "blank"
        and readings[i][0].probability >= _SURE_BLANK
        and grid.cells[i].column in few
        and grid.cells[i].row in valued
    }


def guesses_of(grid: Grid, texts: Texts, readings: Readings) -> set[int]:
    """What the reader of words makes of cells that hold values: guesses and signs, in columns of
    few words, below the first value or beside a label that is too long for a header.
    """
    few = _with_few_words(grid, texts)
    first: dict[int, int] = {}
    for i in readings.keys() - texts.keys():
        if readings[i][0].mark in ("number", "dash"):
            row, column = grid.cells[i].row, grid.cells[i].column
            first[column] = min(first.get(column, row), row)
    labelled = {
        grid.cells[i].row
        for i, (text, trust) in texts.items()
        if trust >= _SURE_WORD and ideographs(text) > _HEADER
    }
    found = set()
    for i, (text, trust) in texts.items():
        cell = grid.cells[i]
        beside = cell.row in labelled or cell.row > first.get(cell.column, cell.row)
        if text and cell.column in few and beside and (trust < _A_GUESS or not is_word(text)):
            found.add(i)
    return found


def _with_few_words(grid: Grid, texts: Texts) -> set[int]:
    """The columns of a grid most of whose cells hold no words."""
    cells = Counter(cell.column for cell in grid.cells)
    words = Counter(grid.cells[i].column for i, (text, _) in texts.items() if text)
    return {column for column, count in cells.items() if 2 * words[column] <= count}


def is_word(text: str) -> bool:
    """Whether a text may be a label: in these forms each has an ideograph that is no stroke."""
    return ideographs(text) > 0
