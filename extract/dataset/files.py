"""Files of a dataset: replaced whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from extract.errors import DatasetError
from extract.tables import plain


def replace_files(folder: Path, writers: Mapping[str, Callable[[Path], None]]) -> None:
    """Write files by name, each beside its target, and rename them in order when all are whole.

    Raises DatasetError; then no target has changed.
    """
    with writing(folder), contextlib.ExitStack() as made:
        ready = []
        for name, write in writers.items():
            ready.append((made.enter_context(_beside(folder / name)), folder / name))
            write(ready[-1][0])
            _sync(ready[-1][0])
        for temporary, target in ready:
            os.replace(temporary, target)
        _sync(folder)


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Failures to write as DatasetError, in words."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
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
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
