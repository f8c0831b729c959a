"""A form's tables in their printed shape, as rows of spanning cells for a page to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from extract.forms import Form, Label, Section, load_forms


@dataclass(frozen=True, slots=True)
class Head:
    """A header cell with its spans."""

    label: Label
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class BodyRow:
    """The row headers that begin here, and the codes along the row."""

    heads: tuple[Head, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A section as printed: its own label, header rows, rows; `stub` columns hold row headers."""

    label: Label | None
    stub: int
    header: tuple[tuple[Head, ...], ...]
    rows: tuple[BodyRow, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of the form."""

    id: str
    title: Label
    blocks: tuple[Block, ...]


_NOTHING = Label("", "")


def form_of(form_id: str) -> Form:
    """Raises KeyError for a form that is not known any more."""
    for form in load_forms():
        if form.id == form_id:
            return form
    raise KeyError(form_id)


@cache
def sheets(form_id: str, alternatives: frozenset[str]) -> tuple[Sheet, ...]:
    """The tables of a form where `alternatives` are printed as one row each."""
    form = form_of(form_id)
    present = set(form.codes(alternatives))
    return tuple(
        Sheet(
            table.id,
            table.title,
            tuple(_block(section, table.id, present) for section in table.sections),
        )
        for table in form.tables
    )


def _block(section: Section, table: str, present: set[str]) -> Block:
    rows = [
        (row.path, tuple(section.code(table, row, column) for column in section.columns))
        for row in section.rows
    ]
    rows = [(path, codes) for path, codes in rows if codes[0] in present]
    depth = max((len(path) for path, _ in rows), default=0)
    tall = max(len(column.path) for column in section.columns)
    down = _tree([path for path, _ in rows], depth)
    body = tuple(
        BodyRow(tuple(Head(label, columns=deep, rows=run) for label, run, deep in heads), codes)
        for heads, (_, codes) in zip(down, rows, strict=True)
    )
    across = _tree([column.path for column in section.columns], tall)
    levels: list[list[Head]] = [[] for _ in range(tall)]
    for column, heads in zip(section.columns, across, strict=True):
        level = len(column.path) - len(heads)
        for label, run, deep in heads:
            levels[level].append(Head(label, columns=run, rows=deep))
            level += 1
    return Block(section.label, depth, tuple(map(tuple, levels)), body)


def _tree(paths: Sequence[tuple[Label, ...]], depth: int) -> list[list[tuple[Label, int, int]]]:
    """For each path, the labels that begin there: label, how many paths it heads, and how many
    levels deep it is (the last one of a short path fills the rest).
    """
    begun: list[list[tuple[Label, int, int]]] = []
    for place, path in enumerate(paths):
        starts = []
        for level, label in enumerate(path):
            prefix = path[: level + 1]
            if place and paths[place - 1][: level + 1] == prefix:
                continue
            run = 1
            while place + run < len(paths) and paths[place + run][: level + 1] == prefix:
                run += 1
            last = level == len(path) - 1
            starts.append((label, run, depth - level if last and run == 1 else 1))
            if last and run > 1 and level + 1 < depth:
                # A row of its own that also heads the rows below it.
                starts.append((_NOTHING, 1, depth - level - 1))
        begun.append(starts)
    return begun


@cache
def parts_of_names(
    form_id: str, alternatives: frozenset[str]
) -> dict[str, tuple[Label | None, Label]]:
    """Every cell's name in two parts: of its row, None where it has none, and of its column.

    Headers over all columns of a section tell nothing apart, and are left out.
    """
    found = {}
    for code, _, section, row, column in form_of(form_id).cells(alternatives):
        skipped = _common([one.path for one in section.columns])
        of_row = row.label or section.label
        found[code] = (of_row, _joined(column.path[skipped:]))
    return found


@cache
def names(form_id: str, alternatives: frozenset[str]) -> dict[str, Label]:
    """Every cell's whole name."""
    return {
        code: _joined([row, column] if row else [column])
        for code, (row, column) in parts_of_names(form_id, alternatives).items()
    }


def _joined(labels: Sequence[Label]) -> Label:
    return Label(" · ".join(one.zh for one in labels), " · ".join(one.en for one in labels))


def _common(paths: Sequence[tuple[Label, ...]]) -> int:
    """How many levels all paths share, the last of each not counted."""
    shared = 0
    while all(len(path) > shared + 1 and path[shared] == paths[0][shared] for path in paths):
        shared += 1
    return shared
