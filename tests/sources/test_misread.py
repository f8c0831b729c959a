"""Text that was decoded wrongly is restored, or said to be past it."""

from pathlib import Path

import pytest

from extract.sources.decoding import decode
from extract.sources.markdown import open_markdown
from extract.sources.misread import undo_misreading
from fixtures.languages import misread

TEXT = (
    "石门乡人民政府2023年政府信息公开工作年度报告\n一、总体情况\n全年收到政府信息公开申请12件，"
    "办结11件。\n| 规章 | 0 | 1 |\n| 行政规范性文件 | 3 | 2.5 |\n"
)


@pytest.mark.parametrize("wrong", ["gbk", "latin-1"])
def test_utf8_read_wrongly_is_restored_with_every_number(wrong: str) -> None:
    text, (warning,) = decode(misread(TEXT, wrong).encode())
    assert len(text) == len(TEXT)
    assert sum(a != b for a, b in zip(text, TEXT, strict=True)) <= 3
    assert "| 3 | 2.5 |" in text
    assert "garbled" in warning


def test_gbk_read_as_latin_is_restored() -> None:
    assert undo_misreading(TEXT.encode("gbk").decode("latin-1"))[0] == TEXT


@pytest.mark.parametrize("lost", ["\ufffd", "?"])
def test_a_character_that_lost_a_byte_is_marked_and_counted(lost: str) -> None:
    text, (warning,) = undo_misreading(misread(TEXT, "gbk", lost))
    assert text.count("\ufffd") == 3
    assert "3 characters are lost" in warning


@pytest.mark.parametrize("text", [TEXT, "résumé " * 20, "плюс " * 20, "鍏ㄥ尯" * 20, "1 2 3"])
def test_text_that_reads_as_nothing_else_stays_as_it_is(text: str) -> None:
    restored, warnings = undo_misreading(text)
    assert (restored, warnings) == (text, ()) or "全区" in restored


def test_a_table_whose_numbers_lost_characters_is_in_doubt_as_a_whole(tmp_path: Path) -> None:
    def doubt(value: str) -> str | None:
        path = tmp_path / "report.md"
        lines = TEXT.replace("| 规章 | 0 | 1 |\n", f"| 规章 | {value} | 1 |\n")
        path.write_text(misread(lines), encoding="utf-8")
        (grid,) = open_markdown(path).pages[0].grids
        return grid.doubt

    assert doubt("0") is None
    assert "lost characters" in str(doubt("５"))
