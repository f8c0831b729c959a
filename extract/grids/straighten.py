"""Scanned pages made upright, level and evenly lit.

A scan is turned, skewed, seen in perspective or curled near a spine. The rules of its tables are
straight on paper, so they tell how: all rule segments of a page are fitted together by one smooth
shape (an offset per segment, low-order coefficients shared by all), and one resampling undoes it.
Where a page has no rules, its text lines give the skew (projection profiles: Postl, Detection of
linear oblique structures and skew scan in digitized documents, ICPR 1986).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.lit import FINEST_DPI, resampled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.model import Pixels

    Points = NDArray[np.float64]
    """(n, 2) x and y."""

WORK_DPI = 200.0
"""Resolution at which grids are looked for: a hairline of 0.25 pt is still 0.7 px."""
SHAPE_DPI = 100.0
"""Resolution at which skew and shape are measured."""
MOST_SKEW = 8.0
"""Degrees; a page more oblique than this is no scan that somebody looked at."""

_PRINT, _PALEST = 170.0, 200.0
"""Level below which something is print, and the same of a page whose print is pale."""
_INK, _FEW = 150, 0.004
"""Level below which something is the core of print, and the share of a page that it has at least
where its print is not pale."""
_DARKEST, _SAMPLED = 0.1, 3
"""Percentile of the levels that is its darkest print; of every third px each way."""


@dataclass(frozen=True)
class Straight:
    """A page, or one leaf of a double page, upright and level.

    `grey` is (height, width), light paper near 255, at `dpi`; `to_page` maps (n, 2) pixel
    positions of `grey` to points of the page as displayed; `turned` is the clockwise quarter
    turn in degrees that made it upright; `bend` the largest correction beyond the skew, in
    points; `residual` the spread of the rules round the fitted shape, in points.
    """

    grey: Pixels
    dpi: float
    turned: int
    skew: float
    bend: float
    residual: float
    to_page: Callable[[Points], Points]


def ink_without_rules(grey: Pixels, dpi: float) -> Pixels:
    """Ink (1) that is text: darker than the paper, and no part of a run longer than 6 mm."""
    import cv2

    ink = (grey < _darkness_of_print(grey)).astype(np.uint8)
    run = max(9, round(dpi / 4))
    rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    rules |= cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((run, 1), np.uint8))
    rules = cv2.dilate(rules, np.ones((3, 3), np.uint8))
    return np.where(rules > 0, np.uint8(0), ink)


def _darkness_of_print(grey: Pixels) -> float:
    """The level below which something is print: half way to the darkest, on a washed-out page."""
    sample = grey[::_SAMPLED, ::_SAMPLED]
    half_way = (float(np.median(sample)) + float(np.percentile(sample, _DARKEST))) / 2
    return min(max(_PRINT, half_way), _PALEST)


UNSURE_LEAN = (-0.5, 4.0)
"""Leans of pages with few words, mostly in narrow cells: either way is possible."""


def lean_of(grey: Pixels, dpi: float) -> float:
    """How much sooner text lines run from top to bottom (positive: the page lies on its side)
    than across; what lies in UNSURE_LEAN may be either.

    Letters of a line stand closer together than lines do: bridging small gaps along the lines
    makes long bodies, across them it does not.
    """
    import cv2

    ink = ink_without_rules(grey, dpi)
    lean = 0.0
    for gap in (max(3, round(dpi * 0.06)), max(4, round(dpi * 0.09))):
        lengths = []
        for kernel, along, across in (((1, gap), 2, 3), ((gap, 1), 3, 2)):
            closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(kernel, np.uint8))
            _, _, stats, _ = cv2.connectedComponentsWithStats(closed)
            body = stats[1:]
            long = (body[:, along] > 4 * body[:, across]) & (body[:, across] > dpi * 0.06)
            lengths.append(float(body[long, along].sum()) + 0.2 * dpi)
        lean += float(np.log(lengths[1] / lengths[0]))
    return lean


def skew_of(grey: Pixels) -> float:
    """Degrees by which lines fall to the right, from projection profiles of the ink."""
    rows, columns = np.nonzero(grey < _INK)
    if len(rows) < _FEW * grey.size:
        rows, columns = np.nonzero(grey < _darkness_of_print(grey))
    if len(rows) < 50:
        return 0.0
    if len(rows) > 60000:
        take = np.random.default_rng(0).choice(len(rows), 60000, replace=False)
        rows, columns = rows[take], columns[take]
    rows, columns = rows.astype(np.float32), columns.astype(np.float32)

    def sharpness(angle: float) -> float:
        level = rows - columns * np.float32(np.tan(np.radians(angle)))
        profile = np.bincount((level - level.min()).astype(np.int32)).astype(np.float64)
        return float((profile**2).sum())

    best = 0.0
    for reach, step in ((MOST_SKEW, 0.5), (0.4, 0.1)):
        angles = np.arange(best - reach, best + reach + step / 2, step)
        best = float(angles[int(np.argmax([sharpness(a) for a in angles]))])
    return best


def ridges(dark: Pixels, reach: int, upright: bool) -> Pixels:
    """How much darker each pixel is than both pixels `reach` away across a rule's direction."""
    import cv2

    image = dark.T if upright else dark
    image = np.ascontiguousarray(image)
    padded = cv2.copyMakeBorder(image, reach, reach, 0, 0, cv2.BORDER_REPLICATE)
    sides = cv2.max(padded[: -2 * reach], padded[2 * reach :])
    out: Pixels = cv2.subtract(image, sides)
    return out


