"""Several reports of one body and year: which one stands for them, and by which rule."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extract.panel.bodies import Body

Row = Mapping[str, Any]
_REVISED = re.compile(r"更正|修正|修订|订正|更新版|修改稿|重新发布|勘误")
_KINDS = ("pdf-text", "docx", "html", "pdf-ocr", "pdf-scan", "image", "markdown")
"""The surer source first; a text export cannot show what was printed."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a report: `used`, or left out, and why in words; `beside` the one used."""

    used: bool
    why: str
    beside: str | None = None


def choose(reports: Sequence[Row], bodies: Mapping[str, Body]) -> dict[str, Fate]:
    """The fate of every report, by report_id.

    Of several of one body and year: one whose title or file name says that it corrects another;
    else the one with the fewest suspect and missing cells; else the surer kind of source; else
    the first by report_id.
    """
    groups: dict[tuple[str, int], list[Row]] = defaultdict(list)
    fates: dict[str, Fate] = {}
    for row in reports:
        if row["status"] == "failed":
            fates[row["report_id"]] = Fate(False, "not read")
        elif row["report_id"] not in bodies:
            lacks = "agency" if not row["agency"] else "year"
            fates[row["report_id"]] = Fate(False, f"no {lacks}")
        else:
            groups[bodies[row["report_id"]].name, row["year"]].append(row)
    for those in groups.values():
        if len(those) == 1:
            fates[those[0]["report_id"]] = Fate(True, "the only one")
            continue
        ranked = sorted(those, key=_rank)
        first = ranked[0]["report_id"]
        fates[first] = Fate(True, _difference(ranked[0], ranked[1]))
        for row in ranked[1:]:
            fates[row["report_id"]] = Fate(False, _difference(ranked[0], row), first)
    return fates


def is_revision(row: Row) -> bool:
    """Whether title or file name say that the report corrects another."""
    return any(_REVISED.search(row[key] or "") for key in ("title", "source"))


def _rank(row: Row) -> tuple[Any, ...]:
    return (
        not is_revision(row),
        row["suspect"] + row["missing"],
        _KINDS.index(row["source_kind"]) if row["source_kind"] in _KINDS else len(_KINDS),
        row["report_id"],
    )


def _difference(best: Row, other: Row) -> str:
    """The rule that put one report before the other."""
    words = ("a revision", "fewer doubtful cells", "surer source", "first by report_id")
    pairs = zip(_rank(best), _rank(other), words, strict=True)
    return next(word for one, two, word in pairs if one != two)
