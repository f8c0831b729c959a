"""What is read, what is kept, and which path names a report."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from extract.dataset.ledger import Ledger, facts_of
from extract.dataset.ledger import opened as ledger_of
from extract.dataset.lock import held
from extract.dataset.plan import look, plan, settle
from extract.dataset.worker import Job
from extract.model import Given


def _id(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


class Book:
    """A ledger that knows some reports already, and what it makes of files."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def knows(
        self, text: str, *sources: str, version: str = "v", error: str | None = None,
        kills: int = 0, given: Given | None = None,
    ) -> None:  # fmt: skip
        digest = sha256(text.encode()).hexdigest()
        self.ledger.database.execute(
            "INSERT INTO reports VALUES (?, ?, ?, ?, ?, ?, ?, 'ok', 0, 0)",
            (digest[:16], digest, sources[0], facts_of(given), version, error, kills),
        )
        rows = [(source, digest[:16]) for source in sources]
        self.ledger.database.executemany("INSERT INTO sources VALUES (?, ?)", rows)

    def plan(self, files: dict[str, str], given: dict[str, Given] | None = None) -> list[Job]:
        for name, text in files.items():
            Path(name).write_text(text, encoding="utf-8")
        self.ledger.keep_given(given or {})
        look(self.ledger, list(files))
        self.made = plan(self.ledger, "v")
        return [job for job, _ in self.ledger.jobs("v")]

    def settle(self, *finished: str) -> dict[str, tuple[str, ...]]:
        """The paths of every report once these were read."""
        for text in finished:
            self.ledger.database.execute(
                "UPDATE todo SET done = 1 WHERE report_id = ?", (_id(text),)
            )
        settle(self.ledger)
        return self.ledger.sources("", "g")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with held(tmp_path), ledger_of(tmp_path) as ledger:
        yield Book(ledger)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_new_file_is_read(book: Book) -> None:
    (job,) = book.plan({"a.pdf": "A"})
    assert (job.source, job.report_id) == ("a.pdf", _id("A"))
    assert job.sha256 == sha256(b"A").hexdigest()


def test_an_unchanged_file_is_not_read_again(book: Book) -> None:
    book.knows("A", "a.pdf")
    assert book.plan({"a.pdf": "A"}) == []
    assert (book.made.jobs, book.made.unchanged) == (0, 1)


def test_where_all_is_as_it_was_nothing_is_arranged_anew(book: Book) -> None:
    book.knows("A", "a.pdf")
    book.plan({"a.pdf": "A"})
    assert book.ledger.one("SELECT COUNT(*) FROM now") == 0
    assert book.settle() == {_id("A"): ("a.pdf",)}
    book.plan({"a.pdf": "A", "b.pdf": "B"})
    assert book.ledger.one("SELECT COUNT(*) FROM now") == 2


def test_another_version_reads_again(book: Book) -> None:
    book.knows("A", "a.pdf", version="old")
    assert len(book.plan({"a.pdf": "A"})) == 1


@pytest.mark.parametrize("kind", ["crashed", "timeout", "memory", "internal"])
def test_a_failure_that_may_be_the_machines_is_tried_again(book: Book, kind: str) -> None:
    book.knows("A", "a.pdf", error=kind, kills=1)
    assert len(book.plan({"a.pdf": "A"})) == 1


def test_a_file_that_killed_twice_is_set_aside(book: Book) -> None:
    book.knows("A", "a.pdf", error="crashed", kills=2)
    assert book.plan({"a.pdf": "A"}) == []


def test_a_failure_of_the_file_is_not_tried_again(book: Book) -> None:
    book.knows("A", "a.pdf", error="not_a_pdf")
    assert book.plan({"a.pdf": "A"}) == []


def test_changed_bytes_replace_the_former_report(book: Book) -> None:
    book.knows("A", "a.pdf")
    assert [job.report_id for job in book.plan({"a.pdf": "B"})] == [_id("B")]
    assert book.settle("B") == {_id("B"): ("a.pdf",)}
    assert book.ledger.one("SELECT 1 FROM reports WHERE report_id = ?", _id("A")) is None


