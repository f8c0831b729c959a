"""The page and the workbook: whole, self-contained, harmless, following corrections."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from extract.audit import write_audit
from extract.audit.write import MOST_FINDINGS
from extract.dataset import extract as extract_dataset
from extract.dataset.corrections import opened_store
from extract.dataset.write import write_dataset
from extract.errors import DatasetError
from extract.tables import tables_of
from tests.dataset.test_corrections import balanced, dataset, number, one

REPORTS = Path(__file__).resolve().parents[2] / "fixtures" / "reports"
HOSTILE = "<script>alert(1)</script>"


class Links(HTMLParser):
    """Every address that a page would load or offer."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, v or "") for name, v in attrs if name in ("src", "href", "data")]


def test_nothing_is_loaded_and_the_only_script_is_ours(tmp_path: Path) -> None:
    dataset(tmp_path, balanced(total=9))
    page = write_audit(tmp_path).page.read_text(encoding="utf-8")
    links = Links()
    links.feed(page)
    assert all(link.startswith(("#", "data:")) for _, link in links.found)
    script = re.findall(r"<script>(.*?)</script>", page, flags=re.S)
    assert len(script) == 1
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "@import" not in page


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    made = balanced(total=9)
    about = replace(made.about, agency=HOSTILE, region=HOSTILE, url="javascript:alert(1)")
    write_dataset(tmp_path, tables_of([replace(made, about=about, source=HOSTILE)], "1"), ("csv",))
    audit = write_audit(tmp_path)
    page = audit.page.read_text(encoding="utf-8")
    assert HOSTILE not in page
    assert 'href="javascript:' not in page
    sheet = openpyxl.load_workbook(audit.workbook)["原文差错 published errors"]
    assert sheet["D2"].value == HOSTILE


def test_the_workbook_has_every_finding_and_runs_no_formula(tmp_path: Path) -> None:
    made = balanced(total=9)
    formula = replace(made, about=replace(made.about, agency='=HYPERLINK("http://x")'))
    dataset(tmp_path, formula)
    audit = write_audit(tmp_path)
    book = openpyxl.load_workbook(audit.workbook)
    published, doubts = book.worksheets[1:]
    assert (published.max_row - 1, doubts.max_row - 1) == (audit.publisher, audit.reading)
    assert (published["D2"].value, published["D2"].data_type) == (formula.about.agency, "s")


def test_the_audit_follows_corrections(tmp_path: Path) -> None:
    dataset(tmp_path, balanced(total=9))
    assert write_audit(tmp_path).publisher > 0
    with opened_store(tmp_path) as kept:
        kept.add(one(before=number(9), read=number(9)))
    audit = write_audit(tmp_path)
    assert (audit.publisher, audit.reading) == (0, 0)


def test_a_crop_shows_the_place_while_the_source_is_there(tmp_path: Path) -> None:
    shutil.copy(REPORTS / "born-errors.pdf", tmp_path / "a.pdf")
    extract_dataset([tmp_path / "a.pdf"], tmp_path / "d", workers=1)
    page = write_audit(tmp_path / "d").page.read_text(encoding="utf-8")
    assert page.count('class="crop" src="data:image/webp;base64,') >= 1
    (tmp_path / "a.pdf").unlink()
    page = write_audit(tmp_path / "d").page.read_text(encoding="utf-8")
    assert 'class="crop"' not in page
    assert "来源文件不在原处" in page


def test_a_large_dataset_gives_a_page_that_opens_and_says_what_it_leaves_out(
    tmp_path: Path,
) -> None:
    made = balanced(total=9)
    many = [
        replace(made, report_id=f"{n:016x}", sha256=f"{n:064x}", source=f"{n}.pdf")
        for n in range(MOST_FINDINGS + 10)
    ]
    dataset(tmp_path, *many)
    audit = write_audit(tmp_path)
    page = audit.page.read_text(encoding="utf-8")
    assert page.count('<article class="finding"') == MOST_FINDINGS
    assert f"本页只列最严重的 {MOST_FINDINGS} 条" in page
    assert audit.publisher > MOST_FINDINGS
    assert len(page) < 20_000_000


def test_no_dataset_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no dataset here"):
        write_audit(tmp_path)
