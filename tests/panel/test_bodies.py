"""Names over the years: what is certainly one body is merged, what is not is listed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from extract.errors import UsageError
from extract.panel.answers import load_answers
from extract.panel.bodies import organ_of
from tests.panel.making import report
from tests.panel.test_panel import listed, panel


def bodies(folder: Path, *names: tuple[str, int]) -> pd.DataFrame:
    return panel(folder, *(report(n, name, year) for n, (name, year) in enumerate(names, 1)))


def test_with_and_without_its_city_a_district_is_one_body(tmp_path: Path) -> None:
    found = bodies(tmp_path, ("洪泽区人民政府", 2023), ("淮安市洪泽区人民政府", 2024))
    assert set(found["body"]) == {"江苏省淮安市洪泽区人民政府"}
    assert set(found["certain"]) == {"yes"}
    assert set(found["region_code"]) == {"320813"}


def test_a_county_made_a_district_stays_one_body_with_the_code_of_each_year(
    tmp_path: Path,
) -> None:
    found = bodies(tmp_path, ("洪泽县人民政府", 2015), ("洪泽区政府", 2017))
    assert set(found["body"]) == {"江苏省淮安市洪泽区人民政府"}
    assert list(found["region_code"]) == ["320829", "320813"]
    assert list(found["county"]) == ["洪泽县", "洪泽区"]


def test_a_name_that_two_divisions_share_is_not_guessed(tmp_path: Path) -> None:
    found = bodies(tmp_path, ("鼓楼区人民政府", 2022), ("鼓楼区人民政府", 2023))
    assert found["body"].nunique() == 2
    assert found["region_code"].isna().all()
    rows = listed(tmp_path, "names")
    assert {row["certain"] for row in rows} == {"no"}
    assert all("320106 江苏省南京市鼓楼区" in row["why"] for row in rows)
    assert all("350102 福建省福州市鼓楼区" in row["why"] for row in rows)
    assert rows[0]["like"] == rows[1]["body"]  # told of each other, not merged


def test_the_code_that_the_user_gave_settles_it(tmp_path: Path) -> None:
    found = panel(tmp_path, report(1, "鼓楼区人民政府", 2022, region_code="320106"))
    assert found["body"].tolist() == ["江苏省南京市鼓楼区人民政府"]
    assert found["certain"].tolist() == ["yes"]


def test_alike_names_of_one_place_are_listed_not_merged(tmp_path: Path) -> None:
    found = bodies(tmp_path, ("蕉岭县教育局", 2020), ("蕉岭县教育体育局", 2021))
    assert found["body"].nunique() == 2
    likes = {row["agency"]: row["like"] for row in listed(tmp_path, "names")}
    assert likes == {
        "蕉岭县教育局": "广东省梅州市蕉岭县教育体育局",
        "蕉岭县教育体育局": "广东省梅州市蕉岭县教育局",
    }


def test_bodies_that_report_in_the_same_year_are_not_alike(tmp_path: Path) -> None:
    bodies(tmp_path, ("蕉岭县教育局", 2020), ("蕉岭县教育体育局", 2020))
    assert all(not row["like"] for row in listed(tmp_path, "names"))


def test_a_name_without_a_place_stays_alone(tmp_path: Path) -> None:
    found = bodies(tmp_path, ("教育局", 2020), ("教育局", 2021))
    assert found["body"].nunique() == 2
    assert set(found["certain"]) == {"no"}


def test_a_misread_place_is_said_with_the_body_it_may_be(tmp_path: Path) -> None:
    panel(tmp_path, report(1, "沭阳县人民政府", 2024),
          report(2, "沐阳县人民政府", 2025, kind="pdf-scan"))  # fmt: skip
    rows = {row["agency"]: row for row in listed(tmp_path, "names")}
    assert rows["沐阳县人民政府"]["certain"] == "no"
    assert rows["沐阳县人民政府"]["like"] == "江苏省宿迁市沭阳县人民政府"


def test_an_organ_of_the_state_needs_no_place(tmp_path: Path) -> None:
    found = bodies(tmp_path, ("自然资源部", 2023), ("自然资源部", 2024))
    assert set(found["body"]) == {"自然资源部"}
    assert set(found["certain"]) == {"yes"}


def test_the_list_of_names_filled_in_is_the_answer(tmp_path: Path) -> None:
    bodies(tmp_path, ("鼓楼区人民政府", 2022), ("鼓楼区人民政府", 2023), ("涉县教体局", 2021))
    frame = pd.DataFrame(listed(tmp_path, "names"))
    mine = frame["agency"] == "鼓楼区人民政府"
    frame.loc[mine, ["region_code", "body", "certain"]] = ["320106", "", "yes"]
    frame.to_csv(tmp_path / "answers.csv", index=False)
    found = panel(tmp_path, names=tmp_path / "answers.csv")
    assert set(found["body"]) == {"江苏省南京市鼓楼区人民政府", "河北省邯郸市涉县教育体育局"}


def test_one_body_may_be_named_by_hand(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(
        "agency,body\n蕉岭县教育局,蕉岭教育\n蕉岭县教育体育局,蕉岭教育\n", encoding="utf-8"
    )
    reports = (report(1, "蕉岭县教育局", 2020), report(2, "蕉岭县教育体育局", 2021))
    found = panel(tmp_path, *reports, names=tmp_path / "mine.csv")
    assert set(found["body"]) == {"蕉岭教育"}
    assert set(found["region_code"]) == {"441427"}


def test_two_answers_for_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("agency,region_code\n教育局,320106\n教育局,350102\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"line 3.*two answers"):
        load_answers(path)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("政府", "人民政府"), ("人民政府", "人民政府"), ("发改委", "发展和改革委员会"),
     ("相桥街办", "相桥街道办事处"), ("相桥街道办事处", "相桥街道办事处"),
     ("经济开发区管委会", "经济开发区管理委员会"), ("财政局", "财政局")],
)  # fmt: skip
def test_organs_have_one_name(written: str, kept: str) -> None:
    assert organ_of(written) == kept
