"""Any data set by its path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import UserError
from core.training.reading import (
    arrow,
    captions,
    characters,
    coco,
    danbooru,
    imagefolder,
    kohya,
    manifest,
    voc,
    yolo,
)
from core.training.reading.problems import Problems
from core.training.reading.reader import Options, Reader
from core.training.reading.sample import Sample, name_of

READERS: dict[str, Reader] = {
    reader.name: reader
    for reader in (
        manifest.PACK, manifest.READER, danbooru.READER, coco.READER, voc.READER, yolo.READER, kohya.READER,
        captions.READER, arrow.READER, characters.READER, imagefolder.READER,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DataSet:
    """Samples, read anew at each pass. `format`: which reader gives them. `problems`: of the latest pass."""

    path: Path
    format: str
    options: Options = field(default_factory=Options)
    problems: Problems = field(default_factory=Problems, compare=False)

    def __iter__(self) -> Iterator[Sample]:
        self.problems.clear()
        yield from READERS[self.format].read(self.path, self.options, self.problems)

    def name(self, sample: Sample) -> str:
        """What a sample's picture is called here: the same wherever the data lies."""
        return name_of(sample.image, self.path if self.path.is_dir() else self.path.parent)


def open_data(path: Path, format: str | None = None, options: Options | None = None) -> DataSet:
    """The data set at `path`, of the format given, or of the one that what lies there speaks for.

    Raises:
        UserError: `dataset-missing` (there is nothing), `dataset-format` (no such format), `dataset-unfit` (not of the
            format given), `dataset-unknown` (of none), `dataset-ambiguous` (of several).
    """
    if not path.exists():
        raise UserError("dataset-missing", path=path.name)
    if format is not None:
        if format not in READERS:
            raise UserError("dataset-format", format=format[:40], formats=", ".join(READERS))
        if not READERS[format].fits(path):
            raise UserError("dataset-unfit", path=path.name, format=format, needs=READERS[format].needs)
        return DataSet(path, format, options or Options())
    fitting = [reader.name for reader in READERS.values() if not reader.general and reader.fits(path)]
    if len(fitting) > 1:
        raise UserError("dataset-ambiguous", path=path.name, formats=", ".join(fitting))
    fitting = fitting or [reader.name for reader in READERS.values() if reader.general and reader.fits(path)]
    if not fitting:
        raise UserError("dataset-unknown", path=path.name, formats=", ".join(READERS))
    return DataSet(path, fitting[0], options or Options())
