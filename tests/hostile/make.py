"""Every hostile file: `python -m tests.hostile.make DIR`. What must become of each is in
`expected.csv`.
"""

from __future__ import annotations

import csv
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from tests.hostile import names, others, pdfs

HERE = Path(__file__).resolve().parent
REPORTS = HERE.parents[1] / "fixtures" / "reports"
PDF, HTML, DOCX = "born-newer.pdf", "html-newer.html", "docx-newer.docx"
"""The sound reports that are harmed; their truth is in `truth.json`."""


class Expected(NamedTuple):
    """What must become of a file: its typed error, or `read`; and why."""

    outcomes: frozenset[str]
    truth: str
    why: str


def expected() -> dict[str, Expected]:
    """By file name, for the folder `files`."""
    with (HERE / "expected.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["file"]: Expected(frozenset(row["outcome"].split()), row["truth"], row["why"])
            for row in csv.DictReader(file)
        }


def make(folder: Path) -> None:
    """Four folders: `files` (listed in expected.csv), `names`, `specials`, `neighbours`."""
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / "files"
    files.mkdir()
    html = (REPORTS / HTML).read_bytes()
    bodies = pdfs.made((REPORTS / PDF).read_bytes())
    bodies |= others.made(html, (REPORTS / DOCX).read_bytes())
    for name, body in bodies.items():
        (files / name).write_bytes(body)
    pdfs.locked(files)
    names.make_names(folder / "names", html)
    names.make_specials(folder / "specials", html)
    neighbours = folder / "neighbours"
    neighbours.mkdir()
    for name in (PDF, HTML, DOCX):
        shutil.copy(REPORTS / name, neighbours / name)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
