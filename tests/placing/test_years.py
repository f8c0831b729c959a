import pytest

from extract.placing.years import TextYears, date_alone, plain_years, text_years, years_in


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("二〇二三年", "2023年"),
        ("二○一九年度", "2019年度"),
        ("二零二零年", "2020年"),
        ("2O2l年", "2021年"),
        ("二0二二年", "2022年"),
        ("2023年", "2023年"),
        ("一二〇三年", "一二〇三年"),
        ("12021年", "12021年"),
    ],
)
def test_years_in_other_writing(printed: str, plain: str) -> None:
    assert plain_years(printed) == plain


@pytest.mark.parametrize(
    ("text", "bare", "years"),
    [
        ("2022年与2023年及2022年", False, (2022, 2023)),
        ("电话0527-20201234", True, ()),
        ("12023年", False, ()),
        ("1998年2007年2055年", False, ()),
        ("2023", False, ()),
        ("2023", True, (2023,)),
    ],
)
def test_years_in_a_text(text: str, bare: bool, years: tuple[int, ...]) -> None:
    assert years_in(text, bare) == years


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("2024年1月20日", 2024),
        ("(2024年1月20日)", 2024),
        ("二〇二四年一月二十日", 2024),
        ("2024-01-20", 2024),
        ("2024/1/20", 2024),
        ("2024-01/20", None),
        ("2023年12月31日", None),
        ("2024年1月20日起施行", None),
        ("2024年", None),
    ],
)
def test_a_date_alone_on_a_line(line: str, year: int | None) -> None:
    assert date_alone(line) == year


def test_the_commonest_year_needs_a_majority() -> None:
    assert text_years(["2022年,我局甲。2023年,我局乙。2023年,全局丙。"]).commonest == 2023
    assert text_years(["2022年,我局甲。2023年,我局乙。"]).commonest is None
    assert text_years(["甲。"]) == TextYears()


def test_a_year_at_the_start_of_a_wrapped_line_begins_no_sentence() -> None:
    lines = [
        "与上一年度的情况相比较而言以及对照",
        "2022年,我局收到的申请有所增加,其余各",
        "项持平。",
    ]
    assert text_years(lines).leading == ()


def test_two_periods_state_none() -> None:
    both = text_years(["2022年1月1日至2022年12月31日,2023年1月1日至2023年12月31日"])
    assert both.period == (2022, 2023)
    assert both.stated is None


def test_a_labelled_date_wins_over_a_date_alone() -> None:
    assert text_years(["2022年1月3日", "发布日期:2024-01-20"]).published == 2024
