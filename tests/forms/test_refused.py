"""What a layout file may not be, and that the shipped ones have the published codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from extract.errors import LayoutError
from extract.forms import load_form, load_forms

LAYOUT = """
id: x
name: {zh: 表, en: Form}
authority: none
titles: [年报]
tables:
  - id: a
    title: {zh: 表, en: Table}
    sections:
      - columns:
          - {id: one, label: {zh: 甲, en: One}}
          - {id: two, label: {zh: 乙, en: Two}}
          - {id: sum, label: {zh: 总计, en: Sum}}
        rows:
          - {id: first, label: {zh: 新收, en: First}}
          - {id: second, label: {zh: 结转, en: Second}}
identities:
  - id: a.row.{row}
    each: row
    table: a
    name: {zh: 总计, en: Sum}
    wording: {zh: 总计, en: Sum}
    strength: hard
    total: sum
    parts: [one, two]
priors: {part: 0.001, total: 0.005}
"""


def refusal(folder: Path, text: str) -> str:
    path = folder / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LayoutError) as caught:
        load_form(path)
    assert caught.value.what.startswith("x.yaml: ")
    return caught.value.what


def test_the_layout_itself_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(LAYOUT, encoding="utf-8")
    form = load_form(path)
    assert len(form.codes()) == 6
    assert [one.id for one in form.identities()] == ["a.row.first", "a.row.second"]


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("authority: none", "authority: none\ncolour: red", "colour"),
        ("{id: two, label", "{id: two, width: 3, label", "width"),
        ("    each: row", "    each: diagonal", "identities.0.each"),
        ("id: x\n", "", "id"),
        ("{id: two,", "{id: Two,", "columns.1.id"),
        ("{id: second,", "{id: first,", "first"),
        ("{id: two,", "{id: one,", "has no two"),
        ("parts: [one, two]", "parts: [one, three]", "three"),
        ("table: a\n", "table: b\n", "table b"),
        ("part: 0.001", "part: 2", "priors.part"),
        ("titles: [年报]", "titles: []", "titles"),
        ("{zh: 甲, en: One}", "{zh: '', en: One}", "zh"),
        ("id: x", "id: [", "YAML"),
    ],
)
def test_a_fault_is_refused_with_the_file_and_the_key(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    assert LAYOUT.count(old) >= 1
    assert named in refusal(tmp_path, LAYOUT.replace(old, new, 1))


def test_a_bomb_of_aliases_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    assert "aliases" in refusal(tmp_path, "\n".join(lines))


@pytest.mark.parametrize("text", ["[" * 400_000, "- " * 200, "{a: " * 51 + "}" * 51])
def test_a_bomb_of_lists_in_lists_is_refused(tmp_path: Path, text: str) -> None:
    assert "nested" in refusal(tmp_path, text)


@pytest.mark.parametrize(
    "write",
    [
        lambda path: path.write_bytes(b"\xff\xfe\x00"),
        lambda path: path.write_text("x" * 1_000_001),
        lambda path: path.write_text("- just a list"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, write: Callable[[Path], object]) -> None:
    path = tmp_path / "x.yaml"
    write(path)
    with pytest.raises(LayoutError, match=r"x\.yaml"):
        load_form(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="cannot be read"):
        load_form(tmp_path / "x.yaml")


@pytest.mark.parametrize(
    ("form", "count", "first", "last"),
    [
        ("2019", 198, "t2.regulations.made", "t4.litigation_after_review.total"),
        ("2021", 200, "t2.regulations.made", "t4.litigation_after_review.total"),
    ],
)
def test_the_forms_have_the_published_codes_in_order(
    form: str, count: int, first: str, last: str
) -> None:
    codes = next(one for one in load_forms() if one.id == form).codes()
    assert (len(codes), codes[0], codes[-1]) == (count, first, last)
    for sample in (
        "t2.fees.amount" if form == "2021" else "t2.procurement.amount",
        "t3.received.natural",
        "t3.denied_three_safeties.nonprofit",
        "t3.closed_total.total",
        "t3.carried_out.legal",
        "t4.review.pending",
    ):
        assert sample in codes


def test_one_row_may_stand_for_the_rows_of_a_group() -> None:
    form = next(one for one in load_forms() if one.id == "2021")
    codes = form.codes(frozenset({"t3.other"}))
    assert "t3.other.total" in codes
    assert "t3.other_else.total" not in codes
    assert len(codes) == 186
    closed = next(i for i in form.identities(frozenset({"t3.other"})) if i.id == "t3.closed.total")
    assert "t3.other.total" in closed.parts
    assert len(closed.parts) == 19
