"""What read a report: program, layouts and models, told apart by their bytes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def version() -> str:
    """One line such as `gouji 0.1.0+1f2e3d4c layouts 5b6a7988 models 0a1b2c3d`.

    The hexadecimal parts change with the program's sources, its layouts and its models, so that
    a dataset is read again whenever any of them could have changed the outcome.
    """
    from extract.forms.folders import layouts_folder, own_layouts

    divisions = _PACKAGE / "divisions" / "divisions.csv"
    program = _digest([*_PACKAGE.rglob("*.py"), divisions], _PACKAGE)
    layouts = _digest(layouts_folder().glob("*.yaml"), layouts_folder())
    own = own_layouts()
    if own is not None:
        layouts += "+" + _digest(own.glob("*.yaml"), own)
    models = _digest(_PACKAGE.rglob("*.onnx"), _PACKAGE)
    return f"gouji {program_version()}+{program} layouts {layouts} models {models}"


def program_version() -> str:
    """The version of the installed distribution, or `0` where none is installed."""
    try:
        return installed_version("gouji")
    except PackageNotFoundError:
        return "0"


def _digest(files: Iterable[Path], root: Path) -> str:
    whole = sha256()
    for file in sorted(files):
        whole.update(file.relative_to(root).as_posix().encode() + b"\0")
        whole.update(sha256(file.read_bytes()).digest())
    return whole.hexdigest()[:8]
