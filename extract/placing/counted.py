"""Columns told by their number, where the rules between their headers are lost.

Rules on grey fade first, and what stands in several headers is then read as one text, line by line
across them. As many columns as the form has, with the form's letters over them and none where
another column should be, are the form's columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from extract.forms import Label, Section
from extract.model import GridCell
from extract.placing.labels import bare, spellings

COVERED = 0.6
"""Share of the letters of all columns' own headers that must be read over them."""
GROUPED = 0.15
"""The same where every heading of a group stands over the group's columns exactly."""
ALIKE = 0.7
"""Share of the letters by which a text is a heading."""
_BEGINNING = 2
"""Characters of a label that stand in its first line, however narrow the column."""
_MORE = 1
"""Letters more under a neighbour's header than under its own that put a text elsewhere."""

Span = tuple[int, int]
Letters = Counter[str]


def told_by_number(section: Section, cells: Sequence[GridCell], spans: Sequence[Span]) -> bool:
    """Whether the printed columns, at `spans` of the grid, are the section's one for one.

    `cells` are those of the header.
    """
    if len(spans) != len(section.columns):
        return False
    printed = [
        (cell.column < spans[0][0], under, bare(cell.text))
        for cell in cells
        if cell.text and (under := _under(cell, spans)) is not None
    ]
    texts = [(under, Counter(text)) for _, under, text in printed]
    grouped = _grouped(section, texts)
    if not all(_in_order(section, under, text, grouped) for _, under, text in printed):
        return False
    # What begins over the labels says more than the headers of its columns.
    if any(not long and _elsewhere(section, under, text) for long, under, text in printed):
        return False
    read = [_read(section, column, texts) for column in range(len(spans))]
    covered = sum(read) / len(read)
    return covered >= (GROUPED if grouped else COVERED)


def _under(cell: GridCell, spans: Sequence[Span]) -> Span | None:
    """The columns under a header cell, if any."""
    start, end = cell.column, cell.column + cell.column_span
    under = [i for i, span in enumerate(spans) if span[0] >= start and span[1] <= end]
    return (under[0], under[-1] + 1) if under else None


def _read(section: Section, column: int, texts: Sequence[tuple[Span, Letters]]) -> float:
    """The best share of the letters of headers, in a text over this one among others."""
    shares = [0.0]
    for (start, end), letters in texts:
        if start <= column < end:
            named = _letters([one.label for one in section.columns[start:end]])
            shares.append((letters & named).total() / max(1, named.total()))
    return max(shares)


def _in_order(section: Section, under: Span, text: str, grouped: bool) -> bool:
    """Whether a text over several columns names them one after another, and each one that letters
    of its own tell, unless the headings of groups stand right.

    A column without a group has its header at another height, and so anywhere in the text.
    """
    columns = section.columns[under[0] : under[1]]
    names = [spellings(column.label)[0] for column in columns]
    groups = {label for column in columns for label in column.path[:-1]}
    if len(columns) == 1 or any(_share(Counter(text), label) >= ALIKE for label in groups):
        return True
    deepest = max(len(column.path) for column in section.columns)
    at = -1
    for number, (name, column) in enumerate(zip(names, columns, strict=True)):
        others = "".join(names[:number] + names[number + 1 :])
        own = set(name) - set(others)
        if own and not grouped and not own & set(text):
            return False
        place = text.find(name[:_BEGINNING])
        if len(column.path) < deepest or text.count(name[:_BEGINNING]) != 1:
            continue
        if place < at:
            return False
        at = place
    return True


def _elsewhere(section: Section, under: Span, text: str) -> bool:
    """Whether a text says more of other columns side by side than of those it stands over."""
    start, end = under
    letters = Counter(text)
    size = end - start
    own = (letters & _expected(section, start, end)).total()
    return any(
        (letters & _expected(section, other, other + size)).total() > own + _MORE
        for other in range(len(section.columns) - size + 1)
    )


def _grouped(section: Section, texts: Sequence[tuple[Span, Letters]]) -> bool:
    """Whether every heading over several columns is read, over these and no others."""
    paths = [column.path for column in section.columns]
    groups: list[tuple[Span, Label]] = []
    for depth in range(max(map(len, paths)) - 1):
        column = 0
        for label, run in groupby(path[depth] if len(path) > depth + 1 else None for path in paths):
            size = len(list(run))
            if label is not None and size > 1:
                groups.append(((column, column + size), label))
            column += size
    return bool(groups) and all(
        any(under == span and _share(letters, label) >= ALIKE for under, letters in texts)
        for span, label in groups
    )


def _share(letters: Letters, label: Label) -> float:
    named = _letters([label])
    return (letters & named).total() / max(1, named.total(), letters.total())


def _expected(section: Section, start: int, end: int) -> Letters:
    """The letters of the headers of columns and of the headings over them, each once."""
    paths = [column.path for column in section.columns[start:end]]
    over = [
        label
        for depth in range(max(map(len, paths)) - 1)
        for label, _ in groupby(path[depth] for path in paths if len(path) > depth + 1)
    ]
    return _letters([*over, *(path[-1] for path in paths)])


def _letters(labels: Sequence[Label]) -> Letters:
    letters: Letters = Counter()
    for label in labels:
        letters.update(spellings(label)[0])
    return letters
