"""Reports made once for all tests that read whole files."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.make import make


@pytest.fixture(scope="session")
def made_reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three typeset reports, `born-000.pdf` and on, and their `truth.json`."""
    folder = tmp_path_factory.mktemp("made")
    make(7, 3, "born", folder)
    return folder
