"""The one tree of errors. Each says what is wrong, where, and what to do."""

from __future__ import annotations


class GoujiError(Exception):
    """Base of all errors that gouji raises on purpose.

    `kind` is the typed word that the `error_kind` column shows; `what` the plain sentence with
    the advice.
    """

    kind = "error"

    def __init__(self, what: str, kind: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        if kind is not None:
            self.kind = kind


class LayoutError(GoujiError):
    """A layout file is not valid; the text names file and key."""

    kind = "layout"


class SourceError(GoujiError):
    """A file cannot be opened as what it claims to be.

    Kinds: `empty_file`, `not_a_pdf`, `damaged`, `encrypted`, `unsupported`, `too_large`,
    `unreadable`, `no_text`.
    """

    kind = "unreadable"


class ReportError(GoujiError):
    """The file opens, but holds no report that can be read.

    Kinds: `not_a_report`, `no_tables`, `several_reports`, `values_lost`.
    """

    kind = "not_a_report"


class DatasetError(GoujiError):
    """The dataset folder cannot be written or read."""

    kind = "dataset"


class UsageError(GoujiError):
    """The command was called wrongly."""

    kind = "usage"
