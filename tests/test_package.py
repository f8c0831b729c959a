"""The wheel, alone in an environment of its own, outside the checkout."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from extract.forms import load_forms

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, so that nothing of a former build gets in."""
    copy = tmp_path_factory.mktemp("source")
    for name in ("extract", "layouts"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    built = copy / "dist"
    command = ["-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", built, copy]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = built.glob("gouji-*.whl")
    return made


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has gouji from the wheel, and its dependencies from this environment.

    They come through a path file, behind the wheel's own folder; the editable install is not
    found that way, as path files there are not followed.
    """
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, with_pip=False)
    scripts = home / ("Scripts" if sys.platform == "win32" else "bin")
    (site,) = home.glob("[Ll]ib/**/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return scripts / "python"


def _run(python: Path, folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(python), "-c", "from extract.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_wheel_holds_package_and_layouts_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"extract"}
    layouts = {Path(name).name for name in names if name.startswith("extract/_layouts/")}
    assert layouts == {path.name for path in (ROOT / "layouts").iterdir() if path.is_file()}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    for kind in ("onnx", "html", "css", "js", "svg"):
        for path in (ROOT / "extract").rglob(f"*.{kind}"):
            assert path.relative_to(ROOT).as_posix() in names


def test_the_installed_command_lists_the_layouts(python: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [python, "-c", "import extract; print(extract.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert str(python.parent.parent) in where
    listed = _run(python, tmp_path, "layouts")
    assert listed.returncode == 0, listed.stderr
    for form in load_forms():
        assert form.name.zh in listed.stdout


def test_the_installed_command_reads_a_report(
    python: Path, tmp_path: Path, made_reports: Path
) -> None:
    shutil.copy(made_reports / "born-000.pdf", tmp_path)
    done = _run(python, tmp_path, "extract", "born-000.pdf", "-o", "out")
    assert done.returncode == 0, done.stderr
    truth = json.loads((made_reports / "truth.json").read_text(encoding="utf-8"))["born-000"]
    count = (
        "import pandas as pd, json\n"
        "cells = pd.read_parquet('out/cells.parquet')\n"
        "print(json.dumps(dict(zip(cells['code'], cells['printed']))))"
    )
    read = subprocess.run(
        [python, "-c", count], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(read.stdout) == truth["printed"]
