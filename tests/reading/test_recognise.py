"""Number cells from pixels: marks, values, wrapped numbers, doubt, and a document's zero style."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extract.model import Reading
from extract.reading.recognise import read_cells
from extract.reading.style import apply_zero_style
from extract.reconcile.settle import OK_CONFIDENCE
from tests.reading.cells import KAI, SANS, draw_cell, with_rules


def read(*cells: np.ndarray) -> list[Reading]:
    return [readings[0] for readings in read_cells(cells)]


def test_the_cells_of_a_page_are_told_apart() -> None:
    cells = [
        with_rules(draw_cell(text, box=(120, 48), seed=place), thick=2)
        for place, text in enumerate(["0", "", "—", "/", "12", "1811", "-2"])
    ]
    found = read(*cells)
    assert [reading.mark for reading in found] == [
        "number", "blank", "dash", "dash", "number", "number", "number",
    ]  # fmt: skip
    assert [reading.value for reading in found] == [0, None, None, None, 12, 1811, -2]
    assert all(type(reading.value) is int for reading in found if reading.mark == "number")
    assert all(reading.reader == "numerals" for reading in found)


def test_a_decimal_is_a_float_and_a_wrapped_number_is_one_number() -> None:
    decimal, wrapped = read(
        draw_cell("96171.6", box=(160, 90)), draw_cell("11398", "889", box=(160, 90))
    )
    assert decimal.value == 96171.6
    assert wrapped.value == 11398889


def test_two_numbers_in_one_cell_are_not_made_one() -> None:
    (found,) = read(draw_cell("3           5", box=(260, 50)))
    assert found.mark == "illegible"
    assert found.value is None


def test_a_speck_is_not_print() -> None:
    cell = draw_cell(box=(120, 48))
    cell[20:23, 60:63] = 30
    assert read(draw_cell("0", box=(120, 48)), cell)[1].mark == "blank"


def test_a_short_blurred_hyphen_is_a_dash() -> None:
    cells = [draw_cell("0", size=23, box=(73, 24), grain=1.0, seed=n) for n in range(4)]
    hyphen = np.full((24, 73), 250, np.uint8)
    hyphen[10:13, 34:40] = 40
    hyphen[9:14, 33:41] = np.minimum(hyphen[9:14, 33:41], 215)
    assert read(*cells, hyphen)[-1].mark == "dash"


@pytest.mark.parametrize(("level", "grain"), [(215, 2.0), (205, 2.0), (170, 5.0), (170, 8.0)])
@pytest.mark.parametrize("seed", range(3))
def test_a_pale_dash_is_read_beside_a_dark_speck(level: int, grain: float, seed: int) -> None:
    cell = np.full((60, 150), 235.0)
    cell[29:31, 60:88] = level
    cell = cv2.GaussianBlur(cell, (3, 3), 0)
    cell += np.random.default_rng(seed).normal(0, grain, cell.shape)
    cell[12:15, 20:23] = 20
    ((best, *_),) = read_cells([np.clip(cell, 0, 255).astype(np.uint8)], 20.0)
    assert best.mark == "dash"
    assert best.probability > 0.95


@pytest.mark.parametrize("digit", [14.0, 16.0, 18.0])
@pytest.mark.parametrize("number", ["134", "138", "70"])
@pytest.mark.parametrize(("ink", "speck"), [(195, 110), (185, 60), (205, 20)])
def test_a_pale_number_is_read_beside_dark_specks(
    number: str, digit: float, ink: int, speck: int
) -> None:
    # Specks alone set the darkness of the ink, and only the darkest strokes were seen.
    cell = draw_cell(number, size=20, box=(234, 31), ink=ink, grain=0.0)
    cell = np.asarray(cv2.GaussianBlur(cell, (3, 3), 0), np.uint8)
    cell[22:27, 118:122] = speck
    cell[24:28, 60:64] = speck
    ((best, *_),) = read_cells([cell], digit)
    assert (best.printed, best.probability > 0.9) == (number, True)


@pytest.mark.parametrize(
    ("number", "size", "ink", "speck", "digit"),
    [
        # Some bits are taken for specks,
        ("70", 18, 150, 110, 14.0),
        ("134", 24, 170, 120, 14.0),
        ("134", 18, 170, 110, 14.0),
        # and some digits for all of the number.
        ("134", 18, 150, 130, 14.0),
        ("138", 24, 150, 110, 18.0),
        ("138", 24, 160, 120, 18.0),
    ],
)
def test_a_pale_number_is_whole_though_a_speck_is_darker(
    number: str, size: int, ink: int, speck: int, digit: float
) -> None:
    cell = draw_cell(number, size=size, box=(234, 31), ink=ink, grain=2.0)
    cell = np.asarray(cv2.GaussianBlur(cell, (3, 3), 0), np.uint8)
    cell[23:28, 60:65] = speck
    ((best, *_),) = read_cells([cell], digit)
    assert (best.printed, best.probability > 0.9) == (number, True)


@pytest.mark.parametrize("grain", [2.0, 5.0, 8.0])
def test_grain_is_no_pale_dash(grain: float) -> None:
    cells = [draw_cell(box=(150, 60), grain=grain, seed=seed) for seed in range(12)]
    for seed, cell in enumerate(cells):
        cell[12:15, 20 + 9 * seed : 23 + 9 * seed] = 20
    assert {read[0].mark for read in read_cells(cells, 20.0)} == {"blank"}


def test_a_point_that_could_group_thousands_is_doubted() -> None:
    (readings,) = read_cells([draw_cell("6.148", box=(160, 50))])
    found = {reading.value: reading.probability for reading in readings}
    assert found[6.148] < 0.97  # however much it is shaped like a point
    assert found[6148] > 0.03


@pytest.mark.parametrize("size", [18, 22, 28])
def test_of_several_points_only_the_last_can_be_one(size: int) -> None:
    ((best, *_),) = read_cells([draw_cell("8.440.18", size=size, box=(260, 60))], 0.68 * size)
    assert (best.printed, best.value) == ("8,440.18", 8440.18)


def test_digits_run_together_over_cells_are_no_number() -> None:
    (found,) = read(draw_cell("9835142410663478", size=20, box=(260, 40)))
    assert found.mark == "illegible"


def test_a_number_finer_than_any_money_is_none() -> None:
    """3,766.0541 whose point is lost and whose comma is read as one."""
    fine, usual = read_cells([draw_cell("3.7660541"), draw_cell("3.766054")])
    assert (fine[0].printed, fine[0].mark, fine[0].value) == ("3.7660541", "illegible", None)
    assert usual[0].value == 3.766054


def test_a_number_with_its_unit_is_named() -> None:
    (found,) = read(draw_cell("976.81万元", box=(240, 50)))
    assert (found.value, found.unit) == (976.81, "万元")


def test_words_in_a_number_cell_are_illegible() -> None:
    (found,) = read(draw_cell("详见附表", box=(200, 50)))
    assert found.mark == "illegible"


def test_scribble_is_not_believed() -> None:
    rng = np.random.default_rng(4)
    cell = draw_cell("58", font=SANS, box=(120, 48))
    cell[rng.random(cell.shape) < 0.3] = 40
    (readings,) = read_cells([cell])
    assert readings[0].probability < OK_CONFIDENCE


def test_alternatives_are_distinct_and_sum_to_one_at_most() -> None:
    blurred = draw_cell("68", size=12, box=(60, 24), grain=25.0)
    (readings,) = read_cells([blurred])
    meanings = [(reading.mark, reading.value) for reading in readings]
    assert len(set(meanings)) == len(meanings)
    assert sum(reading.probability for reading in readings) <= 1.0 + 1e-9
    chances = [reading.probability for reading in readings]
    assert chances == sorted(chances, reverse=True)


def test_no_cells_no_readings() -> None:
    assert read_cells([]) == []


ZERO = (Reading("0", "number", 0, None, 0.995),)
BLANK = (Reading("", "blank", None, None, 0.99),)
DASH = (Reading("—", "dash", None, None, 0.995),)


def test_a_blank_in_a_document_of_zeros_is_doubted() -> None:
    weighted = apply_zero_style([*[ZERO] * 170, BLANK])
    assert weighted[-1][0].mark == "blank"
    assert weighted[-1][0].probability < 0.9
    assert weighted[0][0].probability > 0.99


@pytest.mark.parametrize("style", [BLANK, ZERO, DASH])
def test_the_documents_own_style_loses_no_trust(style: tuple[Reading, ...]) -> None:
    weighted = apply_zero_style([style] * 100)
    assert weighted[0][0].mark == style[0].mark
    assert weighted[0][0].probability >= style[0].probability


def test_a_doubtful_dash_follows_the_other_cells() -> None:
    doubtful = (
        Reading("", "blank", None, None, 0.55),
        Reading("—", "dash", None, None, 0.44),
    )
    assert apply_zero_style([*[DASH] * 60, doubtful])[-1][0].mark == "dash"
    assert apply_zero_style([*[BLANK] * 60, doubtful])[-1][0].mark == "blank"


def test_other_numbers_are_left_alone() -> None:
    number = (Reading("46", "number", 46, None, 0.97), Reading("16", "number", 16, None, 0.02))
    assert apply_zero_style([*[ZERO] * 50, number])[-1] == pytest.approx(number)


def test_a_number_with_a_note_is_the_number() -> None:
    (readings,) = read_cells([draw_cell("22（其中修订16件）", size=24, box=(360, 50))])
    assert (readings[0].mark, readings[0].value) == ("number", 22)
    assert readings[0].probability > 0.9


def test_a_number_before_a_note_that_nobody_can_read_stays_in_doubt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("extract.reading.lines.read_labels", lambda crops: [("", 0.0)] * len(crops))
    (readings,) = read_cells([draw_cell("7其中修订5件)", size=24, box=(360, 50))])
    assert (readings[0].mark, readings[0].value) == ("number", 7)
    assert readings[0].probability < 0.8


def test_labels_of_which_a_digit_alone_is_known_make_no_number_doubtful() -> None:
    labels = ["2.   网络申请数", "4.   同意公开答复数", "6.   延期办结数", "7.   申请信息不存在数"]
    cells = [draw_cell(text, font=KAI, size=24, box=(420, 60)) for text in labels]
    found = read(*cells, *(draw_cell(text, size=24) for text in ("0", "22", "0", "1")))
    assert [reading.value for reading in found[-4:]] == [0, 22, 0, 1]
    assert all(reading.probability >= OK_CONFIDENCE for reading in found[-4:])


def test_a_pale_number_beside_the_shade_of_a_fold_is_read() -> None:
    others = [draw_cell(str(n), size=24, ink=150, box=(200, 76), seed=n) for n in range(3, 9)]
    cells = [
        draw_cell("0", size=24, ink=150, box=(200, 76), grain=9.0, seed=n) for n in range(20, 26)
    ]
    for cell in cells:
        band = cell[:, 120:].astype(float) - 45
        cell[:, 120:] = np.clip(band, 0, 255)
        cell[:, 160:166] = 255
    found = read(*others, *(cv2.GaussianBlur(cell, (3, 3), 0) for cell in cells))
    assert [reading.value for reading in found[len(others) :]] == [0] * len(cells)
