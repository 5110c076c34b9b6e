"""Manifests: a CSV file with a header line, or JSON Lines with one object a line; either may be gzip. Also packs: zip
files beside an `index.csv` or `index.jsonl`.

Columns, all but the first optional (the first name that is there counts, the others are aliases):

    file, file_name, filename, image, path   the picture, relative to the manifest (or to `images`), or absolute
    zip                                      the zip file that holds it (packs: found, where the row does not say)
    characters, character, labels, class, label
                                             who or what it shows; several joined by | in CSV
    tags                                     with underscores, split by | or commas or spaces
    boxes                                    CSV: name:left,top,right,bottom;...  JSON: [left, top, width, height] or
                                             {"x", "y", "w", "h", "label", "difficult"}
    caption, text                            a description
    group, split, source, width, height

Any other column becomes an attribute. In JSON, tags may also be {"name", "category"}, `attributes` an object, and a
picture `table`, `row` and `column` of an Arrow or Parquet file. In packs the name is in `character` or `characters`;
their `label` says how it was found, and their `kind` what the boxes hold.
"""

from __future__ import annotations

import csv
import json
import math
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast, get_args

from core.pictures.picture import Category
from core.training.reading import captions
from core.training.reading.listing import (
    inside,
    is_picture,
    is_there,
    noted_lines,
    plain_stem,
    plain_suffix,
)  # fmt: skip
from core.training.reading.problems import Problems
from core.training.reading.reader import Options, Reader
from core.training.reading.sample import Image, InTable, InZip, LabelledBox, Sample, TrueTag, split_named

_FILE = ("file", "file_name", "filename", "image", "path")
_LABEL = ("characters", "character", "labels", "class", "label")
_CAPTION = ("caption", "text")
_OWN = {
    "zip",
    "table",
    "row",
    "column",
    "tags",
    "boxes",
    "group",
    "split",
    "source",
    "width",
    "height",
    "attributes",
}
_USUAL = ("index", "manifest", "metadata", "data", "labels", "annotations")
_CATEGORIES = get_args(Category)

Row = Mapping[str, Any]


def manifests(path: Path) -> list[Path]:
    """The files to read: the one given, or those in a folder: the usual names, else one for each split."""
    if is_there(path):
        return [path] if plain_suffix(path) in (".csv", ".jsonl") else []
    files = [file for file in inside(path)[1] if plain_suffix(file) in (".csv", ".jsonl") and _has_file(file)]
    for stem in _USUAL:
        if usual := [file for file in files if plain_stem(file) == stem]:
            return usual[:1]
    splits = [file for file in files if split_named(plain_stem(file))]
    return splits or files[:1]


def rows(path: Path, problems: Problems) -> Iterator[tuple[int, Row]]:
    """Numbered rows of a CSV or JSON Lines file; what cannot be read is noted."""
    yield from (_csv_rows if plain_suffix(path) == ".csv" else json_rows)(path, problems)


def _csv_rows(path: Path, problems: Problems) -> Iterator[tuple[int, Row]]:
    lines = (line.decode("utf-8", "replace").replace("\0", "") for _, line in noted_lines(path, problems))
    reader = csv.reader(lines)
    header: list[str] = []
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            problems.note("line-malformed", f"{path.name}:{reader.line_num}")
            continue
        if not header:
            header = [name.strip() for name in row]
        elif len(row) > len(header) or (row and len(row) < len(header)):
            problems.note("line-malformed", f"{path.name}:{reader.line_num}")
        elif row:
            yield reader.line_num, dict(zip(header, row, strict=True))


def json_rows(path: Path, problems: Problems) -> Iterator[tuple[int, Row]]:
    """Numbered objects of a JSON Lines file; what cannot be read is noted."""
    for number, line in noted_lines(path, problems):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if isinstance(row, dict):
                yield number, row
            else:
                problems.note("line-malformed", f"{path.name}:{number}")


def read(path: Path, options: Options, problems: Problems) -> Iterator[Sample]:
    yield from _read(path, options, problems, _LABEL)


def read_pack(path: Path, options: Options, problems: Problems) -> Iterator[Sample]:
    yield from _read(path, options, problems, _LABEL[:2])


def _read(path: Path, options: Options, problems: Problems, label: tuple[str, ...]) -> Iterator[Sample]:
    archives: dict[Path, set[str]] = {}
    files = manifests(path)
    for file in files:
        folder = options.images or file.parent
        split = split_named(plain_stem(file)) if len(files) > 1 else ""
        for number, row in rows(file, problems):
            where = f"{file.name}:{number}"
            try:
                image = _image(row, folder)
                sample = _sample(row, image, label)
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
                problems.note("line-malformed", where)
                continue
            if label != _LABEL and isinstance(image, Path) and not is_there(image):
                image = _packed(image, archives)
                sample = replace(sample, image=image)
            if not _exists(image, archives):
                problems.note("picture-missing", f"{where} {row.get('file', '')}")
            elif split and not sample.split:
                yield replace(sample, split=split)
            else:
                yield sample


