"""Many files over several processes, each under a time limit, a crash costing one file alone.

Plain child processes instead of `multiprocessing`: a caller's main module is not imported again,
so that a notebook or a script without a guard can call this too.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterable
from pathlib import Path

import pyarrow as pa

from extract.dataset.worker import READER, Done, Job, failed_tables, receive, send, unpack
from extract.tables import Tables

SECONDS_PER_FILE = 300.0
"""No report takes near this long; what does is damaged or hostile."""

_PATIENCE_AT_START = 120.0
"""Imports in a fresh process on a busy machine are no fault of the file."""

_PATIENCE_AT_END = 5.0

_PARENT = Path(__file__).resolve().parents[2]
# Found last, so that nothing beside the package shadows a module; -P keeps the folder the
# command is called in off the path.
_START = f"import sys; sys.path.append({str(_PARENT)!r}); from extract.dataset import worker; "


def run_jobs(
    jobs: Iterable[Job], workers: int, seconds: float = SECONDS_PER_FILE, reader: str = READER
) -> Generator[Done, None, None]:
    """Read every job, yielding them as they finish, in no particular order.

    Closing the iterator ends the children at once; what was yielded is done.
    """
    waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
    done: queue.SimpleQueue[Done | BaseException] = queue.SimpleQueue()
    total = 0
    for job in jobs:
        waiting.put(job)
        total += 1
    count = max(1, min(workers, total))
    for _ in range(count):
        waiting.put(None)
    children = [_Child(seconds, reader) for _ in range(count if total else 0)]
    threads = [
        threading.Thread(target=_work, args=(child, waiting, done), daemon=True)
        for child in children
    ]
    try:
        for thread in threads:
            thread.start()
        for _ in range(total):
            one = done.get()
            if isinstance(one, BaseException):
                raise one
            yield one
        for thread in threads:
            thread.join()
    finally:
        for child in children:
            child.end()


def _work(
    child: _Child,
    waiting: queue.SimpleQueue[Job | None],
    done: queue.SimpleQueue[Done | BaseException],
) -> None:
    try:
        while (job := waiting.get()) is not None and not child.ended:
            done.put(child.read(job))
        child.dismiss()
    except BaseException as error:
        done.put(error)


class _Child:
    """One child process at a time, started when first needed and again after a crash."""

    def __init__(self, seconds: float, reader: str) -> None:
        self.seconds = seconds
        self.reader = reader
        self.ended = False
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def read(self, job: Job) -> Done:
        begun = time.monotonic()
        fresh = self._process is None
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        limit = self.seconds + (_PATIENCE_AT_START if fresh else 0)
        timer = threading.Timer(limit, stop)
        timer.daemon = True
        timer.start()
        try:
            send(process.stdin, pickle.dumps(job))
            tables = unpack(receive(process.stdout))
        except (EOFError, OSError, pa.ArrowException):
            tables = self._lost(process, job, late.is_set())
        finally:
            timer.cancel()
        return Done(job, tables, time.monotonic() - begun)

    def dismiss(self) -> None:
        """Let the child leave on its own, as there is nothing more to read."""
        process = self._process
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                process.stdin.close()
                process.wait(_PATIENCE_AT_END)

    def end(self) -> None:
        """End the child at once, whatever it is doing."""
        with self._lock:
            self.ended = True
            if self._process is not None:
                _close(self._process)

    def _started(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._process is None:
                self._process = _start(self.reader)
                if self.ended:
                    _close(self._process)
            return self._process

    def _lost(self, process: subprocess.Popen[bytes], job: Job, late: bool) -> Tables:
        _close(process)
        with self._lock:
            self._process = None
        if late:
            return failed_tables(
                job,
                "timeout",
                f"not read within {self.seconds:.0f} s and given up; the file may be damaged: "
                "open and save it anew, or split it",
            )
        return failed_tables(
            job,
            "crashed",
            f"the process reading it ended ({_ending(process.returncode)}); the file may be "
            "damaged: open and save it anew",
        )


def _start(reader: str) -> subprocess.Popen[bytes]:
    # One thread each: the processes themselves fill the cores.
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _START + f"worker.main({reader!r})"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **threads},
    )


def _close(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.close()


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
