"""What the same agency's report of the year before says: what it carried out is carried in now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from extract.dataset.rows import Rows
from extract.model import Cell, Evidence, Reading, Slot
from extract.reconcile.witness import LAST_YEAR_RELIABLE, heard_of

READER = "last year's report"
_LEAST_NAME = 6
"""Letters of a name that says its place, as 洪泽区人民政府 does and 教育局 does not."""
_OUT, _IN = "t3.carried_out.", "t3.carried_in."


def said_last_year(
    rows: Rows, reports: Iterable[Mapping[str, Any]], report: Mapping[str, Any]
) -> dict[str, Reading]:
    """By cell code what last year's report leaves for this one to carry in.

    Empty unless exactly one report of `reports` is of the same agency and the year before; of
    its cells only those count that were read surely.
    """
    if report["agency"] is None or report["year"] is None:
        return {}
    found = [
        one
        for one in reports
        if one["year"] == report["year"] - 1
        and one["status"] != "failed"
        and _same_agency(one, report)
    ]
    if len(found) != 1:
        return {}
    said = {}
    for cell in rows.of(found[0]["report_id"]).cells.to_pylist():
        sure = cell["status"] in ("ok", "repaired", "corrected")
        if sure and cell["mark"] == "number" and cell["code"].startswith(_OUT):
            code = _IN + cell["code"].removeprefix(_OUT)
            value = cell["value"]
            number = int(value) if value.is_integer() else value
            said[code] = Reading(cell["printed"], "number", number, None, 1.0, READER)
    return said


def _same_agency(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """One name may say the city that the other leaves out, unless their regions differ."""
    if one["agency"] == other["agency"]:
        return True
    regions = {one["region_code"], other["region_code"]} - {None}
    if one["agency"] is None or len(regions) > 1:
        return False
    short, long = sorted((one["agency"], other["agency"]), key=len)
    return len(short) >= _LEAST_NAME and str(long).endswith(short)


def heard_from(cell: Cell, said: Mapping[str, Reading]) -> Cell:
    """The cell with its alternatives once last year's report was heard; a sure one as it is."""
    if cell.code not in said or not cell.readings:
        return cell
    evidence = Evidence(Slot(cell.code, None), cell.readings)
    return replace(cell, readings=heard_of(evidence, said[cell.code], LAST_YEAR_RELIABLE).readings)
