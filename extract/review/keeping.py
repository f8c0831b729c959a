"""Corrections into the dataset's files, once people pause and when the server ends."""

from __future__ import annotations

import threading
from pathlib import Path

from extract.dataset.corrections import has_corrections
from extract.dataset.settle import settle
from extract.errors import DatasetError

_PAUSE = 20.0
"""Seconds without a correction before the files are written."""


class Keeper:
    """Writes the files in a thread of its own. A correction is safe in its store before that."""

    def __init__(self, folder: Path, pause: float = _PAUSE) -> None:
        self._folder = folder
        self._pause = pause
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def touched(self) -> None:
        """A correction was made: write after a pause, counted anew from here."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(self._pause, self.write)
            self._timer.daemon = True
            self._timer.start()

    def write(self) -> None:
        if not has_corrections(self._folder):
            return
        try:
            settle(self._folder)
        except DatasetError:
            return  # another gouji writes it, and follows the corrections as it does

    def close(self) -> None:
        with self._lock:
            if self._timer is None:
                return
            self._timer.cancel()
            self._timer = None
        self.write()
