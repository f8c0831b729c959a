"""A draft as a layout file: the YAML that a person edits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extract.drafting.nouns import DraftColumn, DraftRow, DraftSection, DraftTable, Sum

_PLAIN = re.compile(r"^[\w（）、“”《》—％·。；]+$")
_HEAD = """\
# A layout drafted from an example report. Look through it: labels as the form prints them,
# ids (lower case; they become the codes), units, and the sums at the end. Then keep it in a
# folder of its own and check it with `gouji layouts lint`.
id: draft
name: {{zh: {title}}}
authority: unknown
titles: [{title}]

tables:
"""
_PRIORS = """\

# Probability that the publisher printed another number than balance requires, per cell.
priors: {part: 0.001, total: 0.005}
"""


def written(tables: Sequence[DraftTable], sums: Sequence[Sum], title: str) -> str:
    """The whole file."""
    out = [_HEAD.format(title=_quoted(title))]
    for table in tables:
        out.append(f"  - id: {table.id}\n    title: {{zh: {_quoted(table.title)}}}\n")
        out.append("    sections:\n")
        for section in table.sections:
            out.extend(f"{line}\n" for line in _section(section))
    if sums:
        out.append("\nidentities:\n")
        taken: set[str] = set()
        for one in sums:
            out.extend(f"{line}\n" for line in _identity(one, taken))
    return "".join([*out, _PRIORS])


def _section(section: DraftSection) -> Iterator[str]:
    heads = []
    if section.label:
        heads.append(f"label: {{zh: {_quoted(section.label)}}}")
    if section.stub:
        heads.append(f"stub: {_quoted(section.stub)}")
    if section.outline:
        heads.append("outline: true")
    if section.units:
        heads.append(f"units: {{zh: {_quoted(section.units)}}}")
    heads.append("columns:")
    yield f"      - {heads[0]}"
    yield from (f"        {head}" for head in heads[1:])
    for column in section.columns:
        yield from _column(column, 10)
    if section.rows:
        yield "        rows:"
        for row in section.rows:
            yield from _row(row, 10)


def _column(column: DraftColumn, indent: int) -> Iterator[str]:
    pad = " " * indent
    own = [f"row: {column.row}"] if column.row else []
    label = f"label: {{zh: {_quoted(column.text)}}}"
    if not column.columns:
        unit = [f"unit: {column.unit}"] if column.unit else []
        yield f"{pad}- {{{', '.join([f'id: {column.id}', *own, label, *unit])}}}"
        return
    for mark, text in zip(("- ", "  ", "  "), [*own, label, "columns:"], strict=False):
        yield f"{pad}{mark}{text}"
    for one in column.columns:
        yield from _column(one, indent + 4)


def _row(row: DraftRow, indent: int) -> Iterator[str]:
    pad = " " * indent
    parts = [f"id: {row.id}"] if row.numbers is not None else []
    parts.append(f"label: {{zh: {_quoted(row.text)}}}")
    if row.unit:
        parts.append(f"unit: {row.unit}")
    if not row.rows:
        yield f"{pad}- {{{', '.join(parts)}}}"
        return
    for mark, text in zip(("- ", *["  "] * 3), [*parts, "rows:"], strict=False):
        yield f"{pad}{mark}{text}"
    for one in row.rows:
        yield from _row(one, indent + 4)


def _identity(one: Sum, taken: set[str]) -> Iterator[str]:
    kind = "row" if one.each == "row" else "sum" if len(one.totals) == 1 else "balance"
    across = "{row}" if one.each == "row" else "{column}"
    name = f"{one.table}.{kind}"
    if one.each == "row":
        name = f"{name}.{one.totals[0]}" if f"{name}.{across}" in taken else name
    else:
        name = f"{name}.{one.totals[0]}"
    taken.add(f"{name}.{across}")
    totals = one.totals[0] if len(one.totals) == 1 else f"[{', '.join(one.totals)}]"
    often = f"{one.seen} times with" if one.seen else "but never with"
    yield f"  # holds in the example, {often} two or more parts that are not 0"
    yield f'  - id: "{name}.{across}"'
    yield f"    each: {one.each}"
    yield f"    table: {one.table}"
    yield f"    name: {{zh: {_quoted(one.wording.split(' = ')[0])}}}"
    yield f"    wording: {{zh: {_quoted(one.wording)}}}"
    yield "    strength: hard"
    yield f"    total: {totals}"
    yield f"    parts: [{', '.join(one.parts)}]"


def _quoted(text: str) -> str:
    if _PLAIN.match(text) and not text.isdecimal():
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
