"""ImageFolder: a folder's name is the class of every picture below it. Above the classes there may be folders for the
splits (train, val or validation, test). Pictures that lie in no folder are without a label."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.training.reading.listing import inside, is_picture, pictures_below
from core.training.reading.problems import Problems
from core.training.reading.reader import Options, Reader
from core.training.reading.sample import Sample, Split, split_named


def fits(path: Path) -> bool:
    return path.is_dir() and next(pictures_below(path), None) is not None


def read(path: Path, _options: Options, problems: Problems) -> Iterator[Sample]:
    folders, _ = inside(path)
    # A class may be called "test": split folders are those beside a "train".
    if any(split_named(folder.name) == "train" for folder in folders):
        for folder in folders:
            if split_named(folder.name):
                yield from _classes(folder, split_named(folder.name), problems)
            else:
                problems.leave_out("folder-beside-splits", folder.name)
    else:
        yield from _classes(path, "", problems)


def _classes(path: Path, split: Split, problems: Problems) -> Iterator[Sample]:
    folders, files = inside(path)
    for file in files:
        if is_picture(file.name):
            yield Sample(file, split=split)
    for folder in folders:
        empty = True
        for picture in pictures_below(folder):
            yield Sample(picture, (folder.name,), split=split)
            empty = False
        if empty:
            problems.note("folder-without-pictures", folder.name)


READER = Reader("imagefolder", "name/*.png", fits, read, general=True)
