"""What `gouji explain` says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from extract.dataset import extract
from extract.dataset.explain import explain_result, explanation
from extract.errors import DatasetError, UsageError
from extract.model import About, Cell, Check, Reading, Result
from tests.dataset.readers import report


def _doubtful() -> Result:
    made = report(value=7)
    one = made.cells[7]
    cell = replace(
        one,
        status="suspect",
        printed="7",
        implied=11,
        why="may be 1",
        readings=(Reading("7", "number", 7, None, 0.6), Reading("1", "number", 1, None, 0.25)),
    )
    check = Check("t3.row.received", "hard", "fail", 10, 7, -3, "undecided", (cell.code,), "reason")
    return replace(
        made, cells=(*made.cells[:7], cell, *made.cells[8:10]), checks=(check,), warnings=("w",)
    )


def test_a_failed_identity_is_told_with_its_numbers_and_cells() -> None:
    result = _doubtful()
    lines = list(explain_result(result, "t3.row.received"))
    assert lines[1].startswith("t3.row.received: fail, misread or published so  总计 = ")
    assert lines[2] == "  the parts give 10, printed is 7, difference -3"
    assert lines[3] == "  reason"
    code = result.cells[7].code
    assert lines[4] == f"  {code}: '7' on page 1, suspect, 87.50% sure, read by text"
    assert [line.strip() for line in lines[5:]] == [
        "the identities imply 11",
        "may be 1",
        "or '1': 25.00%",
    ]


def test_a_cell_is_told_with_the_identities_that_touch_it() -> None:
    result = _doubtful()
    lines = list(explain_result(result, result.cells[7].code))
    assert lines[-1] == "  t3.row.received: fail, misread or published so"


def test_without_a_subject_everything_out_of_order_is_told_once() -> None:
    result = _doubtful()
    lines = list(explain_result(result))
    assert "warning: w" in lines
    assert sum(result.cells[7].code in line for line in lines) == 1


def test_a_report_in_order_is_said_to_be() -> None:
    made = report()
    sound = replace(made, cells=made.cells[:3], checks=())
    assert list(explain_result(sound))[-1].startswith("every identity holds")


def test_a_failed_report_tells_why() -> None:
    failed = Result("0", "a", "0", None, 0, About(), None, "failed", error_kind="k", error="words")
    assert list(explain_result(failed))[1:] == ["failed [k]: words"]


def test_an_unknown_subject_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match=r"t9\.x: neither a cell nor an identity of form 2021"):
        list(explain_result(report(), "t9.x"))


def test_a_report_is_found_by_id_path_or_name(made_reports: Path, tmp_path: Path) -> None:
    source = made_reports / "born-000.pdf"
    summary = extract([source], tmp_path / "out", workers=1)
    (row,) = summary.reports
    said = {
        tuple(explanation(tmp_path / "out", name))
        for name in (str(source), "born-000.pdf", row["report_id"], row["report_id"][:6])
    }
    assert len(said) == 1
    for name in ("nope.pdf", row["report_id"][:3]):
        with pytest.raises(UsageError, match="no such report"):
            list(explanation(tmp_path / "out", name))


def test_a_changed_source_is_not_explained(made_reports: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes((made_reports / "born-000.pdf").read_bytes())
    extract([source], tmp_path / "out", workers=1)
    source.write_bytes(b"other")
    with pytest.raises(DatasetError, match="changed since it was read"):
        list(explanation(tmp_path / "out", "a.pdf"))


def test_no_dataset_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no dataset here"):
        list(explanation(tmp_path, "a.pdf"))


def test_every_status_of_a_cell_has_words() -> None:
    made = report()
    missing = Cell(
        "t3.received.natural", "t3", "received", "natural", None, 5, "", "missing", None,
        "missing", None, None, None, "",
    )  # fmt: skip
    lines = list(explain_result(replace(made, cells=(missing,), checks=())))
    assert lines[1] == "t3.received.natural: missing, missing, read by nothing"
