"""What identifies a source: the SHA-256 of its bytes."""

from __future__ import annotations

import errno
import hashlib
import stat
from pathlib import Path


def sha256_of(path: Path) -> str:
    """Of a file; of a folder of page images, of their bytes in the order of the pages.

    Raises OSError, also for what is neither: reading a pipe may never end.
    """
    whole = hashlib.sha256()
    kind = path.stat().st_mode
    if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        raise OSError(errno.EINVAL, "a pipe, socket or device, no file")
    if path.is_dir():
        from extract.sources.image import images_in

        for image in images_in(path):
            whole.update(image.read_bytes())
    else:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                whole.update(block)
    return whole.hexdigest()
