"""Paths → files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extract.dataset.collect import SUFFIXES, Search, is_one_scan
from extract.errors import UsageError


class Found:
    """What a search finds, in the order of characters."""

    def __init__(self, paths: list[Path], skip: Path | None = None) -> None:
        search = Search(paths, skip)
        self.files = tuple(Path(one) for one in sorted(set(search)))
        self.others = search.others


def _make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_folders_are_searched_and_unknown_suffixes_counted(tmp_path: Path) -> None:
    _make(tmp_path, "b.PDF", "a/c.docx", "a/d.csv", "notes", "a/e/f.tiff")
    found = Found([tmp_path])
    names = [str(file.relative_to(tmp_path)) for file in found.files]
    assert names == [
        "a/c.docx",
        "a/e/f.tiff",
        "b.PDF",
    ]
    assert found.others == 2


def test_a_file_given_itself_is_taken_whatever_its_suffix(tmp_path: Path) -> None:
    _make(tmp_path, "report.bin")
    assert Found([tmp_path / "report.bin"]).files == (tmp_path / "report.bin",)


def test_a_file_met_twice_is_one(tmp_path: Path) -> None:
    _make(tmp_path, "a.pdf")
    assert len(Found([tmp_path, tmp_path / "a.pdf", tmp_path]).files) == 1


def test_hidden_files_lock_files_and_the_dataset_itself_are_left_out(tmp_path: Path) -> None:
    _make(tmp_path, "a.pdf", ".a.pdf", "._b.pdf", ".git/c.html", "~$d.docx", "out/audit.html")
    found = Found([tmp_path], skip=tmp_path / "out")
    assert [f.name for f in found.files] == ["a.pdf"]


def test_paths_stay_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _make(tmp_path, "in/a.pdf")
    monkeypatch.chdir(tmp_path)
    assert [str(f) for f in Found([Path("in")]).files] == [os.path.join("in", "a.pdf")]


def test_a_path_that_is_not_there_is_wrong_usage_and_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nope\.pdf: no such file"):
        Found([tmp_path / "nope.pdf"])


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    _make(tmp_path, "a/b.pdf")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert len(Found([tmp_path]).files) == 1


def test_a_link_to_itself_hides_no_other_file(tmp_path: Path) -> None:
    _make(tmp_path, "a.pdf", "z.pdf")
    (tmp_path / "b.pdf").symlink_to("b.pdf")
    assert [f.name for f in Found([tmp_path]).files] == ["a.pdf", "b.pdf", "z.pdf"]


def test_the_known_suffixes() -> None:
    known = ".pdf .docx .html .htm .md .txt .tsv .png .jpg .jpeg .tif .tiff"
    assert set(known.split()) == SUFFIXES


def test_a_folder_of_numbered_pages_is_one_source(tmp_path: Path) -> None:
    _make(tmp_path, *(f"scan/p-{n:02d}.PNG" for n in range(1, 12)), "scan/.DS_Store", "b.pdf")
    assert [f.name for f in Found([tmp_path]).files] == ["b.pdf", "scan"]
    assert [f.name for f in Found([tmp_path / "scan"]).files] == ["scan"]


@pytest.mark.parametrize(
    ("names", "one"),
    [
        (["1.png", "2.png"], True),
        (["0.tif", "1.tif", "2.tif"], True),
        (["扫描 1.jpg", "扫描 2.jpg", "扫描 10.jpg"], False),
        (["2019.png", "2020.png"], False),
        (["1.png", "2.png", "notes.txt"], False),
        (["a1.png", "b2.png"], False),
        (["1.png"], False),
        (["1.pdf", "2.pdf"], False),
        ([], False),
    ],
)
def test_which_names_are_pages_of_one_scan(names: list[str], one: bool) -> None:
    assert is_one_scan(names) is one
