"""Trained networks: onnxruntime sessions of files whose bytes are known."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from extract.errors import SourceError


def open_network(path: Path, sha256: str) -> Any:
    """An onnxruntime session with one thread, of a model file whose hash is known.

    Raises SourceError (`unsupported`) where the file is missing or another one.
    """
    import onnxruntime

    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"scans cannot be read: the model {path.name} is missing; install gouji again",
            "unsupported",
        ) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise SourceError(
            f"scans cannot be read: {path.name} is not the model that gouji was tested with; "
            "install gouji again",
            "unsupported",
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Inputs of many widths would otherwise each keep an arena of their own size.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
