"""Many files over several processes, each under limits, a crash costing one file alone.

Plain child processes instead of `multiprocessing`: a caller's main module is not imported again,
so that a notebook or a script without a guard can call this too.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable

from extract.dataset.child import Child
from extract.dataset.worker import READER, Done, Job
from extract.limits import Limits


def run_jobs(
    jobs: Iterable[Job], workers: int, limits: Limits | None = None, reader: str = READER
) -> Generator[Done, None, None]:
    """Read every job, yielding them as they finish, in no particular order.

    Jobs are drawn as they are needed. Closing the iterator ends the children at once; what was
    yielded is done.
    """
    drawn = _Drawn(jobs)
    done: queue.SimpleQueue[Done | BaseException | None] = queue.SimpleQueue()
    children: list[Child] = []
    working = 0
    try:
        while working < workers and (first := drawn.next()) is not None:
            child = Child(limits, reader)
            children.append(child)
            arguments = (child, first, drawn, done)
            threading.Thread(target=_work, args=arguments, daemon=True).start()
            working += 1
        while working:
            one = done.get()
            if isinstance(one, BaseException):
                raise one
            if one is None:
                working -= 1
            else:
                yield one
    finally:
        for child in children:
            child.end()


class _Drawn:
    """The jobs, one at a time to whichever thread asks."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._jobs = iter(jobs)
        self._lock = threading.Lock()

    def next(self) -> Job | None:
        with self._lock:
            return next(self._jobs, None)


def _work(
    child: Child,
    first: Job,
    drawn: _Drawn,
    done: queue.SimpleQueue[Done | BaseException | None],
) -> None:
    try:
        job: Job | None = first
        while job is not None and not child.ended:
            done.put(child.read(job))
            job = drawn.next()
        child.dismiss()
        done.put(None)
    except BaseException as error:
        done.put(error)
