"""`variables.yaml` → what the panel holds, from which cells, and its sums over years."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from extract.errors import UsageError
from extract.forms import Label, load_forms

SHIPPED = Path(__file__).with_name("variables.yaml")
_HOLE = re.compile(r"\{(\w+)\}")
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Variable:
    """A column of the panel: by form, the cells whose sum it is.

    `near` says, in words, why forms differ in what they count; None where they do not.
    """

    id: str
    label: Label
    kind: Literal["count", "money"]
    cells: Mapping[str, tuple[str, ...]]
    near: str | None = None


@dataclass(frozen=True, slots=True)
class Across:
    """Sum of `now` in a year = `before` of the year before + `plus` − `less` of the year."""

    id: str
    label: Label
    now: tuple[str, ...]
    before: tuple[str, ...]
    plus: tuple[str, ...] = ()
    less: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Harmony:
    """All variables, in the panel's order, and the sums over years."""

    variables: tuple[Variable, ...]
    across: tuple[Across, ...]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Words(_Strict):
    zh: str
    en: str


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class _VariableSpec(_Strict):
    id: str
    zh: str | None = None
    en: str | None = None
    kind: Literal["count", "money"] = "count"
    cells: dict[str, tuple[str, ...]] = Field(default={}, alias="from")
    also: dict[str, tuple[str, ...]] = {}
    near: str | None = None

    @field_validator("cells", "also", mode="before")
    @classmethod
    def _as_lists(cls, value: Any) -> Any:
        return {k: _listed(v) for k, v in value.items()} if isinstance(value, dict) else value


class _AcrossSpec(_Strict):
    id: str
    zh: str
    en: str
    now: tuple[str, ...]
    before: tuple[str, ...]
    plus: tuple[str, ...] = ()
    less: tuple[str, ...] = ()


class _Spec(_Strict):
    axes: dict[str, dict[str, _Words]] = {}
    variables: tuple[_VariableSpec, ...]
    across: tuple[_AcrossSpec, ...] = ()


@cache
def load_harmony(path: Path | None = None) -> Harmony:
    """The shipped file, or one of the user's own. Raises UsageError naming file and key."""
    path = path or SHIPPED
    try:
        text = path.read_text(encoding="utf-8")
        if len(text) > _MOST_BYTES or len(re.findall(r"(?m)[:\s]\*\w", text)) > 100:
            raise UsageError(f"{path.name}: larger than such a file can be; is it another one?")
        spec = _Spec.model_validate(yaml.safe_load(text))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{path.name}: cannot be read as YAML in UTF-8 ({error})") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise UsageError(f"{path.name}: {key}: {first['msg']}") from None
    try:
        harmony = Harmony(_variables(spec), tuple(_across(spec)))
        _check(harmony)
    except ValueError as error:
        raise UsageError(f"{path.name}: {error}") from None
    return harmony


def _variables(spec: _Spec) -> tuple[Variable, ...]:
    found: dict[str, Variable] = {}
    for one in spec.variables:
        if one.also or (one.near and not one.cells):
            if one.id not in found:
                raise ValueError(f"{one.id}: `also` adds to a variable that stands before it")
            before = found[one.id]
            found[one.id] = replace(
                before, cells={**one.also, **before.cells}, near=one.near or before.near
            )
            continue
        for words in _filled(spec, one.id):
            variable = Variable(
                _fill(one.id, words, "id"),
                Label(_fill(one.zh or one.id, words, "zh"), _fill(one.en or one.id, words, "en")),
                one.kind,
                {
                    form: tuple(_fill(code, words, "id") for code in codes)
                    for form, codes in one.cells.items()
                },
                one.near,
            )
            if variable.id in found:
                raise ValueError(f"{variable.id}: stands twice")
            found[variable.id] = variable
    return tuple(found.values())


def _across(spec: _Spec) -> Iterator[Across]:
    for one in spec.across:
        for words in _filled(spec, one.id):
            sides = (one.now, one.before, one.plus, one.less)
            yield Across(
                _fill(one.id, words, "id"),
                Label(_fill(one.zh, words, "zh"), _fill(one.en, words, "en")),
                *(tuple(_fill(name, words, "id") for name in side) for side in sides),
            )


Words = Mapping[str, tuple[str, _Words]]


def _filled(spec: _Spec, template: str) -> Iterator[Words]:
    """Every choice of words for the holes of a template, the last hole running fastest."""
    made: list[dict[str, tuple[str, _Words]]] = [{}]
    for name in dict.fromkeys(_HOLE.findall(template)):
        if name not in spec.axes:
            raise ValueError(f"{template}: no axis {name}")
        made = [{**one, name: word} for one in made for word in spec.axes[name].items()]
    yield from made


def _fill(template: str, words: Words, what: Literal["id", "zh", "en"]) -> str:
    def word(found: re.Match[str]) -> str:
        if found[1] not in words:
            raise ValueError(f"{template}: {found[0]} is not in the id")
        name, labels = words[found[1]]
        return name if what == "id" else str(getattr(labels, what))

    return _HOLE.sub(word, template)


def _check(harmony: Harmony) -> None:
    known = {one.id for one in harmony.variables}
    for rule in harmony.across:
        for name in (*rule.now, *rule.before, *rule.plus, *rule.less):
            if name not in known:
                raise ValueError(f"{rule.id}: no variable {name}")
    forms = {form.id: form for form in load_forms()}
    for one in harmony.variables:
        for form_id, codes in one.cells.items():
            if form_id not in forms:
                continue  # a form of somebody else's
            form = forms[form_id]
            present = {*form.codes(), *form.codes(frozenset(form.alternatives))}
            if gone := [code for code in codes if code not in present]:
                raise ValueError(f"{one.id}: form {form_id} has no cell {gone[0]}")
