"""Places that cannot be written, and settings that mean harm: one line, and nothing half done."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.hostile.make import HTML, REPORTS
from tests.hostile.running import gouji

LAUGHS = "\n".join(
    ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))]
)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    shutil.copy(REPORTS / HTML, tmp_path / "in")
    return tmp_path / "in"


def _files(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}


def test_a_full_disk_ends_with_words_and_leaves_the_dataset_as_it_was(inbox: Path) -> None:
    out = inbox.parent / "out"
    assert gouji("extract", inbox, "-o", out).returncode == 0
    before = _files(out)
    (inbox / "more.html").write_bytes((REPORTS / HTML).read_bytes() + b"<!-- -->")

    def full() -> None:  # a file may not grow past this: the system refuses, as a full disk does
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    # A measurement of coverage would want to write its own file, and fail in its own words.
    unmeasured = {"COVERAGE_PROCESS_START": "", "COVERAGE_PROCESS_CONFIG": ""}
    done = gouji("extract", inbox, "-o", out, preexec_fn=full, env=unmeasured)
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "cannot be written" in done.stderr
    assert _files(out) == before
    assert gouji("extract", inbox, "-o", out).returncode == 0


def test_a_small_disk_that_is_full(inbox: Path) -> None:
    disk = inbox.parent / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk here")
    try:
        done = gouji("extract", inbox, "-o", disk / "out")
        assert done.returncode == 3
        assert "written" in done.stderr
        assert _files(disk / "out") == {}
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("place", ["/proc/out", "file/out"])
def test_a_place_that_cannot_be_written(inbox: Path, place: str) -> None:
    (inbox.parent / "file").touch()
    done = gouji("extract", inbox, "-o", place, cwd=inbox.parent)
    assert done.returncode == 3
    assert "choose another folder" in done.stderr


def test_a_layout_of_endless_aliases_is_refused(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "laughs.yaml").write_text(LAUGHS, encoding="utf-8")
    env = {"GOUJI_LAYOUTS": os.fspath(tmp_path / "layouts")}
    done = gouji("extract", inbox, "-o", tmp_path / "out", env=env, within=60)
    assert done.returncode == 1
    assert "YAML aliases" in done.stderr


def test_a_store_of_corrections_that_is_none(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "corrections.sqlite").write_text(LAUGHS, encoding="utf-8")
    done = gouji("extract", inbox, "-o", out, within=60)
    assert done.returncode == 3
    assert "corrections" in done.stderr
    assert (out / "corrections.sqlite").read_text(encoding="utf-8") == LAUGHS
