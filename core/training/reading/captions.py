"""Image-caption pairs: a folder of pictures and a table `captions.csv`, `captions.txt`, `results.csv` or the like, the
picture's name first and its description last, parted by comma, bar or tab, with or without a header line. Flickr8k's
`name.jpg#0` is understood. A picture may have several descriptions: each is a sample, all of them one group."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from core.training.reading.listing import inside, is_picture, is_there, noted_lines, plain_suffix
from core.training.reading.problems import Problems
from core.training.reading.reader import Options, Reader
from core.training.reading.sample import Sample

_SUFFIXES = (".csv", ".tsv", ".txt", ".token")
_TEXTS = {"caption", "captions", "text", "comment", "description"}
_NUMBERS = {"comment_number", "caption_number", "number", "index", "id"}
_FOLDERS = ("", "images", "Images", "pictures")


def _table(path: Path) -> Path | None:
    files = [path] if is_there(path) else inside(path)[1]
    return next((file for file in files if plain_suffix(file) in _SUFFIXES and is_table(file)), None)


def is_table(path: Path) -> bool:
    """Whether a file has pictures' names and descriptions, and nothing more than a number between them."""
    lines = [line.decode("utf-8", "replace").strip() for _, line in islice(noted_lines(path, Problems()), 2)]
    if not lines:
        return False
    header = [field.lower() for field in _fields(lines[0], _delimiter(lines[0]))]
    if header and not is_picture(_name(header[0])):
        if not (2 <= len(header) <= 3 and header[-1] in _TEXTS and set(header[1:-1]) <= _NUMBERS):
            return False
        lines = lines[1:]
    for line in lines[:1]:
        fields = _fields(line, _delimiter(line))
        return len(fields) > 1 and is_picture(_name(fields[0])) and len(" ".join(fields[1:]).split()) > 1
    return False


def fits(path: Path) -> bool:
    return _table(path) is not None


def read(path: Path, options: Options, problems: Problems) -> Iterator[Sample]:
    table = _table(path)
    if table is None:
        return
    folders = [options.images] if options.images else [table.parent / folder for folder in _FOLDERS]
    delimiter = ""
    for number, line in noted_lines(table, problems):
        text = line.decode("utf-8", "replace").strip()
        if not text:
            continue
        delimiter = delimiter or _delimiter(text)
        fields = _fields(text, delimiter)
        name = _name(fields[0]) if fields else ""
        if number == 1 and not is_picture(name):
            continue
        # A description without quotes may have commas in it.
        rest = fields[1:] if len(fields) < 3 or not fields[1].isdigit() else fields[2:]
        caption = ", ".join(rest) if delimiter == "," else " ".join(rest)
        if not is_picture(name) or not caption or "\0" in name:
            problems.note("line-malformed", f"{table.name}:{number}")
            continue
        picture = next((found for folder in folders if is_there(found := folder / name)), None)
        if picture is None:
            problems.note("picture-missing", f"{table.name}:{number} {name}")
        else:
            yield Sample(picture, caption=caption, group=name)


def _delimiter(text: str) -> str:
    return next((mark for mark in ("\t", "|") if mark in text), ",")


def _fields(text: str, delimiter: str) -> list[str]:
    try:
        return [field.strip() for field in next(csv.reader([text], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _name(field: str) -> str:
    return field.rpartition("#")[0] if field.rpartition("#")[2].isdigit() and "#" in field else field


READER = Reader("captions", "captions.csv, captions.txt", fits, read)
