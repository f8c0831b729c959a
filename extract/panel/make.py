"""Dataset → the panel: one row per body and year, harmonised over the forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from extract.dataset.streams import reports_of
from extract.divisions import load_divisions
from extract.panel.across import Tie, ties
from extract.panel.answers import load_answers
from extract.panel.bodies import Body, bodies_of, code_of, names_in
from extract.panel.choose import Fate, choose
from extract.panel.values import QUALITIES, SUSPECT, UNREAD, Values, read_values
from extract.panel.variables import Harmony, load_harmony
from extract.tables import LIST_SEPARATOR

Row = Mapping[str, Any]
_OF_REPORT = (
    "report_id", "source", "source_kind", "title", "agency", "region_code", "year", "form",
    "status", "suspect", "missing", "publisher_errors", "warnings",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Panel:
    """The tables of a panel: rows as tuples in the order of `extract.panel.columns`.

    `keys` are the panel's rows without their variables, `values` those of the same rows.
    """

    harmony: Harmony
    keys: Sequence[tuple[Any, ...]]
    values: Values
    checks: Sequence[tuple[Any, ...]]
    reports: Sequence[tuple[Any, ...]]
    names: Sequence[tuple[Any, ...]]


def make_panel(
    folder: Path,
    divisions: Path | None = None,
    names: Path | None = None,
    variables: Path | None = None,
) -> Panel:
    """The panel of a dataset. Files of the user's own take the place of the shipped lists.

    Raises DatasetError and UsageError.
    """
    harmony = load_harmony(variables)
    known = load_divisions(divisions)
    answers = load_answers(names) if names else {}
    reports = reports_of(folder, _OF_REPORT)
    by_id = {row["report_id"]: row for row in reports}
    bodies = bodies_of(reports, known, answers)
    fates = choose(reports, bodies)
    used = sorted(
        (one for one in fates if fates[one].used),
        key=lambda one: (_order(bodies[one]), bodies[one].name, by_id[one]["year"]),
    )
    beside = [one for one in fates if fates[one].beside]
    places = {one: (place, by_id[one]["form"] or "") for place, one in enumerate([*used, *beside])}
    values = read_values(folder, places, harmony)
    differ = _differences(places, beside, fates, values)
    rows = {(bodies[one].name, by_id[one]["year"]): place for place, one in enumerate(used)}
    mine = Values(values.numbers[: len(used)], values.grades[: len(used)])
    counts = Counter((bodies[one].name, by_id[one]["year"]) for one in (*used, *beside))
    most = Counter[str]()
    for one in beside:
        most[fates[one].beside or ""] = max(most[fates[one].beside or ""], differ[one])
    keys = []
    for place, one in enumerate(used):
        row, body = by_id[one], bodies[one]
        code = code_of(body, row["year"], known)
        doubtful = int(np.isin(mine.grades[place], (SUSPECT, UNREAD)).sum())
        keys.append((
            body.name, row["year"], row["agency"], code, *names_in(code, row["year"], known),
            row["form"] or "", one, row["source"], counts[body.name, row["year"]], most[one],
            "yes" if body.certain and not _doubted(row) else "no", row["status"], doubtful,
            row["publisher_errors"],
        ))  # fmt: skip
    return Panel(
        harmony,
        keys,
        mine,
        [_check_row(one, keys) for one in ties(rows, mine, harmony)],
        [_report_row(row, bodies, fates, differ) for row in reports],
        _name_rows(reports, bodies),
    )


def _order(body: Body) -> str:
    return body.lasting or "~"


def _doubted(row: Row) -> bool:
    lines = row["warnings"].split(LIST_SEPARATOR)
    return any(line.startswith(("agency: ", "year: ")) for line in lines)


def _differences(
    places: Mapping[str, tuple[int, str]],
    beside: Sequence[str],
    fates: Mapping[str, Fate],
    values: Values,
) -> dict[str, int]:
    """In how many variables each report left out says another number than the one used."""
    found = {}
    for one in beside:
        mine, other = (values.numbers[places[key][0]] for key in (one, fates[one].beside or ""))
        found[one] = int(((mine != other) & ~(np.isnan(mine) & np.isnan(other))).sum())
    return found


def _check_row(tie: Tie, keys: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    here, before = keys[tie.row], keys[tie.before]
    difference = None
    if tie.expected is not None and tie.actual is not None:
        difference = round(tie.actual - tie.expected, 6)
    return (
        here[0], here[1], tie.rule.id, tie.rule.label.zh, "soft", tie.verdict, tie.expected,
        tie.actual, difference, tie.quality, here[8], before[8],
    )  # fmt: skip


def _report_row(
    row: Row, bodies: Mapping[str, Body], fates: Mapping[str, Fate], differ: Mapping[str, int]
) -> tuple[Any, ...]:
    one = row["report_id"]
    fate = fates[one]
    return (
        one, row["source"], row["agency"], row["year"],
        bodies[one].name if one in bodies else None, "yes" if fate.used else "no", fate.why,
        fate.beside, differ.get(one),
    )  # fmt: skip


def _name_rows(reports: Sequence[Row], bodies: Mapping[str, Body]) -> list[tuple[Any, ...]]:
    """Every name with its body, those in doubt first."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in reports:
        body = bodies.get(row["report_id"])
        if body is not None:
            groups.setdefault((row["agency"], row["region_code"], body), []).append(row)
    rows = [
        (
            agency, given, body.lasting, body.name, "yes" if body.certain else "no", body.why,
            LIST_SEPARATOR.join(body.like),
            " ".join(str(year) for year in sorted({row["year"] for row in those})), len(those),
        )
        for (agency, given, body), those in groups.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row[4] == "yes" and not row[6], row[3], row[0]))


def qualities_in(panel: Panel) -> dict[str, int]:
    """How many values of the panel have each quality."""
    counts = np.bincount(panel.values.grades.ravel(), minlength=len(QUALITIES))
    return {name: int(count) for name, count in zip(QUALITIES, counts, strict=True)}
