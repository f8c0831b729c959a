"""One report as its reader wants it: frames instead of rows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.errors import ReportError
from extract.forms import Form, Section, load_forms
from extract.forms import Table as FormTable
from extract.model import About, Given, Result
from extract.tables import frame, tables_of
from extract.version import version

if TYPE_CHECKING:
    import pandas as pd


class Report:
    """What gouji read from one file; made by `read_report`.

    `cells` and `checks` have the columns of the dataset's tables of these names.
    """

    def __init__(self, result: Result) -> None:
        self.result = result

    @property
    def status(self) -> str:
        """`ok`, `review` or `failed`."""
        return self.result.status

    @property
    def form(self) -> str | None:
        """Id of the form, None when the report could not be read."""
        return self.result.form

    @property
    def about(self) -> About:
        """Title, agency, year and region, and where each was found."""
        return self.result.about

    @property
    def warnings(self) -> tuple[str, ...]:
        return self.result.warnings

    @property
    def error_kind(self) -> str | None:
        return self.result.error_kind

    @property
    def error(self) -> str | None:
        return self.result.error

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One row per cell of the form."""
        return frame(self._tables.cells)

    @cached_property
    def checks(self) -> pd.DataFrame:
        """One row per identity of the form."""
        return frame(self._tables.checks)

    def table(self, table_id: str) -> pd.DataFrame:
        """The numbers of one table (`t3`) under its printed headers, blanks as missing values.

        Rows and columns carry the whole path of their labels. Raises ReportError when the report
        could not be read, KeyError naming the tables there are.
        """
        if self.form is None:
            raise ReportError(self.error or "no report was read", self.error_kind)
        form = next(form for form in load_forms() if form.id == self.form)
        tables = {table.id: table for table in form.tables}
        if table_id not in tables:
            raise KeyError(f"{table_id}: form {form.id} has the tables {', '.join(tables)}")
        return _printed(form, tables[table_id], {c.code: c.value for c in self.result.cells})

    @cached_property
    def _tables(self) -> Any:
        return tables_of([self.result], version())

    def __repr__(self) -> str:
        about = self.about
        return (
            f"<Report {self.result.source}: {about.agency or 'agency unknown'}, "
            f"{about.year or 'year unknown'}, form {self.form or 'unknown'}, {self.status}>"
        )

    def _repr_html_(self) -> str:
        """For notebooks: who and when, and the report's tables."""
        from html import escape

        if self.form is None:
            return f"<p>{escape(repr(self))}</p><p>{escape(self.error or '')}</p>"
        form = next(form for form in load_forms() if form.id == self.form)
        parts = [f"<p>{escape(repr(self))}</p>"]
        for table in form.tables:
            parts.append(f"<p>{escape(table.title.zh)}</p>")
            parts.append(self.table(table.id).to_html(na_rep=""))
        return "".join(parts)


def read_report(
    path: str | os.PathLike[str], about: Given | Mapping[str, Any] | None = None
) -> Report:
    """Read one file: PDF, scan, picture, Word, HTML or Markdown.

    `about` is what is already known: `url`, `agency`, `region_code`, `year`. A file that cannot
    be read gives a report of status `failed` with `error_kind` and `error`. Raises TypeError for
    an unknown key in `about`.
    """
    from extract.pipeline import read

    given = Given(**about) if isinstance(about, Mapping) else about
    return Report(read(Path(path), given))


def printed_as_one(form: Form, codes: Iterable[str]) -> frozenset[str]:
    """The groups of rows that a report with these cells prints as one row."""
    rows = {code.rpartition(".")[0] for code in codes}
    return frozenset(group for group in form.alternatives if group in rows)


def _printed(form: Form, table: FormTable, values: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd

    alternatives = printed_as_one(form, values)
    columns: dict[tuple[str, ...], None] = {}
    rows: dict[tuple[str, ...], dict[tuple[str, ...], Any]] = {}
    for code, of, section, row, column in form.cells(alternatives):
        if of.id == table.id:
            header = tuple(label.zh for label in column.path)
            columns[header] = None
            rows.setdefault(_row_header(section, row.path), {})[header] = values.get(code)
    whole = not any(isinstance(v, float) and v % 1 for row in rows.values() for v in row.values())
    body = [[cells.get(header) for header in columns] for cells in rows.values()]
    return pd.DataFrame(
        body, index=_labels(rows), columns=_labels(columns), dtype="Int64" if whole else "Float64"
    )


def _row_header(section: Section, path: tuple[Any, ...]) -> tuple[str, ...]:
    own = tuple(label.zh for label in path)
    return (section.label.zh, *own) if section.label else own


def _labels(paths: Mapping[tuple[str, ...], Any]) -> pd.Index[Any]:
    """Label paths as an index, shorter ones filled up with empty texts."""
    import pandas as pd

    depth = max(len(path) for path in paths)
    if depth == 0:
        return pd.RangeIndex(len(paths))
    if depth == 1:
        return pd.Index([path[0] for path in paths])
    return pd.MultiIndex.from_tuples([path + ("",) * (depth - len(path)) for path in paths])
