"""Layout files → forms."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from extract.errors import LayoutError
from extract.forms.folders import layouts_folder, own_layouts
from extract.forms.form import (
    ClaimPattern,
    Column,
    Form,
    Identity,
    Label,
    Priors,
    Row,
    Section,
    Table,
)
from extract.forms.schema import (
    ClaimSpec,
    ColumnSpec,
    IdentitySpec,
    LabelSpec,
    LayoutSpec,
    RowSpec,
    SectionSpec,
)

_MAX_BYTES = 1_000_000
_MOST_ALIASES = 100
_DEEPEST = 50
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Eight times as fast where PyYAML has it; every command and every worker reads the layouts."""
_OPENING = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


def load_forms() -> tuple[Form, ...]:
    """All shipped forms and the user's own ones, by id. Raises LayoutError naming file and key."""
    return _forms_in(layouts_folder(), own_layouts())


@cache
def _forms_in(*folders: Path | None) -> tuple[Form, ...]:
    found: dict[str, tuple[str, Form]] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")) if folder else ():
            form = load_form(path)
            if form.id in found:
                other = found[form.id][0]
                raise LayoutError(
                    f"{path.name}: id {form.id} is taken by {other}; choose another one"
                )
            found[form.id] = path.name, form
    return tuple(form for _, form in found.values())


def load_form(path: Path) -> Form:
    """One layout file. Raises LayoutError naming file and key, and what is wrong there."""
    spec = _read(path)
    try:
        return _form(spec)
    except ValueError as error:
        raise LayoutError(f"{path.name}: {error}") from None


def _read(path: Path) -> LayoutSpec:
    try:
        text = path.read_text(encoding="utf-8")
        if len(text) > _MAX_BYTES:
            raise LayoutError(f"{path.name}: larger than a layout can be; is it another file?")
        _refuse_bombs(path, text)
        # Safe: it makes plain lists and mappings, as yaml.safe_load does.
        return LayoutSpec.model_validate(yaml.load(text, _YAML))
    except (OSError, UnicodeDecodeError) as error:
        raise LayoutError(f"{path.name}: cannot be read ({error})") from None
    except yaml.YAMLError as error:
        raise LayoutError(f"{path.name}: not valid YAML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise LayoutError(f"{path.name}: {key}: {first['msg']}") from None


def _refuse_bombs(path: Path, text: str) -> None:
    """Aliases of aliases grow without bound when validated, and lists within lists end the stack
    of the parser; no layout needs many of either.
    """
    aliases = depth = 0
    for token in yaml.scan(text, _YAML):
        aliases += isinstance(token, yaml.AliasToken)
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > _DEEPEST:
            raise LayoutError(f"{path.name}: nested more than {_DEEPEST} deep; no layout is")
    if aliases > _MOST_ALIASES:
        raise LayoutError(
            f"{path.name}: {aliases} YAML aliases; a layout needs at most {_MOST_ALIASES}"
        )


def _label(spec: LabelSpec) -> Label:
    return Label(spec.zh, spec.en or spec.zh, spec.variants)


def _columns(
    specs: tuple[ColumnSpec, ...], path: tuple[Label, ...] = (), row: str | None = None
) -> Iterator[Column]:
    for spec in specs:
        here = (*path, _label(spec.label))
        if spec.id:
            yield Column(spec.id, here, spec.row or row, spec.unit)
        else:
            yield from _columns(spec.columns, here, spec.row or row)


def _rows(
    specs: tuple[RowSpec, ...],
    path: tuple[Label, ...] = (),
    replaced_by: str | None = None,
    unit: str | None = None,
) -> Iterator[Row]:
    for spec in specs:
        here = (*path, _label(spec.label))
        own = spec.unit or unit
        if spec.id:
            yield Row(spec.id, here, replaced_by=replaced_by, unit=own)
        leaves = tuple(_rows(spec.rows, here, spec.single or replaced_by, own))
        if spec.single:
            ids = tuple(str(leaf.id) for leaf in leaves)
            yield Row(spec.single, here, stands_for=ids, unit=own)
        yield from leaves


def _section(spec: SectionSpec) -> Section:
    rows = tuple(_rows(spec.rows)) or (Row(None, ()),)
    columns = tuple(_columns(spec.columns))
    if rows[0].id is None and not all(column.row for column in columns):
        raise ValueError("a section without rows needs a row id on its columns")
    return Section(
        _label(spec.label) if spec.label else None,
        spec.stub,
        columns,
        rows,
        spec.outline,
        _label(spec.units) if spec.units else None,
    )


def _form(spec: LayoutSpec) -> Form:
    tables = tuple(
        Table(table.id, _label(table.title), tuple(_section(s) for s in table.sections))
        for table in spec.tables
    )
    identities = tuple(i for one in spec.identities for i in _identities(one, tables))
    form = Form(
        spec.id,
        _label(spec.name),
        spec.authority,
        spec.titles,
        tables,
        identities,
        Priors(spec.priors.part, spec.priors.total),
        tuple(_claim(one) for one in spec.claims),
    )
    known = {*form.codes(), *form.codes(frozenset(form.alternatives))}
    for claim in form.claims:
        for code in (*claim.cells, *claim.carried):
            if code not in known:
                raise ValueError(f"claim {claim.id}: no cell {code}")
    for codes in (form.codes(), form.codes(frozenset(form.alternatives))):
        doubled = {code for code in codes if codes.count(code) > 1}
        if doubled:
            raise ValueError(f"cell code {sorted(doubled)[0]} stands twice")
    return form


def _claim(spec: ClaimSpec) -> ClaimPattern:
    return ClaimPattern(
        spec.id,
        _label(spec.name),
        spec.says,
        spec.near,
        spec.never,
        spec.cells,
        spec.carried,
    )


def _identities(spec: IdentitySpec, tables: tuple[Table, ...]) -> Iterator[Identity]:
    """One identity for each row (or column) of the table that has every cell it names."""
    table = next((t for t in tables if t.id == spec.table), None)
    if table is None:
        raise ValueError(f"identity {spec.id}: no table {spec.table}")
    totals = (spec.total,) if isinstance(spec.total, str) else spec.total
    rows: dict[str, None] = {}
    columns: dict[str, None] = {}
    codes = set()
    for section in table.sections:
        for row in section.rows:
            for column in section.columns:
                rows[str(column.row or row.id)] = None
                columns[column.id] = None
                codes.add(section.code(table.id, row, column))
    across = rows if spec.each == "row" else columns
    named = columns if spec.each == "row" else rows
    for name in (*spec.parts, *totals):
        if name not in named:
            raise ValueError(f"identity {spec.id}: table {spec.table} has no {name}")
    for one in across:
        if spec.only and one not in spec.only:
            continue
        parts = tuple(_code(spec, one, name) for name in spec.parts)
        sums = tuple(_code(spec, one, name) for name in totals)
        if codes.issuperset(parts + sums):
            yield Identity(
                spec.id.format(row=one, column=one),
                parts,
                sums,
                spec.strength,
                _label(spec.name),
                _label(spec.wording),
            )


def _code(spec: IdentitySpec, across: str, name: str) -> str:
    row, column = (across, name) if spec.each == "row" else (name, across)
    return f"{spec.table}.{row}.{column}"