def test_same_bytes_at_two_paths_are_one_report_named_by_the_first(book: Book) -> None:
    (job,) = book.plan({"b.pdf": "A", "a.pdf": "A"})
    assert job.source == "a.pdf"
    assert book.settle("A") == {_id("A"): ("a.pdf", "b.pdf")}


def test_a_copy_that_comes_first_by_name_is_read_as_it_would_have_been_at_once(book: Book) -> None:
    Path("2022.pdf").write_text("A", encoding="utf-8")
    book.knows("A", "2022.pdf")
    assert [job.source for job in book.plan({"2021.pdf": "A"})] == ["2021.pdf"]
    assert book.settle("A") == {_id("A"): ("2021.pdf", "2022.pdf")}


def test_a_copy_that_comes_later_by_name_costs_nothing(book: Book) -> None:
    book.knows("A", "a.pdf")
    assert book.plan({"b.pdf": "A"}) == []
    assert book.settle() == {_id("A"): ("a.pdf", "b.pdf")}


def test_the_other_copy_keeps_the_report_when_one_changes(book: Book) -> None:
    book.knows("A", "a.pdf", "b.pdf")
    book.plan({"a.pdf": "B"})
    assert book.settle("B") == {_id("A"): ("b.pdf",), _id("B"): ("a.pdf",)}


def test_reports_of_other_runs_stay(book: Book) -> None:
    book.knows("Z", "z.pdf", version="old")
    assert [job.source for job in book.plan({"a.pdf": "A"})] == ["a.pdf"]
    assert book.settle("A")[_id("Z")] == ("z.pdf",)


def test_new_knowledge_of_a_file_reads_it_again_and_old_knowledge_stays(book: Book) -> None:
    facts = Given(year=2021)
    book.knows("A", "a.pdf")
    (job,) = book.plan({"a.pdf": "A"}, {"a.pdf": facts})
    assert job.given == facts
    book.ledger.database.execute("UPDATE reports SET facts = ?", (facts_of(facts),))
    assert book.plan({"a.pdf": "A"}) == []
    (job,) = book.plan({"a.pdf": "A"}, {"a.pdf": Given(year=2022)})
    assert job.given == Given(year=2022)


def test_a_file_that_cannot_be_opened_gets_an_id_of_its_own(book: Book) -> None:
    Path("gone.pdf").symlink_to("nowhere")
    look(book.ledger, ["gone.pdf"])
    plan(book.ledger, "v")
    ((job, error),) = book.ledger.jobs("v")
    assert error == "No such file or directory"
    assert job.sha256 == ""


def test_a_pipe_is_not_waited_for(book: Book) -> None:
    os.mkfifo("pipe.pdf")
    look(book.ledger, ["pipe.pdf"])
    plan(book.ledger, "v")
    ((_, error),) = book.ledger.jobs("v")
    assert error == "a pipe, socket or device, no file"


def test_an_interrupted_run_keeps_the_former_report_of_a_file_it_did_not_reach(book: Book) -> None:
    book.knows("A", "a.pdf")
    book.plan({"a.pdf": "B", "c.pdf": "C"})
    assert book.settle("C") == {_id("A"): ("a.pdf",), _id("C"): ("c.pdf",)}
    assert book.settle("B") == {_id("B"): ("a.pdf",), _id("C"): ("c.pdf",)}


def test_a_file_of_the_same_size_time_and_inode_is_not_read_unless_verified(book: Book) -> None:
    long_ago = 1_500_000_000
    Path("a.pdf").write_text("A", encoding="utf-8")
    os.utime("a.pdf", (long_ago, long_ago))
    look(book.ledger, ["a.pdf"])
    Path("a.pdf").write_text("B", encoding="utf-8")
    os.utime("a.pdf", (long_ago, long_ago))

    def found(verify: bool = False) -> str:
        look(book.ledger, ["a.pdf"], verify)
        return str(book.ledger.one("SELECT report_id FROM seen"))

    assert found() == _id("A")
    assert found(verify=True) == _id("B")
    assert found() == _id("B")


def test_a_file_written_a_moment_ago_is_read_again(book: Book) -> None:
    for text in "AB":
        Path("a.pdf").write_text(text, encoding="utf-8")
        look(book.ledger, ["a.pdf"])
        assert book.ledger.one("SELECT report_id FROM seen") == _id(text)


