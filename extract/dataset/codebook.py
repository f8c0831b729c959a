"""What every column, cell code, identity and claim of a dataset means, in Chinese and English."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from extract.forms import Form, Label, load_forms
from extract.forms.sheets import names
from extract.tables import TABLES


class Entry(NamedTuple):
    """A line of the codebook. `kind`: column, cell, check or claim; `form` null for columns."""

    kind: str
    form: str | None
    id: str
    zh: str
    en: str
    unit: str | None
    meaning_zh: str
    meaning_en: str


def codebook() -> Iterator[Entry]:
    """Every column of the tables, then form by form every cell, identity and claim."""
    for table, columns in TABLES.items():
        for one in columns:
            values = " | ".join(one.values)
            yield Entry("column", None, f"{table}.{one.name}", one.zh, one.en, None, values, values)
    for form in load_forms():
        yield from _cells(form)
        yield from _checks(form)
        for claim in form.claims:
            codes = " + ".join(claim.cells)
            meaning = Label(
                f"正文所述，与 {codes} 比较", f"as the text says it, compared with {codes}"
            )
            if not codes:
                meaning = Label("正文所述", "as the text says it")
            yield Entry(
                "claim", form.id, claim.id, claim.name.zh, claim.name.en, None, meaning.zh,
                meaning.en,
            )  # fmt: skip


def _cells(form: Form) -> Iterator[Entry]:
    every = frozenset(form.alternatives)
    codes = dict.fromkeys((*form.codes(), *form.codes(every)))
    short = {**names(form.id, every), **names(form.id, frozenset())}
    places = {
        code: (table, section, row, column)
        for chosen in (every, frozenset[str]())
        for code, table, section, row, column in form.cells(chosen)
    }
    for code in codes:
        table, section, row, column = places[code]
        path = [table.title, *((section.label,) if section.label else ()), *row.path, *column.path]
        group = row.stands_for
        yield Entry(
            "cell", form.id, code, short[code].zh, short[code].en, column.unit or row.unit,
            " / ".join(one.zh for one in path) + ("（合为一行印出时）" if group else ""),
            " / ".join(one.en for one in path) + (" (where printed as one row)" if group else ""),
        )  # fmt: skip


def _checks(form: Form) -> Iterator[Entry]:
    strengths = {"hard": Label("硬性", "hard"), "soft": Label("软性", "soft")}
    for one in form.identities():
        strength = strengths[one.strength]
        sides = " + ".join(one.parts), " + ".join(one.totals)
        yield Entry(
            "check", form.id, one.id, one.name.zh, one.name.en, None,
            f"{one.wording.zh}（{strength.zh}）：{sides[0]} = {sides[1]}",
            f"{one.wording.en} ({strength.en}): {sides[0]} = {sides[1]}",
        )  # fmt: skip


def write_codebook(path: Path, bom: bool) -> None:
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(Entry._fields)
        out.writerows(codebook())
