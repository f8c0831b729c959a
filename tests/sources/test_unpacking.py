"""Damage that only a checksum shows."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path

import pytest

from extract.pipeline import read
from extract.sources.opening import open_document
from extract.sources.unpacking import DAMAGE, starved, unpacks_whole

REPORTS = Path(__file__).resolve().parents[2] / "fixtures" / "reports"


def _pdf(packed: bytes, head: bytes = b"<< /Length 9 /Filter /FlateDecode >>") -> bytes:
    return b"%PDF-1.4\n4 0 obj\n" + head + b"\nstream\n" + packed + b"\nendstream\nendobj\n"


TEXT = b"BT (13) Tj ET " * 40
PACKED = zlib.compress(TEXT)


def test_a_sound_stream_unpacks() -> None:
    assert unpacks_whole(_pdf(PACKED))
    assert unpacks_whole(_pdf(PACKED, b"<< /Filter [ /FlateDecode ] >>"))


@pytest.mark.parametrize("packed", [PACKED[:-9], PACKED[:-1] + b"\x00", b"not packed at all"])
def test_a_stream_cut_or_altered_does_not(packed: bytes) -> None:
    assert not unpacks_whole(_pdf(packed))


def test_a_checksum_that_was_left_out_is_no_damage() -> None:
    assert unpacks_whole(_pdf(PACKED[:-4]))


def test_what_is_also_written_in_letters_is_looked_into() -> None:
    head = b"<< /Filter [ /ASCII85Decode /FlateDecode ] >>"
    text = base64.a85encode(PACKED) + b"~>"
    assert unpacks_whole(_pdf(text, head))
    assert unpacks_whole(_pdf(text, b"<< /Filter[/A85/Fl]>>"))
    altered = text[:20] + bytes([text[20] ^ 1]) + text[21:]
    assert not unpacks_whole(_pdf(altered, head))
    assert not unpacks_whole(_pdf(b"\xff" + text, head))


def test_only_what_is_packed_with_zlib_is_looked_at() -> None:
    assert unpacks_whole(_pdf(b"\xff\xd8 a photograph", b"<< /Filter /DCTDecode >>"))
    assert unpacks_whole(_pdf(b"garbage", b"<< /Filter [/LZWDecode /FlateDecode] >>"))
    assert unpacks_whole(_pdf(PACKED[:-9]) + b"trailer << /Encrypt 5 0 R >>")


def test_nothing_of_a_damaged_file_is_sure_and_nobody_accused(tmp_path: Path) -> None:
    body = bytearray((REPORTS / "born-newer.pdf").read_bytes())
    end = body.index(b"endstream", body.index(b"[ /FlateDecode")) - 1
    while body[end : end + 1].isspace():
        end -= 1
    body[end] ^= 1  # of the checksum: what it vouches for may be anything
    file = tmp_path / "damaged.pdf"
    file.write_bytes(body)
    result = read(file)
    assert result.status == "review"
    assert DAMAGE in result.warnings
    assert not [cell for cell in result.cells if cell.status in ("ok", "repaired")]
    assert not [check for check in result.checks if check.cause == "publisher"]


@pytest.mark.parametrize(
    ("error", "known"),
    [
        (zlib.error("Error -4 while decompressing data: (null)"), True),
        (zlib.error("Error -3 while decompressing data: incorrect header check"), False),
        (ValueError("Error -4"), False),
    ],
)
def test_want_of_memory_is_told_from_damage(error: Exception, known: bool) -> None:
    assert starved(error) is known


def test_a_word_file_is_not_called_damaged_for_want_of_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What happens when the documents before left a worker no room.
    def no_room(*_: object) -> None:
        raise zlib.error("Error -4 while decompressing data: (null)")

    monkeypatch.setattr("docx.Document", no_room)
    with pytest.raises(MemoryError):
        open_document(REPORTS / "docx-newer.docx")
