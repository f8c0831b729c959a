"""The small recogniser of numerals: line crops in, alternative strings with probabilities out.

The network's emission matrix is searched by CTC prefix beam search (Graves 2012, "Supervised
sequence labelling with recurrent neural networks"; Hannun et al. 2014), which adds up all the
alignments of a string, so that the probabilities are those of strings and not of paths.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from extract.errors import SourceError
from extract.networks import open_network
from extract.reading.ink import LINE_HEIGHT

if TYPE_CHECKING:
    from extract.model import Pixels

READER = "numerals"
OTHER = "□"
"""Stands in a string for a glyph that the model has no name for."""
MODELS = Path(__file__).parent / "models"
_STEP = 4
"""Columns of pixels per column of the emission matrix."""
_WIDTH_STEP = 16
_BATCH = 96
_BEAM = 12
_LEAST = 1e-4
"""A class below this probability in a column is not followed up."""
_ALTERNATIVES = 6
_A_WORD = 3
"""Unknown glyphs beside no digit that make a word, and no damaged number."""

_NOTED = re.compile(r"[+-]?[0-9.,]+\([^)]")
"""A number with a note behind it."""

Alternatives = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class _Model:
    session: Any
    alphabet: str
    temperature: float
    lapse: float


def recognise_numerals(lines: Sequence[Pixels]) -> list[Alternatives]:
    """What each line prints: alternatives with their probabilities, best first.

    Lines are crops as `ink.text_lines` cuts them: grey, (LINE_HEIGHT, width), paper 255. The
    empty string means that nothing is printed there. Probabilities are calibrated: the model's
    temperature (Guo et al. 2017, "On calibration of modern neural networks") and the share of
    lapses that no temperature explains are kept beside the model. Raises SourceError
    (`unsupported`) where the model is missing or is not the one that was calibrated.
    """
    if not lines:
        return []
    model = _model()
    trust = 1.0 - model.lapse
    return [
        tuple((text, chance * trust) for text, chance in search_strings(matrix, model.alphabet))
        for matrix in emissions_of(lines)
    ]


def score_numerals(
    cells: Sequence[Sequence[Pixels]], texts: Sequence[Sequence[str]]
) -> list[list[float]]:
    """The probability of each text asked of a cell whose lines, as above, are read as one.

    Raises SourceError as `recognise_numerals` does.
    """
    if not cells:
        return []
    model = _model()
    matrices = iter(emissions_of([line for lines in cells for line in lines]))
    scores = []
    for lines, asked in zip(cells, texts, strict=True):
        matrix = np.concatenate([next(matrices) for _ in lines])
        scores.append([probability_of(text, matrix, model.alphabet) for text in asked])
    return scores


def emissions_of(lines: Sequence[Pixels]) -> list[NDArray[np.float64]]:
    """The emission matrix (columns, 1 + letters) of each line, as above, up to its end."""
    model = _model()
    found: dict[int, NDArray[np.float64]] = {}
    for width, places in _buckets(lines):
        emissions = _emissions(model, [lines[place] for place in places], width)
        for place, matrix in zip(places, emissions, strict=True):
            found[place] = matrix[: -(-lines[place].shape[1] // _STEP) + 1]
    return [found[place] for place in range(len(lines))]


@lru_cache(maxsize=1)
def _model() -> _Model:
    """The session of this process, made at the first use."""
    about = _about(MODELS / "numerals.json")
    session = open_network(MODELS / "numerals.onnx", about["sha256"])
    return _Model(session, about["alphabet"], about["temperature"], about["lapse"])


def forget_model() -> None:
    """Drops this process's session; the next line read opens the model again."""
    _model.cache_clear()


