"""Files of a dataset: replaced whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from extract.errors import DatasetError
from extract.tables import plain

_WAITING = 32 << 20
"""Bytes of a long file that wait for the disk."""


class LongFile(io.BufferedWriter):
    """A file to write on at its end, whose bytes go to the disk and out of the kernel's cache.

    Gigabytes that wait there push out what is read again, and each costs more than the one before.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(path, "ab"))
        self._waiting = 0

    def write(self, data: Any) -> int:
        written = super().write(data)
        self._waiting += written
        if self._waiting >= _WAITING and hasattr(os, "posix_fadvise"):
            self.flush()
            os.fdatasync(self.fileno())
            os.posix_fadvise(self.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            self._waiting = 0
        return written


def replace_files(
    folder: Path,
    writers: Mapping[str, Callable[[Path], None]],
) -> None:
    """Write files by name, each beside its target, and rename them in order when all are whole.

    A writer may make a folder instead of a file, and go on with what one before it began. Raises
    DatasetError; then no target has changed.
    """
    with writing(folder), contextlib.ExitStack() as made:
        ready = []
        for name, write in writers.items():
            ready.append((made.enter_context(_beside(folder / name)), folder / name))
            write(ready[-1][0])
        for temporary, _ in ready:
            _sync(temporary)
        for temporary, target in ready:
            _put_in_place(temporary, target)
        _sync(folder)


def _put_in_place(temporary: Path, target: Path) -> None:
    """Rename; a folder cannot be renamed onto another one, nor onto a file, at once."""
    if not (temporary.is_dir() or target.is_dir()):
        os.replace(temporary, target)
        return
    for part in temporary.glob("*") if temporary.is_dir() else ():
        _sync(part)
    former = temporary.with_name(f"{temporary.name}.former")
    if target.exists():
        os.replace(target, former)
    os.replace(temporary, target)
    _remove(former)


def _remove(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Failures to write as DatasetError, in words."""
    try:
        yield
    except Exception as error:
        import pyarrow as pa

        if not isinstance(error, OSError | pa.ArrowException):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise DatasetError(
            f"{plain(os.fspath(folder))}: the dataset cannot be written ({reason}); "
            "free some space, or choose another folder with -o"
        ) from error


@contextlib.contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A path for a file in the same folder, removed again if it was not renamed."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    os.unlink(name)
    try:
        yield Path(name)
    finally:
        _remove(Path(name))


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
