"""What finds heads. A new one is one file here and one line in `DETECTORS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.inference import Models
from core.pictures.detectors.cascade import CascadeDetector
from core.pictures.detectors.heads import HeadDetector
from core.pictures.detectors.merging import fuse, suppress
from core.pictures.detectors.tiling import MergedDetector, TiledDetector
from core.pictures.detectors.yolo import YoloDetector
from core.pictures.seams import Detector

DETECTORS: Mapping[str, Callable[[Models, str], Detector]] = {
    "heads": HeadDetector,
    "yolo": YoloDetector,
}
"""By the manifest's `backend`, each made from the models and a model's id. lbpcascade is a file of the host instead."""


__all__ = [
    "DETECTORS", "CascadeDetector", "HeadDetector", "MergedDetector", "TiledDetector", "YoloDetector",
    "fuse", "suppress",
]  # fmt: skip
