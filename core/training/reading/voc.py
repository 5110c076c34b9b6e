"""Pascal VOC: an XML file a picture, in `Annotations` with the pictures in `JPEGImages`, or side by side. Corners are
taken as they are written (whether counted from 0 or 1 differs between tools, by less than a pixel)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import parse

from core.training.reading.listing import PICTURES, inside, is_there, noted_lines, sampled, walk
from core.training.reading.problems import Problems
from core.training.reading.reader import Options, Reader
from core.training.reading.sample import LabelledBox, Sample, Split, split_named

LARGEST = 4 * 2**20
"""Bytes of one XML file."""

_FOLDERS = ("JPEGImages", "images", "Images", "")


def _annotations(path: Path) -> Iterator[Path]:
    root = path / "Annotations" if (path / "Annotations").is_dir() else path
    return (file for file in walk(root) if file.suffix.lower() == ".xml")


def fits(path: Path) -> bool:
    for file in itertools.islice((file for file in sampled(path) if file.suffix.lower() == ".xml"), 5):
        try:
            with file.open("rb") as opened:
                if b"<annotation" in opened.read(1000):
                    return True
        except OSError:
            continue
    return False


def read(path: Path, options: Options, problems: Problems) -> Iterator[Sample]:
    splits = _splits(path, problems)
    for file in _annotations(path):
        try:
            if file.stat().st_size > LARGEST:
                problems.note("file-too-long", file.name)
                continue
            root: Element | None = parse(file).getroot()
        except (ParseError, DefusedXmlException, OSError, ValueError, LookupError):
            problems.note("file-malformed", file.name)
            continue
        if root is None or root.tag != "annotation":
            problems.note("file-malformed", file.name)
            continue
        picture = _picture(path, file, root, options)
        if picture is None:
            problems.note("picture-missing", file.name)
            continue
        boxes = tuple(_boxes(root, problems, file.name))
        split = splits.get(file.stem) or split_named(file.parent.name)
        yield Sample(picture, boxes=boxes, size=_size(root), split=split)


def _picture(path: Path, file: Path, root: Element, options: Options) -> Path | None:
    # Only the last part: the rest says where it lay on somebody else's machine.
    name = (root.findtext("filename") or "").replace("\\", "/").rsplit("/", 1)[-1].replace("\0", "").strip()
    folders = [file.parent, *(path / folder for folder in _FOLDERS)]
    for folder in [options.images] if options.images else folders:
        named = [folder / name] if name else []
        for picture in [*named, *(folder / f"{file.stem}{suffix}" for suffix in sorted(PICTURES))]:
            if is_there(picture) and picture.suffix.lower() in PICTURES:
                return picture
    return None


def _boxes(root: Element, problems: Problems, where: str) -> Iterator[LabelledBox]:
    for thing in root.findall("object"):
        corners: Any = thing.find("bndbox")
        try:
            left, top, right, bottom = (
                float(corners.findtext(side)) for side in ("xmin", "ymin", "xmax", "ymax")
            )
        except (TypeError, ValueError, AttributeError):
            problems.note("box-malformed", where)
            continue
        if not (right > left and bottom > top and math.isfinite(right - left + bottom - top)):
            problems.note("box-malformed", where)
            continue
        name = (thing.findtext("name") or "").strip()
        difficult = (thing.findtext("difficult") or "").strip() == "1"
        yield LabelledBox(left, top, right - left, bottom - top, name, difficult)


def _size(root: Element) -> tuple[int, int] | None:
    try:
        width, height = (int(root.findtext(f"size/{side}") or "") for side in ("width", "height"))
    except ValueError:
        return None
    return (width, height) if width > 0 and height > 0 else None


def _splits(path: Path, problems: Problems) -> dict[str, Split]:
    """Stems to splits, as the lists in `ImageSets/Main` say."""
    found: dict[str, Split] = {}
    for file in inside(path / "ImageSets" / "Main")[1]:
        split = split_named(file.stem)
        for _, line in noted_lines(file, problems) if split and file.suffix == ".txt" else ():
            words = line.decode("utf-8", "replace").split()
            if words:
                found[words[0]] = split
    return found


READER = Reader("voc", "Annotations/*.xml", fits, read)
