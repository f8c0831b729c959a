"""The same workers on a real Ray cluster of two nodes, one of which dies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from extract.dataset import extract
from extract.errors import UsageError
from tests.bench.cluster import Nodes, survives
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


def test_more_workers_than_cores_wait_for_those_before_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one does that is to read again what a lost node had: its core may be gone for good."""
    pytest.importorskip("ray")
    monkeypatch.chdir(tmp_path)
    files = [Path(shutil.copy(REPORTS / name, name)) for name in FILES[:2]]
    nodes = Nodes(1)
    try:
        assert extract(files, Path("cluster"), engine="ray", workers=2).count("failed") == 0
    finally:
        nodes.end()


def test_a_cluster_that_does_not_answer_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray")
    monkeypatch.setenv("RAY_ADDRESS", "nonsense")
    (tmp_path / "a.md").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="RAY_ADDRESS"):
        extract([tmp_path / "a.md"], tmp_path / "out", engine="ray")
