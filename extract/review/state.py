"""What the report page needs to know, as plain values for its script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from extract.dataset.corrected import judged, state_of
from extract.dataset.corrections import State
from extract.errors import UsageError
from extract.forms.sheets import form_of, names
from extract.reading.numbers import read_number
from extract.reconcile.identities import plain as number_of
from extract.report import printed_as_one
from extract.review.archive import Opened
from extract.words import in_both

_MOST_DIGITS = 40


def report_state(opened: Opened, latest: int) -> dict[str, Any]:
    """Cells in the form's order, identities, and who settled what."""
    report = opened.report
    alternatives = printed_as_one(form_of(report["form"]), opened.cells)
    named = names(report["form"], alternatives)
    cells = []
    for code, row in opened.cells.items():
        label = named.get(code)
        one = opened.settled.get(code)
        cells.append(
            {
                "code": code,
                "zh": label.zh if label else code,
                "en": label.en if label else code,
                **{name: row[name] for name in ("mark", "status", "confidence", "page", "printed")},
                "value": _whole(row["value"]),
                "implied": _whole(row["implied"]),
                "box": None if row["x0"] is None else [row[n] for n in ("x0", "y0", "x1", "y1")],
                "seen": one.seq if one is not None and one.report_id == report["report_id"] else 0,
                "who": one.who if one is not None and one.after is not None else None,
            }
        )
    return {
        "report": {name: report[name] for name in ("report_id", "agency", "year", "status")},
        "doubts": [
            in_both(line)
            for line in report["warnings"].split("\n")
            if line.startswith(("agency: ", "year: "))
        ],
        "about": {
            name: opened.settled[f"about.{name}"].seq if f"about.{name}" in opened.settled else 0
            for name in ("agency", "year")
        },
        "cells": cells,
        "checks": checks_state(opened),
        "latest": latest,
    }


def checks_state(opened: Opened) -> list[dict[str, Any]]:
    """The identities with their verdicts as stored."""
    identities = identities_of(opened)
    found = []
    for check in opened.checks:
        identity = identities.get(check["check"])
        if identity is not None:
            found.append(
                {
                    "id": check["check"],
                    "zh": identity.wording.zh,
                    "en": identity.wording.en,
                    "parts": identity.parts,
                    "totals": identity.totals,
                    "verdict": check["verdict"],
                    "cause": check["cause"],
                    **{name: _whole(check[name]) for name in ("expected", "actual", "difference")},
                }
            )
    return found


def identities_of(opened: Opened) -> dict[str, Any]:
    form = form_of(opened.report["form"])
    return {one.id: one for one in form.identities(printed_as_one(form, opened.cells))}


def tried(opened: Opened, code: str, text: str) -> list[dict[str, Any]]:
    """The identities of a cell as they would stand with this text in it.

    Raises KeyError for a cell that is not there, UsageError for a text that is no number.
    """
    if code not in opened.cells:
        raise KeyError(code)
    held = {name: state_of(row) for name, row in opened.cells.items()}
    held[code] = parsed(text)
    outcomes = judged(opened.report["form"], held)
    return [
        {
            "id": name,
            "verdict": outcomes[name].verdict,
            "expected": number_of(outcomes[name].expected),
            "actual": number_of(outcomes[name].actual),
            "difference": number_of(outcomes[name].difference),
        }
        for name, identity in identities_of(opened).items()
        if code in identity.codes and name in outcomes
    ]


def parsed(text: str) -> State:
    """What a person typed: a number, a dash, nothing for a blank, `?` for illegible.

    Raises UsageError for anything else.
    """
    text = text.strip()
    if text in ("?", "？"):
        return State("illegible", None, "")
    reading = read_number(text)
    if reading.mark == "illegible" or sum(char.isdigit() for char in text) > _MOST_DIGITS:
        raise UsageError("neither a number, a dash, a blank nor ?")
    if isinstance(reading.value, int) and abs(reading.value) >= 2**53:
        raise UsageError("a number too large for any report")
    return State(reading.mark, reading.value, reading.printed, reading.unit)


def typed(text: str, row: Mapping[str, Any]) -> State:
    """What a person typed into the cell `row`.

    A unit that is typed is the cell's. Without one the cell keeps the unit that its header or
    form gives; one that was read in the cell itself goes with that reading.
    """
    state = parsed(text)
    if state.unit is None and read_number(row["printed"]).unit is None:
        return replace(state, unit=row["unit"])
    return state


def same(state: State, row: Mapping[str, Any]) -> bool:
    """Whether a state says no other than the row does."""
    now = state_of(row)
    return (state.mark, state.value, state.unit) == (now.mark, now.value, now.unit)


def _whole(number: float | None) -> int | float | None:
    return int(number) if number is not None and float(number).is_integer() else number
