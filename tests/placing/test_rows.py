"""The alignment of printed rows with the form's, against a full enumeration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.forms import Column, Form, Label, Priors, Row, Section, Table
from extract.model import GridCell
from extract.placing.rows import Match, _likeness, align_rows, form_rows, joins
from extract.placing.tape import TapeRow

LABELS = ["予以公开", "部分公开", "不予公开", "结转下年度继续办理", "总计"]


def form_of(labels: list[str], width: int = 2, tail: int = 0) -> Form:
    """A form of one table; `tail` columns of a row without a label follow."""
    columns = tuple(Column(f"c{i}", (Label(f"列{i}", "column"),)) for i in range(width))
    rows = tuple(Row(f"r{i}", (Label(text, "row"),)) for i, text in enumerate(labels))
    sections = [Section(None, None, columns, rows)]
    if tail:
        wide = tuple(Column(f"w{i}", (Label(f"宽{i}", "wide"),), "only") for i in range(tail))
        sections.append(Section(None, None, wide, (Row(None, ()),)))
    table = Table("t1", Label("表", "table"), tuple(sections))
    return Form("x", Label("表", "form"), "", ("报告",), (table,), (), Priors(0.001, 0.001))


def row(
    label: str, count: int = 2, printed: int | None = None, grid: int = 0, numbering: str = ""
) -> TapeRow:
    values = tuple(GridCell(0, i, text="1") for i in range(count))
    shown = count if printed is None else printed
    return TapeRow(grid, 0, (label,) if label else (), (label,), values, numbering, shown)


@st.composite
def tapes(draw: st.DrawFn) -> list[TapeRow]:
    texts = st.sampled_from(
        [*LABELS, "予以公升", "卜分公开", "", "其他主动", "结转下年度", "继续办理"]
    )
    found = []
    grid = 0
    for _ in range(draw(st.integers(0, 5))):
        grid += draw(st.integers(0, 1))
        count = draw(st.sampled_from([0, 1, 2, 2, 2, 3]))
        printed = draw(st.sampled_from([0, count]))
        found.append(row(draw(texts), count, printed, grid))
    return found


def enumerated(tape: list[TapeRow], form: Form) -> float:
    """The best score over every order-preserving alignment, one by one."""
    rows, pairs = form_rows(form), joins(tape)
    score, _ = _likeness(tape, pairs, rows)

    def totals(i: int, j: int) -> Iterator[float]:
        if i == len(tape) and j == len(rows):
            yield 0.0
            return
        if j < len(rows):
            lost = 0.0 if rows[j].optional else -0.25
            yield from (lost + rest for rest in totals(i, j + 1))
        if i < len(tape):
            skip = -0.5 if tape[i].printed else -0.02
            yield from (skip + rest for rest in totals(i + 1, j))
            if j < len(rows):
                yield from (float(score[(i,)][j]) + rest for rest in totals(i + 1, j + 1))
                for other in pairs.get(i, ()):
                    both = float(score[(i, other)][j])
                    yield from (both + rest for rest in totals(other + 1, j + 1))

    return max(totals(0, 0))


@settings(max_examples=60, deadline=None)
@given(tapes(), st.integers(1, 3), st.sampled_from([0, 3]))
def test_the_alignment_is_the_best_of_all(tape: list[TapeRow], count: int, tail: int) -> None:
    form = form_of(LABELS[:count], tail=tail)
    best, matches = align_rows(tape, form)
    assert best == pytest.approx(enumerated(tape, form), abs=1e-6)
    rows = [match.form_row for match in matches]
    printed = [index for match in matches for index in match.printed]
    assert rows == sorted(set(rows))
    assert printed == sorted(set(printed))


@settings(max_examples=60, deadline=None)
@given(tapes())
def test_the_matches_have_the_score_they_claim(tape: list[TapeRow]) -> None:
    form = form_of(LABELS[:3])
    best, matches = align_rows(tape, form)
    score, alike = _likeness(tape, joins(tape), form_rows(form))
    total = sum(float(score[match.printed][match.form_row]) for match in matches)
    covered: set[int] = set()
    for match in matches:
        covered |= set(range(match.printed[0], match.printed[-1] + 1))
        assert match.similarity == pytest.approx(float(alike[match.printed][match.form_row]))
    total += sum(-0.5 if row.printed else -0.02 for i, row in enumerate(tape) if i not in covered)
    total += -0.25 * (3 - len(matches))
    assert total == pytest.approx(best, abs=1e-6)


def test_rows_in_order_match_in_order() -> None:
    tape = [row(label) for label in LABELS]
    _, matches = align_rows(tape, form_of(LABELS))
    assert matches == tuple(Match((i,), i, 1.0) for i in range(len(LABELS)))


def test_a_row_cut_by_a_break_is_one_row_and_a_header_between_is_left_out() -> None:
    tape = [
        row("结转下年", grid=0),
        row("申请人情况", 0, grid=1),
        row("度继续办理", 2, 0, grid=1),
    ]
    assert joins(tape) == {0: (1, 2)}
    assert joins([*tape[:2], replace(tape[2], values=())]) == {0: (1,)}
    tape[2] = replace(tape[2], printed=2)
    tape[0] = replace(tape[0], printed=0)
    assert joins(tape) == {0: (1, 2)}
    _, (match,) = align_rows(tape, form_of(["结转下年度继续办理"]))
    assert match.printed == (0, 2)


def test_a_row_whose_numbers_stand_before_a_break_and_its_header_is_one_row() -> None:
    tape = [
        row("结转下年", 2, grid=0),
        row("申请人情况", 0, grid=1),
        row("度继续办理", 2, 0, grid=1),
        row("其他", 2, grid=1),
    ]
    assert joins(tape) == {0: (1, 2, 3)}
    _, (match, _) = align_rows(tape, form_of(["结转下年度继续办理", "其他"]))
    assert match.printed == (0, 2)


def test_two_rows_that_both_print_numbers_are_not_one_cut_in_two() -> None:
    tape = [row("结转下年度继续办理", grid=0), row("", 2, grid=1)]
    _, (match,) = align_rows(tape, form_of(["结转下年度继续办理"]))
    assert match.printed == (0,)


def test_a_header_after_a_break_with_a_number_misread_in_it_is_not_the_rest_of_a_row() -> None:
    tape = [
        row("结转下年度继续办理", 7, 7, grid=0),
        row("尚未审结", 1, 1, grid=1),
    ]
    _, (match,) = align_rows(tape, form_of(["结转下年度继续办理"], width=7))
    assert match.printed == (0,)


def test_the_number_before_a_label_tells_two_others_apart() -> None:
    labels = ["六、其他", "三、其他"]
    tape = [row("其他", numbering="三")]
    _, (match,) = align_rows(tape, form_of(labels))
    assert match.form_row == 1


def test_a_title_without_cells_gives_way_to_a_row_with_values() -> None:
    for label in ("总计", "总记"):
        _, (match,) = align_rows([row("总计", 0), row(label)], form_of(["总计"]))
        assert match.printed == (1,)


def test_a_row_of_numbers_alone_needs_as_many_as_the_form() -> None:
    form = form_of([], tail=4)
    assert align_rows([row("", 4)], form)[1] == (Match((0,), 0, 1.0),)
    assert align_rows([row("", 2)], form)[1] == ()
    assert align_rows([row("总计", 4)], form)[1] == ()


def test_nothing_printed() -> None:
    score, matches = align_rows([], form_of(["总计"]))
    assert (score, matches) == (-0.25, ())
