"""Documents and datasets behind URLs, through fsspec's own file systems."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from extract.dataset import extract, mirror, parts
from extract.dataset.about import read_about
from extract.dataset.collect import Search
from extract.dataset.places import at_hand, digest_of, is_url, stamp_of, stamp_told
from extract.dataset.worker import Job, read_job
from extract.errors import DatasetError, UsageError
from extract.model import Given
from extract.pipeline import read
from tests.bench.kill import REPORTS, made

FILES = ("html-newer.html", "markdown-html.md")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A folder as a store, with reports and a scan in page images, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        path = tmp_path / "store" / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPORTS / name, path)
        os.utime(path, (1_600_000_000, 1_600_000_000))
    return f"file://{tmp_path}/store"


def test_only_what_has_a_scheme_is_a_url() -> None:
    assert is_url("s3://bucket/reports")
    assert not any(map(is_url, ("a/b.pdf", "C:\\reports", "c://x", "/s3:/bucket")))


def test_a_run_from_store_to_store_makes_the_same_cells(store: str) -> None:
    summary = extract([f"{store}/in"], f"{store}/out", workers=1)
    assert (summary.total, summary.folder) == (2, f"{store}/out")
    extract([Path("store/in")], Path("local"), workers=1)
    for name in ("cells", "checks"):
        assert made(Path("store/out"))[f"{name}.parquet"] == made(Path("local"))[f"{name}.parquet"]
    sources = pq.read_table("store/out/reports.parquet").column("source").to_pylist()
    assert sorted(sources) == [f"{store}/in/{name}" for name in FILES]
    assert sorted(made(Path("store/out"))) == sorted(made(Path("local")))


def test_a_second_run_reads_what_changed_there(store: str) -> None:
    extract([f"{store}/in"], f"{store}/out", workers=1)
    assert extract([f"{store}/in"], f"{store}/out", workers=1).unchanged == 2
    path = Path("store/in") / FILES[0]
    path.write_bytes(path.read_bytes() + b"\n")
    summary = extract([f"{store}/in"], f"{store}/out", workers=1)
    assert (summary.total, summary.unchanged) == (2, 1)


def test_what_others_put_there_is_gone_on_with(store: str) -> None:
    extract([f"{store}/in/{FILES[0]}"], f"{store}/out", workers=1)
    shutil.rmtree("cache")
    summary = extract([f"{store}/in"], f"{store}/out", workers=1)
    assert (summary.total, summary.unchanged) == (2, 1)
    assert pq.read_table("store/out/reports.parquet").num_rows == 2


def test_a_run_that_could_not_put_its_dataset_is_gone_on_with(store: str) -> None:
    Path("store/out").write_text("in the way", encoding="utf-8")
    with pytest.raises(DatasetError, match="store/out: the dataset cannot be kept there"):
        extract([f"{store}/in"], f"{store}/out", workers=1)
    Path("store/out").unlink()
    assert extract([f"{store}/in"], f"{store}/out", workers=1).unchanged == 2
    assert pq.read_table("store/out/reports.parquet").num_rows == 2


def test_files_that_are_no_more_leave_the_store(store: str) -> None:
    extract([f"{store}/in"], f"{store}/out", workers=1, formats=("parquet", "csv"))
    here = mirror.workplace(f"{store}/out")
    (here / "cells.csv").unlink()
    with mirror.mirrored(f"{store}/out"):
        pass
    assert not Path("store/out/cells.csv").exists()
    assert Path("store/out/cells.parquet").exists()


def test_what_is_not_of_the_dataset_is_left_alone(store: str) -> None:
    other = Path("store/out/deep/notes.txt")
    other.parent.mkdir(parents=True)
    other.write_text("mine", encoding="utf-8")
    extract([f"{store}/in"], f"{store}/out", workers=1)
    assert other.read_text(encoding="utf-8") == "mine"
    assert not (mirror.workplace(f"{store}/out") / "deep").exists()


def test_a_table_may_become_parts_and_a_file_again(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = Path("store/out/cells.parquet")
    for most, parted in ((10_000, False), (100, True), (10_000, False)):
        monkeypatch.setattr(parts, "MOST_ROWS", most)
        for name in FILES:  # something to write
            path = Path("store/in") / name
            path.write_bytes(path.read_bytes() + b"\n")
        extract([f"{store}/in"], f"{store}/out", workers=1)
        assert cells.is_dir() == parted
        shutil.rmtree("cache")
        extract([f"{store}/in"], f"{store}/out", workers=1)
        assert cells.is_dir() == parted


def test_a_folder_of_page_images_is_one_document(store: str) -> None:
    scan = Path("store/scan")
    scan.mkdir()
    for number in (1, 2):
        (scan / f"page-{number}.png").write_bytes(b"%d" % number)
    assert list(Search([f"{store}/scan"])) == [f"{store}/scan"]
    assert digest_of(f"{store}/scan") == digest_of("store/scan")
    assert stamp_of(f"{store}/scan").mtime is None
    with at_hand(f"{store}/scan") as path:
        assert sorted(one.name for one in path.iterdir()) == ["page-1.png", "page-2.png"]
    assert not path.exists()


def test_the_dataset_inside_the_folder_is_not_searched(store: str) -> None:
    (Path("store") / "out").mkdir()
    (Path("store") / "out" / "notes.md").write_text("x", encoding="utf-8")
    found = set(Search([store], skip=f"{store}/out"))
    assert found == {f"{store}/in/{name}" for name in FILES}


def test_a_list_may_tell_of_urls(store: str, tmp_path: Path) -> None:
    url = f"{store}/in/{FILES[0]}"
    file = tmp_path / "about.csv"
    file.write_text(f"path,year\n{url},2020\n", encoding="utf-8")
    assert read_about(file, [url]).given == {url: Given(year=2020)}


def test_a_store_that_is_not_there_is_said(store: str) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        Search([f"{store}/nowhere"])
    with pytest.raises(UsageError, match="nothing here opens such a URL"):
        Search(["nonsense://bucket/a.pdf"])


def test_an_object_that_is_gone_is_a_failure_of_its_own(store: str) -> None:
    tables = read_job(Job(f"{store}/in/gone.pdf", "gone.pdf", "0" * 16, "0" * 64), read)
    row = tables.reports.to_pylist()[0]
    assert row["error_kind"] == "unreadable"
    assert "cannot be fetched" in row["error"]


def test_stamps_come_from_whatever_a_store_tells() -> None:
    one = stamp_told({"name": "a", "size": 5, "type": "file", "ETag": '"x"'})
    assert one.size == 5
    assert one != stamp_told({"name": "a", "size": 5, "type": "file", "ETag": '"y"'})
    assert stamp_told({"name": "a", "size": 5, "type": "file"}).mtime is None
