"""Files handed in through the pages: kept under their digest, read one after another."""

from __future__ import annotations

import hashlib
import os
import queue
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from extract.dataset import extract as extract_dataset
from extract.dataset.collect import SUFFIXES
from extract.dataset.corrections import opened_store
from extract.dataset.settle import formats_there
from extract.dataset.write import writing as in_words
from extract.errors import GoujiError, UsageError
from extract.review.archive import Archive
from extract.tables import plain
from extract.words import in_both

FOLDER = "uploads"
_MOST_NAME = 200
_MOST_JOBS = 200


@dataclass(slots=True)
class Job:
    """A file on its way into the dataset. `stage`: waiting, reading, writing, done, failed."""

    name: str
    sha256: str
    path: Path
    stage: str = "waiting"
    error: str = ""
    status: str = ""

    @property
    def report_id(self) -> str:
        return self.sha256[:16]

    def shown(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "stage": self.stage,
            "error": in_both(self.error),
            "status": self.status,
            "report_id": self.report_id if self.stage == "done" else None,
        }


class Uploads:
    """A queue with one worker: two extractions into one dataset would lock each other out."""

    def __init__(self, archive: Archive, writing: threading.Lock) -> None:
        self._archive = archive
        self._writing = writing
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._waiting: queue.Queue[Job | None] = queue.Queue()
        self._thread: threading.Thread | None = None

    def take(self, name: str, body: bytes) -> str:
        """Keep the bytes and put them in the queue; the id to ask after.

        The name is shown, and its suffix must be a known one; it never becomes a path. Raises
        UsageError.
        """
        suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
        if suffix not in SUFFIXES:
            raise UsageError(f"{plain(suffix) or 'no suffix'}: take {' '.join(sorted(SUFFIXES))}")
        if not body:
            raise UsageError("the file is empty")
        shown = plain(PurePosixPath(name.replace("\\", "/")).name)[-_MOST_NAME:]
        sha256 = hashlib.sha256(body).hexdigest()
        folder = self._archive.folder / FOLDER
        # The suffix is one of a fixed list, the stem hexadecimal.
        path = folder / f"{sha256[:16]}{suffix}"
        with in_words(folder):
            folder.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".{secrets.token_hex(8)}")
            beside.write_bytes(body)
            os.replace(beside, path)
        with opened_store(self._archive.folder) as store:
            store.keep_name(sha256, shown)
        job = Job(shown, sha256, path)
        name_of_job = secrets.token_urlsafe(12)
        self._jobs[name_of_job] = job
        while len(self._jobs) > _MOST_JOBS:
            self._jobs.popitem(last=False)
        self._waiting.put(job)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True, name="uploads")
            self._thread.start()
        return name_of_job

    def job(self, name: str) -> Job | None:
        return self._jobs.get(name)

    def close(self) -> None:
        self._waiting.put(None)

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None:
            try:
                self._read(job)
            except GoujiError as error:
                job.stage, job.error = "failed", error.what
            except Exception as error:
                job.stage, job.error = "failed", f"gouji itself failed ({type(error).__name__})"

    def _read(self, job: Job) -> None:
        job.stage = "reading"
        folder = self._archive.folder
        formats, bom = formats_there(folder)

        def told(_: object) -> None:
            job.stage = "writing"

        with self._writing:
            summary = extract_dataset(
                [job.path], folder, workers=1, formats=formats, csv_bom=bom, progress=told
            )
        failed = next(iter(summary.failed), None)
        self._archive.names_changed()
        self._archive.reports()
        job.status = next(iter(summary.counts), "")
        if failed is not None:
            job.stage, job.error = "failed", str(failed["error"])
        else:
            job.stage = "done"
