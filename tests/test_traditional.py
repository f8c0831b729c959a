import random
from dataclasses import replace
from pathlib import Path

import pytest
from opencc import OpenCC

from extract.forms import load_forms
from extract.pipeline import read
from extract.placing.labels import bare
from extract.text import fold
from extract.traditional import simplified
from fixtures.exports import export
from fixtures.languages import traditional
from fixtures.report import make_report


def test_every_label_of_the_forms_is_known_in_traditional_characters() -> None:
    convert = OpenCC("s2t").convert
    labels = [
        row.label.zh
        for form in load_forms()
        for table in form.tables
        for section in table.sections
        for row in section.rows
        if row.label
    ]
    assert len(labels) > 60
    assert [one for one in labels if bare(convert(one)) != bare(one)] == []


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("規範性檔案", "规范性文件"),
        ("政府資訊公開", "政府信息公开"),
        ("行政強製", "行政强制"),
        ("乾县档案局", "乾县档案局"),
    ],
)
def test_a_text_is_as_long_simplified_as_printed(printed: str, plain: str) -> None:
    assert simplified(printed) == plain


def test_pinyin_after_a_character_is_no_part_of_the_text() -> None:
    assert fold("項(xiàng)目數（shù）(A)") == "項目數(A)"


def test_agency_and_title_stay_as_printed(tmp_path: Path) -> None:
    report = replace(make_report(5, 0, "report"), agency="麻阳县教育局", title="")
    title = replace(
        report.blocks[0], role="title", text="麻阳县教育局2020年政府信息公开工作年度报告"
    )
    tables = [block for block in report.blocks if block.sheet]
    report = traditional(replace(report, blocks=(title, *tables)), random.Random(1))
    path = tmp_path / "report.md"
    path.write_text(export(report, "stacked", random.Random(1)), encoding="utf-8")
    about = read(path).about
    assert (about.agency, about.agency_from, about.year) == ("麻陽縣教育局", "title", 2020)
    assert about.title == report.blocks[0].text
