"""A gallery from a folder of pictures, one folder a character."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.characters.calibration import Calibration
from core.characters.gallery import Enrolled, Gallery, Vectors, normalised
from core.characters.journal import Journal, Noted
from core.characters.left_out import own_calibration
from core.characters.names import without_qualifier
from core.errors import UserError

if TYPE_CHECKING:
    from core.pictures import Box, Picture

LEAST_FOR_OUTLIERS = 5
"""Faces a character needs before any of them can be an outlier."""

_SPREADS = 3.0
_LEAST_SPREAD = 0.08
"""Measured on 49 characters in pictures that the recogniser was not trained on, one face in twelve being somebody
else's: 89 % of the wrong ones are found and 3.4 % of the others dropped; with 0.04 as many are found, 6.4 % dropped."""

_TO_DEVIATION = 1.4826
"""From the median absolute deviation to the standard deviation of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """What pictures are read and seen with.

    `reads`: bytes to a picture, raising UserError where they are none. `finds`: its heads; not asked about crops.
    `embeds`: float32 [heads, dimensions]. `embedder`: its name. `detector`: the name of what finds.
    """

    reads: Callable[[bytes], Picture]
    finds: Callable[[Picture], Sequence[Box]]
    embeds: Callable[[Picture, Sequence[Box]], NDArray[np.float32]]
    embedder: str
    detector: str


@dataclass(slots=True)
class CharacterReport:
    """What became of one character's pictures, by names of files.

    `dropped`: outliers. `no_face`, `many_faces`: left out for that. `repeated`: the same picture again.
    `unreadable`: with the key of the error.
    """

    character: str
    kept: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    no_face: list[str] = field(default_factory=list)
    many_faces: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """All characters, also those of whom no face was kept (they are not in the gallery).

    `calibrated`: probabilities were fitted to these faces; else they were too few for that.
    """

    characters: tuple[CharacterReport, ...]
    calibrated: bool


def build_gallery(
    folder: Path,
    name: str,
    eyes: Eyes,
    *,
    crops: bool = False,
    journal: Path | None = None,
    calibration: Calibration | None = None,
    series_of: Callable[[str], str | None] = lambda label: without_qualifier(label)[1],
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[Gallery, BuildReport]:
    """Detects, embeds, drops outliers (see `outliers`). A folder's name is the label as it is.

    Args:
        crops: each picture is one face already.
        journal: file in which pictures are noted as they are seen, so that a run that was cut goes on where it was.
        calibration: what to use where there are too few faces to fit one.
        series_of: the series of a label; its brackets by default, as in saber_(fate).
        on_progress: told pictures done and pictures in all.

    Raises:
        UserError: `gallery-folder-missing`, `gallery-folder-empty` (no face in any folder in it).
        Unavailable: `model-missing`, `model-broken`, `gallery-unwritable` (the journal).
    """
    pictures = list(_pictures(folder))
    reports = {label: CharacterReport(label) for label, _ in pictures}
    faces: dict[str, dict[str, tuple[str, Vectors]]] = {label: {} for label in reports}
    with Journal(journal, f"{eyes.detector} {eyes.embedder} crops={crops}") as noted:
        for number, (label, path) in enumerate(pictures, start=1):
            found = _look(path, eyes, crops, noted, reports[label])
            if found is not None:
                digest, vector = found
                if digest in faces[label]:
                    reports[label].repeated.append(path.name)
                else:
                    faces[label][digest] = path.name, vector
            if on_progress is not None:
                on_progress(number, len(pictures))
    kept: list[tuple[Enrolled, Vectors]] = []
    for label, report in reports.items():
        names = [file for file, _ in faces[label].values()]
        if not names:
            continue
        vectors = np.stack([vector for _, vector in faces[label].values()])
        odd = outliers(vectors)
        report.dropped = [file for file, is_odd in zip(names, odd, strict=True) if is_odd]
        report.kept = [file for file, is_odd in zip(names, odd, strict=True) if not is_odd]
        kept.append((Enrolled(label, series_of(label), len(report.kept)), vectors[~odd]))
    if not kept:
        raise UserError("gallery-folder-empty", folder=folder.name)
    vectors = np.concatenate([part for _, part in kept])
    labels = np.repeat(np.arange(len(kept)), [len(part) for _, part in kept])
    own = own_calibration(vectors, labels)
    gallery = Gallery(
        name, eyes.embedder, [enrolled for enrolled, _ in kept], vectors, labels, None, own or calibration
    )
    return gallery, BuildReport(tuple(reports.values()), own is not None)


def outliers(vectors: Vectors) -> NDArray[np.bool_]:
    """Which of one character's faces [faces, dimensions] are somebody else or no face.

    Of five faces or more: those whose cosine to the mean of the others lies over three spreads below the median of
    these cosines, a spread being 1.4826 median absolute deviations (Leys et al. 2013), 0.08 at least. Judged twice,
    the second time without those found first; half of the faces stay in any case.
    """
    kept = np.ones(len(vectors), bool)
    for _ in range(2):
        if kept.sum() < LEAST_FOR_OUTLIERS:
            break
        rows = np.flatnonzero(kept)
        cosines = _to_the_others(vectors[rows])
        middle = np.median(cosines)
        spread = max(_TO_DEVIATION * float(np.median(np.abs(cosines - middle))), _LEAST_SPREAD)
        odd = rows[cosines < middle - _SPREADS * spread]
        kept[odd] = False
    return ~kept if kept.sum() * 2 >= len(vectors) else np.zeros(len(vectors), bool)


def _to_the_others(vectors: Vectors) -> Vectors:
    """Cosine of each row to the mean of all other rows."""
    others = normalised(vectors.sum(axis=0, keepdims=True) - vectors)
    cosines: Vectors = (vectors * others).sum(axis=1)
    return cosines


def _look(
    path: Path, eyes: Eyes, crops: bool, journal: Journal, report: CharacterReport
) -> tuple[str, Vectors] | None:
    """Checksum and vector of the one face in a picture; None where it is not one, which is reported."""
    from core.pictures import Box

    try:
        content = path.read_bytes()
    except OSError:
        report.unreadable.append((path.name, "picture-unreadable"))
        return None
    digest = hashlib.sha256(content).hexdigest()
    noted = journal.get(digest)
    if noted is None:
        try:
            picture = eyes.reads(content)
        except UserError as problem:
            report.unreadable.append((path.name, problem.key))
            return None
        heads = [Box(0, 0, picture.width, picture.height)] if crops else list(eyes.finds(picture))
        vector = normalised(eyes.embeds(picture, heads)[0]) if len(heads) == 1 else None
        noted = Noted(len(heads), vector)
        journal.add(digest, noted)
    if noted.vector is None:
        (report.many_faces if noted.faces else report.no_face).append(path.name)
        return None
    return digest, normalised(noted.vector)


def _pictures(folder: Path) -> Iterator[tuple[str, Path]]:
    """Label and file, in order."""
    if not folder.is_dir():
        raise UserError("gallery-folder-missing", folder=folder.name)
    for character in sorted(folder.iterdir()):
        if character.is_dir() and not character.name.startswith("."):
            for path in sorted(character.rglob("*")):
                if path.is_file() and not path.name.startswith("."):
                    yield character.name, path
