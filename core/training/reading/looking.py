"""One pass over every picture of a data set: what later questions need, some dozen bytes a picture."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.pictures.hashing import perceptual_hash
from core.pictures.picture import Picture
from core.pictures.reading import Limits, read_picture
from core.training.reading.opening import DataSet
from core.training.reading.pictures import Pictures
from core.training.reading.problems import Problems
from core.training.reading.sample import Image, Sample

Embed = Callable[[Picture], NDArray[np.float32]]
"""A picture to float32 [dimensions]: like pictures have a high cosine."""

_TRAINING = Limits(bytes=256 * 2**20, pixels=80_000_000)


@dataclass(slots=True)
class Looked:
    """Pictures that can be read, by index; `broken` says of the others why not (keys of messages).

    `hashes`: perceptual, 64 bits. `digests`: 64 bits of the SHA-256 of the file. `widths`, `heights`: pixels, upright.
    `tag_counts`, `box_counts`: tags and boxes by name. `outside`: boxes that reach out of their picture.
    `vectors`: float16 rows, L2-normalised, where an `Embed` was given.
    """

    names: list[str] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    labels: list[tuple[str, ...]] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    splits: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    hashes: array[int] = field(default_factory=lambda: array("Q"))
    digests: array[int] = field(default_factory=lambda: array("Q"))
    widths: array[int] = field(default_factory=lambda: array("L"))
    heights: array[int] = field(default_factory=lambda: array("L"))
    boxes: array[int] = field(default_factory=lambda: array("L"))
    tags: array[int] = field(default_factory=lambda: array("L"))
    captions: array[int] = field(default_factory=lambda: array("L"))
    vectors: list[NDArray[np.float16]] = field(default_factory=list)
    outside: int = 0
    tag_counts: Counter[str] = field(default_factory=Counter)
    box_counts: Counter[str] = field(default_factory=Counter)
    broken: Problems = field(default_factory=Problems)


def look(
    data: DataSet, embed: Embed | None = None, on_progress: Callable[[int], None] | None = None
) -> Looked:
    """Reads every picture as carefully as one from a stranger.

    Raises:
        UserError: `dataset-empty`, when there is none.
        Unavailable: `dataset-needs-pyarrow`, or what `embed` raises.
    """
    found = Looked()
    # A picture that has several descriptions comes several times, one after the other.
    last: tuple[Image, Picture, int, int] | None = None
    with Pictures() as pictures:
        for number, sample in enumerate(data, start=1):
            name = data.name(sample)
            if last is None or last[0] != sample.image:
                try:
                    content = pictures.read(sample.image)
                    picture = read_picture(content, _TRAINING)
                except UserError as problem:
                    found.broken.note(problem.key, name)
                    continue
                digest = int.from_bytes(hashlib.sha256(content).digest()[:8], "big")
                last = sample.image, picture, digest, perceptual_hash(picture.over())
            _add(found, sample, name, *last[1:])
            if embed is not None:
                vector = embed(last[1])
                found.vectors.append((vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float16))
            if on_progress is not None:
                on_progress(number)
    if not found.names and not found.broken.wrong:
        raise UserError("dataset-empty", path=data.path.name, format=data.format)
    return found


def _add(found: Looked, sample: Sample, name: str, picture: Picture, digest: int, hashed: int) -> None:
    found.names.append(name)
    found.images.append(sample.image)
    found.labels.append(sample.labels)
    found.groups.append(sample.group)
    found.splits.append(sample.split)
    found.sources.append(sample.source)
    found.formats.append(picture.format)
    found.hashes.append(hashed)
    found.digests.append(digest)
    found.widths.append(picture.width)
    found.heights.append(picture.height)
    found.boxes.append(len(sample.boxes))
    found.tags.append(len(sample.tags))
    found.tag_counts.update(tag.name for tag in sample.tags)
    found.box_counts.update(box.label for box in sample.boxes)
    found.captions.append(len(sample.caption.split()))
    # Boxes are told in pixels of the file; one that ends outside it was meant for another copy of the picture.
    sides = max(picture.width, picture.height)
    found.outside += sum(
        box.x < -1 or box.y < -1 or max(box.x + box.w, box.y + box.h) > sides + 1 for box in sample.boxes
    )


def colours(picture: Picture) -> NDArray[np.float32]:
    """float32 [768]: the square root of a histogram of 12 hues, 4 saturations and 4 values in 2 x 2 cells, so that the
    cosine is Bhattacharyya's coefficient. What serves where there is no recogniser."""
    small = cv2.resize(picture.over(), (64, 64), interpolation=cv2.INTER_AREA)
    hsv = cv2.cvtColor(small, cv2.COLOR_RGB2HSV).astype(np.int32)
    # Of what is nearly grey, the hue is chance.
    hues = np.where(hsv[..., 1:].min(axis=2) < 32, 0, hsv[..., 0])
    bins = (hues * 12 // 180) * 16 + (hsv[..., 1] // 64) * 4 + hsv[..., 2] // 64
    cells = bins.reshape(2, 32, 2, 32).transpose(0, 2, 1, 3).reshape(4, -1)
    counts = np.concatenate([np.bincount(cell, minlength=192) for cell in cells])
    return np.asarray(np.sqrt(counts), np.float32)
