"""The command as a process of its own, which must end without a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
GOUJI = [sys.executable, "-c", "from extract.cli import main; main()"]


def gouji(*arguments: object, within: float = 500, **more: Any) -> Any:
    """What `gouji ARGUMENTS` said and how it ended, within so many seconds."""
    done = subprocess.run(
        [*GOUJI, *map(str, arguments)],
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=within,
        check=False,
        env={**os.environ, "PYTHONPATH": os.fspath(ROOT), **more.pop("env", {})},
        **more,
    )
    assert "Traceback" not in done.stderr
    assert "gouji itself failed" not in done.stderr
    return done
