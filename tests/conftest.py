"""Reports that all tests of whole files share."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "reports"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = [
    f"--{flag}"
    for flag in (
        "headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run",
        "disable-background-networking", "disable-component-update", "disable-sync",
    )
]  # fmt: skip
NO_BROWSER = "no Chromium: the review pages go untested (on Debian: apt install chromium)"
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


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say it where nobody overlooks it: a skipped browser is no tested page."""
    if find_browser() is None:
        terminalreporter.section("NO BROWSER", sep="!", red=True)
        terminalreporter.write_line(NO_BROWSER)


def find_browser() -> str | None:
    return next((path for name in _BROWSERS if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium. Without it these tests are skipped, loudly; where CI is set they fail."""
    path = find_browser()
    if path is None:
        words = NO_BROWSER
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield opened
        opened.close()
