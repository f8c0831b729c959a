"""What a form is: tables of sections, each with a column tree and a row tree, and identities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from extract.model import Strength


@dataclass(frozen=True, slots=True)
class Label:
    """A printed label: the form's own wording, an English one, and other wordings seen in print."""

    zh: str
    en: str
    variants: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.zh, *self.variants)


@dataclass(frozen=True, slots=True)
class Column:
    """A leaf of a section's column tree; `path` leads from the top header down to the leaf.

    `row` is the row part of the cell code where the header, not a row label, gives it (table 4).
    """

    id: str
    path: tuple[Label, ...]
    row: str | None = None
    unit: str | None = None

    @property
    def label(self) -> Label:
        return self.path[-1]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of numbers of a section's row tree; `path` leads from the outermost group to it.

    A group printed as one row `stands_for` its leaves. In an outline a row of numbers may itself
    be a group: its path then is the beginning of other rows' paths.
    """

    id: str | None
    path: tuple[Label, ...]
    stands_for: tuple[str, ...] = ()
    replaced_by: str | None = None
    unit: str | None = None

    @property
    def label(self) -> Label | None:
        return self.path[-1] if self.path else None


@dataclass(frozen=True, slots=True)
class Section:
    """A block of a table with a header of its own: label row, header rows, data rows.

    `rows` are all rows in printed order, a row that stands for others just before them. In an
    `outline` all labels stand in one column, each group's in a row of its own. `units` heads a
    column that prints each row's unit.
    """

    label: Label | None
    stub: str | None
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    outline: bool = False
    units: Label | None = None

    def code(self, table: str, row: Row, column: Column) -> str:
        return f"{table}.{column.row or row.id}.{column.id}"

    def headings(self, row: Row, above: Row | None) -> tuple[Label, ...]:
        """The groups of an outline that begin with `row`, the row before it being `above`."""
        opened = above.path if above else ()
        return tuple(
            label
            for depth, label in enumerate(row.path[:-1])
            if opened[: depth + 1] != row.path[: depth + 1]
        )


@dataclass(frozen=True, slots=True)
class Table:
    id: str
    title: Label
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """Sum of the cells `parts` = sum of the cells `totals`.

    With one total the identity states what that total is the sum of; with several it is a
    balance of two sides and none of them is the sum of the others.
    """

    id: str
    parts: tuple[str, ...]
    totals: tuple[str, ...]
    strength: Strength
    name: Label
    wording: Label

    @property
    def codes(self) -> tuple[str, ...]:
        return self.parts + self.totals


@dataclass(frozen=True, slots=True)
class ClaimPattern:
    """How the text of a report says a number of its tables; see `ClaimSpec` for the fields."""

    id: str
    name: Label
    says: tuple[str, ...]
    near: tuple[str, ...]
    never: tuple[str, ...]
    cells: tuple[str, ...]
    carried: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Priors:
    """Probability per cell that the publisher printed another number than balance requires."""

    part: float
    total: float


@dataclass(frozen=True, eq=False)  # the same object or another one: hashing all of it is slow
class Form:
    """One layout file.

    `all_identities` is the template before alternatives; ask `identities(alternatives)`.
    """

    id: str
    name: Label
    authority: str
    titles: tuple[str, ...]
    tables: tuple[Table, ...]
    all_identities: tuple[Identity, ...]
    priors: Priors
    claims: tuple[ClaimPattern, ...] = ()

    @cached_property
    def alternatives(self) -> dict[str, tuple[str, ...]]:
        """Row id of each group that may be printed as one row, and the row ids it replaces."""
        return {
            f"{table.id}.{row.id}": tuple(f"{table.id}.{leaf}" for leaf in row.stands_for)
            for table in self.tables
            for section in table.sections
            for row in section.rows
            if row.stands_for
        }

    def table(self, table_id: str) -> Table:
        for table in self.tables:
            if table.id == table_id:
                return table
        raise KeyError(table_id)

    def cells(
        self, alternatives: frozenset[str] = frozenset()
    ) -> Iterator[tuple[str, Table, Section, Row, Column]]:
        """Every cell with its code, in the order of the form.

        `alternatives` are the table-qualified ids (`t3.other`) of groups printed as one row.
        """
        replaced = {leaf for group in alternatives for leaf in self.alternatives[group]}
        for table in self.tables:
            for section in table.sections:
                for row in section.rows:
                    name = f"{table.id}.{row.id}"
                    if name in replaced or (row.stands_for and name not in alternatives):
                        continue
                    for column in section.columns:
                        yield section.code(table.id, row, column), table, section, row, column

    def codes(self, alternatives: frozenset[str] = frozenset()) -> tuple[str, ...]:
        return tuple(code for code, *_ in self.cells(alternatives))

    def identities(self, alternatives: frozenset[str] = frozenset()) -> tuple[Identity, ...]:
        """The identities of the form as printed, in the order of its cells."""
        present = set(self.codes(alternatives))
        groups = {leaf: group for group in alternatives for leaf in self.alternatives[group]}
        found = []
        for identity in self.all_identities:
            if all(code.rpartition(".")[0] in groups for code in identity.codes):
                continue  # an identity along a row that is not printed
            parts = _resolve(identity.parts, groups)
            totals = _resolve(identity.totals, groups)
            if all(code in present for code in parts + totals):
                found.append(
                    Identity(
                        identity.id,
                        parts,
                        totals,
                        identity.strength,
                        identity.name,
                        identity.wording,
                    )
                )
        return tuple(found)


def _resolve(codes: tuple[str, ...], groups: dict[str, str]) -> tuple[str, ...]:
    """Cells of replaced rows become those of the row that stands for them, once."""
    resolved: dict[str, None] = {}
    for code in codes:
        row, _, column = code.rpartition(".")
        resolved[f"{groups.get(row, row)}.{column}"] = None
    return tuple(resolved)
