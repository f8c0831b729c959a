"""Corrections → the rows that follow from them: values, statuses, verdicts, counts."""

from __future__ import annotations

from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from extract.dataset.corrections import (
    ABOUT,
    Correction,
    Corrections,
    State,
    has_corrections,
    opened_store,
)
from extract.dataset.store import joined, without
from extract.dataset.worker import pack, unpack
from extract.forms import load_forms
from extract.model import Cell
from extract.report import printed_as_one
from extract.tables import LIST_SEPARATOR, Tables, arrow_table

Row = dict[str, Any]
PERSON = "person"
"""The `reader` of a cell that a person settled."""


def follow(folder: Path, tables: Tables, fresh: Set[str] = frozenset()) -> Tables:
    """The dataset's rows with every correction of its store applied; twice does no harm.

    `fresh` are reports whose rows have just been read from their files. What gouji itself read
    stays in the store, so that a correction can be taken back.
    """
    if not has_corrections(folder):
        return tables
    with opened_store(folder) as store:
        holding = standing(store, tables.reports)
        done = [
            apply(machine_rows(store, tables, report_id, report_id in fresh), settled)
            for report_id, settled in holding.items()
        ]
    return joined(without(tables, set(holding)), done) if done else tables


def standing(store: Corrections, reports: Any) -> dict[str, dict[str, Correction]]:
    """The corrections that hold for each report of the table `reports`.

    A file that was replaced by another takes its corrections along when exactly one report of
    the dataset is of the same agency, year and form: `apply` then looks at each reading.
    """
    present = set(reports.column("report_id").to_pylist())
    holding = store.holding()
    found = {one: settled for one, settled in holding.items() if one in present}
    gone = {one: settled for one, settled in holding.items() if one not in present}
    if not gone:
        return found
    heirs: dict[tuple[Any, ...], list[str]] = {}
    for row in reports.select(["report_id", "agency", "year", "form"]).to_pylist():
        heirs.setdefault((row["agency"], row["year"], row["form"]), []).append(row["report_id"])
    for settled in gone.values():
        for code, one in settled.items():
            key = (one.agency, one.year, one.form)
            heir = heirs.get(key, [])
            if None not in key and len(heir) == 1 and code not in ABOUT:
                found.setdefault(heir[0], {}).setdefault(code, one)
    return found


def machine_rows(store: Corrections, tables: Tables, report_id: str, fresh: bool = False) -> Tables:
    """A report's rows as gouji read them, kept in the store from its first correction on."""
    now = rows_of(tables, report_id)
    version = now.reports.column("version")[0].as_py()
    kept = store.machine(report_id)
    if fresh or kept is None or kept[0] != version:
        store.keep_machine(report_id, version, pack(now))
        return now
    read = unpack(kept[1])
    # Paths may have changed since without a new reading.
    paths = {name: now.reports.column(name) for name in ("source", "sources")}
    reports = read.reports
    for name, column in paths.items():
        place = reports.schema.get_field_index(name)
        reports = reports.set_column(place, reports.schema.field(place), column)
    return read._replace(reports=reports)


def rows_of(tables: Tables, report_id: str) -> Tables:
    """The rows of one report."""
    return Tables(
        *(table.filter(pc.equal(table.column("report_id"), report_id)) for table in tables)
    )


def apply(machine: Tables, settled: Mapping[str, Correction]) -> Tables:
    """One report's rows, as gouji read them, with what people settled."""
    report: Row = machine.reports.to_pylist()[0]
    cells: list[Row] = machine.cells.to_pylist()
    checks: list[Row] = machine.checks.to_pylist()
    claims: list[Row] = machine.claims.to_pylist()
    touched = {
        cell["code"]
        for cell in cells
        if cell["code"] in settled and _settle(cell, settled[cell["code"]], report["report_id"])
    }
    doubted = {cell["code"] for cell in cells if cell["status"] in ("suspect", "missing")}
    _about(report, cells, settled)
    if report["form"] is not None:
        sure = doubted if report["source_kind"] != "markdown" else _untouched(cells, touched)
        _judge(report["form"], cells, checks, touched, sure)
        _compare(report["form"], cells, claims, touched)
        _count(report, cells, checks)
    return machine._replace(
        reports=arrow_table("reports", [tuple(report.values())]),
        cells=arrow_table("cells", [tuple(cell.values()) for cell in cells]),
        checks=arrow_table("checks", [tuple(check.values()) for check in checks]),
        claims=arrow_table("claims", [tuple(claim.values()) for claim in claims]),
    )


def state_of(cell: Mapping[str, Any]) -> State:
    """What a row of `cells` holds, as a correction states it."""
    value = cell["value"]
    whole = isinstance(value, float) and value.is_integer()
    return State(cell["mark"], int(value) if whole else value, cell["printed"], cell["unit"])


