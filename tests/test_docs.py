"""Every block of code in the docs that can run is run, page by page, in a folder of reports."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ("html-newer.html", "docx-older.docx", "markdown-tabs.md", "born-errors.pdf")
_BLOCK = re.compile(r"(<!-- not run: [^>]+ -->\n)?```(sh|python)\n(.*?)```", re.DOTALL)
_NOT_HERE = re.compile(r"^(make |gouji review |source |pip |git )")
"""Commands that serve until stopped, or set up what the tests already stand in."""


def _pages() -> Iterator[Path]:
    yield ROOT / "README.md"
    yield from sorted((ROOT / "docs").rglob("*.md"))


def _blocks(page: Path) -> list[tuple[str, str]]:
    text = page.read_text(encoding="utf-8")
    return [(kind, code) for skipped, kind, code in _BLOCK.findall(text) if not skipped]


PAGES = [page for page in _pages() if _blocks(page)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with reports and their dataset, as the docs suppose it."""
    import extract

    folder = tmp_path_factory.mktemp("docs")
    (folder / "reports").mkdir()
    for name in REPORTS:
        shutil.copy(ROOT / "fixtures" / "reports" / name, folder / "reports")
    shutil.copy(ROOT / "fixtures" / "reports" / "born-errors.pdf", folder / "report-2023.pdf")
    here = Path.cwd()
    try:
        os.chdir(folder)
        extract.extract([Path("reports"), Path("report-2023.pdf")], Path("dataset"), workers=1)
        subprocess.run([sys.executable, "-m", "extract.cli", "panel", "dataset"], check=False)
    finally:
        os.chdir(here)
    return folder


@pytest.mark.parametrize("page", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_the_code_of_a_page_runs(
    page: Path, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "docs"
    shutil.copytree(made, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    names: dict[str, object] = {}
    for kind, code in _blocks(page):
        if kind == "python":
            exec(compile(code, str(page), "exec"), names)
            continue
        lines = [line for line in code.splitlines() if line and not _NOT_HERE.match(line)]
        for line in lines:
            assert _ran(line) == 0, line


def _ran(line: str) -> int:
    """The exit code of a command; one of gouji's without a pipe runs in this process: faster."""
    if not line.startswith("gouji ") or set("|><;$") & set(line):
        return subprocess.run(line, shell=True, stdout=subprocess.DEVNULL, check=False).returncode
    from extract.cli import main

    with pytest.raises(SystemExit) as left:
        main(shlex.split(line, comments=True)[1:])
    return int(left.value.code or 0)


def test_pages_made_from_the_code_hold_what_it_declares() -> None:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    made = dict(generate.pages())
    assert "`t3.balance.total`" in made["reference/form-2021.md"]
    assert "`t3.received`" in made["reference/form-2021.md"]
    assert "corrected" in made["reference/codebook.md"]
    assert "gouji layouts" in made["reference/commands.md"]
    assert "camelot lattice" in made["comparison.md"]
    assert re.search(r"on \d+ \w+ 20\d\d", made["comparison.md"])
