"""From a dataset to the page of crops and back from the answers."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from extract.dataset import extract as extract_dataset
from extract.errors import UsageError
from extract.sampling import draw, judged, write_sample
from tests.panel.making import dataset, report

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "reports"
TOWN = "蕉岭县财政局"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    doubted = {"t3.received.total": ("suspect", 3), "t3.granted.total": "missing"}
    return dataset(
        tmp_path,
        [
            report(1, TOWN, 2021, prints=doubted),
            report(2, "<b>涉县财政局", 2022, kind="pdf-scan"),
            report(3, "=涉县水利局", 2022, "2019", kind="markdown"),
        ],
    )


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def answered(folder: Path, *answers: str) -> Path:
    rows = rows_of(folder / "sample.csv")
    path = folder / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["report_id", "code", "answer"])
        for place, row in enumerate(rows):
            answer = answers[place] if place < len(answers) else "yes"
            out.writerow([row["report_id"], row["code"], answer])
    return path


def test_only_ok_cells_are_drawn_each_once_from_every_stratum(folder: Path) -> None:
    drawn = draw(folder, 100)
    cells = [cell for cell, _, _ in drawn.cells]
    assert {cell["status"] for cell in cells} == {"ok"}
    assert len({(cell["report_id"], cell["code"]) for cell in cells}) == len(cells) <= 100
    assert sum(drawn.sizes.values()) == 198 + 200 + 198
    assert {stratum for _, stratum, _ in drawn.cells} == set(drawn.sizes)
    assert len(drawn.sizes) == 9  # three kinds of source × three tables, one band


def test_the_same_seed_draws_the_same_cells_another_one_others(folder: Path) -> None:
    assert draw(folder, 50) == draw(folder, 50)
    assert draw(folder, 50) != draw(folder, 50, seed=2)


def test_every_cell_has_its_chance(folder: Path) -> None:
    seen = Counter(
        (cell["report_id"], cell["code"])
        for seed in range(30)
        for cell, _, _ in draw(folder, 90, seed).cells
    )
    assert len(seen) > 575  # of 596, each drawn with a chance of about 1 in 7


def test_where_few_are_drawn_strata_are_coarser(folder: Path) -> None:
    assert set(draw(folder, 5).sizes) == {("pdf-text",), ("pdf-scan",), ("markdown",)}
    assert set(draw(folder, 2).sizes) == {()}


def test_the_answers_give_the_bound(folder: Path) -> None:
    write_sample(folder, draw(folder, 100))
    found = judged(folder, answered(folder, "no", "unsure", ""))
    drawn = len(rows_of(folder / "sample.csv"))
    assert (found.yes, found.no, found.unsure, found.open) == (drawn - 3, 1, 1, 1)
    assert found.whole.wrong == 3  # what is not known to be right counts as wrong
    assert found.whole.cells == 596
    assert found.whole.upper > found.whole.estimate > 0
    assert set(found.kinds) == {"pdf-text", "pdf-scan", "markdown"}
    assert [row["code"] for row in found.wrong] == [rows_of(folder / "sample.csv")[0]["code"]]
    clean = judged(folder, answered(folder))
    assert clean.whole.upper < 0.05


def test_sample_csv_may_be_filled_in_and_is_then_not_overwritten(folder: Path) -> None:
    write_sample(folder, draw(folder, 20))
    path = folder / "sample.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([lines[0], *(f"{line}yes" for line in lines[1:])]), encoding="utf-8")
    assert judged(folder, path).no == 0
    with pytest.raises(UsageError, match="holds answers"):
        write_sample(folder, draw(folder, 20))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("report_id,code\n", "needs the columns"),
        ("report_id,code,answer\nx,y,yes\n", "line 2: y of x is not in sample.csv"),
        ("report_id,code,answer\n{0},{1},maybe\n", "line 2: 'maybe' is no answer"),
        ("report_id,code,answer\n{0},{1},yes\n{0},{1},no\n", "line 3: .* is answered twice"),
    ],
)
def test_answers_that_do_not_fit_are_refused(folder: Path, text: str, said: str) -> None:
    write_sample(folder, draw(folder, 10))
    first = rows_of(folder / "sample.csv")[0]
    path = folder / "answers.csv"
    path.write_text(text.format(first["report_id"], first["code"]), encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        judged(folder, path)


def test_no_sample_is_said(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"no sample\.csv here"):
        judged(folder, folder / "x.csv")


def test_names_are_shown_as_text_and_formulas_are_none(folder: Path) -> None:
    write_sample(folder, draw(folder, 60))
    page = (folder / "sample.html").read_text(encoding="utf-8")
    assert "<b>涉县财政局" not in page
    assert "&lt;b&gt;涉县财政局" in page
    assert "'=涉县水利局" in {row["agency"] for row in rows_of(folder / "sample.csv")}
    assert not re.search(r"(?:src|href)=\"(?!data:)", page)


def test_the_page_shows_the_place_of_each_cell(tmp_path: Path) -> None:
    extract_dataset([FIXTURES / "born-newer.pdf"], tmp_path, workers=1, formats=("parquet",))
    drawn = draw(tmp_path, 4)
    assert write_sample(tmp_path, drawn) == len(drawn.cells)
    page = (tmp_path / "sample.html").read_text(encoding="utf-8")
    assert page.count('<img class="band" src="data:image/webp;base64,') == len(drawn.cells)
    assert page.count('<img class="strip" src="data:image/webp;base64,') == len(drawn.cells)
