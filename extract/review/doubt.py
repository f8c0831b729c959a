"""What most needs a person: how much is in doubt, times how much hangs on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow.compute as pc

from extract.tables import Tables

_UNNAMED = 1.0
"""An agency or year in doubt puts the whole report at the wrong place."""
_OPEN_CHECK = 0.5
"""An identity that fails for reasons unknown: misread or published so."""


def report_doubt(report: Mapping[str, Any], tables: Tables) -> float:
    """The doubt of one report from its rows."""
    one = {report["report_id"]: dict(report)}
    return doubts_of(tables.cells, tables.checks, one)[report["report_id"]]


OF_CELLS = ("report_id", "status", "confidence", "value", "implied")
OF_CHECKS = ("report_id", "strength", "verdict", "difference", "cause")


def doubts_of(
    all_cells: Any, all_checks: Any, reports: Mapping[str, Mapping[str, Any]]
) -> dict[str, float]:
    """Doubt × weight of every report: that of its cells, its open identities and its name.

    Of cells and checks the columns `OF_CELLS` and `OF_CHECKS` are looked at. For a cell it is the
    probability that it is misread, times one and the digits of its number, as an error in a large
    number moves sums more.
    """
    found = {one: _of_name(row) for one, row in reports.items()}
    flagged = pc.is_in(all_cells.column("status"), value_set=_words("suspect", "missing"))
    columns = ["report_id", "confidence", "value", "implied"]
    cells = all_cells.select(columns).filter(flagged)
    if cells.num_rows:
        doubt = 1.0 - cells.column("confidence").to_numpy(zero_copy_only=False)
        number = pc.coalesce(cells.column("value"), cells.column("implied"))
        size = np.abs(number.to_numpy(zero_copy_only=False))
        weight = 1.0 + np.log10(1.0 + np.nan_to_num(size))
        shares = np.nan_to_num(doubt, nan=1.0) * weight
        _add(found, cells, shares)
    open_checks = pc.and_(
        pc.equal(all_checks.column("verdict"), "fail"),
        pc.and_(
            pc.equal(all_checks.column("strength"), "hard"),
            pc.fill_null(pc.not_equal(all_checks.column("cause"), "publisher"), True),
        ),
    )
    checks = all_checks.select(["report_id", "difference"]).filter(open_checks)
    if checks.num_rows:
        gaps = np.abs(checks.column("difference").to_numpy(zero_copy_only=False))
        _add(found, checks, _OPEN_CHECK * (1.0 + np.log10(1.0 + np.nan_to_num(gaps))))
    return found


def _of_name(report: Mapping[str, Any]) -> float:
    if report["status"] != "review":
        return 0.0
    lines = report["warnings"].split("\n")
    return _UNNAMED * any(line.startswith(("agency: ", "year: ")) for line in lines)


def _add(found: dict[str, float], rows: Any, shares: Any) -> None:
    for one, share in zip(rows.column("report_id").to_pylist(), shares.tolist(), strict=True):
        found[one] = found.get(one, 0.0) + share


def _words(*words: str) -> Any:
    import pyarrow as pa

    return pa.array(words)
