"""The command `gouji`: finds the command's own module, which alone is imported.

A command is a function (or a typer app) that is imported when it is called, so that
`gouji --help` needs neither pandas nor typer.
"""

from __future__ import annotations

import gc
import os
import sys

COMMANDS = {
    "extract": ("read reports into a dataset", "extract.cli.extracting:extract"),
    "tables": ("the ruled tables of any document", "extract.cli.showing:tables"),
    "explain": ("why a cell or an identity got its verdict", "extract.cli.explaining:explain"),
    "audit": ("the report on a dataset's sums, worst first", "extract.cli.auditing:audit"),
    "review": ("pages to look at doubtful cells and settle them", "extract.cli.reviewing:review"),
    "panel": ("one row per public body and year, over all forms", "extract.cli.paneling:panel"),
    "diff": ("what changed between two datasets", "extract.cli.differing:diff"),
    "sample": ("cells to check by hand, and a bound on errors", "extract.cli.sampling:sample"),
    "layouts": ("the forms that gouji knows", "extract.cli.layouting:layouts"),
}

USAGE, UNWRITABLE, INTERRUPTED = 2, 3, 130


def main(arguments: list[str] | None = None) -> None:
    """Run `gouji ARGUMENTS` and leave with its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show Chinese must not end the work.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        _answer(given)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has enough of it, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _answer(given: list[str]) -> None:
    name = given[0] if given else ""
    if name in COMMANDS:
        sys.exit(_run(name, given[1:]))
    if name in ("--help", "-h"):
        print(_help())
    elif name == "--version":
        from extract.version import program_version

        print(f"gouji {program_version()}")
    elif not name:
        print(_help(), file=sys.stderr)
        sys.exit(USAGE)
    else:
        kind = "option" if name.startswith("-") else "command"
        print(f"gouji: no {kind} {name!r}; see gouji --help", file=sys.stderr)
        sys.exit(USAGE)


def _help() -> str:
    lines = [
        "Usage: gouji COMMAND ...",
        "",
        "Reads published Chinese government disclosure reports into checked, normalized tables.",
        "",
        "Commands:",
    ]
    width = max(map(len, COMMANDS)) + 2
    lines += [f"  {name:{width}}{summary}" for name, (summary, _) in COMMANDS.items()]
    lines += ["", "Options:", "  --version  --help", "", "gouji COMMAND --help tells more."]
    return "\n".join(lines)


def _run(name: str, arguments: list[str]) -> int:
    from extract.cli.running import run

    try:
        return run(name, COMMANDS[name][1], arguments)
    finally:
        gc.freeze()  # what is imported would be looked through once more on the way out
