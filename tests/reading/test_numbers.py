"""The grammar of number cells: what is written comes back exactly, what is not is illegible."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.reading.numbers import before_note, is_unit, read_number

WIDE = str.maketrans("0123456789,.+-", "０１２３４５６７８９，．＋－")


@st.composite
def written(draw: st.DrawFn) -> tuple[str, Decimal]:
    """A number as publishers may print it, and its value."""
    whole = draw(st.integers(0, 10**12))
    fraction = draw(st.sampled_from(["", "", "0", "00", "5", "25", "0920", "8710"]))
    negative = draw(st.booleans())
    digits = f"{whole:,}" if draw(st.booleans()) else str(whole)
    text = digits + (f".{fraction}" if fraction else "")
    sign = draw(st.sampled_from(["-", "－", "−", "–"])) if negative else ""
    if not negative:
        sign = draw(st.sampled_from(["", "", "+", "＋"]))
    if draw(st.booleans()):
        text = text.translate(WIDE)
    unit = draw(st.sampled_from(["", "", "件", "万元", "元", "人次", " 件"]))
    note = draw(st.sampled_from(["", "", "（其中修订16件）", "(含自然失效 29 件)", "【上年】"]))
    value = Decimal(f"{'-' if negative else ''}{whole}{'.' + fraction if fraction else ''}")
    padding = draw(st.sampled_from(["", " ", "　", "\n"]))
    return padding + sign + text + unit + note + padding, value


@given(written())
def test_any_number_in_any_style_comes_back_exactly(number: tuple[str, Decimal]) -> None:
    text, value = number
    reading = read_number(text)
    assert reading.mark == "number", text
    assert reading.value is not None
    assert Decimal(repr(reading.value)) == value or float(value) == reading.value
    if value == value.to_integral_value():
        assert isinstance(reading.value, int)
        assert reading.value == int(value)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("0", 0, None),
        ("８，０４０", 8040, None),
        ("251000元", 251000, "元"),
        ("976.81万元", 976.81, "万元"),
        ("1,234.50万元", 1234.5, "万元"),
        ("0.00", 0, None),
        ("0件", 0, "件"),
        ("22（其中修订16件）", 22, None),
        ("-35", -35, None),
        ("＋3", 3, None),
        ("11398889", 11398889, None),
        ("59237.2449", 59237.2449, None),
        ("12\n345", 12345, None),
        ("12\u200b", 12, None),
    ],
)
def test_numbers_with_what_stands_round_them(text: str, value: float, unit: str | None) -> None:
    reading = read_number(text)
    assert (reading.mark, reading.value, reading.unit) == ("number", value, unit)


@pytest.mark.parametrize("text", ["/", "—", "——", "-", "--", "－", "\\", "无", " 无 ", "／"])
def test_dashes_are_no_numbers(text: str) -> None:
    reading = read_number(text)
    assert (reading.mark, reading.value) == ("dash", None)


@pytest.mark.parametrize("text", ["", " ", "　", "\n", "\xa0", "\u200b"])
def test_blank_is_blank_and_not_zero(text: str) -> None:
    reading = read_number(text)
    assert (reading.mark, reading.value, reading.printed) == ("blank", None, "")


@pytest.mark.parametrize(
    "text",
    [
        *("3²", "12①", "½", "3½", "①", "Ⅳ", "三", "约30", "30余", "50%", "12-13", "3+2", "5*"),
        *("O", "l", "I2", "1 2", "10 12", "8 040", "1,23", "1,2345", "1.2.3", "5-", "（3）", "3（"),
        *("3、", ".5", "1e3", "0x1", "--5", "\ufffd", "1\ufffd", "٣", "१", "9" * 30, "一"),
    ],
)
def test_anything_else_is_illegible_never_zero(text: str) -> None:
    reading = read_number(text)
    assert (reading.mark, reading.value) == ("illegible", None)


@given(st.text(max_size=12))
def test_any_text_gets_one_mark_and_only_numbers_a_value(text: str) -> None:
    reading = read_number(text, "reader", 0.5)
    assert (reading.value is not None) == (reading.mark == "number")
    assert (reading.reader, reading.probability) == ("reader", 0.5)
    if reading.mark == "number":
        assert any(char.isdigit() for char in text)


def test_units_alone() -> None:
    assert is_unit("件")
    assert is_unit(" 万 元 ")
    assert not is_unit("3件")
    assert not is_unit("")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("18含自然失效7件，", "18"),
        ("（含自然失效3件）", ""),
        ("６５（其中修订４５件，", "65"),
        ("18（含自然失效）", None),
        ("二部分公开区分处理的只计这一情形", None),
        ("含上年结转", None),
    ],
)
def test_a_note_is_told_without_its_brackets(text: str, number: str | None) -> None:
    assert before_note(text) == number