def _write(name: str, text: str, when: int = 1_500_000_000) -> None:
    """A file of its own, written long ago."""
    Path(name).unlink(missing_ok=True)
    Path(f"{name}.new").write_text(text, encoding="utf-8")
    Path(f"{name}.new").rename(name)
    os.utime(name, (when, when))


def _noted(ledger: Ledger) -> list[tuple[str, str]]:
    return ledger.database.execute("SELECT source, report_id FROM seen ORDER BY source").fetchall()


def test_what_was_noted_of_a_folder_stands_while_nothing_in_it_changes(book: Book) -> None:
    _write("a.pdf", "A")
    _write("b.pdf", "B")
    look(book.ledger, ["a.pdf", "b.pdf"])
    asked: list[str] = []
    book.ledger.database.set_trace_callback(asked.append)
    look(book.ledger, ["a.pdf", "b.pdf"])
    assert [one for one in asked if not one.startswith("SELECT value FROM meta")] == []
    look(book.ledger, ["a.pdf", "b.pdf"], verify=True)
    assert any("INSERT OR IGNORE INTO seen" in one for one in asked)
    assert _noted(book.ledger) == [("a.pdf", _id("A")), ("b.pdf", _id("B"))]


@pytest.mark.parametrize(
    ("text", "when", "anew"),
    [("longer", 1_500_000_000, False), ("X", 1_500_000_001, False), ("X", 1_500_000_000, True)],
    ids=["size", "time", "inode"],
)
def test_whatever_changes_of_a_file_is_noticed(
    book: Book, text: str, when: int, anew: bool
) -> None:
    _write("a.pdf", "A")
    kept = os.open("a.pdf", os.O_RDONLY)  # or the new file could get its inode
    look(book.ledger, ["a.pdf"])
    if anew:
        _write("a.pdf", text, when)
    else:
        Path("a.pdf").write_text(text, encoding="utf-8")
        os.utime("a.pdf", (when, when))
    look(book.ledger, ["a.pdf"])
    os.close(kept)
    assert _noted(book.ledger) == [("a.pdf", _id(text))]


def test_files_that_come_and_go_are_noticed(book: Book) -> None:
    for name in "ab":
        _write(f"{name}.pdf", name)
    for names in ("ab", "a", "b", "ab", ""):
        look(book.ledger, [f"{name}.pdf" for name in names])
        assert _noted(book.ledger) == [(f"{name}.pdf", _id(name)) for name in names]


def test_a_look_that_was_cut_short_is_not_taken_for_a_whole_one(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write("a.pdf", "A")
    look(book.ledger, ["a.pdf"])
    _write("b.pdf", "B")
    with monkeypatch.context() as cut:
        cut.setattr("extract.dataset.plan.digest_of", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            look(book.ledger, ["a.pdf", "b.pdf"])
    look(book.ledger, ["a.pdf"])
    assert _noted(book.ledger) == [("a.pdf", _id("A"))]


def _interrupted(_: str) -> str:
    raise KeyboardInterrupt


def test_a_file_that_cannot_be_read_is_tried_in_each_run(book: Book) -> None:
    _write("a.pdf", "A")
    Path("gone.pdf").symlink_to("nowhere.pdf")
    look(book.ledger, ["a.pdf", "gone.pdf"])
    _write("nowhere.pdf", "B")
    look(book.ledger, ["a.pdf", "gone.pdf"])
    assert _noted(book.ledger) == [("a.pdf", _id("A")), ("gone.pdf", _id("B"))]


def test_a_file_that_may_not_be_read_is_tried_in_each_run(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its size and time are known, and stay as they are when it is opened to us."""
    _write("a.pdf", "A")
    with monkeypatch.context() as closed:
        closed.setattr("extract.dataset.plan.digest_of", _forbidden)
        look(book.ledger, ["a.pdf"])
    look(book.ledger, ["a.pdf"])
    assert _noted(book.ledger) == [("a.pdf", _id("A"))]


def _forbidden(_: str) -> str:
    raise PermissionError
