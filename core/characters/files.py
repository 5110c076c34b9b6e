"""Galleries as files: one .npz with its checksum inside, whole or not there at all."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.characters.calibration import Calibration
from core.characters.gallery import Enrolled, Gallery
from core.errors import ArtefactError, Unavailable
from core.whole_file import whole_file

FORMAT = 1


def save(gallery: Gallery, path: Path) -> None:
    """Writes a gallery in one step: until the end, whatever was there stays.

    Arrays: `vectors` float16 [vectors, dimensions], `labels` int32 and `kind` uint8 [vectors], `names`, `series`
    ("" for none) str and `shots` int32 [characters], `embedder`, `calibration` (JSON) str, `format` int, and
    `checksum`, the hex sha256 over the others.

    Raises:
        Unavailable: `gallery-unwritable`.
    """
    arrays: dict[str, NDArray[np.generic]] = {
        "vectors": gallery.vectors.astype(np.float16),
        "labels": gallery.labels.astype(np.int32),
        "kind": gallery.kinds.astype(np.uint8),
        "names": np.asarray([character.name for character in gallery.characters], np.str_),
        "series": np.asarray([character.series or "" for character in gallery.characters], np.str_),
        "shots": np.asarray([character.shots for character in gallery.characters], np.int32),
        "embedder": np.asarray(gallery.embedder, np.str_),
        "calibration": np.asarray(gallery.calibration.to_json(), np.str_),
        "format": np.asarray(FORMAT, np.int32),
    }
    arrays["checksum"] = np.asarray(_checksum(arrays), np.str_)
    try:
        with whole_file(path) as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
    except OSError as problem:
        raise Unavailable("gallery-unwritable", file=path.name, problem=problem.strerror or "") from problem


def load(path: Path, name: str) -> Gallery:
    """A gallery that `save` wrote, under a name.

    Raises:
        ArtefactError: `gallery-missing`; `gallery-broken` (cut, changed, or no gallery of this version).
    """
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise ArtefactError("gallery-missing", file=path.name) from problem
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays: dict[str, NDArray[np.generic]] = {key: file[key] for key in file.files}
        checksum = str(arrays.pop("checksum"))
        if checksum != _checksum(arrays) or int(arrays["format"].item()) != FORMAT:
            raise ValueError("the checksum or the version differs")
        names, series, shots = (arrays[key].tolist() for key in ("names", "series", "shots"))
        characters = [Enrolled(*row) for row in zip(names, (s or None for s in series), shots, strict=True)]
        return Gallery(
            name,
            str(arrays["embedder"]),
            characters,
            np.asarray(arrays["vectors"], np.float32),
            np.asarray(arrays["labels"], np.int64),
            np.asarray(arrays["kind"], np.uint8),
            Calibration.from_json(str(arrays["calibration"])),
        )
    except Exception as problem:  # a damaged archive fails in many ways, from zipfile to numpy's parser
        raise ArtefactError("gallery-broken", file=path.name) from problem


def _checksum(arrays: dict[str, NDArray[np.generic]]) -> str:
    digest = hashlib.sha256()
    for key in sorted(arrays):
        values = np.ascontiguousarray(arrays[key])
        digest.update(f"{key} {values.dtype.str} {arrays[key].shape};".encode())
        digest.update(values.tobytes())
    return digest.hexdigest()
