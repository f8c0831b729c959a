"""The forms as data: `layouts/*.yaml` made into typed values. Known to every room that follows."""

from extract.forms.form import (
    ClaimPattern,
    Column,
    Form,
    Identity,
    Label,
    Priors,
    Row,
    Section,
    Table,
)
from extract.forms.load import load_form, load_forms

__all__ = [
    "ClaimPattern",
    "Column",
    "Form",
    "Identity",
    "Label",
    "Priors",
    "Row",
    "Section",
    "Table",
    "load_form",
    "load_forms",
]