def _about(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise SourceError(
            f"scans cannot be read: {path.name} is missing or damaged; install gouji again",
            "unsupported",
        ) from error


def _buckets(lines: Sequence[Pixels]) -> list[tuple[int, list[int]]]:
    by_width: dict[int, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        by_width[-(-line.shape[1] // _WIDTH_STEP) * _WIDTH_STEP].append(place)
    return [
        (width, places[start : start + _BATCH])
        for width, places in sorted(by_width.items())
        for start in range(0, len(places), _BATCH)
    ]


def _emissions(model: _Model, lines: Sequence[Pixels], width: int) -> NDArray[np.float64]:
    """Probabilities (line, column, class) at the calibrated temperature."""
    batch = np.zeros((len(lines), 1, LINE_HEIGHT, width), np.float32)
    for row, line in enumerate(lines):
        batch[row, 0, :, : line.shape[1]] = (255 - line) * np.float32(1 / 255)
    logits = model.session.run(None, {"lines": batch})[0].astype(np.float64) / model.temperature
    logits -= logits.max(axis=2, keepdims=True)
    np.exp(logits, out=logits)
    return np.asarray(logits / logits.sum(axis=2, keepdims=True))


def search_strings(matrix: NDArray[np.float64], alphabet: str) -> Alternatives:
    """The likeliest strings of an emission matrix (columns, 1 + letters), best first.

    Class 0 is the blank of CTC. At least _ALTERNATIVES strings are returned, but for words;
    those that the beam did not reach come with the probability of their best single path, a
    lower bound.
    """
    path = matrix.argmax(axis=1)
    new = np.concatenate([[True], path[1:] != path[:-1]]) & (path > 0)
    text = "".join(alphabet[index - 1] for index in path[new].tolist())
    if text.count(OTHER) >= _A_WORD and not any(sign.isdigit() for sign in text):
        # That it is a word is all that this model can say, and a search would be long.
        return ((text, float(np.prod(matrix.max(axis=1)))),)
    if _NOTED.match(text):
        # What the note says does not matter for the number before it.
        before = text.index("(")
        column = int(np.flatnonzero(new)[before])
        numbers = search_strings(matrix[:column], alphabet)
        opened = float(matrix[column, path[column]])
        return tuple((number + text[before:], chance * opened) for number, chance in numbers)
    # Each prefix has the probability of its paths that end in a blank and of those that do not.
    beam: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}
    followed = matrix >= _LEAST
    for column, follow in zip(matrix.tolist(), followed, strict=True):
        classes = np.flatnonzero(follow).tolist()
        if classes == [0]:
            beam = {text: (blank + ink, 0.0) for text, (blank, ink) in beam.items()}
            continue
        beam = _extended(beam, column, classes, alphabet)
    ends = ((text, blank + ink) for text, (blank, ink) in beam.items() if blank + ink > 0.0)
    found = sorted(ends, key=lambda pair: -pair[1])
    if len(found) < _ALTERNATIVES:
        found += _neighbours(matrix, alphabet, {text for text, _ in found})
    return tuple(found[:_ALTERNATIVES])


def probability_of(text: str, matrix: NDArray[np.float64], alphabet: str) -> float:
    """The probability of one string given an emission matrix (columns, 1 + letters).

    The forward algorithm of CTC (Graves et al. 2006, "Connectionist temporal classification"):
    all alignments are added up. 0 for a letter that the model does not know.
    """
    if not set(text) <= set(alphabet):
        return 0.0
    # Letters with the blank between them and at both ends.
    states = np.zeros(2 * len(text) + 1, np.intp)
    states[1::2] = [1 + alphabet.index(letter) for letter in text]
    skips = np.zeros(len(states), bool)  # from letter to letter, unless they are the same
    skips[3::2] = states[3::2] != states[1:-2:2]
    chance = np.zeros(len(states))
    chance[0] = 1.0
    for column in matrix:
        moved = chance.copy()
        moved[1:] += chance[:-1]
        moved[2:] += np.where(skips[2:], chance[:-2], 0.0)
        chance = moved * column[states]
    return float(chance[-2:].sum())


def _extended(
    beam: dict[str, tuple[float, float]], column: list[float], classes: list[int], alphabet: str
) -> dict[str, tuple[float, float]]:
    """The beam after one more column of the emission matrix."""
    ends: dict[str, list[float]] = {}
    for text, (blank, ink) in beam.items():
        both = blank + ink
        stay = ends.setdefault(text, [0.0, 0.0])
        last = text[-1] if text else ""
        for index in classes:
            chance = column[index]
            if index == 0:
                stay[0] += both * chance
                continue
            letter = alphabet[index - 1]
            if letter == last:
                stay[1] += ink * chance
                ends.setdefault(text + letter, [0.0, 0.0])[1] += blank * chance
            else:
                ends.setdefault(text + letter, [0.0, 0.0])[1] += both * chance
    if len(ends) > _BEAM:
        best = sorted(ends.items(), key=lambda item: -(item[1][0] + item[1][1]))[:_BEAM]
    else:
        best = list(ends.items())
    return {text: (blank, ink) for text, (blank, ink) in best}


def _neighbours(
    matrix: NDArray[np.float64], alphabet: str, known: set[str]
) -> list[tuple[str, float]]:
    """Strings one letter off the best path, with the probability of that one path."""
    path = matrix.argmax(axis=1)
    chance = float(np.prod(matrix.max(axis=1)))
    starts = [0, *(np.flatnonzero(path[1:] != path[:-1]) + 1).tolist()]
    runs = list(zip(starts, [*starts[1:], len(path)], strict=True))
    runs = [(start, end) for start, end in runs if path[start]]
    letters = [alphabet[path[start] - 1] for start, _ in runs]
    found: dict[str, float] = {}
    for place, (start, end) in enumerate(runs):
        ratios = np.prod(matrix[start:end] / matrix[start:end].max(axis=1, keepdims=True), axis=0)
        for index in np.argsort(-ratios)[1:_ALTERNATIVES].tolist():
            letter = alphabet[index - 1] if index else ""
            text = "".join([*letters[:place], letter, *letters[place + 1 :]])
            if text not in known:
                found[text] = max(found.get(text, 0.0), chance * float(ratios[index]))
    if not runs:
        best = matrix[:, 1:].max(axis=0)
        found = {alphabet[i]: chance * float(best[i]) for i in np.argsort(-best)[:_ALTERNATIVES]}
        found = {text: value for text, value in found.items() if text not in known}
    return sorted(found.items(), key=lambda pair: -pair[1])
