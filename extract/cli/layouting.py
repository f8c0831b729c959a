"""`gouji layouts`: the forms that gouji knows, a look at one, its faults, and a first draft."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extract.cli.running import FAILED, guarded, new_app
from extract.errors import UsageError

if TYPE_CHECKING:
    from extract.forms import Form

layouts = new_app(
    invoke_without_command=True,
    help="The forms that gouji knows. Layouts of your own: put them in a folder and name it in "
    "the environment variable GOUJI_LAYOUTS; every command then knows them too.",
)

_WIDE = 320
"""Characters in a line where no terminal sets a limit."""

_Named = Annotated[str, typer.Argument(metavar="ID|FILE", help="a form, or a layout file")]


@layouts.callback()
@guarded
def listing(context: typer.Context) -> None:
    """The forms that gouji knows."""
    if context.invoked_subcommand is None:
        from extract.forms import load_forms

        for form in load_forms():
            typer.echo(f"{form.id}  {form.name.zh}  {form.authority}")
            typer.echo(
                f"      {form.name.en}; {len(form.codes())} cells, "
                f"{len(form.identities())} identities"
            )


@layouts.command()
@guarded
def show(form: _Named) -> None:
    """The form as it is printed, with the codes of its cells, and its identities."""
    import sys

    from rich.console import Console

    from extract.forms.show import drawn

    console = Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False, markup=False)
    for part in drawn(_form(form)):
        console.print(part)


@layouts.command()
@guarded
def lint(form: _Named) -> None:
    """Faults of a layout: labels too alike, identities that cannot hold, units that differ.

    Exit code 1 where there is an error, 0 where there are warnings at most.
    """
    from extract.drafting import lint as faults_of

    found = faults_of(_form(form))
    for one in found:
        typer.echo(f"{one.level}: {one.where}: {one.what}")
    typer.echo(f"{len(found)} found" if found else "no fault found")
    if any(one.level == "error" for one in found):
        raise typer.Exit(FAILED)


@layouts.command()
@guarded
def draft(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a report in the new form")],
) -> None:
    """A layout for the form of an example report, as YAML on standard output.

    The fuller the example, the more of its sums are seen. Look through the draft, keep it as a
    file in the folder that GOUJI_LAYOUTS names, and check it with `gouji layouts lint`.
    """
    from extract.tables import plain

    if not file.exists():
        raise UsageError(f"{plain(str(file))}: no such file; check the path")
    from extract.drafting import draft as drafted
    from extract.forms import load_forms
    from extract.pipeline import looked_at

    pages = looked_at(file)
    grids = [grid for page in pages for grid in page.grids]
    lines = [line for page in pages for line in page.lines]
    typer.echo(drafted(grids, lines, load_forms()), nl=False)


def _form(named: str) -> Form:
    from extract.forms import load_form, load_forms

    if named.endswith((".yaml", ".yml")):
        return load_form(Path(named))
    forms = {one.id: one for one in load_forms()}
    if named not in forms:
        raise UsageError(f"no form '{named}'; there are {', '.join(forms)}, or name a .yaml file")
    return forms[named]
