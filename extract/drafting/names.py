"""Ids for drafted rows and columns: those that known forms give the same label, else numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from extract.drafting.nouns import DraftColumn, DraftRow, DraftTable
from extract.forms import Form
from extract.placing.labels import bare


def give_ids(tables: Sequence[DraftTable], forms: Iterable[Form]) -> None:
    """Name every table, row and column of a draft."""
    rows, columns = _known(forms)
    for number, table in enumerate(tables, 1):
        table.id = f"t{number}"
        _name_rows(table, rows)
        for section in table.sections:
            if section.rows:
                _name([leaf for column in section.columns for leaf in column.leaves()], columns)
            else:
                _name_unlabelled(section.columns, columns)


def _known(forms: Iterable[Form]) -> tuple[dict[str, str], dict[str, str]]:
    """Id by bare label, of rows and of columns: the form's own wording; for columns others too."""
    rows: dict[str, str] = {}
    columns: dict[str, str] = {}
    others: dict[str, Counter[str]] = {}
    for _, _, _, row, column in (cell for form in forms for cell in form.cells()):
        if row.label and row.id:
            rows.setdefault(bare(row.label.zh), row.id)
        columns.setdefault(bare(column.label.zh), column.id)
        for spelling in column.label.variants:
            others.setdefault(bare(spelling), Counter())[column.id] += 1
    commonest = {label: names.most_common(1)[0][0] for label, names in others.items()}
    return rows, commonest | columns


def _name_rows(table: DraftTable, known: dict[str, str]) -> None:
    lines = [line for section in table.sections for line in section.lines()]
    taken: set[str] = set()
    for number, line in enumerate(lines, 1):
        line.id = _free(known.get(bare(line.text), f"row{number}"), f"row{number}", taken)


def _name(leaves: Sequence[DraftColumn], known: dict[str, str]) -> None:
    taken: set[str] = set()
    for number, leaf in enumerate(leaves, 1):
        leaf.id = _free(known.get(bare(leaf.text), f"column{number}"), f"column{number}", taken)


def _name_unlabelled(columns: Sequence[DraftColumn], known: dict[str, str]) -> None:
    """One unlabelled row: the groups of its header name the rows of its codes."""
    for number, column in enumerate(columns, 1):
        groups = [column] if _lowest(column) else column.columns or [column]
        for part, group in enumerate(groups, 1):
            group.row = f"row{number}" if len(groups) == 1 else f"row{number}_{part}"
            _name(list(group.leaves()), known)


def _lowest(column: DraftColumn) -> bool:
    return not any(one.columns for one in column.columns)


def _free(name: str, otherwise: str, taken: set[str]) -> str:
    chosen = otherwise if name in taken else name
    taken.add(chosen)
    return chosen


def rows_under(row: DraftRow) -> list[DraftRow]:
    """The rows of numbers next below a row, through groups that have none themselves."""
    found: list[DraftRow] = []
    for one in row.rows:
        found += [one] if one.numbers is not None else rows_under(one)
    return found
