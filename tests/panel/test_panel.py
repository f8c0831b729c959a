"""The panel of a dataset: values harmonised over the forms, and what became of every report."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from extract.dataset import extract as extract_dataset
from extract.errors import DatasetError
from extract.panel import FILES, Panel, make_panel, write_panel
from extract.panel.columns import CHECKS, NAMES, REPORTS
from extract.panel.write import panel_table
from fixtures.archive import make_archive
from tests.bench.panel import simulate, step
from tests.panel.making import dataset, failed, report

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "reports"
TOWN = "蕉岭县财政局"


MADE: dict[Path, Panel] = {}


def panel(folder: Path, *reports: Any, **given: Any) -> pd.DataFrame:
    """The panel of a dataset of these reports, or of the one that is there."""
    if reports:
        dataset(folder, reports)
    MADE[folder] = make_panel(folder, **given)
    frame: pd.DataFrame = panel_table(MADE[folder]).to_pandas()
    return frame


def listed(folder: Path, name: str) -> list[dict[str, str]]:
    """Rows of one of the lists beside the panel that was made last, as a CSV file has them."""
    columns = {"names": NAMES, "reports": REPORTS, "checks": CHECKS}[name]
    rows = getattr(MADE[folder], name)
    texts = [["" if value is None else str(value) for value in row] for row in rows]
    return [dict(zip((c.name for c in columns), row, strict=True)) for row in texts]


def written(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_other_handling_of_2021_is_the_sum_of_its_three_rows(tmp_path: Path) -> None:
    rows = ("other_no_correction", "other_unpaid", "other_else")
    prints = {f"t3.{row}.total": n for row, n in zip(rows, (1, 20, 300), strict=True)}
    found = panel(
        tmp_path,
        report(1, TOWN, 2020, "2019", {"t3.other.total": 7}),
        report(2, TOWN, 2021, "2021", prints),
        report(3, TOWN, 2022, "2021", {"t3.other.total": 9}, single=True),
    )
    assert list(found["other_total"]) == [7, 321, 9]
    assert list(found["other_total_q"]) == ["ok", "ok", "ok"]
    # What only three rows tell is not asked where one row is printed.
    assert found["other_else_total"].isna().tolist() == [True, False, True]
    assert list(found["other_else_total_q"]) == ["not_asked", "ok", "not_asked"]


def test_what_a_form_does_not_ask_is_null_and_says_so(tmp_path: Path) -> None:
    found = panel(
        tmp_path,
        report(1, TOWN, 2018, "2014", {"t1.received.count": 5}),
        report(2, TOWN, 2019, "2019"),
    )
    assert list(found["received_total"]) == [5, 0]
    assert found["received_natural"].isna().tolist() == [True, False]
    assert list(found["received_natural_q"]) == ["not_asked", "ok"]
    assert found["normative_documents_in_force"].isna().all()


@pytest.mark.parametrize(
    ("unit", "value", "quality"),
    [
        ("万元", 9767000.5, "ok"),
        ("元", 976.70005, "ok"),
        (None, None, "unit"),
        ("件", None, "unit"),
    ],
)
def test_amounts_are_in_yuan_where_the_unit_is_printed(
    tmp_path: Path, unit: str | None, value: float | None, quality: str
) -> None:
    code = "t2.procurement.amount"
    found = panel(tmp_path, report(1, TOWN, 2019, "2019", {code: 976.70005}, {code: unit}))
    assert found["procurement_yuan_q"].tolist() == [quality]
    if value is None:
        assert found["procurement_yuan"].isna().all()
    else:
        assert found["procurement_yuan"].tolist() == pytest.approx([value], abs=0.005)


def test_money_in_a_count_is_no_count(tmp_path: Path) -> None:
    code = "t2.fees.prior_items"
    found = panel(tmp_path, report(1, TOWN, 2019, "2019", {code: 1288}, {code: "元"}))
    assert found["fees_items_before"].isna().all()
    assert found["fees_items_before_q"].tolist() == ["unit"]


@pytest.mark.parametrize(
    ("cell", "value", "quality"),
    [
        (("suspect", 4), 7, "suspect"),
        ("blank", 3, "blank"),
        ("dash", 3, "blank"),
        ("illegible", None, "unread"),
        ("missing", None, "unread"),
        (("suspect", "blank"), 3, "suspect"),
    ],
)
def test_a_sum_says_what_its_worst_cell_is(
    tmp_path: Path, cell: Any, value: float | None, quality: str
) -> None:
    prints = {"t3.unable_not_held.total": 3, "t3.unable_unclear.total": cell}
    found = panel(tmp_path, report(1, TOWN, 2021, prints=prints))
    assert found["unable_total_q"].tolist() == [quality]
    assert found["unable_total"].tolist() == [value] or found["unable_total"].isna().all()
    assert found["unable_total"].isna().all() == (value is None)
    assert found["doubtful"].item() == (2 if quality in ("suspect", "unread") else 0)


def test_a_lone_blank_is_null_not_zero(tmp_path: Path) -> None:
    found = panel(tmp_path, report(1, TOWN, 2021, prints={"t3.received.total": "blank"}))
    assert found["received_total"].isna().all()
    assert found["received_total_q"].tolist() == ["blank"]


def test_sums_over_two_years_are_checked_softly(tmp_path: Path) -> None:
    panel(
        tmp_path,
        report(1, TOWN, 2021, prints={"t3.carried_out.total": 7,
                                      "t2.normative_documents.in_force": 66}),
        report(2, TOWN, 2022, prints={
            "t3.carried_in.total": 7, "t2.normative_documents.in_force": 372,
            "t2.normative_documents.made": 10, "t2.normative_documents.repealed": 4,
            "t3.carried_in.natural": ("suspect", 1)}),
        report(3, TOWN, 2024),
    )  # fmt: skip
    rows = {row["check"]: row for row in listed(tmp_path, "checks")}
    assert rows["carried.total"]["verdict"] == "pass"
    documents = rows["in_force.normative_documents"]
    assert (documents["verdict"], documents["strength"]) == ("fail", "soft")
    assert [float(documents[key]) for key in ("expected", "actual", "difference")] == [72, 372, 300]
    assert rows["carried.natural"]["quality"] == "suspect"
    assert {row["year"] for row in rows.values()} == {"2022"}  # 2024 has no year before it


def test_a_sum_needs_what_both_forms_ask(tmp_path: Path) -> None:
    panel(tmp_path, report(1, TOWN, 2020, "2019"), report(2, TOWN, 2021, "2021"))
    found = {row["check"] for row in listed(tmp_path, "checks")}
    assert "carried.total" in found
    assert "in_force.regulations" not in found  # 2019 does not ask for what is in force


def test_of_duplicates_the_surer_is_used_and_the_others_listed(tmp_path: Path) -> None:
    found = panel(
        tmp_path,
        report(1, TOWN, 2021, prints={"t3.received.total": ("suspect", 8)}, kind="pdf-scan"),
        report(2, TOWN, 2021, prints={"t3.received.total": 3}),
    )
    assert found["received_total"].tolist() == [3]
    assert found[["reports", "others_differ"]].values.tolist() == [[2, 1]]
    fates = {row["source"]: row for row in listed(tmp_path, "reports")}
    assert fates["r1.pdf"]["used"] == "no"
    assert fates["r1.pdf"]["why"] == "fewer doubtful cells"
    assert fates["r1.pdf"]["beside"] == fates["r2.pdf"]["report_id"]


def test_a_revision_wins_over_the_report_that_it_corrects(tmp_path: Path) -> None:
    found = panel(
        tmp_path,
        report(1, TOWN, 2021, prints={"t3.received.total": 3}),
        report(
            2, TOWN, 2021, prints={"t3.received.total": ("suspect", 4)}, title="2021年报（更正）"
        ),
    )
    assert found["received_total"].tolist() == [4]
    assert found["received_total_q"].tolist() == ["suspect"]


def test_every_report_is_accounted_for(tmp_path: Path) -> None:
    panel(tmp_path, failed(1), report(2, None, 2021), report(3, TOWN, None), report(4, TOWN, 2021))
    assert {row["source"]: row["why"] for row in listed(tmp_path, "reports")} == {
        "r1.pdf": "not read", "r2.pdf": "no agency", "r3.pdf": "no year", "r4.pdf": "the only one",
    }  # fmt: skip


def test_a_year_in_doubt_is_said_in_the_row(tmp_path: Path) -> None:
    found = panel(tmp_path, report(1, TOWN, 2021, warnings=("year: the file name says 2020",)))
    assert found["certain"].tolist() == ["no"]


def test_the_codebook_has_every_column(tmp_path: Path) -> None:
    found = panel(tmp_path, report(1, TOWN, 2021))
    write_panel(tmp_path, MADE[tmp_path])
    rows = {row["column"]: row for row in written(tmp_path, "panel_codebook.csv")}
    assert list(rows) == list(found.columns)
    assert rows["other_total"]["form_2021"].count("+") == 2
    assert rows["budget_yuan"]["unit"] == "元"


def test_csv_and_parquet_of_the_panel_say_the_same(tmp_path: Path) -> None:
    found = panel(tmp_path, report(1, TOWN, 2021), report(2, TOWN, 2022, "2019"))
    write_panel(tmp_path, MADE[tmp_path])
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "panel.parquet"), found)
    texts = dict.fromkeys(("region_code", "form", "report_id"), str)
    from_csv = pd.read_csv(tmp_path / "panel.csv", dtype=texts)
    for name in found.columns:
        here, there = (frame[name].astype(object) for frame in (from_csv, found))
        assert here.where(here.notna(), "").tolist() == there.where(there.notna(), "").tolist()
    for name in ("names", "reports"):
        assert written(tmp_path, f"panel_{name}.csv") == listed(tmp_path, name)


def test_the_data_package_of_the_panel_validates(tmp_path: Path) -> None:
    from frictionless import Package

    panel(tmp_path, report(1, TOWN, 2021), report(2, "鼓楼区人民政府", 2022, "2014"), failed(3))
    write_panel(tmp_path, MADE[tmp_path])
    checked = Package(str(tmp_path / "panel_datapackage.json")).validate()
    assert checked.valid, checked.flatten(["type", "note"])


def test_the_same_dataset_gives_the_same_bytes(tmp_path: Path) -> None:
    reports = [report(n, TOWN, 2014 + n) for n in range(1, 5)]
    panel(tmp_path / "a", *reports)
    panel(tmp_path / "b", *reversed(reports))
    for folder in ("a", "b"):
        write_panel(tmp_path / folder, MADE[tmp_path / folder])
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_no_dataset_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no dataset here"):
        make_panel(tmp_path)


def test_from_files_to_the_panel(tmp_path: Path) -> None:
    files = [FIXTURES / name for name in ("html-newer.html", "docx-older.docx", "docx-newer.docx")]
    extract_dataset(files, tmp_path, workers=1, formats=("parquet",))
    found = panel(tmp_path).set_index("agency")
    assert found.loc["邯郸市涉县司法局", ["region_code", "county"]].tolist() == ["130426", "涉县"]
    assert found.loc["江夏区解放路街道办事处", "body"] == "湖北省武汉市江夏区解放路街道办事处"
    assert found.loc["龙华区自然资源和规划局", "certain"] == "no"  # 深圳 and 海口 have one each


def test_carried_requests_that_disagree_in_print_are_those_that_fail(tmp_path: Path) -> None:
    names = make_archive(tmp_path / "pages", seed=1, counties=8)
    assert names
    truth = json.loads((tmp_path / "pages" / "truth.json").read_text(encoding="utf-8"))
    extract_dataset(sorted((tmp_path / "pages").glob("于都县-202*.html")), tmp_path, workers=1)
    panel(tmp_path)
    wanted = set()
    for year in range(2021, 2025):
        before, now = (truth[f"于都县-{one}"]["printed"] for one in (year - 1, year))
        for code in (one for one in now if one.startswith("t3.carried_in.")):
            column = code.rpartition(".")[2]
            out = before[f"t3.carried_out.{column}"]
            if int(out or 0) != int(now[code] or 0):
                wanted.add((str(year), f"carried.{column}"))
    failing = {(row["year"], row["check"]) for row in listed(tmp_path, "checks")
               if row["verdict"] == "fail"}  # fmt: skip
    assert failing == wanted != set()


def test_the_bench_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    simulate(tmp_path / "a", 14, 1)
    simulate(tmp_path / "b", 14, 1, 0.01)
    step("panel", tmp_path / "a", tmp_path / "b")
    assert "14 rows" in capsys.readouterr().out
    step("diff", tmp_path / "a", tmp_path / "b")
    assert "cells changed" in capsys.readouterr().out
