"""Pages that are pictures: image files, folders of them, and PDF pages rendered."""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.errors import SourceError
from extract.limits import limits
from extract.model import Document, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.model import Pixels

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
MAX_PIXELS = 60_000_000
"""Largest picture given out: A3 at 500 dpi."""
_MOST_OBLONG = 30
"""Sides of no sheet and no roll are further apart."""
LEAST_DPI = 60.0
MOST_DPI = 400.0
_A4_LONG = 11.69
_FAX_WIDTH = 1728
_RESOLUTION = "; scan it again at 200 dpi or more"


@dataclass(frozen=True)
class _Frame:
    """One picture of a file by its header: stored size and dots per inch of both directions."""

    index: int
    width: int
    height: int
    dpi_x: float
    dpi_y: float

    @property
    def dpi(self) -> float:
        """Of the picture once its dots are square."""
        return max(self.dpi_x, self.dpi_y)


def most_stored() -> int:
    """Dots of the largest picture that is decoded at all; by default A3 at 800 dpi."""
    return limits().megapixels * 1_000_000


def open_image(path: Path) -> Document:
    """A PNG, JPEG or TIFF file as a document, one page per picture in it.

    Only headers are read here; `Page.pixels` decodes, turns by the EXIF orientation, makes dots
    square and gives pixels per point. Raises SourceError: `empty_file`, `damaged`, `too_large`.
    """
    pages = tuple(_page(path, frame, i + 1) for i, frame in enumerate(_frames(path)))
    return Document(str(path), "image", pages)


def open_folder(path: Path) -> Document:
    """A folder of numbered images as one report, its pages in the order of the numbers.

    Raises SourceError as `open_image` does, and `unsupported` when there is no image in it.
    """
    files = images_in(path)
    if not files:
        raise SourceError("the folder holds no PNG, JPEG or TIFF image", "unsupported")
    pages: list[Page] = []
    for file in files:
        for page in open_image(file).pages:
            pages.append(replace(page, number=len(pages) + 1))
    return Document(str(path), "image", tuple(pages))


def images_in(folder: Path) -> list[Path]:
    """The images of a folder in the order of their numbers."""
    files = [f for f in folder.iterdir() if f.suffix.lower() in SUFFIXES]
    return sorted((f for f in files if not f.name.startswith(".")), key=_by_number)


def _by_number(path: Path) -> list[tuple[int, int, str]]:
    """Sorts "page2" before "page10"."""
    parts = re.split(r"(\d+)", path.stem.lower())
    return [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts if p]


def _page(path: Path, frame: _Frame, number: int) -> Page:
    dpi = frame.dpi
    width = frame.width * 72 / frame.dpi_x
    height = frame.height * 72 / frame.dpi_y

    def pixels() -> tuple[Pixels, float]:
        if dpi < LEAST_DPI:
            raise SourceError(f"{dpi:.0f} dpi are too few to tell digits apart{_RESOLUTION}")
        return _decoded(path, frame), dpi / 72

    return Page(number, width, height, pixels=pixels, scanned=True)


