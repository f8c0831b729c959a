"""Divisions by year: names, codes, what holds what, and lists of the user's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.divisions import load_divisions, place_of
from extract.errors import UsageError


@pytest.mark.parametrize(
    ("name", "year", "code", "rest"),
    [
        ("淮安市洪泽区人民政府", 2024, "320813", "人民政府"),
        ("江苏洪泽区水利局", 2020, "320813", "水利局"),
        ("淮安洪泽区水利局", 2020, "320813", "水利局"),
        ("赤峰市公安局宁城县分局", 2019, "150429", "公安局分局"),
        ("国家税务总局象山县税务局", 2021, "330225", "国家税务总局税务局"),
        ("三江县卫生健康委员会", 2024, "450226", "卫生健康委员会"),
        ("黔东南州剑河县财政局", 2023, "522629", "财政局"),
        ("上海市人民政府办公厅", 2019, "310000", "人民政府办公厅"),
        ("吉林市教育局", 2020, "220200", "教育局"),
        ("吉林省教育厅", 2020, "220000", "教育厅"),
        ("湾沚区人民政府", 2019, "340210", "人民政府"),  # named as in 2020, when it was published
        ("河南乡人民政府", 2020, None, "河南乡人民政府"),  # not in 河南
        ("石门乡人民政府", 2020, None, "石门乡人民政府"),
        ("朝阳区人民政府", 2020, None, "人民政府"),  # 北京 and 长春
        ("北京市朝阳区人民政府", 2020, "110105", "人民政府"),
    ],
)
def test_where_a_body_sits(name: str, year: int, code: str | None, rest: str) -> None:
    place = place_of(name, year, load_divisions())
    assert (place.division.code if place.division else None, place.rest) == (code, rest)


def test_a_code_holds_only_in_its_years() -> None:
    divisions = load_divisions()
    assert "320829" in divisions.in_year(2015)
    assert "320829" not in divisions.in_year(2016)
    assert divisions.lasting("320829", "洪泽县") == "320813"
    assert divisions.code_in(2014, "320813") == "320829"
    assert [one.name if one else None for one in divisions.above("469005", 2020)] == [
        "海南省", None, "文昌市",
    ]  # fmt: skip


def test_every_county_lies_in_a_province_and_no_code_has_two_names_at_once() -> None:
    divisions = load_divisions()
    for year in range(2014, 2027):
        held = [one for one in divisions.rows if one.holds(year)]
        assert len({one.code for one in held}) == len(held)
        assert all(divisions.above(one.code, year)[0] for one in held)
        assert 3150 < len(held) < 3250


def test_every_successor_is_there_the_year_after() -> None:
    divisions = load_divisions()
    for one in divisions.rows:
        if one.successor and one.last:
            assert one.successor in divisions.in_year(one.last + 1)


def test_a_list_of_the_users_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("code,name,from,to\n990000,某省,,\n990101,某县,2020,2021\n", encoding="utf-8")
    divisions = load_divisions(path)
    assert [place_of("某县财政局", year, divisions).division is not None
            for year in (2018, 2020, 2021, 2023)] == [False, True, True, False]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code,name\n1,a\n", "no column from, to"),
        ("code,name,from,to\n99,某省,,\n", "line 2: a code of six digits"),
        ("code,name,from,to\n990000,某省,昔,\n", "line 2: from and to are years"),
    ],
)
def test_what_is_wrong_in_a_list_is_said(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        load_divisions(path)
