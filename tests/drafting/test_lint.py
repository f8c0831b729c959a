"""Faults of layouts, each planted in a small sound one."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.drafting import lint
from extract.forms import Form, load_form, load_forms

LAYOUT = """
id: x
name: {zh: 某表}
authority: none
titles: [某年度统计年报]
tables:
  - id: a
    title: {zh: 某表}
    sections:
      - stub: 项目
        columns:
          - {id: count, label: {zh: 数量}, unit: 件}
          - {id: amount, label: {zh: 金额（单位：万元）}, unit: 万元}
        rows:
          - {id: licences, label: {zh: 行政许可}}
          - {id: penalties, label: {zh: 行政处罚}}
          - {id: confirmed, label: {zh: 确认登记}}
          - {id: whole, label: {zh: 合计}}
identities:
  - id: a.sum.{column}
    each: column
    table: a
    name: {zh: 合计}
    wording: {zh: 合计}
    strength: hard
    total: whole
    parts: [licences, penalties, confirmed]
priors: {part: 0.001, total: 0.005}
"""
AGAIN = """\
  - id: a.again.{column}
    each: column
    table: a
    name: {zh: 合计}
    wording: {zh: 合计}
    strength: hard
    total: TOTAL
    parts: [PARTS]
priors:"""


def form(folder: Path, *changes: tuple[str, str]) -> Form:
    text = LAYOUT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "x.yaml").write_text(text, encoding="utf-8")
    return load_form(folder / "x.yaml")


def again(total: str, *parts: str) -> tuple[str, str]:
    return "priors:", AGAIN.replace("TOTAL", total).replace("PARTS", ", ".join(parts))


@pytest.mark.parametrize("shipped", load_forms(), ids=lambda one: one.id)
def test_the_shipped_layouts_are_without_fault(shipped: Form) -> None:
    assert lint(shipped) == ()


def test_a_sound_layout_is_without_fault(tmp_path: Path) -> None:
    assert lint(form(tmp_path)) == ()


LONG = "确认登记数量明细情况表"
FAULTS = {
    "one label twice": (("行政处罚", "行政许可"), "error", "100% alike"),
    "labels one letter apart": (
        ("行政处罚", f"{LONG}一}}}}\n          - {{id: more, label: {{zh: {LONG}二"),
        "warning",
        "alike and stand close",
    ),
    "one header twice": (("金额（单位：万元）", "数 量"), "error", "headers"),
    "a header that states another unit": (("单位：万元", "单位：元"), "error", "header states 元"),
    "a unit that nobody prints": (("unit: 件", "unit: 斗"), "warning", "no unit"),
    "a header's unit left out": (("万元）}, unit: 万元", "万元）}"), "warning", "add unit"),
    "a sum said twice": (again("whole", "confirmed", "licences", "penalties"), "warning", "same"),
    "a total among its parts": (again("whole", "licences", "whole"), "error", "cannot hold"),
    "a part left out of a second sum": (
        again("whole", "licences", "penalties"),
        "error",
        "a.confirmed.count are 0",
    ),
    "a short title": (("某年度统计年报", "年报"), "warning", "too short"),
}


@pytest.mark.parametrize(("change", "level", "words"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_found(
    tmp_path: Path, change: tuple[str, str], level: str, words: str
) -> None:
    found = lint(form(tmp_path, change))
    assert any(one.level == level and words in one.what for one in found), found


def test_a_sum_over_two_units_is_an_error(tmp_path: Path) -> None:
    across = """\
  - id: a.row.{row}
    each: row
    table: a
    name: {zh: 和}
    wording: {zh: 和}
    strength: hard
    total: amount
    parts: [count]
priors:"""
    first, *_ = lint(form(tmp_path, ("priors:", across)))
    assert (first.level, first.where) == ("error", "a.row.licences")
    assert "万元 and 件" in first.what or "件 and 万元" in first.what
