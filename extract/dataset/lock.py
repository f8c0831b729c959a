"""Who may write a dataset: one process at a time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from extract.dataset.files import writing
from extract.dataset.ledger import OWN
from extract.errors import DatasetError
from extract.tables import plain


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Make the folder if need be and hold it for this process alone. Raises DatasetError."""
    with writing(folder):
        (folder / OWN).mkdir(parents=True, exist_ok=True)
        lock = (folder / OWN / "lock").open("w")
    with lock:
        if not _locked(lock.fileno()):
            raise DatasetError(
                f"{plain(os.fspath(folder))}: another gouji is writing this dataset; "
                "wait for it, or choose another folder with -o"
            )
        yield


def _locked(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
