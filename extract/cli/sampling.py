"""`gouji sample`: how many silent errors an archive has, from a sample checked by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from extract.sampling import Bound
    from extract.sampling.files import Judged

_SHOWN = 20


def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="a dataset")],
    number: Annotated[int, typer.Option("-n", metavar="N", help="cells to draw")] = 300,
    seed: Annotated[int, typer.Option(help="another seed draws other cells")] = 1,
    answers: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="the answers: what the page saved, or sample.csv filled"),
    ] = None,
) -> None:
    """Draw `ok` cells to check by hand: DIR/sample.html, answered by keyboard, and DIR/sample.csv.

    With --answers: an exact 95 % upper bound on the share of wrong cells among all `ok` ones.
    Cells are drawn at random within strata of source kind, table and confidence, in proportion.
    """
    from extract.sampling import draw, judged, write_sample
    from extract.tables import plain

    if answers is not None:
        for line in told(judged(folder, answers)):
            typer.echo(line)
        return
    drawn = draw(folder, number, seed)
    shown = write_sample(folder, drawn)
    total = sum(drawn.sizes.values())
    typer.echo(f"{len(drawn.cells)} of {total} ok cells drawn, from {len(drawn.sizes)} strata")
    if shown < len(drawn.cells):
        typer.echo(f"{len(drawn.cells) - shown} of them have no picture: look them up in the file")
    typer.echo(f"answer on {plain(str(folder / 'sample.html'))}, or in sample.csv; then run")
    typer.echo(f"gouji sample {plain(str(folder))} --answers sample-answers.csv")


def told(found: Judged) -> Iterator[str]:
    """What the answers say, in words."""
    open_ones = f", {found.open} not answered" if found.open else ""
    yield f"answers: {found.yes} right, {found.no} wrong, {found.unsure} unsure{open_ones}"
    if found.unsure + found.open:
        yield "what is unsure or not answered counts as wrong"
    yield f"all {found.whole.cells} ok cells: {_said(found.whole)}"
    if len(found.kinds) > 1:
        yield "each kind of source by itself (95 % each, not jointly):"
        yield from (f"  {kind}: {_said(bound)}" for kind, bound in found.kinds.items())
    yield "of the archive as it was when the sample was drawn (Clopper-Pearson, Hoeffding 1956)"
    for row in found.wrong[:_SHOWN]:
        yield f"  wrong: {row['source']} {row['code']} read as {row['value'] or row['mark']}"
    if len(found.wrong) > _SHOWN:
        yield f"  and {len(found.wrong) - _SHOWN} more"


def _said(bound: Bound) -> str:
    return (
        f"{bound.wrong} of {bound.drawn} wrong, about {bound.estimate * 1e4:.1f} in 10,000; with "
        f"95 % confidence at most {bound.upper * 1e4:.1f} in 10,000, {bound.most_cells} cells"
    )
