"""Whether what is read makes the words of a form."""

from __future__ import annotations

import pytest

from extract.reading import sense
from extract.reading.sense import read_sensibly
from tests.reading.cells import draw_cell


def test_a_line_of_a_form_keeps_its_trust_and_one_read_backwards_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = ["本年新收政府信息公开申请数量", "量数请申开公息信府政收新年本", "1234", ""]
    monkeypatch.setattr(
        sense, "read_lines", lambda crops: [(text, 0.8) for text in said[: len(crops)]]
    )
    trusts = [trust for _, trust in read_sensibly([draw_cell("0")] * 4)]
    assert trusts == pytest.approx([0.8, 0.4, 0.4, 0.4], abs=0.05)


def test_traditional_letters_say_the_same() -> None:
    assert sense.sense("行政許可處理決定數量") == pytest.approx(sense.sense("行政许可处理决定数量"))


def test_text_between_tables_is_between() -> None:
    assert 0.5 < sense.sense("我局对公开目录作了梳理，全年受理政府信息公开申请三件") <= 1.0


def test_the_real_reader_reads_a_label() -> None:
    ((text, trust),) = read_sensibly([draw_cell("行政许可", box=(200, 60))])
    assert text == "行政许可"
    assert trust > 0.8
