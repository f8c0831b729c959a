"""Corrections into the dataset's files, once people pause and when the server ends."""

from __future__ import annotations

import threading
from typing import Any

from extract.dataset.corrections import has_corrections
from extract.dataset.settle import settle
from extract.errors import DatasetError
from extract.review.archive import Archive

_PAUSE = 20.0
"""Seconds without a correction before the files are written."""
_LARGE = 3000
"""Reports beyond which writing takes so long that it waits for the end."""


class Keeper:
    """Writes the files in a thread of its own. A correction is safe in its store before that.

    `writing` is held meanwhile: files handed in are read into the same dataset.
    """

    def __init__(self, archive: Archive, writing: threading.Lock, pause: float = _PAUSE) -> None:
        self._archive = archive
        self._writing = writing
        self._pause = pause
        self._timer: threading.Timer | None = None
        self._waiting = False
        self._lock = threading.Lock()

    def touched(self) -> None:
        """A correction was made: write after a pause, counted anew from here."""
        large = len(self._archive.reports()[0]) > _LARGE
        with self._lock:
            self._waiting = True
            if self._timer is not None:
                self._timer.cancel()
            if not large:
                self._timer = threading.Timer(self._pause, self.write)
                self._timer.daemon = True
                self._timer.start()

    def write(self) -> None:
        folder = self._archive.folder
        if not has_corrections(folder):
            return
        before: list[Any] = []
        with self._writing:
            try:
                with self._lock:
                    self._waiting = False
                settle(folder, held=lambda: before.append(self._archive.stamp()))
            except DatasetError:
                return  # another gouji writes it, and follows the corrections as it does
            self._archive.adopt(before[0])

    def close(self) -> None:
        with self._lock:
            waiting = self._waiting
            if self._timer is not None:
                self._timer.cancel()
        if waiting:
            self.write()
