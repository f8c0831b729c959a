"""What one document may cost: set by whoever runs the reading, asked by those who read.

A file from a stranger may ask for any number of pages, dots and seconds. The limits hold for the
process; the defaults are far above what any report needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one document.

    `seconds` in all and `page_seconds` between two pages, `memory` of the process in MB, `pages`,
    `megapixels` of one picture as stored, `output` in MB of rows.
    """

    seconds: float = 300.0
    page_seconds: float = 100.0
    memory: int = 3000
    pages: int = 2000
    megapixels: int = 150
    output: int = 32


_current = Limits()
_told: Callable[[], None] | None = None


def limits() -> Limits:
    """The limits that hold now."""
    return _current


def hold(new: Limits, told: Callable[[], None] | None = None) -> None:
    """Let these limits hold in this process; `told` is called with every page."""
    global _current, _told
    _current, _told = new, told


def beat() -> None:
    """Say that the reading goes on: one page more is done."""
    if _told is not None:
        _told()
