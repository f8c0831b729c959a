"""Pages that are pictures."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from extract.errors import SourceError
from extract.sources.image import open_folder, open_image, render_pdf_page


def half_black(width: int = 1240, height: int = 1754) -> Image.Image:
    """Black above, white below."""
    grey = np.full((height, width), 255, np.uint8)
    grey[: height // 2] = 0
    return Image.fromarray(grey)


def pdf_with_image(path: Path, width: int, height: int, stream: bytes, entries: str) -> Path:
    """An A4 page that one image of the given header covers."""
    draw = b"q 595 0 0 842 0 0 cm /I Do Q"
    header = f"/Type/XObject/Subtype/Image/Width {width}/Height {height}{entries}"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</XObject<</I 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(draw), draw),
        b"<<%s/Length %d>>stream\n%s\nendstream" % (header.encode(), len(stream), stream),
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % o for o in offsets)
    out += b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
    path.write_bytes(out)
    return path


def test_png_is_one_page_at_the_resolution_it_states(tmp_path: Path) -> None:
    half_black().save(tmp_path / "a.png", dpi=(150, 150))
    (page,) = open_image(tmp_path / "a.png").pages
    assert page.scanned
    assert (page.width, page.height) == pytest.approx((595.2, 841.9), abs=0.5)
    assert page.pixels is not None
    pixels, per_point = page.pixels()
    assert pixels.shape == (1754, 1240)
    assert per_point == pytest.approx(150 / 72, rel=1e-3)
    assert pixels[10, 10] == 0
    assert pixels[-10, 10] == 255


def test_camera_resolution_is_not_believed(tmp_path: Path) -> None:
    half_black(2480, 3508).save(tmp_path / "a.jpg", dpi=(72, 72))
    (page,) = open_image(tmp_path / "a.jpg").pages
    assert page.height == pytest.approx(842, abs=1)


def test_exif_orientation_turns_page_and_size(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # shown after a quarter turn clockwise
    half_black().save(tmp_path / "a.jpg", dpi=(150, 150), exif=exif)
    (page,) = open_image(tmp_path / "a.jpg").pages
    assert page.width > page.height
    assert page.pixels is not None
    pixels, _ = page.pixels()
    assert pixels.shape == (1240, 1754)
    assert pixels[600, -20] < 10
    assert pixels[600, 20] > 245


def test_tiff_of_fax_pages_gets_square_dots(tmp_path: Path) -> None:
    pages = [half_black(1728, 2290).convert("1") for _ in range(3)]
    pages[0].save(
        tmp_path / "fax.tif", save_all=True, append_images=pages[1:],
        compression="group4", dpi=(204, 196),
    )  # fmt: skip
    document = open_image(tmp_path / "fax.tif")
    assert [page.number for page in document.pages] == [1, 2, 3]
    page = document.pages[2]
    assert (page.width, page.height) == pytest.approx((609.9, 841.2), abs=0.5)
    assert page.pixels is not None
    pixels, per_point = page.pixels()
    assert pixels.shape == (2383, 1728)
    assert per_point == pytest.approx(204 / 72, rel=1e-3)


def test_huge_bilevel_png_is_refused_by_its_header(tmp_path: Path) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 35000, 35000, 1, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(bytes(12000)))
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b""))
    with pytest.raises(SourceError) as caught:
        open_image(tmp_path / "a.png")
    assert caught.value.kind == "too_large"


def test_huge_bilevel_picture_in_pdf_is_refused_undecoded(tmp_path: Path) -> None:
    path = pdf_with_image(
        tmp_path / "a.pdf", 35000, 35000, bytes(12000),
        "/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/CCITTFaxDecode"
        "/DecodeParms<</K -1/Columns 35000/Rows 35000>>",
    )  # fmt: skip
    with pytest.raises(SourceError) as caught:
        render_pdf_page(path, 1)
    assert caught.value.kind == "too_large"


def test_page_at_30_dpi_is_refused_in_words(tmp_path: Path) -> None:
    half_black(248, 351).save(tmp_path / "a.png")
    (page,) = open_image(tmp_path / "a.png").pages
    assert page.pixels is not None
    with pytest.raises(SourceError, match="30 dpi"):
        page.pixels()


@pytest.mark.parametrize(("side", "dpi"), [(1240, 150), (2480, 300), (4960, 400)])
def test_pdf_page_is_drawn_at_its_scans_resolution(tmp_path: Path, side: int, dpi: int) -> None:
    height = round(side * 842 / 595)
    stream = zlib.compress(bytes([255]) * (side * height))
    path = pdf_with_image(
        tmp_path / "a.pdf", side, height, stream,
        "/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode",
    )  # fmt: skip
    pixels, per_point = render_pdf_page(path, 1)
    assert per_point * 72 == pytest.approx(dpi, rel=0.01)
    assert pixels.shape[1] == pytest.approx(595 * per_point, abs=1)


def test_folder_of_images_is_one_report_in_order_of_numbers(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        half_black(1000 + number, 1414).save(tmp_path / f"p{number}.png")
    document = open_folder(tmp_path)
    assert [page.number for page in document.pages] == [1, 2, 3]
    shapes = [page.pixels()[0].shape[1] for page in document.pages if page.pixels]
    assert shapes == [1001, 1002, 1010]


def test_cut_off_image_is_damaged(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (1754, 1240), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.png")
    whole = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(whole[: len(whole) // 2])
    (page,) = open_image(tmp_path / "a.png").pages
    assert page.pixels is not None
    with pytest.raises(SourceError) as caught:
        page.pixels()
    assert caught.value.kind == "damaged"


def test_text_named_png_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("not a picture")
    with pytest.raises(SourceError) as caught:
        open_image(tmp_path / "a.png")
    assert caught.value.kind == "damaged"


def test_transparent_paper_is_white(tmp_path: Path) -> None:
    Image.new("RGBA", (1240, 1754), (0, 0, 0, 0)).save(tmp_path / "a.png", dpi=(150, 150))
    (page,) = open_image(tmp_path / "a.png").pages
    assert page.pixels is not None
    assert page.pixels()[0].min() == 255
