"""The project itself: one OpenCV, one-way imports, pins, and what its files promise."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TRACKED_TEXT = (".py", ".md", ".toml", ".txt", ".yaml", ".ipynb", ".cfg", "")


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    pairs = [line.split("==") for line in lines]
    return {canonicalize_name(name): pinned for name, pinned in pairs}


def test_exactly_one_opencv_is_installed() -> None:
    names = {canonicalize_name(d.metadata["Name"] or "") for d in distributions()}
    assert {n for n in names if n.startswith("opencv")} == {"opencv-python-headless"}


def test_exactly_one_opencv_is_pinned() -> None:
    assert [n for n in _pins() if n.startswith("opencv")] == ["opencv-python-headless"]


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    pins = _pins()
    asked = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["dependency-groups"]["dev"],
        *PROJECT["build-system"]["requires"],
    ]
    for text in asked:
        one = Requirement(text)
        assert pins[canonicalize_name(one.name)] in one.specifier


def test_the_pins_are_what_is_needed_and_nothing_else() -> None:
    """They are installed without resolving, so they must hold every dependency's dependency."""
    asked = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["dependency-groups"]["dev"],
        *PROJECT["build-system"]["requires"],
    ]
    # Models are read from the wheel of rapidocr; its program, and what that needs, is never run.
    needed = {"rapidocr"}
    todo = [(Requirement(text).name, frozenset(Requirement(text).extras)) for text in asked]
    met = set()
    while todo:
        name, extras = todo.pop()
        needed.add(canonicalize_name(name))
        if (name, extras) not in met:
            met.add((name, extras))
            for text in requires(name) or []:
                one = Requirement(text)
                wanted = [{"extra": extra} for extra in ("", *extras)]
                if one.marker is None or any(map(one.marker.evaluate, wanted)):
                    todo.append((one.name, frozenset(one.extras)))
    assert _pins().keys() == needed


def test_no_image_library_with_a_viral_licence_is_pinned() -> None:
    assert not {"pymupdf", "fitz", "ghostscript", "img2table"} & _pins().keys()


def test_what_runs_is_what_is_pinned() -> None:
    for name in ("numpy", "pandas", "pdfplumber", "pyarrow", "onnxruntime"):
        assert version(name) == _pins()[name]


def test_each_room_imports_only_from_rooms_before_it() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_modules_stay_short() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in (ROOT / "extract").rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def _committed() -> list[Path]:
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_package_host_or_a_place_on_one_machine() -> None:
    # Assembled, so that this file does not hold what it looks for.
    hosts = ["py" + "pi.org", "python" + "hosted", "/ro" + "ot/", "/ho" + "me/"]
    found = [
        (path.relative_to(ROOT), word)
        for path in _committed()
        if path.suffix in TRACKED_TEXT and path.name != "LICENSE"
        for word in hosts
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert found == []


def test_committed_files_stay_small() -> None:
    assert [p for p in _committed() if p.stat().st_size > 6_000_000] == []


def test_the_makefile_has_every_promised_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    listed = set(re.findall(r"^([a-z]+):.*##", text, re.MULTILINE))
    assert {
        "help",
        "setup",
        "check",
        "fix",
        "test",
        "demo",
        "fixtures",
        "bench",
        "docs",
        "notebooks",
    } <= listed


def test_links_in_the_documents_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!http|#)([^)#]+)", path.read_text(encoding="utf-8")):
            # These pages are made by docs/generate.py; `make docs` checks links to them.
            made = target.startswith(("reference/", "../reference/")) or "comparison.md" in target
            assert made or (path.parent / target).exists(), f"{path.name}: {target}"
