"""Danbooru's metadata of 2017 to 2021: one JSON object a line (also in files called .json), pictures in folders by the
last three digits of their number: `0162/263162.jpg`, below `512px`, `original` or a folder of your own.

Numbers are strings in some years and numbers in others. Left out, and counted: other ratings than asked for, deleted
and banned posts, and files that are no still pictures. Characters are the labels; a post and its variants (children of
one parent) make a group.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.pictures.picture import Category
from core.training.reading import manifest
from core.training.reading.listing import first_line, inside, is_there, plain_stem, sampled, walk
from core.training.reading.problems import Problems
from core.training.reading.reader import Options, Reader
from core.training.reading.sample import Sample, TrueTag

CATEGORIES: dict[str, Category] = {
    "0": "general", "1": "artist", "3": "copyright", "4": "character", "5": "meta",
}  # fmt: skip

_STILL = {"jpg", "jpeg", "png", "webp", "bmp", "avif"}
_RATINGS = {"s", "q", "e"}
_FOLDERS = ("original", "512px", "images", "")


def picture_names(number: int, extension: str) -> tuple[str, str]:
    """Where a post's picture lies: as posted, and as the 512-pixel copies are called, which are all JPEG."""
    bucket = f"{number % 1000:04d}"
    return f"{bucket}/{number}.{extension}", f"{bucket}/{number}.jpg"


def _metadata(path: Path) -> list[Path]:
    if is_there(path):
        return [path]
    below = walk(path / "metadata") if (path / "metadata").is_dir() else iter(())
    return [file for file in [*inside(path)[1], *below] if ".json" in file.name and _is_metadata(file)]


def _is_metadata(path: Path) -> bool:
    line = first_line(path)
    return (
        line.lstrip().startswith(b"{")
        and b'"file_ext"' in line
        and (b'"tags"' in line or b'"tag_string"' in line)
    )


def fits(path: Path) -> bool:
    if is_there(path):
        return ".json" in path.name and _is_metadata(path)
    files = itertools.chain(sampled(path / "metadata"), inside(path)[1])
    return any(".json" in file.name and _is_metadata(file) for file in files)


def read(path: Path, options: Options, problems: Problems) -> Iterator[Sample]:
    root = path if path.is_dir() else path.parent
    given = [options.images] if options.images else [root / name for name in _FOLDERS]
    folders = [folder for folder in given if folder.is_dir()]
    for file in _metadata(path):
        # The .json files hold lines as well.
        for number, row in manifest.json_rows(file, problems):
            where = f"{plain_stem(file)}:{number}"
            try:
                reason = _unwanted(row, options)
                if reason:
                    problems.leave_out(reason, where)
                    continue
                sample = _sample(row, folders)
            except (ValueError, TypeError, KeyError, AttributeError):
                problems.note("line-malformed", where)
                continue
            if sample is None:
                problems.note("picture-missing", f"{where} {row['id']}")
            else:
                yield sample


def _unwanted(row: Any, options: Options) -> str:
    if row["rating"] not in _RATINGS:
        raise ValueError("no rating")
    if row["rating"] not in options.ratings:
        return f"rated-{row['rating']}"
    if row.get("is_deleted"):
        return "deleted"
    if row.get("is_banned"):
        return "banned"
    return "" if str(row["file_ext"]).lower() in _STILL else "not-a-still-picture"


def _sample(row: Any, folders: list[Path]) -> Sample | None:
    number, extension = int(row["id"]), str(row["file_ext"]).lower()
    if number < 0 or not extension.isalnum():
        raise ValueError("no number")
    names = picture_names(number, extension)
    image = next((path for folder in folders for name in names if is_there(path := folder / name)), None)
    if image is None:
        return None
    tags = tuple(_tags(row))
    parent = int(row.get("parent_id") or 0)
    # The 512-pixel copies are padded to squares: the size told is that of the picture as posted.
    as_posted = "512px" not in image.parts and row.get("image_width") and row.get("image_height")
    return Sample(
        image,
        labels=tuple(tag.name for tag in tags if tag.category == "character"),
        tags=tags,
        group=str(parent or number),
        source="danbooru",
        size=(int(row["image_width"]), int(row["image_height"])) if as_posted else None,
        attributes={"id": str(number), "rating": str(row["rating"]), "score": str(row.get("score", ""))},
    )


def _tags(row: Any) -> Iterator[TrueTag]:
    if "tags" in row:
        for tag in row["tags"]:
            yield TrueTag(str(tag["name"]), CATEGORIES.get(str(tag["category"])))
        return
    for category in CATEGORIES.values():  # as the site itself writes them, and the 2021 files
        for name in str(row.get(f"tag_string_{category}") or "").split():
            yield TrueTag(name, category)


READER = Reader("danbooru", "metadata.json + 512px/0162/*.jpg", fits, read)
