"""The user's own list."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.dataset.about import read_about
from extract.errors import UsageError
from extract.model import Given


def _list(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "list.csv"
    file.write_bytes(text.encode(encoding))
    return file


def test_a_list_tells_of_files_beside_it(tmp_path: Path) -> None:
    file = _list(
        tmp_path,
        "path,url,agency,region_code,year\nin/a.pdf,http://x.cn/a,洪泽区,320813,2023\nin/b.pdf,,,,\n",
    )
    files = [tmp_path / "in" / "a.pdf", tmp_path / "in" / "b.pdf", tmp_path / "c.pdf"]
    assert read_about(file, files).given == {
        files[0].as_posix(): Given("http://x.cn/a", "洪泽区", "320813", 2023),
        files[1].as_posix(): Given(),
    }


def test_paths_as_given_to_the_command_count_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lists").mkdir()
    file = _list(tmp_path / "lists", "path,year\na.pdf,2020\n")
    assert read_about(file, [Path("a.pdf"), Path("lists/a.pdf")]).given == {
        "a.pdf": Given(year=2020)
    }


def test_a_byte_order_mark_and_blank_rows_are_no_matter(tmp_path: Path) -> None:
    file = _list(tmp_path, "path,year\r\n\r\na.pdf,2020\r\n", "utf-8-sig")
    assert list(read_about(file, [tmp_path / "a.pdf"]).given.values()) == [Given(year=2020)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("path,yaer\na.pdf,2020\n", "no column 'yaer'"),
        ("agency,year\nx,2020\n", "a column 'path' is needed"),
        ("path,path\na.pdf,a.pdf\n", "a column 'path' is needed, once"),
        ("", "a column 'path' is needed"),
        ("path,year\na.pdf,last\n", "row 2: year"),
        ("path,year\na.pdf,20\n", "row 2: year"),
        ("path,region_code\na.pdf,3208\n", "row 2: region_code"),
        ("path,year\n,2020\n", "row 2: path"),
        ("path,year\na.pdf\n", "row 2: 1 fields under 2 columns"),
        ("path,year\na.pdf,2020\na.pdf,2021\n", "row 3: a.pdf stood before"),
    ],
)
def test_a_wrong_list_is_refused_with_row_and_column(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_about(_list(tmp_path, text), [tmp_path / "a.pdf"])


def test_a_list_in_another_encoding_is_refused_with_advice(tmp_path: Path) -> None:
    file = _list(tmp_path, "path,agency\na.pdf,洪泽区\n", "gb18030")
    with pytest.raises(UsageError, match="CSV UTF-8"):
        read_about(file, [])


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.csv: No such file"):
        read_about(tmp_path / "none.csv", [])


def test_rows_that_name_no_file_of_the_run_are_counted(tmp_path: Path) -> None:
    file = _list(tmp_path, "path,year\na.pdf,2020\nb.pdf,2020\nc.pdf,2021\n")
    assert read_about(file, [tmp_path / "a.pdf"]).idle == 2
