"""Print that is gone without a trace: how much of it there may be, and what it makes of blanks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from extract.model import Evidence, GridCell, Reading, Slot
from extract.reading.ink import digit_height, find_ink
from extract.reading.lost import seen_surely, share_lost, shone_through, with_lost_print
from extract.reading.recognise import read_inked
from extract.reading.scans import weigh_style
from tests.reading.cells import draw_cell

BLANK = (Reading("", "blank", None, None, 0.98), Reading("0", "number", 0, None, 0.007))


def printed(trust: float) -> tuple[Reading, ...]:
    return (Reading("8", "number", 8, None, trust),)


def test_a_faint_cell_of_a_worn_table_may_have_lost_its_number() -> None:
    faint = (Reading("8", "number", 8, None, 0.4),)
    clear, worn = (share_lost(printed) for printed in ([0.99] * 20, [0.99] * 10 + [0.5] * 10))
    assert shone_through(faint, 0.2, clear)[0].probability > 0.95
    assert shone_through(faint, 0.2, worn)[0].probability < 0.7
    sure = (Reading("8", "number", 8, None, 0.97),)
    assert [r.mark for r in shone_through(sure, 0.2, clear)] == ["blank", "number"]
    assert shone_through(sure, 0.2, clear)[0].probability == 0.5


def test_no_cell_of_a_table_without_print_is_blank_for_sure_where_other_print_is_worn() -> None:
    cells = [printed(0.5)] * 20 + [BLANK] * 12
    found = with_lost_print(cells, ["t3"] * 20 + ["t2"] * 12)
    assert found[:20] == cells[:20]
    blank, zero = found[20]
    assert (blank.mark, blank.probability) == ("blank", pytest.approx(0.3))
    assert (zero.value, zero.probability) == (0, pytest.approx(0.007 + 0.35 * 0.68))


def test_a_table_without_print_is_blank_where_other_print_is_clear() -> None:
    cells = [printed(0.99)] * 20 + [BLANK] * 12
    assert with_lost_print(cells, ["t3"] * 20 + ["t2"] * 12) == cells


def test_a_table_with_print_of_its_own_is_judged_by_that() -> None:
    cells = [printed(0.5)] * 20 + [printed(0.99)] * 8 + [BLANK]
    assert with_lost_print(cells, ["t3"] * 20 + ["t2"] * 9)[-1] == BLANK
    assert with_lost_print(cells, ["t3"] * 20 + ["t2"] * 7 + ["t4"] * 2)[-1] != BLANK


def test_a_document_without_any_print_is_blank() -> None:
    assert with_lost_print([BLANK] * 5, ["t1"] * 5) == [BLANK] * 5


def test_the_reader_of_scans_judges_each_table_of_the_form() -> None:
    cells = {f"t3.r{at}.c": printed(0.5) for at in range(20)} | {"t2.r.c": BLANK}
    crop = np.full((4, 4), 255, np.uint8)
    evidence = [
        Evidence(Slot(code, GridCell(0, 0, 1, 1, None, None, crop=crop)), readings)
        for code, readings in cells.items()
    ]
    assert weigh_style(evidence)[-1].readings[0].probability < 0.5
    assert weigh_style(evidence[-1:])[-1].readings[0].probability > 0.9


def test_a_blank_of_a_worn_table_is_doubted() -> None:
    cells = [printed(0.99)] * 10 + [printed(0.5)] * 10 + [BLANK]
    (*_, (blank, *_)) = with_lost_print(cells, ["t3"] * 21)
    assert blank.probability == pytest.approx(1 - 0.7 / 2)


def test_words_that_are_no_numbers_do_not_make_a_blank_beside_them_doubtful() -> None:
    texts = ["0", "件"] * 8 + [""]
    crops = [draw_cell(text, box=(90, 48), seed=place) for place, text in enumerate(texts)]
    digit = digit_height(crops)
    read = read_inked(crops, [find_ink(crop, digit) for crop in crops], digit)
    values = [one for one, text in zip(read, texts, strict=True) if text != "件"]
    (*zeros, blank) = with_lost_print(values, ["t1"] * len(values))
    assert {one[0].printed for one in zeros} == {"0"}
    assert blank[0].mark == "blank"
    assert blank[0].probability > 0.98


def test_a_comma_that_may_be_a_point_is_no_worn_print() -> None:
    assert seen_surely([("1.167", 0.5), ("1,167", 0.4), ("1.187", 0.1)]) == pytest.approx(0.9)
    assert seen_surely([("-", 0.6), ("—", 0.3), ("", 0.1)]) == 0.6
    unclear = (replace(printed(0.5)[0], printed="1.167"), replace(printed(0.5)[0], printed="1,167"))
    found = with_lost_print([unclear] * 20 + [BLANK] * 12, ["t3"] * 20 + ["t2"] * 12)
    assert found[20] == BLANK
