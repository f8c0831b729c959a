"""Where a straight page has the sides of cells, by a small network that learned from damage.

Dashed, dotted, broken, faint and doubled rules, and sides that no rule draws at all, are sides
alike; strokes of letters, seals and underlines are none. The network is trained by
fixtures/rulings/train.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from extract.networks import open_network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.model import Pixels

    Map = NDArray[np.float32]

STEP = 6
"""Pixels at WORK_DPI to a pixel of the maps, both ways."""
_MODELS = Path(__file__).parent / "models"


@dataclass(frozen=True)
class Sides:
    """Probabilities (h / STEP, w / STEP) that level or upright sides of cells, or a table's
    inside, lie at a place. Pixel k of a map covers pixels k * STEP to k * STEP + STEP - 1.
    """

    level: Map
    upright: Map
    inside: Map


def find_sides(small: Pixels) -> Sides:
    """The sides of cells on a straight grey page at WORK_DPI.

    Raises SourceError (`unsupported`) where the model is missing or another one.
    """
    below, right = -small.shape[0] % (2 * STEP), -small.shape[1] % (2 * STEP)
    padded = np.pad(small, ((0, below), (0, right)), mode="edge")
    ink = (255 - padded).astype(np.float32)[None, None] / np.float32(255)
    (maps,) = _session().run(None, {"ink": ink})
    return Sides(*maps[0])


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Half-open ranges in which all flags are set."""
    edges = np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))
    starts, stops = np.nonzero(edges == 1)[0], np.nonzero(edges == -1)[0]
    return [(int(a), int(b)) for a, b in zip(starts, stops, strict=True)]


@lru_cache(maxsize=1)
def _session() -> Any:
    about = json.loads((_MODELS / "rules.json").read_text(encoding="utf-8"))
    return open_network(_MODELS / "rules.onnx", about["sha256"])
