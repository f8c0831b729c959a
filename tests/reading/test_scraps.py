"""Texts that are no words, in grids made by hand."""

from __future__ import annotations

from extract.model import Grid, GridCell
from extract.reading.numbers import read_number
from extract.reading.scraps import grain_of, guesses_of, scraps_of


def row_of(*texts: str) -> tuple[Grid, dict[int, str]]:
    """One row of cells; those that are no numbers with what the reader of labels makes of them."""
    cells = tuple(GridCell(0, column) for column in range(len(texts)))
    return Grid(1, 1, len(texts), cells), {i: text for i, text in enumerate(texts) if text}


def test_what_is_no_word_in_a_row_of_numbers_is_a_scrap() -> None:
    assert scraps_of(*row_of("2.重复申请", "", "一", "", "”一", "", "")) == {2, 4}


def test_a_lone_short_word_amid_numbers_is_a_smudge() -> None:
    assert scraps_of(*row_of("", "", "", "一寸", "", "")) == {3}


def test_a_few_short_words_in_a_long_row_that_begins_without_one_are_smudges() -> None:
    assert scraps_of(*row_of("", "不", *[""] * 7, "卷", *[""] * 5)) == {1, 9}
    assert scraps_of(*row_of("不", "", *[""] * 7, "卷", *[""] * 5)) == set()


def test_labels_are_no_smudges_nor_are_headers() -> None:
    assert scraps_of(*row_of("规章", "", "", "")) == set()
    assert scraps_of(*row_of("", "总计", "", "", "")) == set()
    assert scraps_of(*row_of("结果", "", "总计", "上寸", "一")) == set()
    assert scraps_of(*row_of("", "", "", "未经复议直接起诉", "", "")) == set()


def test_what_stands_beside_a_lone_label_is_no_word_but_a_value() -> None:
    assert scraps_of(*row_of("行政许可", "。")) == {1}
    assert scraps_of(*row_of("信息内容", "本年收费金额")) == set()
    assert scraps_of(*row_of("。", "本年收费金额")) == set()


def test_pale_words_of_a_header_are_no_grain_and_those_beside_numbers_are() -> None:
    """Three columns: a header over rows of a label and numbers, one of them a word in grain."""
    grid = Grid(1, 4, 3, tuple(GridCell(row, column) for row in range(4) for column in range(3)))
    blank, number = (read_number("", probability=0.99),), (read_number("12"),)
    header, labels = {0: ("项目", 0.6), 1: ("今年", 0.6), 2: ("上年", 0.6)}, (3, 6, 9)
    texts = {**header, **dict.fromkeys(labels, ("申请数", 0.6)), 7: ("国", 0.6)}
    numbers = {i: number for i in range(12) if i not in texts}
    readings = {**numbers, 1: blank, 2: blank, 6: blank, 7: blank}
    assert grain_of(grid, texts, readings) == {7}
    sure = {**texts, 7: ("国", 0.9)}
    assert grain_of(grid, sure, readings) == set()


def column_of_values(**words: tuple[str, float]) -> set[int]:
    """Guesses in six rows of a label and a value, under a header; `r2` is the value of row 2."""
    grid = Grid(1, 6, 2, tuple(GridCell(row, column) for row in range(6) for column in range(2)))
    texts = {0: ("指标", 0.9), 1: ("大最", 0.2)}
    texts |= {2 * row: ("申请数", 0.9) for row in range(1, 6)}
    texts |= {2 * int(row[1:]) + 1: word for row, word in words.items()}
    number = (read_number("12"),)
    return guesses_of(grid, texts, {i: number for i in range(12) if i not in texts})


def test_what_is_guessed_below_a_number_is_none_though_it_looks_like_a_word() -> None:
    assert column_of_values(r2=("有三", 0.1), r4=("»", 0.8)) == {5, 9}
    assert column_of_values(r2=("未统计", 0.9)) == set()


def test_a_header_that_is_hardly_legible_is_no_guess() -> None:
    assert column_of_values() == set()


def test_a_guess_above_all_numbers_stands_beside_a_label_too_long_for_a_header() -> None:
    long = {0: ("危及国家安全公共安全经济安全", 0.9), 1: ("有三", 0.1), 2: ("申请数", 0.9)}
    grid = Grid(1, 2, 2, tuple(GridCell(row, column) for row in range(2) for column in range(2)))
    number = {3: (read_number("12"),)}
    assert guesses_of(grid, long, number) == {1}
    assert guesses_of(grid, {**long, 0: ("统计指标", 0.9)}, number) == set()
