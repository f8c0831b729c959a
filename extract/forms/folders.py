"""Where layout files are."""

from __future__ import annotations

import os
from pathlib import Path

from extract.errors import LayoutError

OWN_LAYOUTS = "GOUJI_LAYOUTS"
"""The environment variable that names a folder of layouts beside the shipped ones."""

_BESIDE = Path(__file__).resolve().parents[2] / "layouts"
_INSTALLED = Path(__file__).resolve().parents[1] / "_layouts"


def layouts_folder() -> Path:
    """Where the shipped layouts are: inside the installed package, else in the checkout."""
    return _INSTALLED if _INSTALLED.is_dir() else _BESIDE


def own_layouts() -> Path | None:
    """The folder of the user's own layouts. Raises LayoutError where it is not there."""
    named = os.environ.get(OWN_LAYOUTS)
    if not named:
        return None
    folder = Path(named)
    if not folder.is_dir():
        raise LayoutError(f"{OWN_LAYOUTS}: no folder {named}; correct it, or unset it")
    return folder
