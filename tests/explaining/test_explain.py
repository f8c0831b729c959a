"""What `gouji explain` says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from extract.dataset import extract, store
from extract.dataset.corrections import Correction, State, opened_store
from extract.errors import DatasetError, UsageError
from extract.explaining import explain
from extract.explaining.asked import explanation
from extract.model import About, Cell, Check, Reading, Result
from extract.report import read_report
from tests.dataset.readers import report


def explain_lines(result: Result, subject: str | None = None) -> list[str]:
    return list(explain(result, subject).lines())


def explanation_lines(folder: Path, name: str) -> list[str]:
    return list(explanation(folder, name).lines())


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
    lines = explain_lines(result, "t3.row.received")
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
    lines = explain_lines(result, result.cells[7].code)
    assert lines[-1] == "  t3.row.received: fail, misread or published so"


def test_without_a_subject_everything_out_of_order_is_told_once() -> None:
    result = _doubtful()
    lines = explain_lines(result)
    assert "warning: w" in lines
    assert sum(result.cells[7].code in line for line in lines) == 1


def test_a_report_in_order_is_said_to_be() -> None:
    made = report()
    sound = replace(made, cells=made.cells[:3], checks=())
    assert (explain_lines(sound))[-1].startswith("every identity holds")


def test_a_failed_report_tells_why() -> None:
    failed = Result("0", "a", "0", None, 0, About(), None, "failed", error_kind="k", error="words")
    assert (explain_lines(failed))[1:] == ["failed [k]: words"]


def test_an_unknown_subject_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match=r"t9\.x: neither a cell nor an identity of form 2021"):
        (explain_lines(report(), "t9.x"))


def test_a_report_is_found_by_id_path_or_name(made_reports: Path, tmp_path: Path) -> None:
    source = made_reports / "born-000.pdf"
    extract([source], tmp_path / "out", workers=1)
    (row,) = store.load(tmp_path / "out").reports.to_pylist()
    said = {
        tuple(explanation_lines(tmp_path / "out", name))
        for name in (str(source), "born-000.pdf", row["report_id"], row["report_id"][:6])
    }
    assert len(said) == 1
    for name in ("nope.pdf", row["report_id"][:3]):
        with pytest.raises(UsageError, match="no such report"):
            (explanation_lines(tmp_path / "out", name))


def test_a_changed_source_is_not_explained(made_reports: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes((made_reports / "born-000.pdf").read_bytes())
    extract([source], tmp_path / "out", workers=1)
    source.write_bytes(b"other")
    with pytest.raises(DatasetError, match="changed since it was read"):
        (explanation_lines(tmp_path / "out", "a.pdf"))


def test_no_dataset_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no dataset here"):
        (explanation_lines(tmp_path, "a.pdf"))


def test_every_status_of_a_cell_has_words() -> None:
    made = report()
    missing = Cell(
        "t3.received.natural", "t3", "received", "natural", None, 5, "", "missing", None,
        "missing", None, None, None, "",
    )  # fmt: skip
    lines = explain_lines(replace(made, cells=(missing,), checks=()))
    assert lines[1] == "t3.received.natural: missing, missing, read by nothing"


def test_what_a_person_settled_is_told_and_followed(made_reports: Path, tmp_path: Path) -> None:
    source = made_reports / "born-001.pdf"  # prints sums that do not add up
    folder = tmp_path / "out"
    extract([source], folder, workers=1)
    before = explanation(folder, "born-001.pdf")
    check = before.checks[0]
    culprit = next(cell for cell in before.result.cells if cell.code == check.cells[0])
    assert culprit.value is not None
    assert check.difference is not None
    seen = State("number", culprit.value, culprit.printed, culprit.unit)
    right = State("number", 4711, "4,711", culprit.unit)
    with opened_store(folder) as corrections:
        corrections.add(
            Correction(
                before.result.report_id, culprit.code, "correct", seen, right, seen, "王", "页"
            )
        )
    words = "\n".join(explanation_lines(folder, "born-001.pdf"))
    assert f"corrected from {culprit.printed} to 4,711 by 王 at " in words
    assert "(页)" in words
    after = explanation(folder, "born-001.pdf", culprit.code)
    (cell,) = after.cells
    assert (cell.value, cell.status, cell.reader) == (4711, "corrected", "person")
    told = {one.id: one for one in after.result.checks}
    assert told[check.id].difference != check.difference


def test_the_table_has_a_row_for_each_account_and_cell(made_reports: Path) -> None:
    report = read_report(made_reports / "born-001.pdf")
    said = explain(report)
    assert {check.id for check in said.checks} == set(said.table["check"])
    best = said.table[said.table["account"] == 1]
    assert set(best["code"]) & {check.cells[0] for check in said.checks}
    assert (best["probability"] >= said.table["probability"].max() / 2).all()
    assert set(said.given["code"]) <= {cell.code for cell in report.result.cells}
    failing = {check for line in said.given["fails"] for check in line.split()}
    assert failing == {check.id for check in said.checks}


def test_crops_show_the_places(made_reports: Path, tmp_path: Path) -> None:
    from PIL import Image

    said = explain(read_report(made_reports / "born-001.pdf"))
    paths = said.crops(tmp_path / "crops")
    assert {path.name.rpartition("-page-")[0] for path in paths} >= {c.id for c in said.checks}
    assert all(Image.open(path).width > 300 for path in paths)
    failed = Result("0", "a", "0", None, 0, About(), None, "failed", error_kind="k", error="words")
    assert explain(failed).crops(tmp_path / "none") == ()
