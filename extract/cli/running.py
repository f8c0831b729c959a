"""One command under typer: errors become one line and an exit code, never a traceback."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer

from extract.cli import INTERRUPTED, UNWRITABLE, USAGE
from extract.errors import DatasetError, GoujiError, UsageError

FAILED = 1


def run(name: str, target: str, arguments: list[str]) -> int:
    """Call the command `module:function` with its arguments; its exit code."""
    module, _, attribute = target.partition(":")
    command = getattr(import_module(module), attribute)
    app = command if isinstance(command, typer.Typer) else single(command)
    try:
        app(args=arguments, prog_name=f"gouji {name}")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else USAGE
    return 0


def single(command: Callable[..., Any]) -> typer.Typer:
    app = new_app()
    app.command()(guarded(command))
    return app


def new_app(**options: Any) -> typer.Typer:
    return typer.Typer(
        add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, **options
    )


def guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with every foreseen error as a line on stderr and an exit code."""

    @functools.wraps(command)
    def call(*positional: Any, **named: Any) -> Any:
        try:
            return command(*positional, **named)
        except UsageError as error:
            _say(error.what)
            raise typer.Exit(USAGE) from None
        except DatasetError as error:
            _say(error.what)
            raise typer.Exit(UNWRITABLE) from None
        except GoujiError as error:
            _say(error.what)
            raise typer.Exit(FAILED) from None
        except KeyboardInterrupt:
            _say("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, typer.BadParameter, BrokenPipeError):
            raise
        except Exception as error:
            from extract.tables import plain

            _say(f"gouji itself failed ({type(error).__name__}: {plain(str(error))}); report it")
            raise typer.Exit(FAILED) from error

    return call


def _say(text: str) -> None:
    print(f"gouji: {text}", file=sys.stderr)
