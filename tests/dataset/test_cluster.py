"""The same workers on a real Ray cluster of two nodes, one of which dies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from extract.dataset import extract
from extract.errors import UsageError
from tests.bench.cluster import survives
from tests.bench.kill import REPORTS, made

FILES = ("html-newer.html", "html-older.html", "markdown-html.md", "docx-newer.docx")


def test_a_lost_node_leaves_the_same_dataset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray")
    monkeypatch.chdir(tmp_path)
    files = [Path(shutil.copy(REPORTS / name, name)) for name in FILES]
    assert survives(Path("cluster"), files) == len(FILES)
    extract(files, Path("local"), workers=1)
    assert made(Path("cluster")) == made(Path("local"))


def test_a_cluster_that_does_not_answer_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray")
    monkeypatch.setenv("RAY_ADDRESS", "nonsense")
    (tmp_path / "a.md").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="RAY_ADDRESS"):
        extract([tmp_path / "a.md"], tmp_path / "out", engine="ray")
