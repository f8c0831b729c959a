"""What the text claims, on labelled sentences of our own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from extract.claims import find_claims
from extract.claims.patterns import compiled, number
from extract.claims.sentences import sentences
from extract.forms import Form, load_forms
from extract.model import Cell, Claim, Line, Number

FORMS = {form.id: form for form in load_forms()}
LOTS = ("labelled.yaml", "second.yaml", "third.yaml", "fourth.yaml")
LABELLED: list[dict[str, Any]] = [
    one
    for lot in LOTS
    for one in yaml.safe_load((Path(__file__).parent / lot).read_text(encoding="utf-8"))
]


def claims(
    text: str, form: Form = FORMS["2021"], values: Mapping[str, Number] | None = None
) -> tuple[Claim, ...]:
    return find_claims([Line(text, 1)], form, cells(form, values or {}), 2023)


def cells(form: Form, values: Mapping[str, Number]) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            code,
            table.id,
            str(row.id),
            column.id,
            values.get(code, 0),
            None,
            str(values.get(code, 0)),
            "number",
            row.unit or column.unit,
            "ok",
            1.0,
            1,
            None,
            "text",
        )
        for code, table, _, row, column in form.cells()
    )


def test_claims_of_the_labelled_sentences_are_precise_and_mostly_found() -> None:
    found: set[tuple[int, str, Number]] = set()
    wanted: set[tuple[int, str, Number]] = set()
    for place, one in enumerate(LABELLED):
        found |= {(place, claim.claim, claim.value) for claim in claims(one["text"])}
        wanted |= {(place, name, value) for name, value in one["claims"].items()}
    assert len(wanted) >= 40
    assert len(found & wanted) / len(found) >= 0.95, sorted(found - wanted)
    assert len(found & wanted) / len(wanted) >= 0.9, sorted(wanted - found)


@pytest.mark.parametrize("one", [one for one in LABELLED if "scope" in one])
def test_scope_and_carried_cases_are_as_a_reader_takes_them(one: dict[str, Any]) -> None:
    first, *_ = claims(one["text"])
    assert (first.scope, first.carried) == (one["scope"], one.get("carried", False))


@pytest.mark.parametrize("part", ["上半年", "第三季度", "11月份"])
def test_a_part_of_the_year_is_not_the_year(part: str) -> None:
    assert claims(f"{part}收到政府信息公开申请15件。") == ()


def test_a_claim_that_the_table_shows_passes() -> None:
    values = {"t3.received.total": 12, "t3.closed_total.total": 11}
    received, closed = claims("共收到政府信息公开申请12件，办结10件。", values=values)
    assert (received.verdict, received.shown, received.cells) == (
        "pass",
        12,
        ("t3.received.total",),
    )
    assert (closed.verdict, closed.shown, closed.value) == ("fail", 11, 10)


def test_cases_carried_in_may_be_counted_unless_the_text_says_so() -> None:
    values = {"t3.received.total": 10, "t3.carried_in.total": 2}
    for number_, verdict in ((10, "pass"), (12, "pass"), (11, "fail")):
        (claim,) = claims(f"共收到政府信息公开申请{number_}件。", values=values)
        assert claim.verdict == verdict
    claim, *_ = claims("收到政府信息公开申请10件（含上年结转2件）。", values=values)
    assert (claim.carried, claim.verdict, claim.shown) == (True, "fail", 12)


@pytest.mark.parametrize(
    ("text", "scope", "verdict"),
    [
        ("全区受理政府信息公开申请21件。", "all", "fail"),
        ("区政府办公室受理政府信息公开申请21件。", "organ", "not_checkable"),
        ("各部门受理政府信息公开申请21件。", "others", "not_checkable"),
        ("受理政府信息公开申请21件。", None, "fail"),
    ],
)
def test_a_text_on_fewer_bodies_than_the_tables_is_not_held_against_them(
    text: str, scope: str | None, verdict: str
) -> None:
    (claim,) = claims(text, values={"t3.received.total": 95})
    assert (claim.scope, claim.verdict) == (scope, verdict)


def test_the_sum_of_two_groups_of_lawsuits_is_what_the_text_says() -> None:
    values = {"t4.litigation_direct.total": 3, "t4.litigation_after_review.total": 2}
    (claim,) = claims("因政府信息公开被提起行政诉讼5件。", values=values)
    assert claim.verdict == "pass"


def test_money_is_compared_in_one_unit() -> None:
    (claim,) = claims(
        "依申请公开收取检索费、复制费3500元。", FORMS["2014"], {"t1.fees.count": 0.35}
    )
    assert (claim.value, claim.unit, claim.shown, claim.verdict) == (3500, "元", 3500, "pass")


def test_a_claim_without_a_cell_in_the_form_is_kept_unchecked() -> None:
    (claim,) = claims("全年收取信息处理费380元。")
    assert (claim.value, claim.verdict, claim.shown, claim.cells) == (
        380,
        "not_checkable",
        None,
        (),
    )


def test_a_doubtful_cell_decides_nothing() -> None:
    from dataclasses import replace

    form = FORMS["2021"]
    doubtful = [
        replace(cell, status="suspect") if cell.code == "t3.received.total" else cell
        for cell in cells(form, {})
    ]
    (claim,) = find_claims([Line("共收到政府信息公开申请7件。", 1)], form, doubtful, 2023)
    assert claim.verdict == "not_checkable"


def test_a_sentence_may_run_over_lines_and_pages() -> None:
    lines = [
        Line("一、总体情况", 1),
        Line("全年共收到政府信息公", 1),
        Line("- 1 -", 1),
        Line("开申请１２件，办结11件。", 2),
    ]
    assert [(one.text, one.page) for one in sentences(lines)][1:] == [
        ("全年共收到政府信息公开申请12件,办结11件。", 1)
    ]
    found = find_claims(lines, FORMS["2021"], cells(FORMS["2021"], {}), 2023)
    assert [(one.claim, one.value) for one in found] == [("received", 12), ("closed", 11)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十二", 12),
        ("一百零三", 103),
        ("两千", 2000),
        ("九十八", 98),
        ("1,024", 1024),
        ("二三", None),
    ],
)
def test_numbers_in_words(text: str, value: int | None) -> None:
    assert number(text) == value


def test_brackets_that_do_not_match_are_said() -> None:
    with pytest.raises(ValueError, match="no pattern"):
        compiled("(收到…{n}")


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_wordings_of_the_shipped_layouts_are_patterns(form: Form) -> None:
    assert form.claims
    for pattern in form.claims:
        for says in pattern.says:
            compiled(says)
