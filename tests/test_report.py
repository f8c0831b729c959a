"""The library's report."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import extract
from extract.errors import ReportError
from extract.report import Report
from tests.dataset.readers import report


def test_a_report_has_cells_checks_and_tables(made_reports: Path) -> None:
    truth = json.loads((made_reports / "truth.json").read_text(encoding="utf-8"))["born-001"]
    read = extract.read_report(made_reports / "born-001.pdf")
    assert (read.form, read.about.year) == (truth["form"], truth["year"])
    assert dict(zip(read.cells["code"], read.cells["printed"], strict=True)) == truth["printed"]
    assert set(read.checks[read.checks["verdict"] == "fail"]["check"]) == set(truth["broken"])
    assert isinstance(read.table("t3"), pd.DataFrame)


def test_tables_stand_in_the_forms_printed_shape() -> None:
    made = Report(report(value=5))
    requests = made.table("t3")
    assert requests.columns[0] == ("申请人情况", "自然人", "")
    assert requests.columns[-2] == ("申请人情况", "法人或其他组织", "其他")
    assert requests.index[0] == ("一、本年新收政府信息公开申请数量", "", "")
    assert requests.index[-3][:2] == ("三、本年度办理结果", "（六）其他处理")
    assert requests.shape == (25, 7)
    assert str(requests.dtypes.iloc[0]) == "Int64"
    assert made.table("t4").shape == (1, 15)
    own = made.table("t2")
    assert own.shape == (6, 5)
    assert own.index[0] == ("第二十条第（一）项", "规章")
    assert pd.isna(own.loc[("第二十条第（五）项", "行政许可"), "本年制发件数"])


def test_every_value_stands_under_its_labels() -> None:
    made = report()
    numbered = [replace(cell, value=number) for number, cell in enumerate(made.cells)]
    shown = Report(replace(made, cells=tuple(numbered)))
    by_code = {cell.code: cell.value for cell in numbered}
    assert shown.table("t3").loc[("四、结转下年度继续办理", "", "")].tolist() == [
        by_code[f"t3.carried_out.{c}"]
        for c in ("natural", "business", "research", "nonprofit", "legal", "other", "total")
    ]
    litigation = shown.table("t4").iloc[0]
    assert (
        litigation["行政诉讼", "复议后起诉", "总计"] == by_code["t4.litigation_after_review.total"]
    )


def test_numbers_with_decimals_stay_so() -> None:
    made = report()
    cells = tuple(replace(c, value=0.5) if c.code == "t2.fees.amount" else c for c in made.cells)
    table = Report(replace(made, cells=cells)).table("t2")
    assert table.iloc[-1, -1] == 0.5


def test_a_table_the_form_has_not_is_named() -> None:
    with pytest.raises(KeyError, match="t1: form 2021 has the tables t2, t3, t4"):
        Report(report()).table("t1")


def test_a_file_that_is_no_report_gives_a_failed_one(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"")
    read = extract.read_report(tmp_path / "a.pdf")
    assert (read.status, read.form) == ("failed", None)
    assert read.error_kind
    assert len(read.cells) == len(read.checks) == 0
    with pytest.raises(ReportError):
        read.table("t3")
    assert "failed" in read._repr_html_()


def test_what_is_known_of_a_file_can_be_given(made_reports: Path) -> None:
    read = extract.read_report(made_reports / "born-000.pdf", about={"url": "http://x.cn"})
    assert read.about.url == "http://x.cn"
    with pytest.raises(TypeError):
        extract.read_report(made_reports / "born-000.pdf", about={"colour": "red"})


def test_a_notebook_shows_the_tables_and_nothing_runs() -> None:
    html = Report(report("<script>alert(1)</script>.pdf"))._repr_html_()
    assert "收到和处理政府信息公开申请情况" in html
    assert "<script>" not in html


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = (
        "import sys, extract, extract.cli\n"
        "print(sorted({'pandas','numpy','cv2','typer','rich','pyarrow','yaml'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = extract.nothing  # type: ignore[attr-defined]
