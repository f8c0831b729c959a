"""A form on the terminal: its tables in the shape in which they are printed, and its identities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from extract.forms.form import Column, Form, Label, Row, Section, Table

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table as Drawn

_INDENT = "　"
_WIDEST = 12


def drawn(form: Form) -> Iterator[RenderableType]:
    """The parts of the drawing, from top to bottom.

    Beside each label stands the part of the cell codes that it gives: the code of a cell is
    table, row and column joined by dots. A row that stands for others follows them in brackets.
    """
    from rich.text import Text

    yield Text(f"{form.id}  {form.name.zh}", style="bold")
    yield Text(f"{form.authority}; {form.name.en}")
    for table in form.tables:
        yield Text(f"\n{table.id}  {table.title.zh}  {table.title.en}", style="bold")
        for section in table.sections:
            yield _section(table, section)
    yield Text("\nidentities", style="bold")
    for one in form.identities():
        yield Text(f"{one.id}  {one.strength}  {one.wording.zh}  {one.wording.en}")


def _section(table: Table, section: Section) -> Drawn:
    from rich import box
    from rich.table import Table as Drawn

    made = Drawn(
        box=box.SQUARE,
        show_lines=False,
        title=section.label.zh if section.label else None,
        title_justify="left",
    )
    labelled = any(row.path for row in section.rows)
    if labelled:
        made.add_column(section.stub or "", overflow="fold")
        made.add_column("row", style="cyan", no_wrap=True)
    if section.units:
        made.add_column(section.units.zh)
    above: tuple[Label, ...] = ()
    for column in section.columns:
        width = max(_WIDEST, len(column.id) + 2, len(column.row or ""))
        made.add_column(_header(column, above), max_width=width, overflow="fold")
        above = column.path
    before: Row | None = None
    for row in section.rows:
        for depth, group in _groups(section, row, before):
            made.add_row(_INDENT * depth + group.zh)
        head = [_INDENT * (len(row.path) - 1) + row.label.zh] if row.label else []
        name = f"[{row.id}]" if row.stands_for else f"{table.id}.{row.id}"
        unit = [row.unit or ""] if section.units else []
        made.add_row(*head, *([name] if labelled else []), *unit, *map(_corner, section.columns))
        before = row
    return made


def _header(column: Column, above: tuple[Label, ...]) -> str:
    """The header path, groups that the column before stands under left blank, then the id."""
    lines = []
    for depth, label in enumerate(column.path):
        same = above[: depth + 1] == column.path[: depth + 1] and depth < len(column.path) - 1
        lines.append("┄" if same else label.zh)
    return "\n".join([*lines, f"({column.id})"])


def _groups(section: Section, row: Row, before: Row | None) -> Iterator[tuple[int, Label]]:
    """Groups that begin with this row and print no number, with their depth."""
    for label in section.headings(row, before):
        yield row.path.index(label), label


def _corner(column: Column) -> str:
    return column.row or "·"
