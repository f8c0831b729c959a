"""How far the recogniser of numerals can be trusted: `python -m tests.bench.trust [--write]`.

Its temperature and its share of lapses are those that make what number cells of scanned fixtures
print likeliest. The samples that it learns from are mostly worse than any page, so that a trust
fitted to them is too low on pages. Seeds from 10,000 on have looks, fonts and a damage that
nothing was developed on; those fitted to are measured no further.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from extract.reading import numerals
from extract.reading.ink import digit_height, find_ink
from extract.text import fold
from tests.bench.cells import Document, cut_report

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.model import Pixels

SEEDS = (700, 20700)
TEMPERATURES = (0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1.0, 1.1, 1.25, 1.4)
LAPSES = (1e-4, 2e-4, 4e-4, 1e-3)
"""Fewer than one in 10,000 are not told by some ten thousand numbers."""
_AMONG = 100
"""Strings that a line may be read as where it is not read for what it is."""
_PLAIN = re.compile("[0-9,]+")


@dataclass(frozen=True, slots=True)
class Trust:
    """What a temperature and a share of lapses say of the lines: `loss` is the mean negative
    logarithm of the truth's probability; `wrong` are found, `promised` were to be expected.
    """

    temperature: float
    lapse: float
    loss: float
    wrong: int
    promised: float


def lines_of(document: Document) -> list[tuple[Pixels, str]]:
    """The cells of a document that show a number in one line, and what they print."""
    digit = digit_height([cut.crop for cut in document.cuts])
    found = []
    for cut in document.cuts:
        lines = find_ink(cut.crop, digit).lines
        printed = fold(cut.printed)
        if len(lines) == 1 and _PLAIN.fullmatch(printed):
            found.append((lines[0].pixels, printed))
    return found


def trusts(lines: Sequence[tuple[Pixels, str]]) -> list[Trust]:
    """Each temperature with each share of lapses, the likeliest first."""
    about = _about()
    matrices = numerals.emissions_of([pixels for pixels, _ in lines])
    alphabet, printed = about["alphabet"], [text for _, text in lines]
    found = []
    for temperature in TEMPERATURES:
        scaled = [_tempered(one, about["temperature"] / temperature) for one in matrices]
        best = [numerals.search_strings(one, alphabet)[0] for one in scaled]
        wrong = sum(_digits(b) != _digits(t) for (b, _), t in zip(best, printed, strict=True))
        scores = [
            sum(numerals.probability_of(text, one, alphabet) for text in _spelt(truth))
            for one, truth in zip(scaled, printed, strict=True)
        ]
        for lapse in LAPSES:
            likely = [score * (1 - lapse) + lapse / _AMONG for score in scores]
            promised = sum(1 - chance * (1 - lapse) for _, chance in best)
            loss = -float(np.mean(np.log(np.maximum(likely, 1e-12))))
            found.append(Trust(temperature, lapse, loss, wrong, promised))
    return sorted(found, key=lambda one: one.loss)


def _tempered(matrix: NDArray[np.float64], power: float) -> NDArray[np.float64]:
    raised = matrix**power
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _about() -> dict[str, Any]:
    return dict(json.loads((numerals.MODELS / "numerals.json").read_text(encoding="utf-8")))


def _spelt(printed: str) -> list[str]:
    """A number as printed, and its wide commas as the points that they look like."""
    return list(dict.fromkeys((printed, printed.replace(",", "."), _digits(printed))))


def _digits(text: str) -> str:
    return text.replace(",", "").replace(".", "")


def report(lines: Sequence[tuple[Pixels, str]]) -> str:
    """The ten likeliest, as a table."""
    rows = [f"{len(lines)} numbers", "temperature  lapses   loss     wrong  promised"]
    rows += [
        f"{one.temperature:11.2f}  {one.lapse:.5f}  {one.loss:.5f}  {one.wrong:5d}"
        f"  {one.promised:8.1f}"
        for one in trusts(lines)[:10]
    ]
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the trust in the recogniser of numerals.")
    parser.add_argument("--reports", type=int, default=45, help="reports of each seed")
    parser.add_argument("--write", action="store_true", help="keep the likeliest with the model")
    asked = parser.parse_args()
    documents = [cut_report(seed, i) for seed in SEEDS for i in range(asked.reports)]
    by_level: dict[str, list[tuple[Pixels, str]]] = {}
    for document in documents:
        by_level.setdefault(document.keys["level"], []).extend(lines_of(document))
    for level, lines in by_level.items():
        print(f"{level}: {report(lines)}\n")
    together = [line for lines in by_level.values() for line in lines]
    print(f"all: {report(together)}")
    if asked.write:
        best = trusts(together)[0]
        about = _about() | {"temperature": best.temperature, "lapse": best.lapse}
        kept = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
        (numerals.MODELS / "numerals.json").write_text(kept, encoding="utf-8")


if __name__ == "__main__":
    main()
