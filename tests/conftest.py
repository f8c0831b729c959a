"""Reports that all tests of whole files share."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "reports"
PICKED = {
    "born-000": "born-older",
    "born-001": "born-errors",
    "born-002": "born-newer",
}


@pytest.fixture(scope="session")
def made_reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three typeset reports, `born-000.pdf` and on, and their `truth.json`."""
    folder = tmp_path_factory.mktemp("made")
    truths = json.loads((FIXTURES / "truth.json").read_text(encoding="utf-8"))
    for name, picked in PICKED.items():
        shutil.copy(FIXTURES / f"{picked}.pdf", folder / f"{name}.pdf")
    chosen = {name: truths[picked] for name, picked in PICKED.items()}
    (folder / "truth.json").write_text(json.dumps(chosen), encoding="utf-8")
    return folder
