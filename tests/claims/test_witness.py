"""What the text asks of a doubted cell."""

from __future__ import annotations

from dataclasses import replace

from extract.claims import find_claims, said_of
from extract.forms import load_forms
from extract.model import Line
from tests.claims.test_find import cells

FORM = next(form for form in load_forms() if form.id == "2021")
RECEIVED = "t3.received.total"
TEXT = "2023年，全县共收到政府信息公开申请859件。"


def asked(text: str, *doubted: str) -> dict[str, object]:
    held = tuple(
        replace(cell, status="suspect") if cell.code in doubted else cell
        for cell in cells(FORM, {RECEIVED: 850})
    )
    claims = find_claims([Line(text, 1)], FORM, held, 2023)
    return {code: one.value for code, one in said_of(claims, held).items()}


def test_a_sentence_speaks_for_the_one_cell_in_doubt() -> None:
    assert asked(TEXT, RECEIVED) == {RECEIVED: 859}


def test_nothing_is_said_of_a_cell_that_was_read_surely() -> None:
    assert asked(TEXT) == {}


def test_sentences_that_differ_say_nothing() -> None:
    assert asked(f"{TEXT}全县共收到政府信息公开申请860件。", RECEIVED) == {}


def test_a_sentence_on_one_organ_says_nothing_of_the_whole() -> None:
    assert asked("2023年，本机关共收到政府信息公开申请85件。", RECEIVED) == {}
