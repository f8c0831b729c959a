"""The shipped layouts as typed values, and what a layout file may not say."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.errors import LayoutError
from extract.forms import Form, load_form, load_forms
from extract.forms.folders import OWN_LAYOUTS, layouts_folder
from extract.forms.schema import json_schema

FORMS = {form.id: form for form in load_forms()}

LAYOUT = """
id: x
name: {zh: 表, en: Form}
authority: none
titles: [年报]
tables:
  - id: a
    title: {zh: 表, en: Table}
    sections:
      - outline: OUTLINE
        columns: [{id: count, label: {zh: 数, en: Count}}]
        rows:
          - id: whole
            label: {zh: 总数, en: Whole}
            unit: 件
            rows:
              - {id: first, label: {zh: 甲, en: First}}
              - {id: second, label: {zh: 乙, en: Second}, unit: 人}
priors: {part: 0.001, total: 0.005}
"""


def layout(folder: Path, outline: str) -> Form:
    path = folder / "x.yaml"
    path.write_text(LAYOUT.replace("OUTLINE", outline), encoding="utf-8")
    return load_form(path)


def test_a_row_of_an_outline_has_a_number_and_details(tmp_path: Path) -> None:
    form = layout(tmp_path, "true")
    assert form.codes() == ("a.whole.count", "a.first.count", "a.second.count")


def test_details_have_the_unit_of_the_row_above_unless_they_state_one(tmp_path: Path) -> None:
    form = layout(tmp_path, "true")
    assert [row.unit for row in form.tables[0].sections[0].rows] == ["件", "件", "人"]


def test_details_below_a_row_of_numbers_need_an_outline(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="only an outline"):
        layout(tmp_path, "false")


def test_a_label_without_english_words_keeps_the_chinese_ones(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    text = LAYOUT.replace("OUTLINE", "true").replace(", en: First", "")
    path.write_text(text, encoding="utf-8")
    labels = [row.label for row in load_form(path).tables[0].sections[0].rows]
    assert [label.en for label in labels if label] == ["Whole", "甲", "Second"]


def test_shipped_labels_have_english_words() -> None:
    for form in FORMS.values():
        for _, table, _, row, column in form.cells():
            for label in (table.title, *row.path, *column.path):
                assert label.en != label.zh


def test_the_schema_for_editors_is_that_of_the_program() -> None:
    kept = (layouts_folder() / "schema.json").read_text(encoding="utf-8")
    assert kept == json_schema(), "make it anew: python -m extract.forms"


def test_layouts_of_ones_own_stand_beside_the_shipped_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout(tmp_path, "true")
    monkeypatch.setenv(OWN_LAYOUTS, str(tmp_path))
    assert [form.id for form in load_forms()] == [*FORMS, "x"]
    monkeypatch.delenv(OWN_LAYOUTS)
    assert [form.id for form in load_forms()] == list(FORMS)


def test_layouts_of_ones_own_need_ids_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = LAYOUT.replace("OUTLINE", "true").replace("id: x", 'id: "2021"')
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv(OWN_LAYOUTS, str(tmp_path))
    with pytest.raises(LayoutError, match=r"mine\.yaml: id 2021 is taken by 2021\.yaml"):
        load_forms()


def test_a_folder_of_layouts_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OWN_LAYOUTS, "nowhere")
    with pytest.raises(LayoutError, match="nowhere"):
        load_forms()


def test_the_2014_form_is_one_column_of_58_numbers() -> None:
    codes = FORMS["2014"].codes()
    assert len(codes) == len(set(codes)) == 58
    assert codes[0] == "t1.disclosed.count"
    assert codes[-1] == "t1.trainees.count"
    assert all(code.startswith("t1.") and code.endswith(".count") for code in codes)


def test_every_row_of_the_2014_form_has_a_unit() -> None:
    units = {row.id: row.unit for row in FORMS["2014"].tables[0].sections[0].rows}
    assert None not in units.values()
    assert {units[row] for row in ("fees", "budget")} == {"万元"}
    assert (units["policy_explanations"], units["trainees"]) == ("篇", "人次")
    assert (units["received_fax"], units["denied_privacy"]) == ("件", "件")


def test_only_groups_without_a_number_of_their_own_are_headings() -> None:
    section = FORMS["2014"].tables[0].sections[0]
    headings = [
        label.zh
        for above, row in zip((None, *section.rows), section.rows, strict=False)
        for label in section.headings(row, above)
    ]
    assert headings == [
        "一、主动公开情况",
        "（二）通过不同渠道和方式公开政府信息的情况",
        "二、回应解读情况",
        "（二）通过不同渠道和方式回应解读的情况",
        "三、依申请公开情况",
        "八、机构建设和保障经费情况",
        "九、政府信息公开会议和培训情况",
    ]


def test_sums_that_publishers_may_break_are_soft() -> None:
    strengths = {one.id: one.strength for one in FORMS["2014"].identities()}
    assert [name for name, one in strengths.items() if one == "soft"] == ["t1.sum.disclosed"]
    assert {name for name, one in strengths.items() if one == "hard"} == {
        f"t1.sum.{row}"
        for row in (
            "received",
            "closed",
            "answered",
            "answered_denied",
            "review",
            "litigation",
            "staff",
        )
    }


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_identity_counts_a_cell_twice(form: Form) -> None:
    for alternatives in (frozenset[str](), frozenset(form.alternatives)):
        for identity in form.identities(alternatives):
            assert len(set(identity.codes)) == len(identity.codes)
