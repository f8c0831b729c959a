"""The child process: reads one file after another, so that a crash costs one file alone.

Jobs come on its standard input, rows go to its standard output, each behind its length. An empty
message says that it goes on: at its start, and with every page.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING

from extract.dataset.places import FetchError, at_hand
from extract.limits import Limits, hold, limits
from extract.model import About, Given, Result

if TYPE_CHECKING:
    from extract.tables import Tables


Reader = Callable[[Path, Given | None], Result]

READER = "extract.pipeline:read"
"""What reads a file, as `module:function`."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read: its path or URL, its digest, and what the user knows of it.

    `version` is what the rows will say read them, `debug` a folder for pictures of the pages.
    """

    place: str
    source: str
    report_id: str
    sha256: str
    version: str = ""
    given: Given | None = None
    debug: Path | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a job: its rows, ready to be written; `kills` counts processes it cost."""

    job: Job
    tables: Tables
    seconds: float = 0.0
    kills: int = 0


def read_job(job: Job, read: Reader) -> Tables:
    """The rows of one file. Never raises for what the file holds."""
    from extract.tables import tables_of

    try:
        with at_hand(job.place) as path:
            result = read(path, job.given)
            if job.debug is not None:
                from extract.dataset.draw import draw_pages

                draw_pages(path, replace(result, report_id=job.report_id), job.debug)
        return tables_of([_named(result, job)], job.version)
    except FetchError as error:
        what = f"cannot be fetched ({error}); check the store, and run again"
        return failed_tables(job, "unreadable", what)
    except MemoryError:
        what = f"needs more memory than its limit of {limits().memory} MB: split the file"
        return failed_tables(job, "memory", what)
    except Exception as error:
        return failed_tables(
            job, "internal", f"gouji itself failed ({type(error).__name__}: {error}); report it"
        )


def failed_tables(job: Job, kind: str, error: str) -> Tables:
    """The rows of a file that could not be read, for reasons outside of it."""
    from extract.tables import tables_of

    nothing = Result(
        report_id=job.report_id,
        source=job.source,
        sha256=job.sha256,
        kind=None,
        pages=0,
        about=About(),
        form=None,
        status="failed",
        error_kind=kind,
        error=error,
    )
    return tables_of([nothing], job.version)


def _named(result: Result, job: Job) -> Result:
    """The result under the digest of the job: should the file have changed in between, the next
    run sees it and reads again.
    """
    return replace(result, report_id=job.report_id, source=job.source, sha256=job.sha256)


def send(stream: IO[bytes], body: bytes) -> None:
    stream.write(struct.pack(">Q", len(body)) + body)
    stream.flush()


def receive(stream: IO[bytes], most: int | None = None) -> bytes:
    """The next message. Raises EOFError when the other side is gone, OverflowError where it
    announces more than `most` bytes.
    """
    size = struct.unpack(">Q", _exactly(stream, 8))[0]
    if most is not None and size > most:
        raise OverflowError(f"a message of {size} bytes")
    return _exactly(stream, size)


def pack(tables: Tables) -> bytes:
    """Rows on their way to the parent, as Arrow streams one behind the other.

    Not as a pickle: the child has read a stranger's file, and a pickle from a child that was
    taken over by it would run in the parent.
    """
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    for table in tables:
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def unpack(body: bytes) -> Tables:
    """The rows of `pack`. Raises ValueError for what is none of its."""
    import pyarrow as pa

    from extract.tables import TABLES, Tables

    source = pa.BufferReader(body)
    try:
        return Tables(*(pa.ipc.open_stream(source).read_all() for _ in TABLES))
    except pa.ArrowException as error:
        raise ValueError(str(error)) from error


def _exactly(stream: IO[bytes], size: int) -> bytes:
    body = stream.read(size)
    if len(body) < size:
        raise EOFError
    return body


def main(reader: str) -> None:
    """Answer jobs on standard input until it closes, with the function `module:name`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    inbox = os.fdopen(os.dup(0), "rb")
    outbox = os.fdopen(os.dup(1), "wb")
    # Native libraries print to descriptor 1 as they like; the protocol must not be there.
    os.dup2(2, 1)
    module, _, name = reader.partition(":")
    read: Reader = getattr(import_module(module), name)

    def beat() -> None:
        send(outbox, b"")

    rationed = False
    while True:
        try:
            job, held = pickle.loads(receive(inbox))
        except EOFError:
            gc.freeze()  # what is imported would be looked through once more on the way out
            return
        hold(held, beat)
        if not rationed:
            _ration(held)
            rationed = True
        beat()
        send(outbox, pack(read_job(job, read)))


def _ration(held: Limits) -> None:
    """Let this process have no more memory than the limit, and leave no core file behind.

    Asking for more is then an error that can be told, where it would else end a process. The
    parent looks on as well: what a system counts here differs.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        most = held.memory * 1_000_000
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
