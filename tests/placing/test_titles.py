import pytest

from extract.forms import load_forms
from extract.model import Line
from extract.placing.titles import find_titles, title_in, title_words

WORDS = title_words(load_forms())


def test_the_longest_words_come_first() -> None:
    assert [len(word) for word in WORDS] == sorted((len(word) for word in WORDS), reverse=True)


@pytest.mark.parametrize(
    "line",
    [
        "根据规定，编制2023年政府信息公开工作年度报告",
        "2023年政府信息公开工作年度报告的编制要求",
        "上一篇：青石县财政局2022年政府信息公开工作年度报告",
        "青石县财政局2022年政府信息公开工作年度报告........3",
        "青石县财政局2022年政府工作报告",
    ],
)
def test_lines_that_are_no_titles(line: str) -> None:
    assert find_titles([Line(line, 1)], WORDS) == []


def test_a_title_does_not_run_over_a_page_break() -> None:
    lines = [Line("青石县财政局2023年政府信息", 1), Line("公开工作年度报告", 2)]
    assert all(title.first == title.last for title in find_titles(lines, WORDS))


def test_the_lines_that_a_title_covers() -> None:
    lines = [
        Line("政务公开", 1),
        Line("青石县财政局", 1, size=20),
        Line("2023年政府信息公开工作", 1, size=20),
        Line("年度报告", 1, size=20),
        Line("一、总体情况", 1),
    ]
    (title,) = find_titles(lines, WORDS)
    assert (title.first, title.last, title.years) == (1, 3, (2023,))
    assert title.agency == "青石县财政局"


@pytest.mark.parametrize(
    ("name", "agency", "years"),
    [
        ("青石县财政局2023年政府信息公开工作年度报告", "青石县财政局", (2023,)),
        ("1.青石县财政局2023年政府信息公开工作年度报告(1)", "青石县财政局", (2023,)),
        ("青石县财政局2023年政府信息公开年度报告_青石县人民政府网", "青石县财政局", (2023,)),
        ("政府信息公开年度报告", None, ()),
    ],
)
def test_titles_in_file_names(name: str, agency: str | None, years: tuple[int, ...]) -> None:
    title = title_in(name, WORDS, loose=True)
    assert title is not None
    assert (title.agency, title.years) == (agency, years)


def test_a_file_name_without_title_words_holds_none() -> None:
    assert title_in("青石县财政局2023", WORDS, loose=True) is None
