"""What finds heads. A new one is one file here and one line in `DETECTORS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from core.errors import Unavailable
from core.inference import Models
from core.pictures.detectors.cascade import CascadeDetector
from core.pictures.detectors.heads import HeadDetector
from core.pictures.detectors.merging import fuse, suppress
from core.pictures.detectors.tiling import MergedDetector, TiledDetector
from core.pictures.detectors.yolo import YoloDetector
from core.pictures.seams import Detector

CASCADE = "lbpcascade"

DETECTORS: Mapping[str, Callable[[Models], Detector]] = {
    "heads": HeadDetector,
    "anime-face": lambda models: YoloDetector(models, "anime-face", "face"),
    "anime-head": lambda models: YoloDetector(models, "anime-head", "head"),
}
"""By the id of the model each runs on. lbpcascade is no model of the store: the host gives its path."""


def make_detector(names: list[str], models: Models, cascade: Path | None = None) -> Detector:
    """One detector, or several merged.

    Raises:
        Unavailable: `model-missing` for a name that is not in `DETECTORS`, or lbpcascade without a path.
    """
    made: list[Detector] = []
    for name in names:
        if name == CASCADE and cascade is not None:
            made.append(CascadeDetector(cascade))
        elif name in DETECTORS:
            made.append(DETECTORS[name](models))
        else:
            raise Unavailable("model-missing", model=name)
    return made[0] if len(made) == 1 else MergedDetector(made)


__all__ = [
    "CASCADE", "DETECTORS", "CascadeDetector", "HeadDetector", "MergedDetector", "TiledDetector", "YoloDetector",
    "fuse", "make_detector", "suppress",
]  # fmt: skip
