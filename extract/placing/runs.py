"""A text whose tables came apart → runs: some pieces of text, then the numbers that follow them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extract.model import Grid, GridCell, Line
from extract.placing.tape import make_tape, prints
from extract.reading.numbers import parsed

_LONGEST = 80
_VALUES = ("number", "dash")


@dataclass(frozen=True, slots=True)
class Run:
    """Texts, and the value cells up to the next text.

    `ends` are the counts of values after which a printed line or row of them ends.
    """

    texts: tuple[str, ...]
    values: tuple[GridCell, ...]
    ends: frozenset[int] = frozenset()


Piece = tuple[tuple[str, ...], tuple[GridCell, ...]]
"""What one line or row gives: texts, then values."""


def runs_of(flow: Iterable[Line | Grid]) -> tuple[Run, ...]:
    """The runs of a document; the last one may have texts only.

    A number alone on a line is a value, and so are several at the end of a line, or alone on it.
    """
    runs: list[Run] = []
    texts: list[str] = []
    values: list[GridCell] = []
    ends: set[int] = set()
    for said, counted in (piece for item in flow for piece in _pieces(item)):
        if said and values:
            runs.append(Run(tuple(texts), tuple(values), frozenset(ends)))
            texts, values, ends = [], [], set()
        texts.extend(said)
        values.extend(counted)
        if counted:
            ends.add(len(values))
    if texts or values:
        runs.append(Run(tuple(texts), tuple(values), frozenset(ends)))
    return tuple(runs)


def _pieces(item: Line | Grid) -> Iterator[Piece]:
    if isinstance(item, Line):
        yield _of_line(item.text)
    elif item.columns == 1:
        for cell in item.cells:
            if prints(cell) in (*_VALUES, "blank"):
                yield (), (cell,)
            else:
                yield _of_line(cell.text or "")
    else:
        for row in make_tape([item]):
            texts = tuple(text for text in row.texts if text.strip())
            yield texts, row.values if row.printed or texts else ()


def _of_line(text: str) -> Piece:
    """A line's text and the numbers at its end; a long line is prose."""
    words = text.split()
    if not words or len(text) > _LONGEST:
        return ((text,) if text.strip() else ()), ()
    first = len(words)
    while first and parsed(words[first - 1])[1] in _VALUES:
        first -= 1
    # A merged label and the row's own stand in one line; a label set wide comes in pieces.
    said = tuple(words[:first]) if first < len(words) else (text,)
    cells = tuple(GridCell(0, place, text=word) for place, word in enumerate(words[first:]))
    return said, cells
