"""What a draft is made of: tables, sections, header trees and row trees, with the numbers seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

Amount = Fraction | None
"""A number as printed; a blank or dash is 0, what cannot be read None."""


@dataclass(slots=True)
class DraftColumn:
    """A header: a leaf over one column of values, or a group of headers."""

    text: str
    unit: str | None = None
    columns: list[DraftColumn] = field(default_factory=list)
    id: str = ""
    row: str = ""

    def leaves(self) -> Iterator[DraftColumn]:
        if not self.columns:
            yield self
        for column in self.columns:
            yield from column.leaves()


@dataclass(slots=True)
class DraftRow:
    """A row label with the row's numbers (None for a group) and the rows under it."""

    text: str
    numbers: tuple[Amount, ...] | None = None
    unit: str | None = None
    rows: list[DraftRow] = field(default_factory=list)
    id: str = ""

    def lines(self) -> Iterator[DraftRow]:
        """The rows of numbers, this one first."""
        if self.numbers is not None:
            yield self
        for row in self.rows:
            yield from row.lines()


@dataclass(slots=True)
class DraftSection:
    """A block with a header of its own; without `rows` it is one unlabelled row, `numbers`."""

    columns: list[DraftColumn]
    rows: list[DraftRow]
    label: str = ""
    stub: str = ""
    units: str = ""
    numbers: tuple[Amount, ...] = ()

    @property
    def outline(self) -> bool:
        """Whether labels of groups stand in rows of their own."""
        return any(row.rows and row.numbers is not None for row in self._all(self.rows)) or bool(
            self.units
        )

    def leaves(self) -> list[DraftColumn]:
        return [leaf for column in self.columns for leaf in column.leaves()]

    def lines(self) -> list[DraftRow]:
        return [line for row in self.rows for line in row.lines()]

    def _all(self, rows: list[DraftRow]) -> Iterator[DraftRow]:
        for row in rows:
            yield row
            yield from self._all(row.rows)


@dataclass(slots=True)
class DraftTable:
    title: str
    sections: list[DraftSection]
    id: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """An identity that the numbers satisfy: ids of one table's columns or rows."""

    table: str
    each: str
    totals: tuple[str, ...]
    parts: tuple[str, ...]
    wording: str
    seen: int
    """In how many rows or columns it says more than that a number equals itself."""
