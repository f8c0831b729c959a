"""Labels as compared: without dress."""

from __future__ import annotations

import pytest

from extract.forms import Label
from extract.placing.labels import bare, numbering_of, printed_unit, similarity, spellings


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("（三）不予公开", "不予公开"),
        ("(三) 不予公开", "不予公开"),
        ("㈢不予公开", "不予公开"),
        ("3.危及“三安全一稳定”", "危及三安全一稳定"),
        ("3、危及三安全一稳定", "危及三安全一稳定"),
        ("一、本年新收\n政府信息公开申请数量", "本年新收政府信息公开申请数量"),
        ("<b>总</b> 计", "总计"),
        ("⾏政许可", "行政许可"),
        ("结　果\n维 持", "结果维持"),
        ("3.", "3"),
        ("", ""),
    ],
)
def test_bare(text: str, compared: str) -> None:
    assert bare(text) == compared


@pytest.mark.parametrize(
    ("text", "number"),
    [("（六）其他处理", "六"), ("3.其他", "3"), ("3．其他", "3"), ("其他", ""), ("", "")],
)
def test_numbering(text: str, number: str) -> None:
    assert numbering_of(text) == number


@pytest.mark.parametrize(
    ("text", "unit"),
    [("本年收费金额（单位：万元）", "万元"), ("采购总金额(单位:元)", "元"), ("总计", None)],
)
def test_printed_unit(text: str, unit: str | None) -> None:
    assert printed_unit(text) == unit


def test_spellings_hold_each_wording_once_and_the_short_one() -> None:
    label = Label("（二）部分公开（区分处理的）", "in part", ("（二）部分公开",))
    assert spellings(label) == ("部分公开区分处理的", "部分公开")


def test_similarity_is_one_for_equals_and_zero_for_strangers() -> None:
    table = similarity(["总计", "行政许可"], ["总计", "结果维持"])
    assert table.shape == (2, 2)
    assert table[0, 0] == 1
    assert table[0, 1] == 0
    assert table[1, 0] == 0
