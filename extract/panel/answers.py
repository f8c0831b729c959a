"""What a person knows of names: a CSV such as the panel's own list of names, filled in."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from extract.errors import UsageError
from extract.text import fold


@dataclass(frozen=True, slots=True)
class Answer:
    """The division of an agency, and the body it is, each None where the person left it open."""

    region_code: str | None
    body: str | None


Answers = Mapping[tuple[str, str], Answer]
"""By agency, as printed, and its region_code in the dataset, "" where none."""


def answer_for(answers: Answers, agency: str, given: str | None) -> Answer | None:
    """The answer for an agency: that for its given code, else that for any."""
    return answers.get((agency, given or "")) or answers.get((agency, ""))


def load_answers(path: Path) -> Answers:
    """Columns agency and region_code, body or both; `dataset_code` tells one name's bodies apart.

    In the panel's own list only rows whose column `certain` says yes are answers. Raises
    UsageError naming the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            names = set(reader.fieldnames or ())
            if "agency" not in names or not names & {"region_code", "body"}:
                raise UsageError(f"{path.name}: needs the column agency, and region_code or body")
            lines = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path.name}: cannot be read as CSV in UTF-8 ({error})") from None
    found: dict[tuple[str, str], Answer] = {}
    for number, line in enumerate(lines, 2):
        agency = fold(line["agency"] or "").replace(" ", "")
        code = (line.get("region_code") or "").strip() or None
        body = (line.get("body") or "").strip() or None
        if not agency or (line.get("certain") or "yes").strip() != "yes":
            continue
        if code and not re.fullmatch(r"[1-9][0-9]{5}", code):
            raise UsageError(f"{path.name}, line {number}: region_code has six digits")
        answer = Answer(code, body)
        key = agency, (line.get("dataset_code") or "").strip()
        if found.setdefault(key, answer) != answer:
            raise UsageError(
                f"{path.name}, line {number}: {line['agency']} has two answers; where one name "
                "means two bodies, give region_code per file with gouji extract --about"
            )
    return found
