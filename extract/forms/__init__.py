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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extract.forms.load import load_form as load_form
    from extract.forms.load import load_forms as load_forms

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


def __getattr__(name: str) -> object:
    # A run asks where the layouts are before it needs any of them.
    if name in ("load_form", "load_forms"):
        from extract.forms import load

        return getattr(load, name)
    raise AttributeError(f"module 'extract.forms' has no attribute '{name}'")
