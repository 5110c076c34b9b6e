"""Samples as a manifest, and data sets in other forms."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from core.errors import UserError
from core.training.reading.sample import InTable, InZip, Sample


def write_manifest(samples: Iterable[Sample], path: Path) -> int:
    """Writes samples as JSON Lines, which `open_data` reads back; returns how many. Pictures stay where they are and
    are named relative to the manifest. The file appears when it is whole.

    Raises:
        UserError: `dataset-unwritable`.
    """
    count = 0
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8") as file:
            for sample in samples:
                _line(file, as_row(sample, path.parent))
                count += 1
        part.replace(path)
    except OSError as problem:
        raise UserError("dataset-unwritable", path=path.name, problem=problem.strerror or "?") from problem
    finally:
        part.unlink(missing_ok=True)
    return count


def as_row(sample: Sample, folder: Path) -> dict[str, Any]:
    """One line of a manifest in `folder`, what is empty left out."""
    image = sample.image
    if isinstance(image, InZip):
        row: dict[str, Any] = {"file": image.name, "zip": _relative(image.archive, folder)}
    elif isinstance(image, InTable):
        row = {"table": _relative(image.table, folder), "row": image.row, "column": image.column}
    else:
        row = {"file": _relative(image, folder)}
    width, height = sample.size or (None, None)
    row |= {
        "labels": list(sample.labels),
        "boxes": [
            {name: value for name, value in box._asdict().items() if value != ""} for box in sample.boxes
        ],
        "tags": [{name: value for name, value in tag._asdict().items() if value} for tag in sample.tags],
        "caption": sample.caption,
        "group": sample.group,
        "split": sample.split,
        "source": sample.source,
        "width": width,
        "height": height,
        "attributes": dict(sample.attributes),
    }
    return {name: value for name, value in row.items() if value or name == "row"}


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _line(file: IO[str], row: dict[str, Any]) -> None:
    file.write(json.dumps(row, ensure_ascii=False) + "\n")
