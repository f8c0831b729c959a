"""The codebook: every code, identity and column, with labels in both languages."""

from __future__ import annotations

from extract.dataset.codebook import codebook
from extract.forms import load_forms
from extract.tables import TABLES


def test_every_code_has_labels_a_meaning_and_its_form() -> None:
    entries = {(one.form, one.id): one for one in codebook() if one.kind == "cell"}
    for form in load_forms():
        for chosen in (frozenset[str](), frozenset(form.alternatives)):
            for code in form.codes(chosen):
                one = entries[form.id, code]
                assert all((one.zh, one.en, one.meaning_zh, one.meaning_en))
    fees = entries["2021", "t2.fees.amount"]
    assert fees.unit == "万元"
    assert entries["2021", "t3.received.natural"].meaning_en == (
        "Requests received and handled / 1 New requests this year / Applicants / Natural persons"
    )
    assert "合为一行" in entries["2021", "t3.other.total"].meaning_zh


def test_every_identity_and_every_column_is_told() -> None:
    entries = list(codebook())
    for form in load_forms():
        told = {one.id for one in entries if (one.kind, one.form) == ("check", form.id)}
        assert told == {one.id for one in form.identities()}
    columns = [one.id for one in entries if one.kind == "column"]
    assert columns == [f"{name}.{c.name}" for name, cols in TABLES.items() for c in cols]
