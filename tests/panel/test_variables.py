"""The file of variables: whole, and refused in words where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.errors import UsageError
from extract.forms import load_forms
from extract.panel.variables import load_harmony


def test_every_cell_of_every_form_is_in_the_panel() -> None:
    variables = load_harmony().variables
    for form in load_forms():
        used = {code for one in variables for code in one.cells.get(form.id, ())}
        assert set(form.codes()) <= used, form.id


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("variables:\n  - {id: a, from: {'2021': t3.received.nobody}}", "form 2021 has no cell"),
        ("variables:\n  - {id: 'a_{who}', from: {}}", "no axis who"),
        ("variables:\n  - {id: a}\n  - {id: a}", "stands twice"),
        ("variables:\n  - {id: a, form: {}}", "variables.0.form"),
        ("variables:\n  - {id: a, also: {'2021': x}}", "stands before it"),
        ("variables: [", "cannot be read as YAML"),
        (
            "variables: []\nacross:\n  - {id: a, zh: a, en: a, now: [b], before: [b]}",
            "no variable b",
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_said(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        load_harmony(path)
