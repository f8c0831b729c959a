"""The same workers as actors of a Ray cluster.

Each actor keeps one child process as the local pool does, under the same limits, so that a
document costs what it costs anywhere. A node that is lost costs its actors: what they were
reading is given to others, as if nothing had been.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from extract.dataset.child import Child
from extract.dataset.worker import READER, Done, Job, pack, unpack
from extract.errors import UsageError
from extract.limits import Limits

ADDRESS = "RAY_ADDRESS"
"""The environment variable that names the cluster, as Ray itself reads it."""

_WAIT = 1.0


class Reader:
    """What an actor is: reads one job at a time in a child process of its own."""

    def __init__(self, limits: Limits, reader: str) -> None:
        self._child = Child(limits, reader)

    def read(self, job: Job, body: bytes | None) -> tuple[bytes, float, int]:
        """Rows as Arrow streams, seconds, and processes that it cost."""
        with _here(job, body) as place:
            done = self._child.read(place)
        return pack(done.tables), done.seconds, done.kills


def run_on_ray(
    jobs: Iterable[Job], workers: int | None, limits: Limits | None = None, reader: str = READER
) -> Generator[Done, None, None]:
    """Read every job on the cluster that RAY_ADDRESS names, or on one of this machine alone.

    `workers` is the number of actors, by default the cluster's cores. Yields as `run_jobs` does.
    Raises UsageError where Ray is not installed or the cluster does not answer.
    """
    ray = _connected()
    try:
        count = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
        yield from _Actors(ray, count, limits or Limits(), reader).outcomes(iter(jobs))
    finally:
        ray.shutdown()


class _Actors:
    """Actors at work, each on one job."""

    def __init__(self, ray: Any, count: int, limits: Limits, reader: str) -> None:
        self._ray = ray
        self._count = count
        self._limits = limits
        self._reader = reader
        self._kind = ray.remote(num_cpus=1, max_restarts=0)(Reader)
        self._busy: dict[Any, tuple[Any, Job]] = {}

    def outcomes(self, jobs: Iterator[Job]) -> Generator[Done, None, None]:
        free: list[Any] = []
        again: list[Job] = []
        while True:
            while len(self._busy) < self._count:
                job = again.pop() if again else next(jobs, None)
                if job is None:
                    break
                actor = free.pop() if free else self._kind.remote(self._limits, self._reader)
                self._busy[actor.read.remote(job, _body(job))] = actor, job
            while free:  # there is nothing for them, and others may wait for their cores
                self._ray.kill(free.pop())
            if not self._busy:
                return
            ready, _ = self._ray.wait(list(self._busy), num_returns=1, timeout=_WAIT)
            for one in ready:
                actor, job = self._busy.pop(one)
                try:
                    body, seconds, kills = self._ray.get(one)
                except self._ray.exceptions.RayError:
                    again.append(job)  # its node is gone, or the way there
                    continue
                free.append(actor)
                yield Done(job, unpack(body), seconds, kills)


def _connected() -> Any:
    try:
        import ray
    except ImportError:
        raise UsageError("--engine ray needs the package ray: pip install 'gouji[ray]'") from None
    address = os.environ.get(ADDRESS)
    try:
        ray.init(
            address=address or "local",
            log_to_driver=False,
            logging_level=logging.ERROR,
            include_dashboard=None if address else False,
            runtime_env={"env_vars": {"PYTHONPATH": os.pathsep.join(_paths())}},
        )
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UsageError(
            f"--engine ray: no cluster at {address or 'this machine'} ({reason}); start one with "
            f"ray start --head, or correct {ADDRESS}"
        ) from None
    return ray


def _paths() -> list[str]:
    """Where the workers find this package, should it not be installed in their Python."""
    package = os.fspath(Path(__file__).resolve().parents[2])
    return [package, *filter(None, [os.environ.get("PYTHONPATH")])]


def _body(job: Job) -> bytes | None:
    """The file's bytes, to travel with the job; None for a folder of page images, and for a
    URL, which the node opens itself.
    """
    with suppress(OSError):
        if os.path.isfile(job.place):
            return Path(job.place).read_bytes()
    return None


@contextmanager
def _here(job: Job, body: bytes | None) -> Iterator[Job]:
    """The job with its file on this machine, under its own name."""
    if body is None:
        yield job
        return
    with tempfile.TemporaryDirectory(prefix="gouji-") as folder:
        path = Path(folder) / Path(job.place).name
        path.write_bytes(body)
        yield replace(job, place=os.fspath(path))
