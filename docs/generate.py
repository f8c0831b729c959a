"""Pages of the site that are made from the code: codebook, forms, commands, comparison."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def on_files(files: Any, config: Any) -> Any:
    """Called by mkdocs: adds the generated pages to the files of the site."""
    from mkdocs.structure.files import File

    for path, text in pages():
        files.append(File.generated(config, path, content=text))
    return files


def pages() -> Iterator[tuple[str, str]]:
    """Path and Markdown of each generated page."""
    from extract.forms import load_forms

    yield "reference/codebook.md", _codebook()
    yield "reference/commands.md", _commands()
    for form in load_forms():
        yield f"reference/form-{form.id}.md", _form(form)
    yield "comparison.md", _comparison()


def _table(header: list[str], rows: list[list[str]]) -> str:
    kept = [i for i in range(len(header)) if not rows or any(row[i] for row in rows)]
    header, rows = [header[i] for i in kept], [[row[i] for i in kept] for row in rows]
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(one.replace("|", "\\|") for one in r) + " |" for r in lines)


def _codebook() -> str:
    from extract.tables import TABLES

    out = [
        "# Codebook",
        "A dataset is a folder with these tables, as Parquet and as CSV. Every dataset carries its "
        "own `codebook.csv` with all cell codes and identities too; the forms have theirs on their "
        "pages.",
    ]
    for name, columns in TABLES.items():
        rows = [
            [
                f"`{one.name}`",
                one.kind + (", never null" if one.required else ""),
                one.zh,
                one.en + ("<br>" + ", ".join(f"`{v}`" for v in one.values) if one.values else ""),
            ]
            for one in columns
        ]
        out += [f"## {name}", _table(["column", "type", "中文", "meaning"], rows)]
    return "\n\n".join(out) + "\n"


def _form(form: Any) -> str:
    checks = [
        [f"`{one.id}`", one.strength, one.wording.zh, one.wording.en] for one in form.identities()
    ]
    claims = [
        [f"`{one.id}`", one.name.zh, one.name.en, " + ".join(f"`{c}`" for c in one.cells) or "-"]
        for one in form.claims
    ]
    out = [
        f"# Form {form.id}",
        f"{form.name.zh}: {form.name.en}; {form.authority}. Made from `layouts/{form.id}.yaml`.",
        f"The code of a cell is table, row and column joined by dots, as in `{form.codes()[0]}`. "
        f"`gouji layouts show {form.id}` draws the tables as they are printed.",
    ]
    for table in form.tables:
        out.append(f"## {table.id} {table.title.zh}")
        out.append(table.title.en)
        for section in table.sections:
            out += list(_section(table, section))
    out += ["## Identities", _table(["id", "strength", "中文", "meaning"], checks)]
    if claims:
        out.append("## Numbers that the text says")
        out.append(_table(["claim", "中文", "meaning", "compared with"], claims))
    return "\n\n".join(out) + "\n"


def _section(table: Any, section: Any) -> Iterator[str]:
    if section.label:
        yield f"### {section.label.zh}"
    columns = [
        [
            f"`{'.'.join(filter(None, (one.row, one.id)))}`",
            " › ".join(label.zh for label in one.path),
            one.label.en,
            one.unit or "",
        ]
        for one in section.columns
    ]
    yield _table(["column", "中文", "meaning", "unit"], columns)
    rows = [
        [
            f"`{table.id}.{one.id}`",
            " › ".join(label.zh for label in one.path),
            one.label.en + (": the rows below it printed as one" if one.stands_for else ""),
            one.unit or "",
        ]
        for one in section.rows
        if one.label
    ]
    if rows:
        yield _table(["row", "中文", "meaning", "unit"], rows)


def _commands() -> str:
    import os
    from contextlib import redirect_stdout, suppress

    from extract.cli import COMMANDS, main

    out = ["# Commands", "What `gouji COMMAND --help` says."]
    os.environ["COLUMNS"] = "88"
    for name in COMMANDS:
        said = io.StringIO()
        with redirect_stdout(said), suppress(SystemExit):
            main([name, "--help"])
        text = re.sub(r"\x1b\[[0-9;]*m", "", said.getvalue())
        out += [f"## gouji {name}", "```text\n" + text.strip("\n") + "\n```"]
    codes = [
        ["0", "every report was read, flagged ones included"],
        ["1", "some file failed, the others are in the dataset"],
        ["2", "wrong usage"],
        ["3", "the dataset cannot be written"],
        ["130", "interrupted; what was finished is kept"],
    ]
    return "\n\n".join([*out, "## Exit codes", _table(["code", "meaning"], codes)]) + "\n"


def _comparison() -> str:
    """The tables of docs/measurements.md that measure other tools, with their commands."""
    text = (ROOT / "docs/measurements.md").read_text(encoding="utf-8")
    dated = re.search(r"^Compared with other tools on (.+?)\.$", text, re.MULTILINE)
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    out = [
        "# Against other tools",
        "What a user would assemble instead, measured on the same files in the same run"
        + (f", on {dated[1]}." if dated else ".")
        + " Every figure is taken from [the measurements](measurements.md), which say the command "
        "and the seed.",
    ]
    for section in sections:
        title, _, body = section.partition("\n")
        found = [part for part in re.split(r"\n\n+", body) if _of_others(part)]
        if found:
            out += [f"## {title}", *found]
    return "\n\n".join(out) + "\n"


def _of_others(part: str) -> bool:
    names = ("pdfplumber", "camelot", "RapidOCR", "threshold 0.98", "tesseract", "Label Studio")
    return any(name in part for name in names)
