"""From one example of an unknown form to a dataset of its reports."""

from __future__ import annotations

import difflib
import os
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml

from extract.dataset import extract
from extract.drafting import draft, lint
from extract.errors import ReportError
from extract.forms import load_form, load_forms
from extract.forms.folders import OWN_LAYOUTS
from extract.model import Grid, GridCell
from extract.pipeline import looked_at
from fixtures.documents import draw_docx_look, write_docx
from fixtures.enforcement import LAYOUT, make_enforcement
from fixtures.looks import draw_look
from fixtures.pdf import write_pdf
from fixtures.report import Report
from fixtures.web import draw_web_look, page

SEED = 3
EXAMPLE = 39
"""A report of that seed whose numbers show all of its sums."""


def write(report: Report, path: Path) -> Path:
    rng = report.rng(path.suffix)
    if path.suffix == ".html":
        path.write_bytes(page(report, draw_web_look(rng, False), rng))
    elif path.suffix == ".docx":
        write_docx(report, draw_docx_look(rng, False), path, rng)
    else:
        write_pdf(report, draw_look(rng, False), path)
    return path


def drafted(path: Path) -> str:
    pages = looked_at(path)
    return draft(
        [grid for one in pages for grid in one.grids],
        [line for one in pages for line in one.lines],
        load_forms(),
    )


def test_a_new_form_goes_from_an_example_to_a_checked_dataset_without_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = [make_enforcement(SEED, index, f"r{index}") for index in range(6)]
    example = make_enforcement(SEED, EXAMPLE, "example")
    text = drafted(write(example, tmp_path / "example.pdf"))
    edited = text.replace("id: draft\n", "id: enforcement\n").replace(
        "authority: unknown\n", "authority: 某省司法厅\n"
    )
    lines = difflib.ndiff(text.splitlines(), edited.splitlines())
    assert sum(line.startswith("+ ") for line in lines) < 10
    own = tmp_path / "layouts"
    own.mkdir()
    (own / "enforcement.yaml").write_text(edited, encoding="utf-8")
    form = load_form(own / "enforcement.yaml")
    assert [one for one in lint(form) if one.level == "error"] == []

    monkeypatch.setenv(OWN_LAYOUTS, os.fspath(own))
    files = tmp_path / "files"
    files.mkdir()
    for report, suffix in zip(reports, [".pdf", ".docx", ".html"] * 2, strict=True):
        write(report, files / f"{report.name}{suffix}")
    summary = extract([files], tmp_path / "out", workers=1, formats=("parquet",))
    assert summary.failed == ()
    rows = pd.read_parquet(tmp_path / "out" / "reports.parquet").to_dict("records")
    assert [row["form"] for row in rows] == ["enforcement"] * 6
    cells = pd.read_parquet(tmp_path / "out" / "cells.parquet")
    checks = pd.read_parquet(tmp_path / "out" / "checks.parquet")
    for row in rows:
        report = next(one for one in reports if one.name == Path(row["source"]).stem)
        found = cells[cells["report_id"] == row["report_id"]]
        # The drafted ids are others than those of the maker; the order of print is one.
        assert list(found["printed"]) == list(report.printed.values())
        assert list(found["status"].unique()) == ["ok"]
        assert (row["agency"], row["year"]) == (report.agency, report.year)
        failed = checks[(checks["report_id"] == row["report_id"]) & (checks["verdict"] == "fail")]
        assert len(failed) == len(report.broken)


@pytest.mark.parametrize("suffix", [".html", ".docx", ".pdf"])
def test_a_draft_has_the_structure_units_and_sums_of_the_form(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "draft.yaml"
    example = make_enforcement(SEED, EXAMPLE, "example")
    path.write_text(drafted(write(example, tmp_path / f"a{suffix}")), encoding="utf-8")
    made, form = load_form(path), load_form(LAYOUT)
    place = dict(zip(made.codes(), form.codes(), strict=True))
    assert made.titles == form.titles
    for (_, _, a, of, over), (_, _, b, row, column) in zip(made.cells(), form.cells(), strict=True):
        assert [x.zh for x in of.path] == [x.zh for x in row.path]
        assert [x.zh for x in over.path] == [x.zh for x in column.path]
        assert (of.unit, over.unit, a.outline) == (row.unit, column.unit, b.outline)
    sums = {
        (tuple(map(place.get, one.parts)), tuple(map(place.get, one.totals)))
        for one in made.identities()
    }
    assert sums == {(one.parts, one.totals) for one in form.identities()}


def test_a_draft_of_a_known_form_has_its_codes_and_identities(tmp_path: Path) -> None:
    """The later form comes out of an example alone, but for the ids of tables and of two rows."""
    example = Path(__file__).parents[2] / "fixtures" / "reports" / "docx-newer.docx"
    text = drafted(example)
    found = yaml.safe_load(text)
    assert [table["id"] for table in found["tables"]] == ["t1", "t2", "t3"]
    path = tmp_path / "draft.yaml"
    path.write_text(text, encoding="utf-8")
    made = load_form(path)
    known = next(form for form in load_forms() if form.id == "2021")
    assert len(made.codes()) == len(known.codes())
    inside = {"t2": "t3"}
    place = dict(zip(made.codes(), known.codes(), strict=True))
    wanted = {(i.parts, i.totals) for i in known.identities() if i.id.startswith("t3.")}
    sums = {
        (tuple(map(place.get, i.parts)), tuple(map(place.get, i.totals)))
        for i in made.identities()
        if i.id.split(".")[0] in inside
    }
    assert sums == wanted


def test_a_document_without_numbers_gives_no_draft() -> None:
    with pytest.raises(ReportError, match="filled in"):
        draft([], [], load_forms())


def texts(rows: list[list[str]], page: int = 1) -> Grid:
    cells = [GridCell(r, c, text=text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    return Grid(page, len(rows), len(rows[0]), tuple(cells))


def sums(rows: list[list[str]]) -> set[str]:
    found = yaml.safe_load(draft([texts(rows)], [], ()))
    return {one["wording"]["zh"] for one in found.get("identities", ())}


def test_a_labelled_total_is_proposed_though_only_one_part_is_filled() -> None:
    rows = [["项目", "甲类", "乙类", "合计"], ["东区", "3", "0", "3"], ["西区", "5", "0", "5"]]
    assert sums(rows) == {"合计 = 甲类 + 乙类"}


def test_a_total_that_fails_in_one_row_is_not_proposed() -> None:
    rows = [["项目", "甲类", "乙类", "合计"], ["东区", "3", "1", "4"], ["西区", "5", "2", "8"]]
    assert sums(rows) == set()


def test_a_chance_sum_in_one_row_without_a_word_for_totals_is_not_proposed() -> None:
    rows = [["项目", "甲类", "乙类", "丙类"], ["东区", "3", "1", "4"], ["西区", "0", "0", "0"]]
    assert sums(rows) == set()


def test_a_group_cut_by_a_page_break_goes_on() -> None:
    upper = texts([["组", "项", "数"], ["第一组", "甲", "1"], ["", "乙", "2"]])
    merged = tuple(
        replace(cell, row_span=2) if cell.text == "第一组" else cell
        for cell in upper.cells
        if cell.text
    )
    lower = texts([["", "丙", "4"], ["第二组", "丁", "8"]], 2)
    found = yaml.safe_load(draft([replace(upper, cells=merged), lower], [], ()))
    (section,) = found["tables"][0]["sections"]
    assert [len(group["rows"]) for group in section["rows"]] == [3, 1]
