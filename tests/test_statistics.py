"""Reports in the 2014 form, from file to cells, checks and claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.forms import load_forms
from extract.pipeline import read
from fixtures.make import make

FORM = next(form for form in load_forms() if form.id == "2014")
SAID = {
    "disclosed": "t1.disclosed.count",
    "received": "t1.received.count",
    "closed": "t1.closed.count",
    "review": "t1.review.count",
    "litigation": "t1.litigation.count",
}


@pytest.mark.parametrize("kind", ["born", "docx", "html"])
def test_every_cell_and_check_of_a_born_digital_report_is_right(kind: str, tmp_path: Path) -> None:
    truths = make(42, 6, kind, tmp_path, form="2014")
    claimed = 0
    for name, truth in truths.items():
        result = read(next(path for path in tmp_path.iterdir() if path.stem == name))
        assert (result.form, result.error) == ("2014", None)
        assert {cell.code: cell.printed for cell in result.cells} == truth["printed"]
        assert {cell.status for cell in result.cells} == {"ok"}
        assert (result.about.agency, result.about.year) == (truth["agency"], truth["year"])
        hard = [one for one in result.checks if one.strength == "hard"]
        failed = {one.id for one in hard if one.verdict == "fail"}
        assert failed == set(truth["broken"])  # type: ignore[call-overload]
        values = {cell.code: cell.value or 0 for cell in result.cells}
        for claim in result.claims:
            claimed += 1
            assert claim.value == values[SAID[claim.claim]]
            assert claim.verdict == "pass"
    assert claimed >= 6


def test_units_are_those_printed_in_their_column(tmp_path: Path) -> None:
    (name,) = make(42, 1, "html", tmp_path, form="2014")
    result = read(tmp_path / f"{name}.html")
    wanted = {row.id: row.unit for row in FORM.tables[0].sections[0].rows}
    assert {cell.row: cell.unit for cell in result.cells} == wanted
