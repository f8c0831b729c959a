"""What identifies a source: the SHA-256 of its bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha256_of(path: Path) -> str:
    """Of a file; of a folder of page images, of their bytes in the order of the pages.

    Raises OSError.
    """
    whole = hashlib.sha256()
    if path.is_dir():
        from extract.sources.image import images_in

        for image in images_in(path):
            whole.update(image.read_bytes())
    else:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                whole.update(block)
    return whole.hexdigest()
