"""What a document's habits say: whether its points group thousands."""

from __future__ import annotations

from extract.model import Reading
from extract.reading.style import apply_separators, apply_style, apply_thousands


def unclear(whole: str, comma: float = 0.3) -> tuple[Reading, ...]:
    """A number whose point may be a comma."""
    point = Reading(whole.replace(",", "."), "number", 1.0, None, 0.98 - comma)
    grouped = Reading(whole, "number", int(whole.replace(",", "")), None, comma)
    return tuple(sorted((point, grouped), key=lambda reading: -reading.probability))


ZERO = (Reading("0", "number", 0, None, 0.99),)
PLAIN = (Reading("4629", "number", 4629, None, 0.99),)
DECIMAL = (Reading("26.55", "number", 26.55, None, 0.99),)


def test_points_before_three_digits_in_many_cells_are_commas() -> None:
    cells = [unclear(text) for text in ("1,819", "205,513", "26,417", "5,462", "9,153")]
    found = apply_thousands([*cells, *[ZERO] * 9])
    assert all(isinstance(readings[0].value, int) for readings in found[:5])
    assert found[0][0].probability > 0.9


def test_one_point_alone_stays_in_doubt() -> None:
    (found, *_) = apply_thousands([unclear("6,148"), *[ZERO] * 20])
    assert found[0].probability < 0.95


def test_a_document_that_writes_4629_groups_no_thousands() -> None:
    found = apply_thousands([unclear("1,819", comma=0.2), *[PLAIN] * 4, DECIMAL])
    assert found[0][0].printed == "1.819"
    assert found[0][0].probability > 0.9


def test_other_numbers_are_left_as_they_are() -> None:
    assert apply_thousands([ZERO, PLAIN, DECIMAL]) == [ZERO, PLAIN, DECIMAL]


def test_how_counts_group_their_digits_says_nothing_of_money() -> None:
    cells = [unclear("6,148", comma=0.2), *[unclear("1,819", comma=0.9)] * 6]
    assert apply_style(cells, {0})[0][0].printed == "6.148"
    assert apply_style(cells)[0][0].printed == "6,148"


def separated(whole: int, with_digit: float, without: float) -> tuple[Reading, ...]:
    """A number whose separator of thousands may be a 5 or a 3."""
    text = str(whole)
    found = [Reading(text, "number", whole, None, without)]
    for digit, share in (("5", 0.9), ("3", 0.1)):
        other = text[:-3] + digit + text[-3:]
        found.append(Reading(other, "number", int(other), None, share * with_digit))
    return tuple(sorted(found, key=lambda reading: -reading.probability))


def test_a_digit_before_the_last_three_that_most_numbers_may_have_is_a_separator() -> None:
    right = [25246, 5307, 1418, 15565, 288840]
    cells = [separated(one, 0.4, 0.2) for one in right[:4]] + [separated(right[4], 0.1, 0.7)]
    found = apply_separators([*cells, ZERO])
    assert [readings[0].value for readings in found] == [*right, 0]
    assert all(readings[0].probability > 0.9 for readings in found)
    assert all(sum(r.probability for r in readings) <= 1 for readings in found)


def test_a_few_numbers_with_a_digit_more_are_misread_each_for_itself() -> None:
    cells = [separated(25246, 0.4, 0.2), *[PLAIN] * 9]
    assert apply_separators(cells) == cells


def test_traces_of_digits_more_are_no_separators() -> None:
    cells = [separated(one, 0.001, 0.99) for one in (25246, 5307, 1418, 15565, 28840, 9153)]
    assert apply_separators(cells) == cells


def test_a_dash_among_printed_zeros_may_be_the_stump_of_a_digit() -> None:
    dash = (Reading("-", "dash", None, None, 0.999),)
    alone = apply_style([dash, *[ZERO] * 40])[0][0]
    among = apply_style([dash, *[dash] * 20, *[ZERO] * 20])[0][0]
    assert alone.mark == "dash"
    assert alone.probability < 0.98 < among.probability
