"""Data sets of the `datasets` library: Arrow files with `dataset_info.json` as it saves them, a folder of such for each
split, or the Parquet files they are published as. A column holds the pictures; texts are found by their usual names,
class numbers are named as the file itself says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.training.reading.listing import is_there, sampled, walk
from core.training.reading.problems import Problems
from core.training.reading.reader import Options, Reader
from core.training.reading.sample import InTable, Sample, Split, TrueTag, split_named
from core.training.reading.tables import Table

_SUFFIXES = (".arrow", ".parquet")
_CAPTIONS = ("text", "caption", "captions", "prompt", "description")
_LABELS = ("character", "label", "labels", "class")
_TAGS = ("tags",)
_GROUPS = ("group", "post_id", "image_id", "id", "md5")
_OTHER = ("source",)


def _files(path: Path) -> Iterator[Path]:
    if is_there(path):
        yield path
    else:
        # `cache-*.arrow` are left behind by filters and maps.
        for file in walk(path):
            if file.suffix in _SUFFIXES and not file.name.startswith(("cache-", "tmp")):
                yield file


def fits(path: Path) -> bool:
    if is_there(path):
        return path.suffix in _SUFFIXES
    return any(file.suffix in _SUFFIXES for file in sampled(path))


def read(path: Path, _options: Options, problems: Problems) -> Iterator[Sample]:
    """Raises:
    Unavailable: `dataset-needs-pyarrow`.
    """
    for file in _files(path):
        try:
            table = Table(file)
        except (OSError, ValueError, KeyError):
            problems.note("file-malformed", file.name)
            continue
        try:
            column = table.picture_column()
            if column is None:
                problems.note("file-without-pictures", file.name)
            else:
                yield from _rows(table, column, file, path, problems)
        except (OSError, ValueError):  # pyarrow's errors are of these kinds
            problems.note("file-malformed", file.name)
        finally:
            table.close()


def _rows(table: Table, column: str, file: Path, root: Path, problems: Problems) -> Iterator[Sample]:
    columns = list(table.schema.names)
    caption = next((name for name in _CAPTIONS if name in columns and table.is_text(name)), "")
    label, tags, group, source = (
        next((name for name in names if name in columns), "") for names in (_LABELS, _TAGS, _GROUPS, _OTHER)
    )
    asked = [name for name in (caption, label, tags, group, source) if name]
    classes, split = table.names().get(label, []), _split(file, root)
    for number, row in enumerate(table.rows([*asked, *(table.paths(column) or [column])])):
        try:
            stored = row.get(column)
            told = stored.get("path") if isinstance(stored, dict) else None
            if stored is None or (isinstance(stored, dict) and "bytes" in stored and not stored["bytes"]):
                problems.note("picture-missing", f"{file.name}:{number}")
                continue
            yield Sample(
                InTable(file, number, column),
                labels=_labels(row.get(label), classes),
                tags=_tags(row.get(tags)),
                caption=str(row.get(caption) or "").strip(),
                group=str(row.get(group) or told or ""),
                split=split,
                source=str(row.get(source) or ""),
            )
        except (TypeError, ValueError, IndexError, AttributeError):
            problems.note("row-malformed", f"{file.name}:{number}")


def _labels(value: Any, classes: list[str]) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(
        classes[one] if classes and isinstance(one, int) else str(one) for one in values if one != ""
    )


def _tags(value: Any) -> tuple[TrueTag, ...]:
    if isinstance(value, str):
        value = value.split("," if "," in value else None)
    return tuple(TrueTag("_".join(str(tag).split())) for tag in value or ())


def _split(file: Path, root: Path) -> Split:
    """From the folder (`train/data-00000.arrow`) or the file (`train-00000-of-00042.parquet`)."""
    within = file.relative_to(root) if file != root else Path(file.name)
    for part in (*within.parts[:-1], within.name.split("-")[0].split(".")[0]):
        if split := split_named(part):
            return split
    return ""


READER = Reader("arrow", "dataset_info.json + *.arrow, data/*.parquet", fits, read)