def _segments(dark: Pixels, upright: bool) -> list[tuple[Points, NDArray[np.float64]]]:
    """Traced rule segments at SHAPE_DPI: (x, y) points every 8 px along each, and weights.

    For upright rules x and y change places, so that the first coordinate always runs along.
    """
    import cv2

    ridge = ridges(dark, 3, upright)
    ridge = cv2.blur(ridge, (15, 1))
    floor = max(8.0, 0.2 * float(np.percentile(ridge, 99.5)))
    steady = cv2.erode(ridge, np.ones((1, 25), np.uint8))
    mask = (steady > floor).astype(np.uint8)
    mask = cv2.dilate(mask, np.ones((1, 25), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    across, along = np.nonzero(mask)
    label = labels[across, along]
    weight = ridge[across, along].astype(np.float64)
    bins = dark.shape[0 if upright else 1] // 8 + 1
    key = label.astype(np.int64) * bins + along // 8
    total = np.bincount(key, weight, count * bins)
    mean = np.bincount(key, weight * across, count * bins) / np.maximum(total, 1e-9)
    found = []
    for i in range(1, count):
        if stats[i, 2] < 50 or stats[i, 3] > 0.15 * stats[i, 2] + 8:
            continue
        here = slice(i * bins, (i + 1) * bins)
        good = total[here] > 0
        at = np.nonzero(good)[0] * 8 + 4.0
        points = np.stack([at, mean[here][good]], axis=1)
        found.append((points[1:-1], np.minimum(total[here][good][1:-1], 400.0)))
    return [f for f in found if len(f[0]) >= 4]


def _terms(along: NDArray[np.float64], across: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of the shared shape's terms at positions scaled to about -1..1."""
    a, c = along, across
    return np.stack([a, a * c, a**2, a**2 * c, a * c**2, a**3, a**4], axis=1)


_STIFFNESS = np.array([0.0, 0.3, 0.3, 1.0, 1.0, 1.0, 3.0])
"""How reluctantly each term is used; sparse rules must not bend a page."""


@dataclass(frozen=True)
class _Shape:
    """Deviation of rules of one direction, in px at SHAPE_DPI, over a page of given size."""

    coefficients: NDArray[np.float64]
    middle_along: float
    middle_across: float
    scale: float
    residual: float

    def __call__(
        self, along: NDArray[np.float64], across: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        terms = _terms(
            (along - self.middle_along) / self.scale, (across - self.middle_across) / self.scale
        )
        out: NDArray[np.float64] = terms @ self.coefficients
        return out


def _fit_shape(
    segments: list[tuple[Points, NDArray[np.float64]]], length: float, breadth: float
) -> _Shape:
    """One shape for all segments of a direction, by reweighted least squares."""
    scale = max(length, breadth) / 2
    flat = _Shape(np.zeros(7), length / 2, breadth / 2, scale, 0.0)
    if sum(len(points) for points, _ in segments) < 20:
        return flat
    blocks, targets, weights = [], [], []
    for points, weight in segments:
        terms = _terms(
            (points[:, 0] - length / 2) / scale,
            np.full(len(points), (np.median(points[:, 1]) - breadth / 2) / scale),
        )
        share = weight / weight.sum()
        blocks.append(terms - share @ terms)
        targets.append(points[:, 1] - share @ points[:, 1])
        weights.append(np.sqrt(weight / 100.0))
    matrix, target, weight = np.vstack(blocks), np.hstack(targets), np.hstack(weights)
    robust = np.ones(len(target))
    coefficients: NDArray[np.float64] = np.zeros(7)
    error = np.zeros(len(target))
    stiff = np.diag((_STIFFNESS * 2.0) ** 2 + 1e-6)
    for _ in range(6):
        w = weight * robust
        left = matrix * w[:, None]
        solved = np.linalg.solve(left.T @ left + stiff, left.T @ (target * w))
        coefficients = solved.astype(np.float64)
        error = np.abs(target - matrix @ coefficients)
        spread = max(0.3, 1.5 * float(np.median(error)))
        robust = np.sqrt(np.minimum(1.0, spread / np.maximum(error, 1e-9)))
    return _Shape(coefficients, length / 2, breadth / 2, scale, float(np.median(error)) * 1.48)


def _rotation(width: int, height: int, angle: float) -> NDArray[np.float64]:
    """Affine matrix from level to skewed positions, round the middle of the picture."""
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    mx, my = width / 2, height / 2
    return np.array([[c, -s, mx - c * mx + s * my], [s, c, my - s * mx - c * my]])


def straightened(
    grey: Pixels,
    dpi: float,
    turned: int,
    to_page: Callable[[Points], Points],
) -> Straight:
    """Levels an upright grey picture with even light.

    `to_page` maps pixel positions of `grey` to points of the page as displayed. The result's
    resolution is `dpi` clipped to WORK_DPI..FINEST_DPI.
    """
    import cv2

    factor = SHAPE_DPI / dpi
    small = resampled(grey, factor)
    height, width = small.shape
    angle = skew_of(small)
    rotation = _rotation(width, height, angle)
    level = cv2.warpAffine(
        small, rotation, (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=250,
    )  # fmt: skip
    dark = 255 - level
    rows = _fit_shape(_segments(dark, upright=False), width, height)
    columns = _fit_shape(_segments(dark, upright=True), height, width)

    def to_source(points: Points) -> Points:
        """Straight to source positions, both at SHAPE_DPI."""
        x, y = points[:, 0], points[:, 1]
        bent = np.stack([x + columns(y, x), y + rows(x, y), np.ones(len(x))])
        return np.asarray((rotation @ bent).T)

    # A little more than WORK_DPI is not worth a picture of its own.
    out_dpi = WORK_DPI if dpi < 1.15 * WORK_DPI else min(dpi, FINEST_DPI)
    fine = out_dpi / SHAPE_DPI
    out_width, out_height = round(width * fine), round(height * fine)
    gx, gy = np.meshgrid(_nodes(out_width), _nodes(out_height))
    nodes = (np.stack([gx.ravel(), gy.ravel()], axis=1) + 0.5) / fine - 0.5
    source = (to_source(nodes) + 0.5) / factor - 0.5
    bend = float(
        max(np.abs(rows(nodes[:, 0], nodes[:, 1])).max(),
            np.abs(columns(nodes[:, 1], nodes[:, 0])).max())
    )  # fmt: skip
    straight = _resample(grey, source.reshape(*gx.shape, 2), out_width, out_height)

    def straight_to_page(points: Points) -> Points:
        coarse = (np.asarray(points, np.float64) + 0.5) / fine - 0.5
        return to_page((to_source(coarse) + 0.5) / factor - 0.5)

    point = 72.0 / SHAPE_DPI
    residual = max(rows.residual, columns.residual) * point
    return Straight(straight, out_dpi, turned, angle, bend * point, residual, straight_to_page)


def unturned(points: Points, turned: int, width: int, height: int) -> Points:
    """Pixel positions in a picture of width x height, of points in it turned clockwise."""
    x, y = points[:, 0], points[:, 1]
    if turned == 90:
        return np.stack([y, height - 1 - x], axis=1)
    if turned == 180:
        return np.stack([width - 1 - x, height - 1 - y], axis=1)
    if turned == 270:
        return np.stack([width - 1 - y, x], axis=1)
    return points


def turned_straight(straight: Straight) -> Straight:
    """The same page stood on its other end."""
    height, width = straight.grey.shape
    before = straight.to_page
    return replace(
        straight,
        grey=np.ascontiguousarray(straight.grey[::-1, ::-1]),
        turned=(straight.turned + 180) % 360,
        to_page=lambda points: before(unturned(points, 180, width, height)),
    )


_STEP = 16


def _nodes(size: int) -> NDArray[np.float64]:
    """Positions at which the map is worked out: middles of squares of _STEP px, one beyond."""
    return np.asarray((np.arange(-1, size // _STEP + 2) + 0.5) * _STEP - 0.5, np.float64)


def _resample(grey: Pixels, nodes: Points, width: int, height: int) -> Pixels:
    """The picture sampled at the positions given at the nodes, linearly between them."""
    import cv2

    rows, columns = nodes.shape[:2]
    size = (columns * _STEP, rows * _STEP)
    dense = cv2.resize(nodes.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    dense = dense[_STEP : _STEP + height, _STEP : _STEP + width]
    out: Pixels = cv2.remap(
        grey, dense, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=250
    )
    return out
