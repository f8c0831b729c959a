"""The shape of a layout file: pydantic models that refuse what they do not know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Id = str
ID_PATTERN = r"^[a-z][a-z0-9_]*$"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class LabelSpec(Strict):
    """A label in Chinese as printed, in English, and other wordings seen in print.

    Without English words the Chinese ones stand in their place.
    """

    zh: str = Field(min_length=1)
    en: str = ""
    variants: tuple[str, ...] = ()


class ColumnSpec(Strict):
    """A leaf (with `id`) or a group (with `columns`) of a section's header."""

    id: Id | None = Field(default=None, pattern=ID_PATTERN)
    label: LabelSpec
    unit: str | None = None
    row: Id | None = Field(default=None, pattern=ID_PATTERN)
    columns: tuple[ColumnSpec, ...] = ()

    @model_validator(mode="after")
    def leaf_or_group(self) -> ColumnSpec:
        if bool(self.id) == bool(self.columns):
            raise ValueError("a column has either an id or columns under it")
        return self


class RowSpec(Strict):
    """A leaf (with `id`) or a group (with `rows`, and `single` if it may be one row).

    In an outline a row may have both: it prints numbers and its details stand below it. `unit`
    holds for the rows under it as well.
    """

    id: Id | None = Field(default=None, pattern=ID_PATTERN)
    label: LabelSpec
    unit: str | None = None
    single: Id | None = Field(default=None, pattern=ID_PATTERN)
    rows: tuple[RowSpec, ...] = ()

    @model_validator(mode="after")
    def leaf_or_group(self) -> RowSpec:
        if not self.id and not self.rows:
            raise ValueError("a row has an id or rows under it")
        if self.single and not self.rows:
            raise ValueError("only a row with rows under it can be single")
        return self


class SectionSpec(Strict):
    """A block of a table. Without `rows` it has one row of numbers that carries no label.

    `outline`: all row labels stand in one column, groups and their details below each other,
    instead of groups in merged cells to the left. `units` is the header of a column that prints
    the unit of each row.
    """

    label: LabelSpec | None = None
    stub: str | None = None
    outline: bool = False
    units: LabelSpec | None = None
    columns: tuple[ColumnSpec, ...] = Field(min_length=1)
    rows: tuple[RowSpec, ...] = ()

    @model_validator(mode="after")
    def details_in_outlines_only(self) -> SectionSpec:
        if not self.outline and any(row.id and row.rows for row in _all_rows(self.rows)):
            raise ValueError("a row with an id has rows under it, which only an outline can have")
        return self


def _all_rows(rows: tuple[RowSpec, ...]) -> Iterator[RowSpec]:
    for row in rows:
        yield row
        yield from _all_rows(row.rows)


class TableSpec(Strict):
    id: Id = Field(pattern=ID_PATTERN)
    title: LabelSpec
    sections: tuple[SectionSpec, ...] = Field(min_length=1)


class IdentitySpec(Strict):
    """Sum of `parts` = sum of `total`, once for each row or column that has all of the cells."""

    id: str = Field(pattern=r"^[a-z0-9_.]+\.(\{row\}|\{column\}|[a-z0-9_]+)$")
    each: Literal["row", "column"]
    table: Id
    name: LabelSpec
    wording: LabelSpec
    strength: Literal["hard", "soft"]
    total: Id | tuple[Id, ...]
    parts: tuple[Id, ...] = Field(min_length=1)
    only: tuple[Id, ...] = ()


class ClaimSpec(Strict):
    """Wordings by which the text of a report says a number that its tables print as well.

    `says`: wordings, with … for some characters, {n} for a count, {yuan} for money, {0} where
    the words say that there was none, (a|b) for one of several. `near`: one of these words must
    stand before the number in its sentence. `never`: words in its clause that make it something
    else. `cells`: the codes whose sum it is; `carried`: codes that it may count as well.
    """

    id: Id = Field(pattern=ID_PATTERN)
    name: LabelSpec
    says: tuple[str, ...] = Field(min_length=1)
    near: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()


class PriorsSpec(Strict):
    part: float = Field(gt=0, lt=1)
    total: float = Field(gt=0, lt=1)


class LayoutSpec(Strict):
    """A layout file."""

    id: str = Field(min_length=1)
    name: LabelSpec
    authority: str
    titles: tuple[str, ...] = Field(min_length=1)
    tables: tuple[TableSpec, ...] = Field(min_length=1)
    identities: tuple[IdentitySpec, ...] = ()
    claims: tuple[ClaimSpec, ...] = ()
    priors: PriorsSpec


def json_schema() -> str:
    """The JSON Schema of layout files, by which editors complete and check them."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    schema |= LayoutSpec.model_json_schema()
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