def _settle(cell: Row, one: Correction, report_id: str) -> bool:
    """Put the person's word into the row; whether it now holds something settled."""
    if one.after is None:
        return False
    if one.report_id != report_id:
        # Another file of the same report: what was seen there holds where the reading is the
        # same; where it is neither that nor what the person saw, somebody must look.
        now = state_of(cell)
        same = (now.mark, now.value) == (one.read.mark, one.read.value)
        if not same:
            if (now.mark, now.value) != (one.after.mark, one.after.value):
                cell["status"] = "missing" if cell["mark"] == "missing" else "suspect"
            return False
    cell.update(
        value=one.after.value,
        printed=one.after.printed,
        mark=one.after.mark,
        unit=one.after.unit,
        status="corrected",
        confidence=1.0,
        reader=PERSON,
    )
    if one.after.mark != "illegible":
        cell["implied"] = None
    return True


def _about(report: Row, cells: list[Row], settled: Mapping[str, Correction]) -> None:
    """Agency and year as a person gave them; their doubts are settled with them."""
    doubts = report["warnings"].split(LIST_SEPARATOR)
    for code in ABOUT:
        one = settled.get(code)
        if one is None or one.after is None:
            continue
        name = code.partition(".")[2]
        value = one.after.value if name == "year" else one.after.printed
        report[name], report[f"{name}_from"] = value, "given"
        doubts = [line for line in doubts if not line.startswith(f"{name}: ")]
        for cell in cells:
            cell[name] = value
    report["warnings"] = LIST_SEPARATOR.join(doubts)


def judged(form_id: str, cells: Mapping[str, State]) -> dict[str, Any]:
    """The outcome of every identity on these cells, by its id."""
    from extract.reconcile.identities import evaluate, system_of

    form = next(form for form in load_forms() if form.id == form_id)
    system = system_of(form, printed_as_one(form, cells))
    nothing = State("missing", None, "")
    held = [cells.get(name.code, nothing) for name in system.cells]
    outcomes = evaluate(
        system,
        [one.mark for one in held],  # type: ignore[misc]
        [one.value for one in held],
    )
    return {one.id: out for one, out in zip(system.identities, outcomes, strict=True)}


def _judge(
    form: str, cells: list[Row], checks: list[Row], touched: Set[str], doubted: Set[str]
) -> None:
    """The verdicts anew, and whose fault a failure is.

    Where a person looked and no cell of the identity is in doubt, the publisher printed it so;
    while one is, that is open.
    """
    from extract.reconcile.identities import plain

    outcomes = judged(form, {cell["code"]: state_of(cell) for cell in cells})
    for check in checks:
        outcome = outcomes.get(check["check"])
        members = set(check["cells"].split())
        if outcome is None or not members & touched:
            continue
        check["verdict"] = outcome.verdict
        for name in ("expected", "actual", "difference"):
            number = plain(getattr(outcome, name))
            check[name] = None if number is None else float(number)
        if outcome.verdict != "fail":
            check["cause"] = None
        else:
            open_question = bool(members & doubted) or check["strength"] == "soft"
            check["cause"] = "undecided" if open_question else "publisher"


def _untouched(cells: list[Row], touched: Set[str]) -> set[str]:
    """A text export cannot show what was printed: there, only what a person settled is sure."""
    return {cell["code"] for cell in cells} - touched


def _compare(form_id: str, cells: list[Row], claims: list[Row], touched: Set[str]) -> None:
    """What the text says, beside the numbers that a person settled."""
    from extract.claims.find import compared

    form = next(form for form in load_forms() if form.id == form_id)
    patterns = {one.id: one for one in form.claims}
    known = {row["code"]: _cell(row) for row in cells}
    for claim in claims:
        pattern = patterns.get(claim["claim"])
        if pattern is None or not touched & {*pattern.cells, *pattern.carried}:
            continue
        verdict, shown, codes, _ = compared(
            claim["value"], claim["unit"], pattern, known, carried=claim["carried"] == "yes"
        )
        if verdict == "fail" and claim["scope"] in ("organ", "others"):
            verdict = "not_checkable"
        claim["verdict"], claim["cells"] = verdict, " ".join(codes)
        claim["shown"] = None if shown is None else float(shown)
        claim["difference"] = None if shown is None else round(claim["value"] - shown, 6)


def _cell(row: Row) -> Cell:
    """A row of `cells` as the cell that it tells of, less its place."""
    return Cell(
        row["code"], row["table"], row["row"], row["column"], row["value"], row["implied"],
        row["printed"], row["mark"], row["unit"], row["status"], row["confidence"], None, None,
        row["reader"],
    )  # fmt: skip


def _count(report: Row, cells: list[Row], checks: list[Row]) -> None:
    broken = [one for one in checks if one["verdict"] == "fail" and one["strength"] == "hard"]
    report["suspect"] = sum(cell["status"] == "suspect" for cell in cells)
    report["missing"] = sum(cell["status"] == "missing" for cell in cells)
    report["failed_checks"] = len(broken)
    report["publisher_errors"] = sum(check["cause"] == "publisher" for check in broken)
    lines = report["warnings"].split(LIST_SEPARATOR)
    unnamed = report["agency"] is None or report["year"] is None
    doubtful = (
        unnamed
        or any(line.startswith(("agency: ", "year: ")) for line in lines)
        or report["suspect"] + report["missing"] > 0
        or report["failed_checks"] > report["publisher_errors"]
        or not any(cell["mark"] in ("number", "illegible") for cell in cells)
    )
    report["status"] = "review" if doubtful else "ok"
