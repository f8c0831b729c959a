"""One report's failed identities and doubtful cells, with all that speaks for and against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.errors import UsageError
from extract.explaining.words import cell_lines, check_lines, head_lines
from extract.forms import Identity, Label
from extract.forms.sheets import form_of, names
from extract.model import Cell, Check, Result
from extract.reconcile.explain import Account, accounts, given, margin
from extract.report import Report, printed_as_one
from extract.tables import plain

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Explanation:
    """What is to be said of `subject`, a check id or a cell code, or of all that is not in order.

    `print` shows it in words. `settled` are words on what a person decided, by cell code, `said`
    on what the report of the year before has to say.
    """

    result: Result
    subject: str | None = None
    settled: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def accounts(self) -> tuple[tuple[Account, ...], ...]:
        """For each group of failed identities what may explain it, the likeliest first."""
        return accounts(self.result)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """The identities that are told of."""
        if self.subject is None:
            return tuple(check for check in self.result.checks if check.verdict == "fail")
        return tuple(check for check in self.result.checks if check.id == self.subject)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells that are told of by themselves, beside those of the identities."""
        if self.subject is not None:
            return tuple(cell for cell in self.result.cells if cell.code == self.subject)
        told = {code for check in self.checks for code in check.cells}
        return tuple(
            cell for cell in self.result.cells if cell.status != "ok" and cell.code not in told
        )

    @cached_property
    def identities(self) -> Mapping[str, Identity]:
        """The form's identities by id."""
        if self.result.form is None:
            return {}
        form = form_of(self.result.form)
        return {one.id: one for one in form.identities(self._alternatives)}

    @cached_property
    def names(self) -> Mapping[str, Label]:
        """The cells' names by code."""
        return names(self.result.form, self._alternatives) if self.result.form else {}

    @property
    def _alternatives(self) -> frozenset[str]:
        assert self.result.form is not None
        codes = [cell.code for cell in self.result.cells]
        return printed_as_one(form_of(self.result.form), codes)

    def group_of(self, check: str) -> tuple[Account, ...]:
        """The accounts of one failed identity, the likeliest first; empty for others."""
        return next((group for group in self.accounts if check in group[0].checks), ())

    def lines(self) -> Iterator[str]:
        """The words, line by line."""
        yield from head_lines(self)
        for check in self.checks:
            yield from check_lines(self, check)
        for cell in self.cells:
            yield from cell_lines(self, cell, touching=self.subject is not None)
        if self.result.cells and not self.checks and not self.cells:
            yield "every identity holds or cannot be checked, and every cell was read"

    def __str__(self) -> str:
        return "\n".join(self.lines())

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per failed identity, account and cell that the account blames.

        `probability` is the account's, `margin` how many times likelier it is than the next one,
        `alternatives` what was read in the cell with the probability of each.
        """
        import pandas as pd

        rows = [
            row
            for check in self.checks
            for rank, one in enumerate(self.group_of(check.id), 1)
            for row in _rows(check, rank, one, self.group_of(check.id)[rank - 1 :])
        ]
        return pd.DataFrame(rows, columns=list(_COLUMNS)).convert_dtypes()

    @cached_property
    def given(self) -> pd.DataFrame:
        """What the decoder was given: one row per cell that an identity holds.

        `number` is the likeliest reading as a number, `listed` every number that was read with
        its probability, `other` what is left for all others, `fails` the identities that fail.
        """
        import pandas as pd

        return pd.DataFrame([vars_of(one) for one in given(self.result)]).convert_dtypes()

    def crops(self, folder: str | Path) -> tuple[Path, ...]:
        """Pictures of the places on the page, one per identity or cell told of and page.

        Written to `folder` as PNG. Raises SourceError where the source cannot be drawn.
        """
        from extract.explaining.crops import write_crops

        return write_crops(self, Path(folder))

    def _repr_html_(self) -> str:
        from html import escape

        shown = self.table.to_html(index=False) if len(self.table) else ""
        return f"<pre>{escape(str(self))}</pre>{shown}"


_COLUMNS = (
    "check", "expected", "actual", "difference", "cause", "account", "probability", "margin",
    "words", "code", "printed", "asked", "misread", "misprinted", "alternatives", "page",
    "x0", "y0", "x1", "y1",
)  # fmt: skip


def explain(report: Report | Result, subject: str | None = None) -> Explanation:
    """Why the identities of a report fail, and what its doubtful cells may be.

    `subject` is a check id or a cell code, else all that is not in order. Raises UsageError
    where the report has no such check or cell.
    """
    result = report.result if isinstance(report, Report) else report
    known = {check.id for check in result.checks} | {cell.code for cell in result.cells}
    if subject is not None and subject not in known:
        raise UsageError(
            f"{plain(subject)}: neither a cell nor an identity of form {result.form}; "
            f"gouji layouts show {result.form} lists them"
        )
    return Explanation(result, subject)


def _rows(check: Check, rank: int, one: Account, ranked: tuple[Account, ...]) -> list[list[Any]]:
    head = [
        check.id, check.expected, check.actual, check.difference, check.cause, rank,
        one.probability, margin(ranked), one.words,
    ]  # fmt: skip
    rows: list[list[Any]] = []
    for moved in one.moved:
        box = moved.box
        rows.append(
            [
                *head, moved.code, moved.printed, moved.asked, moved.misread, moved.misprinted,
                "; ".join(f"{r.printed or r.mark} {r.probability:.4f}" for r in moved.readings),
                moved.page, *((box.x0, box.y0, box.x1, box.y1) if box else (None,) * 4),
            ]
        )  # fmt: skip
    return rows or [[*head, *(None,) * (len(_COLUMNS) - len(head))]]


def vars_of(one: Any) -> dict[str, Any]:
    return {
        "code": one.code,
        "number": one.number,
        "listed": "; ".join(f"{number} {share:.6f}" for number, share in one.listed.items()),
        "asked": "; ".join(f"{number} {share:.2g}" for number, share in one.asked.items()),
        "other": one.other,
        "doubt": one.doubt,
        "checks": " ".join(one.checks),
        "fails": " ".join(one.fails),
    }
