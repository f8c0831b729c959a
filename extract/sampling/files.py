"""The sample's files: `sample.csv`, the page to answer it on, and the answers read back."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.dataset.files import replace_files
from extract.dataset.write import safe_text
from extract.errors import UsageError
from extract.forms import Label, load_forms
from extract.forms.sheets import names
from extract.sampling.bound import Bound, Count, bound_of
from extract.sampling.draw import Drawn

SAMPLE, PAGE = "sample.csv", "sample.html"
FIELDS = (
    "number", "report_id", "source", "agency", "year", "form", "code", "name_zh", "name_en",
    "value", "mark", "printed", "page", "stratum", "stratum_cells", "stratum_drawn", "answer",
)  # fmt: skip
ANSWERS = ("yes", "no", "unsure")


@dataclass(frozen=True, slots=True)
class Judged:
    """The answers to a sample, counted, and the bounds: of all, and of each kind of source."""

    yes: int
    no: int
    unsure: int
    open: int
    whole: Bound
    kinds: Mapping[str, Bound]
    wrong: Sequence[Mapping[str, str]]


def sample_rows(drawn: Drawn) -> list[dict[str, Any]]:
    """The rows of `sample.csv`, answers open."""
    counts: dict[tuple[str, ...], int] = {}
    for _, stratum, _ in drawn.cells:
        counts[stratum] = counts.get(stratum, 0) + 1
    rows = []
    for number, (cell, stratum, _) in enumerate(drawn.cells, 1):
        label = name_of(cell)
        value = cell["value"]
        whole = isinstance(value, float) and value.is_integer()
        rows.append(
            {
                "number": number,
                "report_id": cell["report_id"],
                "source": drawn.reports[cell["report_id"]]["source"],
                **{key: cell[key] for key in ("agency", "year", "form", "code")},
                "name_zh": label.zh,
                "name_en": label.en,
                "value": int(value) if whole else value,
                **{key: cell[key] for key in ("mark", "printed", "page")},
                "stratum": " | ".join(stratum) or "all",
                "stratum_cells": drawn.sizes[stratum],
                "stratum_drawn": counts[stratum],
                "answer": "",
            }
        )
    return rows


def name_of(cell: Mapping[str, Any]) -> Label:
    """A cell's name in words; its code where the form is not known."""
    form = next((one for one in load_forms() if one.id == cell["form"]), None)
    if form is not None:
        for chosen in (frozenset[str](), frozenset(form.alternatives)):
            found = names(form.id, chosen).get(cell["code"])
            if found is not None:
                return found
    return Label(cell["code"], cell["code"])


def write_sample(folder: Path, drawn: Drawn) -> int:
    """Write `sample.csv` and `sample.html`; how many cells the page can show.

    Raises DatasetError, and UsageError where a former sample holds answers.
    """
    from extract.sampling.page import rendered

    path = folder / SAMPLE
    if path.exists() and any(row.get("answer") for row in _read(path)):
        raise UsageError(
            f"{path.name} holds answers; move it away, or read them with --answers {path.name}"
        )
    rows = sample_rows(drawn)
    page, shown = rendered(folder, drawn, rows)
    replace_files(
        folder,
        {
            PAGE: lambda path: _put(path, page),
            SAMPLE: lambda path: _write(path, rows),
        },
    )
    return shown


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="replace")


def _write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(FIELDS)
        for row in rows:
            values = ["" if row[key] is None else row[key] for key in FIELDS]
            out.writerow([safe_text(v) if isinstance(v, str) else v for v in values])


def _read(path: Path, needed: frozenset[str] = frozenset()) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file)
            if not needed <= set(lines.fieldnames or ()):
                raise UsageError(f"{path.name}: needs the columns {', '.join(sorted(needed))}")
            return list(lines)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path.name}: cannot be read as CSV in UTF-8 ({error})") from None


def judged(folder: Path, answers: Path) -> Judged:
    """What the answers say of the archive as it was when the sample was drawn.

    `answers` is the file that the page downloads, or `sample.csv` itself, filled in. What is
    unsure or unanswered counts as wrong. Raises UsageError.
    """
    path = folder / SAMPLE
    if not path.exists():
        raise UsageError(f"{folder.name}: no {SAMPLE} here; draw one with gouji sample {folder} -n")
    sample = _read(path)
    given = _given(answers, {(row["report_id"], row["code"]) for row in sample})
    counts: dict[str, Count] = {}
    tally = dict.fromkeys((*ANSWERS, ""), 0)
    wrong = []
    for row in sample:
        answer = given.get((row["report_id"], row["code"]), "")
        tally[answer] += 1
        if answer == "no":
            wrong.append(row)
        name = row["stratum"]
        before = counts.get(name, Count(int(row["stratum_cells"]), int(row["stratum_drawn"]), 0))
        counts[name] = Count(before.cells, before.drawn, before.wrong + (answer != "yes"))
    kinds: dict[str, list[Count]] = {}
    for name, count in counts.items():
        kinds.setdefault(name.partition(" | ")[0], []).append(count)
    return Judged(
        tally["yes"], tally["no"], tally["unsure"], tally[""], bound_of(list(counts.values())),
        {kind: bound_of(those) for kind, those in sorted(kinds.items())}, wrong,
    )  # fmt: skip


def _given(path: Path, known: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    needed = frozenset(("report_id", "code", "answer"))
    for number, row in enumerate(_read(path, needed), 2):
        key = row["report_id"], row["code"]
        answer = (row["answer"] or "").strip().lower()
        if key not in known:
            raise UsageError(
                f"{path.name}, line {number}: {row['code']} of {row['report_id']} is not in "
                f"{SAMPLE}; these are answers to another sample"
            )
        if answer and answer not in ANSWERS:
            raise UsageError(
                f"{path.name}, line {number}: '{answer}' is no answer; write yes, no or unsure"
            )
        if found.setdefault(key, answer) != answer:
            raise UsageError(f"{path.name}, line {number}: {row['code']} is answered twice")
    return found
