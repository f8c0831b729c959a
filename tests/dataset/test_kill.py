"""Runs killed and resumed: three rounds; `make bench-kill` does two hundred."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from tests.bench.kill import REPORTS, killed, killed_late, made, whole


def test_a_killed_run_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("html-newer.html", "markdown-tabs.md"):
        shutil.copy(REPORTS / name, tmp_path / "in" / name)
    seconds = whole(tmp_path, "whole")
    chance = random.Random(1)
    for number in range(3):
        killed(tmp_path, f"out{number}", chance.uniform(0.3, 1) * seconds)
        assert made(tmp_path / f"out{number}") == made(tmp_path / "whole")
    assert killed_late(tmp_path, "late", 1) > 0
    assert made(tmp_path / "late") == made(tmp_path / "whole")
