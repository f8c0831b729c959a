"""Charts as SVG to stand inside a page: texts stay texts, nothing is loaded."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

PALETTE = {"ok": "#5b8c6e", "publisher": "#b3261e", "review": "#d59f2e", "failed": "#8a8a86"}
_INK = "#1d1d1b"
_FONTS = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "sans-serif"]


def stacked_columns(
    counts: Mapping[str, Mapping[str, int]], series: Sequence[str], salt: str
) -> str:
    """Columns by name, one stack of `series` each, in the colours of `PALETTE`."""
    figure, axes = _figure(4.4, 2.3)
    places = range(len(counts))
    floor = [0] * len(counts)
    for one in series:
        heights = [of.get(one, 0) for of in counts.values()]
        axes.bar(places, heights, 0.62, bottom=floor, color=PALETTE[one])
        floor = [low + height for low, height in zip(floor, heights, strict=True)]
    for place, top in zip(places, floor, strict=True):
        axes.text(place, top, f" {top}\n", ha="center", va="bottom", fontsize=9.5, linespacing=0.3)
    axes.set_xticks(list(places), list(counts))
    axes.margins(x=0.02, y=0.12)
    axes.set_yticks([])
    return _svg(figure, salt)


def bars(counts: Mapping[str, int], colour: str, salt: str) -> str:
    """Level bars by name, the first on top, each with its number."""
    figure, axes = _figure(4.4, 0.4 + 0.27 * max(1, len(counts)))
    places = range(len(counts))
    axes.barh(places, list(counts.values()), 0.6, color=PALETTE[colour])
    for place, count in zip(places, counts.values(), strict=True):
        axes.text(count, place, f"  {count}", ha="left", va="center", fontsize=9.5)
    axes.set_yticks(list(places), list(counts))
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.margins(x=0.1)
    widest = max((sum(1 if c.isascii() else 2 for c in name) for name in counts), default=0)
    figure.subplots_adjust(left=min(0.6, 0.05 + 0.0175 * widest), right=0.98, top=0.98, bottom=0.04)
    return _svg(figure, salt)


def _figure(width: float, height: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    axes = figure.add_subplot()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#bbbbb5")
    axes.tick_params(length=0, labelsize=9.5, labelcolor=_INK)
    figure.subplots_adjust(left=0.02, right=0.98, top=0.95, bottom=0.14)
    return figure, axes


def _svg(figure: Any, salt: str) -> str:
    import matplotlib

    settings: dict[str, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "font.family": _FONTS,
        "text.color": _INK,
    }
    sink = StringIO()
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fonts of the reader's machine, not of this one
        _quieted()
        figure.savefig(sink, format="svg", transparent=True, metadata={"Date": None})
    whole = sink.getvalue()
    drawn = re.sub(r"<metadata>.*?</metadata>", "", whole[whole.index("<svg") :], flags=re.S)
    return drawn.replace("<svg ", '<svg role="img" aria-hidden="true" ', 1)


def _quieted() -> None:
    import logging

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
