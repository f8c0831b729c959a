"""The command as its users meet it: words, streams, exit codes."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest

from extract.cli import COMMANDS, main
from extract.dataset import Progress
from extract.forms import load_forms
from tests.dataset.test_run import finished_in

BROKEN = Path(__file__).resolve().parents[1] / "fixtures" / "broken"
GOUJI = [sys.executable, "-c", "from extract.cli import main; main()"]


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `gouji ARGUMENTS`."""
    code = 0
    try:
        main([str(one) for one in arguments])
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return code, said.out, said.err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "--help")
    assert code == 0
    for name, (summary, _) in COMMANDS.items():
        assert re.search(rf"^  {name} +{summary}$", out, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_page(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, name, "--help")
    assert code == 0
    assert f"gouji {name}" in out


def test_help_takes_at_most_five_times_the_bare_interpreter() -> None:
    def fastest(*command: str) -> float:
        times = []
        for _ in range(7):
            begun = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            times.append(time.perf_counter() - begun)
        return min(times)

    assert fastest(*GOUJI, "--help") <= 5 * fastest(sys.executable, "-c", "pass")


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "--version")[1] == "gouji 0.1.0\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Usage"),
        (["extarct"], "no command 'extarct'"),
        (["--verbose"], "no option '--verbose'"),
        (["extract"], "Missing argument"),
        (["extract", "."], "Missing option"),
        (["extract", "nope.pdf", "-o", "out"], "nope.pdf: no such file"),
        (["extract", ".", "-o", "out", "--workers", "0"], "workers"),
        (["extract", ".", "-o", "out", "--format", "doc"], "no format 'doc'"),
        (["extract", ".", "-o", "out", "--engine", "fast"], "engine"),
        (["extract", ".", "-o", "out", "--about", "none.csv"], "none.csv"),
        (["tables", "nope.pdf"], "nope.pdf: no such file"),
        (["layouts", "show", "1999"], "no form '1999'"),
        (["layouts", "paint"], "paint"),
        (["explain", "."], "Missing argument"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_one_plain_word(
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = call(capsys, *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert not Path("out").exists()


def test_a_dataset_that_cannot_be_written_is_exit_code_3(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").touch()
    code, _, err = call(capsys, "extract", tmp_path / "in", "-o", tmp_path / "out")
    assert code == 3
    assert err.count("\n") == 1
    assert "choose another folder" in err


def test_reports_read_are_exit_code_0_and_a_summary(
    capsys: pytest.CaptureFixture[str], made_reports: Path, tmp_path: Path
) -> None:
    code, out, err = call(capsys, "extract", made_reports, "-o", tmp_path / "out", "--workers", 1)
    assert code == 0
    assert "Error" not in err
    reports = pd.read_parquet(tmp_path / "out" / "reports.parquet")
    counts = reports["status"].value_counts()
    assert out.splitlines()[0] == (
        f"3 reports: {counts.get('ok', 0)} ok, {counts.get('review', 0)} to review, 0 failed"
    )
    assert "1 other files in the folders were left alone" in out
    assert f"dataset: {tmp_path / 'out'}" in out
    for source in reports[reports["status"] == "review"]["source"]:
        assert f"  {source}: " in out


def test_failed_files_are_exit_code_1_one_line_each_and_the_rest_is_there(
    capsys: pytest.CaptureFixture[str], made_reports: Path, tmp_path: Path
) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    shutil.copy(made_reports / "born-000.pdf", inbox)
    (inbox / "empty.pdf").touch()
    (inbox / "evil\n\x1b[31mname.pdf").write_bytes(b"no pdf")
    code, out, err = call(capsys, "extract", inbox, "-o", tmp_path / "out", "--workers", 1)
    assert code == 1
    assert "2 failed" in out
    lines = sorted(line for line in err.splitlines() if " files, " not in line)
    assert len(lines) == 2
    assert lines[0].startswith(f"{inbox}/empty.pdf: ")
    assert lines[1].startswith(f"{inbox}/evil\\n\\x1b[31mname.pdf: ")
    assert re.search(r"\[[a-z_]+\]$", lines[0])
    assert len(pd.read_parquet(tmp_path / "out" / "reports.parquet")) == 3


# A shell's background job ignores interrupts, and so would all that it starts.
LISTENING = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)


def test_an_interrupt_is_exit_code_130_and_the_finished_is_kept(
    made_reports: Path, tmp_path: Path
) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    for number in range(30):
        body = (made_reports / "born-000.pdf").read_bytes() + b"\n" * number
        (inbox / f"{number:02d}.pdf").write_bytes(body)
    out = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-c", LISTENING, *GOUJI, "extract", inbox, "-o", out, "--workers", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not finished_in(out) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command continues" in said
    assert 1 <= len(pd.read_parquet(out / "reports.parquet")) < 30


def test_progress_moves_on_a_terminal(made_reports: Path, tmp_path: Path) -> None:
    shutil.copy(made_reports / "born-000.pdf", tmp_path)
    (tmp_path / "bad.pdf").write_bytes(b"no")
    ours, theirs = pty.openpty()
    shown = bytearray()

    def read() -> None:
        # Meanwhile: a terminal that nobody reads holds up its writer.
        with contextlib.suppress(OSError):
            while chunk := os.read(ours, 65536):
                shown.extend(chunk)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    command = [*GOUJI, "extract", os.fspath(tmp_path), "-o", os.fspath(tmp_path / "out")]
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=theirs, check=False, env=env, timeout=120
    )
    os.close(theirs)
    reader.join(10)
    os.close(ours)
    assert done.returncode == 1
    assert b"2/2" in shown
    assert b"a second" in shown
    assert f"{tmp_path}/bad.pdf: ".encode() in shown


def test_progress_elsewhere_is_plain_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from extract.cli import progress

    monkeypatch.setattr(progress, "_EVERY", 0.0)
    with progress.reporting() as told:
        for done in (1, 2):
            told(Progress(done, 2, {"status": "ok"}))
    err = capsys.readouterr().err
    assert re.fullmatch(r"1 of 2 files, [\d.]+ a second, about \d+ s left\n", err)


def test_tables_prints_the_ruled_tables_as_json(
    capsys: pytest.CaptureFixture[str], made_reports: Path
) -> None:
    code, out, _ = call(capsys, "tables", made_reports / "born-000.pdf")
    assert code == 0
    grids = json.loads(out)
    for grid in grids:
        assert grid.keys() == {"page", "box", "rows", "cells"}
        assert len(grid["box"]) == 4
        assert len({len(row) for row in grid["rows"]}) == 1
        for cell in grid["cells"]:
            assert cell.keys() == {"row", "column", "row_span", "column_span", "text", "box"}
            assert grid["rows"][cell["row"]][cell["column"]] == cell["text"]
    texts = {cell["text"] for grid in grids for cell in grid["cells"]}
    assert "商业企业" in {text.replace("\n", "") for text in texts}


def test_tables_of_a_turned_page_stand_where_the_page_shows_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reports = BROKEN.parent / "reports"
    truth = json.loads((reports / "truth.json").read_text(encoding="utf-8"))["born-turned"]
    grids = json.loads(call(capsys, "tables", reports / "born-turned.pdf")[1])
    cells = [(grid["page"], *cell["box"], cell["text"]) for grid in grids for cell in grid["cells"]]
    for code, (page, x0, y0, x1, y1) in truth["boxes"].items():
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        held = [c[5] for c in cells if c[0] == page and c[1] < x < c[3] and c[2] < y < c[4]]
        if printed := truth["printed"][code]:
            assert printed in [text.strip() for text in held], code


def test_tables_of_a_scan_are_read_from_its_pixels(capsys: pytest.CaptureFixture[str]) -> None:
    scan = BROKEN.parent / "reports" / "scan-office.pdf"
    grids = json.loads(call(capsys, "tables", scan)[1])
    texts = {cell["text"] for grid in grids for cell in grid["cells"]}
    assert {"自然人", "总计"} <= texts
    assert sum(text.isdecimal() for text in texts) > 3


def test_tables_writes_one_csv_each(
    capsys: pytest.CaptureFixture[str], made_reports: Path, tmp_path: Path
) -> None:
    source = made_reports / "born-000.pdf"
    grids = json.loads(call(capsys, "tables", source)[1])
    code, out, _ = call(capsys, "tables", source, "--csv", tmp_path / "out")
    assert code == 0
    written = out.splitlines()
    assert len(written) == len(grids)
    with Path(written[0]).open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == grids[0]["rows"]


def test_tables_of_a_file_that_is_none_is_one_line_and_exit_code_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"")
    code, out, err = call(capsys, "tables", tmp_path / "a.pdf")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1


def test_layouts_lists_the_forms(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "layouts")
    assert code == 0
    for form in load_forms():
        assert f"{form.id}  {form.name.zh}" in out


def test_layouts_show_draws_every_row_column_and_identity(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for form in load_forms():
        code, out, _ = call(capsys, "layouts", "show", form.id)
        assert code == 0
        for _, table, _, row, column in form.cells():
            assert f"({column.id})" in out
            assert (f"{table.id}.{row.id}" if row.id else f" {column.row} ") in out
        begun = {line.split("  ")[0] for line in out.splitlines()}
        assert {one.id for one in form.identities()} <= begun


def test_layouts_lint_tells_errors_by_its_exit_code(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert call(capsys, "layouts", "lint", "2021")[:2] == (0, "no fault found\n")
    shipped = (BROKEN.parents[1] / "layouts" / "2021.yaml").read_text(encoding="utf-8")
    faulty = tmp_path / "mine.yaml"
    faulty.write_text(shipped.replace("zh: 结果纠正", "zh: 结果维持"), encoding="utf-8")
    code, out, _ = call(capsys, "layouts", "lint", faulty)
    assert code == 1
    assert out.startswith("error: t4.*.upheld, t4.*.corrected: ")


def test_a_faulty_layout_of_ones_own_is_said_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text("id: mine\n", encoding="utf-8")
    monkeypatch.setenv("GOUJI_LAYOUTS", str(tmp_path))
    code, out, err = call(capsys, "extract", tmp_path, "-o", tmp_path / "out")
    assert (code, out, err) == (1, "", "gouji: mine.yaml: name: Field required\n")


def test_layouts_draft_of_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "layouts", "draft", "nowhere.pdf")
    assert (code, out) == (2, "")
    assert "no such file" in err


def test_explain_speaks_of_a_report(
    capsys: pytest.CaptureFixture[str], made_reports: Path, tmp_path: Path
) -> None:
    call(capsys, "extract", made_reports, "-o", tmp_path / "out", "--workers", 1)
    code, out, _ = call(capsys, "explain", tmp_path / "out", "born-000.pdf", "t3.row.received")
    assert code == 0
    assert "t3.row.received: " in out
    code, _, err = call(capsys, "explain", tmp_path / "out", "nope.pdf")
    assert code == 2
    assert "no such report" in err


def test_a_bug_is_one_line_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(_: Path) -> None:
        raise ZeroDivisionError("oh")

    (tmp_path / "a.md").touch()
    monkeypatch.setattr("extract.pipeline.raw_tables", broken)
    code, _, err = call(capsys, "tables", tmp_path / "a.md")
    assert code == 1
    assert err == "gouji: gouji itself failed (ZeroDivisionError: oh); report it\n"


def test_every_kind_of_bad_input_is_told_apart_and_the_batch_goes_on(
    capsys: pytest.CaptureFixture[str], made_reports: Path, tmp_path: Path
) -> None:
    expected = json.loads((BROKEN / "expected.json").read_text(encoding="utf-8"))
    out = tmp_path / "out"
    code, _, err = call(capsys, "extract", BROKEN, made_reports / "born-000.pdf", "-o", out)
    assert code == 1
    rows = pd.read_parquet(out / "reports.parquet").set_index("source")
    kinds = {name: rows.loc[f"{BROKEN.as_posix()}/{name}", "error_kind"] for name in expected}
    assert {name: kind if pd.notna(kind) else "" for name, kind in kinds.items()} == expected
    failed = [name for name, kind in expected.items() if kind]
    lines = [line for line in err.splitlines() if " files, " not in line]  # but for progress
    assert len(lines) == len(failed)
    for name in failed:
        (line,) = [one for one in lines if f"/{name}: " in one]
        assert line.endswith(f"[{expected[name]}]")
    assert rows.loc[(made_reports / "born-000.pdf").as_posix(), "cells"] == 198
    empty = rows.loc[f"{BROKEN.as_posix()}/empty_form.pdf"]
    assert (empty["status"], "empty" in empty["warnings"]) == ("review", True)


def test_a_list_that_names_other_files_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "list.csv").write_text("path,year\ntypo.pdf,2020\n", encoding="utf-8")
    about = ["--about", tmp_path / "list.csv"]
    code, out, _ = call(capsys, "extract", tmp_path / "in", "-o", tmp_path / "out", *about)
    assert code == 0
    assert "1 rows of the --about list name no file of this run" in out


def test_a_reader_that_stops_early_ends_the_output_quietly() -> None:
    code = "import time; time.sleep(0.3); from extract.cli import main; main(['--help'])"
    done = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -c "{code}" | true'],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
