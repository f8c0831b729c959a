"""What is read, what is kept, and which path names a report."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from extract.dataset.plan import Plan, plan, settled
from extract.dataset.store import Known
from extract.model import Given


def _id(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _known(text: str, *sources: str, version: str = "v", error: str | None = None) -> Known:
    digest = sha256(text.encode()).hexdigest()
    return Known(digest[:16], sources[0], sources, digest, version, error)


def _plan(
    files: dict[str, str],
    *known: Known,
    given: dict[str, Given] | None = None,
    given_before: dict[str, Given] | None = None,
) -> Plan:
    for name, text in files.items():
        Path(name).write_text(text, encoding="utf-8")
    return plan(map(Path, files), known, given or {}, given_before or {}, "v")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_new_file_is_read() -> None:
    made = _plan({"a.pdf": "A"})
    assert [(job.source, job.report_id) for job in made.jobs] == [("a.pdf", _id("A"))]
    assert made.jobs[0].sha256 == sha256(b"A").hexdigest()


def test_an_unchanged_file_is_not_read_again() -> None:
    made = _plan({"a.pdf": "A"}, _known("A", "a.pdf"))
    assert made.jobs == ()
    assert made.unchanged == {_id("A")}


def test_another_version_reads_again() -> None:
    assert len(_plan({"a.pdf": "A"}, _known("A", "a.pdf", version="old")).jobs) == 1


@pytest.mark.parametrize("kind", ["crashed", "timeout", "internal"])
def test_a_failure_that_may_be_the_machines_is_tried_again(kind: str) -> None:
    assert len(_plan({"a.pdf": "A"}, _known("A", "a.pdf", error=kind)).jobs) == 1


def test_a_failure_of_the_file_is_not_tried_again() -> None:
    assert _plan({"a.pdf": "A"}, _known("A", "a.pdf", error="not_a_pdf")).jobs == ()


def test_changed_bytes_replace_the_former_report() -> None:
    made = _plan({"a.pdf": "B"}, _known("A", "a.pdf"))
    assert made.sources == {_id("B"): ("a.pdf",)}
    assert [job.report_id for job in made.jobs] == [_id("B")]


def test_same_bytes_at_two_paths_are_one_report_named_by_the_first() -> None:
    made = _plan({"b.pdf": "A", "a.pdf": "A"})
    assert [job.source for job in made.jobs] == ["a.pdf"]
    assert made.sources == {_id("A"): ("a.pdf", "b.pdf")}


def test_a_copy_that_comes_first_by_name_is_read_as_it_would_have_been_at_once() -> None:
    Path("2022.pdf").write_text("A", encoding="utf-8")
    made = _plan({"2021.pdf": "A"}, _known("A", "2022.pdf"))
    assert [job.source for job in made.jobs] == ["2021.pdf"]
    assert made.sources == {_id("A"): ("2021.pdf", "2022.pdf")}


def test_a_copy_that_comes_later_by_name_costs_nothing() -> None:
    made = _plan({"b.pdf": "A"}, _known("A", "a.pdf"))
    assert made.jobs == ()
    assert made.sources == {_id("A"): ("a.pdf", "b.pdf")}


def test_the_other_copy_keeps_the_report_when_one_changes() -> None:
    made = _plan({"a.pdf": "B"}, _known("A", "a.pdf", "b.pdf"))
    assert made.sources == dict(sorted({_id("A"): ("b.pdf",), _id("B"): ("a.pdf",)}.items()))


def test_reports_of_other_runs_stay() -> None:
    made = _plan({"a.pdf": "A"}, _known("Z", "z.pdf", version="old"))
    assert made.sources[_id("Z")] == ("z.pdf",)
    assert [job.source for job in made.jobs] == ["a.pdf"]


def test_new_knowledge_of_a_file_reads_it_again_and_old_knowledge_stays() -> None:
    facts = {"a.pdf": Given(year=2021)}
    known = _known("A", "a.pdf")
    assert len(_plan({"a.pdf": "A"}, known, given=facts).jobs) == 1
    assert _plan({"a.pdf": "A"}, known, given=facts, given_before=facts).jobs == ()
    other = {"a.pdf": Given(year=2022)}
    assert _plan({"a.pdf": "A"}, known, given=other, given_before=facts).jobs[0].given == Given(
        year=2022
    )


def test_a_file_that_cannot_be_opened_gets_an_id_of_its_own() -> None:
    Path("gone.pdf").symlink_to("nowhere")
    made = plan([Path("gone.pdf")], [], {}, {}, "v")
    (one,) = made.unreadable
    assert one.error == "No such file or directory"
    assert one.job.sha256 == ""
    assert made.sources == {one.job.report_id: ("gone.pdf",)}


def test_an_interrupted_run_keeps_the_former_report_of_a_file_it_did_not_reach() -> None:
    known = _known("A", "a.pdf")
    made = _plan({"a.pdf": "B", "c.pdf": "C"}, known)
    assert settled(made, [known], {_id("C")}) == dict(
        sorted({_id("A"): ("a.pdf",), _id("C"): ("c.pdf",)}.items())
    )
    assert settled(made, [known], {_id("B"), _id("C")}) == made.sources