def _frames(path: Path) -> list[_Frame]:
    """The headers of the pictures in a file."""
    from PIL import Image

    if path.stat().st_size == 0:
        raise SourceError("the file is empty: fetch it again", "empty_file")
    frames = []
    try:
        with _quiet(), Image.open(path) as image:
            count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            if count > limits().pages:
                raise SourceError(f"{count} pictures are more than {limits().pages}", "too_large")
            for index in range(count):
                image.seek(index)
                frames.append(_header(image, index))
    except (SourceError, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise _too_large() from None
    except Exception as error:  # Pillow raises anything at all on a broken file
        raise _damaged(error) from None
    return frames


def _header(image: Any, index: int) -> _Frame:
    """Size and resolution of the current picture, turned by its EXIF orientation."""
    width, height = image.size
    if width * height > most_stored() or max(width, height) > _MOST_OBLONG * min(width, height):
        raise _too_large(width, height)
    given = image.info.get("dpi", (0, 0))
    dpi_x, dpi_y = (float(v) if v else 0.0 for v in given[:2])
    if _may_be_turned(image) and image.getexif().get(0x0112, 1) in (5, 6, 7, 8):
        width, height, dpi_x, dpi_y = height, width, dpi_y, dpi_x
    return _Frame(index, width, height, *_plausible(width, height, dpi_x, dpi_y))


def _may_be_turned(image: Any) -> bool:
    """Cameras write an orientation; in a PNG it may come last, so that asking decodes all."""
    return image.format in ("JPEG", "MPO", "TIFF")


def _plausible(width: int, height: int, dpi_x: float, dpi_y: float) -> tuple[float, float]:
    """The resolution as given where it makes a sheet of paper, else as if the sheet were A4.

    Cameras and screens write 72 or 96 whatever the picture shows.
    """
    if dpi_x > 1 and dpi_y > 1 and max(dpi_x, dpi_y) < 3 * min(dpi_x, dpi_y):
        if 5.5 <= max(width / dpi_x, height / dpi_y) <= 24:
            return dpi_x, dpi_y
        if abs(dpi_x - dpi_y) > 0.03 * dpi_x:  # a fax's dots are oblong at any size
            fine = max(width / dpi_x, height / dpi_y) / _A4_LONG
            return dpi_x * fine, dpi_y * fine
    elif width == _FAX_WIDTH and 900 < height < 1400:
        return 204.0, 98.0
    dpi = max(width, height) / _A4_LONG
    return dpi, dpi


def _decoded(path: Path, frame: _Frame) -> Pixels:
    """The picture as displayed, its dots square, paper white where it was transparent."""
    import numpy as np
    from PIL import Image, ImageOps

    try:
        with _quiet(), Image.open(path) as opened:
            opened.seek(frame.index)
            image = ImageOps.exif_transpose(opened) if _may_be_turned(opened) else opened
            if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
                paper = Image.new("RGBA", image.size, "white")
                image = Image.alpha_composite(paper, image.convert("RGBA"))
            if image.mode.startswith("I") or image.mode == "F":
                grey = np.asarray(image, dtype=np.float32)
                image = Image.fromarray((grey / max(float(grey.max()), 1) * 255).astype(np.uint8))
            image = image.convert("L" if image.mode in ("1", "L") else "RGB")
    except MemoryError:
        raise
    except Exception as error:  # Pillow raises anything at all on a broken file
        raise _damaged(error) from None
    size = (
        round(frame.width * frame.dpi / frame.dpi_x), round(frame.height * frame.dpi / frame.dpi_y)
    )  # fmt: skip
    if size != image.size:
        image = image.resize(size, Image.Resampling.BICUBIC)
    return np.array(image, dtype=np.uint8)


@contextmanager
def _quiet() -> Iterator[None]:
    """Pillow's warnings about sizes and odd tags are judged here, not printed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _too_large(width: int = 0, height: int = 0) -> SourceError:
    if not width:
        return SourceError("more pixels than any sheet needs: scan it at 300 dpi", "too_large")
    size = f"{width} x {height} pixels"
    return SourceError(f"{size} are more than any sheet needs: scan it at 300 dpi", "too_large")


def _damaged(error: object) -> SourceError:
    name = type(error).__name__
    return SourceError(f"the image is damaged or cut off ({name}): fetch it again", "damaged")


def render_pdf_page(path: Path, number: int, dpi: float | None = None) -> tuple[Pixels, float]:
    """A PDF page as displayed, with its pixels per point.

    Rendered at the resolution of the pictures that cover it (200 dpi where none does), clipped
    to 100–400 dpi and 60 megapixels, unless `dpi` is given. PDFium is not safe among threads.
    Raises SourceError: `damaged`, `too_large`, `unreadable` (a picture of too few dots).
    """
    import numpy as np
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise SourceError(f"the PDF cannot be drawn ({error}): fetch it again", "damaged") from None
    try:
        page = document[number - 1]
        width, height = page.get_size()
        if dpi is None:
            dpi = _resolution(page, width * height)
        scale = min(dpi / 72, (MAX_PIXELS / (width * height)) ** 0.5)
        bitmap = page.render(scale=scale, rev_byteorder=True)
        picture: Pixels = np.array(bitmap.to_numpy()[..., :3])
        return (picture[..., 0] if picture.shape[-1] == 1 else picture), picture.shape[1] / width
    except pdfium.PdfiumError as error:
        raise SourceError(f"page {number} cannot be drawn ({error})", "damaged") from None
    finally:
        document.close()


def _resolution(page: Any, area: float) -> float:
    """Dots per inch of the pictures on a page, weighted by the paper that they cover."""
    import pypdfium2.raw as pdfium_c

    covered = dots = 0.0
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE]):
        width, height = item.get_px_size()
        if width * height > most_stored():
            raise _too_large(width, height)
        left, bottom, right, top = item.get_bounds()
        room = min((right - left) * (top - bottom), area)
        if room > 0.02 * area:
            # Of oblong dots the finer direction counts: drawing makes them square.
            sides = sorted((width, height)), sorted((right - left, top - bottom))
            finest = max(sides[0][0] / sides[1][0], sides[0][1] / sides[1][1]) * 72
            covered, dots = covered + room, dots + room * finest
    if covered < 0.3 * area:
        return 200.0
    dpi = dots / covered
    if dpi < LEAST_DPI:
        raise SourceError(f"{dpi:.0f} dpi are too few to tell digits apart{_RESOLUTION}")
    return min(max(dpi, 100.0), MOST_DPI)
