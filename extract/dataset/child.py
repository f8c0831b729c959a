"""One child process that reads documents, and the watch over what each of them costs.

A document that crashes the child, hangs it, or asks for too much memory or too many rows costs
itself alone: the child is ended, the failure is typed, and the next document gets a new child.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from extract.dataset.worker import READER, Done, Job, failed_tables, receive, send, unpack
from extract.limits import Limits
from extract.tables import Tables

_PATIENCE_AT_START = 120.0
"""Imports in a fresh process on a busy machine are no fault of the file."""

_PATIENCE_AT_END = 5.0
_LOOK_EVERY = 0.1
_MB = 1_000_000
_KILLING = ("crashed", "memory", "timeout")
_TWICE = ("crashed", "memory", "internal")

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")
"""One thread each: the processes themselves fill the cores."""

_PARENT = Path(__file__).resolve().parents[2]
# Found last, so that nothing beside the package shadows a module; -P keeps the folder the
# command is called in off the path.
_START = f"import sys; sys.path.append({str(_PARENT)!r}); from extract.dataset import worker; "


class Child:
    """One child process at a time, started when first needed and again after a kill."""

    def __init__(self, limits: Limits | None = None, reader: str = READER) -> None:
        self.limits = limits or Limits()
        self.reader = reader
        self.ended = False
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def read(self, job: Job) -> Done:
        """What became of a document. Of those that cost a child, the second try decides, in a
        fresh one: what documents before left behind is no fault of this one. Time is not given
        twice.
        """
        begun = time.monotonic()
        tables, kind = self._try(job)
        kills = int(kind in _KILLING)
        if kind in _TWICE and not self.ended:
            tables, kind = self._try(job)
            kills += int(kind in _KILLING)
        return Done(job, tables, time.monotonic() - begun, kills)

    def dismiss(self) -> None:
        """Let the child leave on its own, as there is nothing more to read. Nobody waits for it
        but the end of this program.
        """
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            threading.Thread(target=_leave, args=(process,)).start()

    def end(self) -> None:
        """End the child at once, whatever it is doing, but for one that leaves on its own."""
        with self._lock:
            self.ended = True
            if self._process is not None:
                _close(self._process)

    def _try(self, job: Job) -> tuple[Tables, str | None]:
        """The rows, and why the child had to go, if it had."""
        watch = _Watch(self._started(), self.limits)
        process = watch.process
        assert process.stdin is not None
        assert process.stdout is not None
        kind = None
        try:
            send(process.stdin, pickle.dumps((job, self.limits)))
            while not (body := receive(process.stdout, self.limits.output * _MB)):
                watch.beat()
            tables = unpack(body)
        except (EOFError, OSError, ValueError):
            kind = watch.verdict or "crashed"
            # One that is leaving is not to be killed first: how it ended is to be told.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_PATIENCE_AT_END)
        except OverflowError:
            kind = "too_large"
        finally:
            watch.close()
        if kind is None:
            kind = tables.reports.column("error_kind")[0].as_py()
            if kind in _TWICE or claimed(process.pid) > self.limits.memory * _MB // 2:
                self._drop(process)  # it may hold on to what a document made it take
            return tables, kind
        self._drop(process)
        words = _unstarted(process.returncode) if watch.waits and kind == "crashed" else None
        return failed_tables(job, kind, words or self._words(kind, process.returncode)), kind

    def _drop(self, process: subprocess.Popen[bytes]) -> None:
        _close(process)
        with self._lock:
            self._process = None

    def _started(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._process is None:
                self._process = _start(self.reader)
                if self.ended:
                    _close(self._process)
            return self._process

    def _words(self, kind: str, code: int) -> str:
        limits = self.limits
        return {
            "timeout": f"not read within {limits.seconds:.0f} s, or no page of it within "
            f"{limits.page_seconds:.0f} s, and given up; the file may be damaged: open and save "
            "it anew, or split it",
            "memory": f"needs more memory than its limit of {limits.memory} MB: split the file",
            "too_large": f"gives more than {limits.output} MB of rows: no report does, check it",
            "crashed": f"the process reading it ended ({_ending(code)}); the file may be "
            "damaged: open and save it anew",
        }[kind]


class _Watch:
    """Looks at a child while it reads one document, and kills it when a limit is passed."""

    def __init__(self, process: subprocess.Popen[bytes], limits: Limits) -> None:
        self.process = process
        self.verdict: str | None = None
        self._limits = limits
        self._begun = self._beaten = time.monotonic()
        self._patience = _PATIENCE_AT_START
        self._over = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    @property
    def waits(self) -> bool:
        """Whether the child has not begun yet with the document."""
        return self._patience > 0.0

    def beat(self) -> None:
        """The child lives: its imports are done, or a page is."""
        self._beaten = time.monotonic()
        if self._patience:
            self._patience, self._begun = 0.0, self._beaten

    def close(self) -> None:
        self._over.set()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            now = time.monotonic()
            limits = self._limits
            late = (
                now - self._begun > limits.seconds + self._patience
                or now - self._beaten > limits.page_seconds + self._patience
            )
            if late or resident(self.process.pid) > limits.memory * _MB:
                self.verdict = "timeout" if late else "memory"
                self.process.kill()
                return


def resident(pid: int) -> int:
    """Bytes of memory that a process holds; 0 where the system does not say."""
    return _pages(pid, 1)


def claimed(pid: int) -> int:
    """Bytes that count against a process's limit, held or not: what a document before let go may
    still be claimed, and be missing to the next one. 0 where the system does not say.
    """
    return _pages(pid, 5)


def _pages(pid: int, field: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_bytes().split()[field]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0


def _start(reader: str) -> subprocess.Popen[bytes]:
    threads = dict.fromkeys(_THREADS, "1")
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _START + f"worker.main({reader!r})"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **threads},
    )


def _leave(process: subprocess.Popen[bytes]) -> None:
    """What it imported takes a process a while to put away."""
    assert process.stdin is not None
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        process.stdin.close()
        process.wait(_PATIENCE_AT_END)
    _close(process)


def _close(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.close()


def _unstarted(code: int) -> str:
    return (
        f"the process to read it ended before it began ({_ending(code)}): install gouji again, "
        "and read the file anew"
    )


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