def _image(row: Row, folder: Path) -> Image:
    if row.get("table"):
        return InTable(folder / str(row["table"]), int(row["row"]), str(row["column"]))
    name = _first(row, _FILE)
    if not name or "\0" in name:
        raise ValueError("no picture named")
    return InZip(folder / str(row["zip"]), name) if row.get("zip") else folder / name


def _packed(image: Path, archives: dict[Path, set[str]]) -> Image:
    """The picture in one of the folder's zip files, where the row does not say in which."""
    for archive in inside(image.parent)[1]:
        if archive.suffix == ".zip" and _exists(packed := InZip(archive, image.name), archives):
            return packed
    return image


def _exists(image: Image, archives: dict[Path, set[str]]) -> bool:
    if isinstance(image, InTable):
        return is_there(image.table)
    if isinstance(image, InZip):
        if image.archive not in archives:
            try:
                with zipfile.ZipFile(image.archive) as archive:
                    archives[image.archive] = set(archive.namelist())
            except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
                archives[image.archive] = set()
        return image.name in archives[image.archive]
    return is_there(image)


def _sample(row: Row, image: Image, label: tuple[str, ...]) -> Sample:
    own = _OWN | {_chosen(row, names) for names in (_FILE, label, _CAPTION)}
    attributes = {str(key): str(value) for key, value in row.items() if key not in own and _said(value)}
    given = row.get("attributes")
    if isinstance(given, dict):
        attributes |= {str(key): str(value) for key, value in given.items()}
    kind = str(row.get("kind") or "") if label != _LABEL else ""
    width, height = row.get("width"), row.get("height")
    return Sample(
        image,
        labels=_several(row.get(_chosen(row, label)), "|"),
        boxes=tuple(_boxes(row.get("boxes"), kind)),
        tags=tuple(_tags(row.get("tags"))),
        caption=_first(row, _CAPTION),
        group=str(row.get("group") or ""),
        split=split_named(str(row.get("split") or "")),
        source=str(row.get("source") or ""),
        size=(int(width), int(height)) if width and height else None,
        attributes=attributes,
    )


def _boxes(value: Any, kind: str) -> Iterator[LabelledBox]:
    if isinstance(value, str):
        for part in value.split(";") if value.strip() else ():
            name, _, numbers = part.rpartition(":")
            left, top, right, bottom = (float(number) for number in numbers.split(","))
            yield _checked(LabelledBox(left, top, right - left, bottom - top, name.strip()))
        return
    for box in value or ():
        if isinstance(box, dict):
            x, y, w, h = (float(box[side]) for side in ("x", "y", "w", "h"))
            yield _checked(LabelledBox(x, y, w, h, str(box.get("label", "")), bool(box.get("difficult"))))
        else:
            x, y, w, h = (float(number) for number in box)
            yield _checked(LabelledBox(x, y, w, h, kind))


def _checked(box: LabelledBox) -> LabelledBox:
    if not all(math.isfinite(side) for side in box[:4]) or box.w <= 0 or box.h <= 0:
        raise ValueError("no box")
    return box


def _tags(value: Any) -> Iterator[TrueTag]:
    if isinstance(value, str):
        split = "|" if "|" in value else "," if "," in value else None
        value = [part.strip() for part in value.split(split)]
    for tag in value or ():
        if isinstance(tag, dict):
            category = tag.get("category")
            yield TrueTag(str(tag["name"]), cast(Category, category) if category in _CATEGORIES else None)
        elif tag:
            yield TrueTag("_".join(str(tag).split()))


def _several(value: Any, joined_by: str) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else str(value).split(joined_by) if _said(value) else []
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _first(row: Row, names: tuple[str, ...]) -> str:
    value = row.get(_chosen(row, names))
    return str(value).strip() if _said(value) else ""


def _chosen(row: Row, names: tuple[str, ...]) -> str:
    """The first of these columns that is there."""
    return next((name for name in names if name in row), "")


def _said(value: Any) -> bool:
    return value is not None and value != ""


def _has_file(path: Path) -> bool:
    """Whether the first row names a picture."""
    row = next((row for _, row in rows(path, Problems())), {})
    if any(key in row for key in ("table", "zip")):
        return True
    return is_picture(_first(row, _FILE))


def fits(path: Path) -> bool:
    files = manifests(path)
    return not fits_pack(path) and any(_has_file(file) and not captions.is_table(file) for file in files)


def fits_pack(path: Path) -> bool:
    folder = path if path.is_dir() else path.parent
    files = [file for file in manifests(path) if plain_stem(file) == "index"]
    return bool(files) and any(file.suffix == ".zip" for file in inside(folder)[1])


READER = Reader("manifest", "manifest.csv, manifest.jsonl", fits, read)
PACK = Reader("pack", "index.csv, index.jsonl + *.zip", fits_pack, read_pack)
