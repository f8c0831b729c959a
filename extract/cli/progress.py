"""How far a run is: a moving line on a terminal, now and then a plain one elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from extract.dataset import Progress

_EVERY = 10.0
"""Seconds between two plain lines."""


@contextmanager
def reporting() -> Iterator[Callable[[Progress], None]]:
    """What to call after each file; failures get a line of their own, all on stderr."""
    if sys.stderr.isatty():
        with _moving() as told:
            yield told
    else:
        yield _Plain()


def failure_line(report: Mapping[str, Any]) -> str:
    """One line on a file that failed: which, what, and what to do."""
    return f"{report['source']}: {report['error']} [{report['error_kind']}]"


class _Plain:
    def __init__(self) -> None:
        self.begun = self.last = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        if progress.report["status"] == "failed":
            print(failure_line(progress.report), file=sys.stderr, flush=True)
        now = time.monotonic()
        if now - self.last >= _EVERY and progress.done < progress.total:
            self.last = now
            rate = progress.done / (now - self.begun)
            left = (progress.total - progress.done) / rate
            print(
                f"{progress.done} of {progress.total} files, {rate:.1f} a second, "
                f"about {left:.0f} s left",
                file=sys.stderr,
                flush=True,
            )


@contextmanager
def _moving() -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        MofNCompleteColumn(),
        BarColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    begun = time.monotonic()
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, rate="")

        def told(progress: Progress) -> None:
            if progress.report["status"] == "failed":
                bar.console.print(
                    failure_line(progress.report), markup=False, highlight=False, soft_wrap=True
                )
            rate = progress.done / max(time.monotonic() - begun, 1e-3)
            bar.update(
                task, completed=progress.done, total=progress.total, rate=f"{rate:.1f} a second"
            )

        yield told
