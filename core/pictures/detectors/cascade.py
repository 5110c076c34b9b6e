"""`lbpcascade_animeface`, OpenCV's way of finding frontal faces, from a file that the host has."""

from __future__ import annotations

import hashlib
import threading
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np

from core.errors import Unavailable
from core.pictures.detectors.mapping import LBPCASCADE
from core.pictures.detectors.merging import to_detections
from core.pictures.picture import Detection, Picture

_LONGEST = 1920
"""Pixels; larger pictures are scaled down. The settings below were measured on pictures up to this size."""

_NEIGHBOURS = 5
_SCALE = 1.1
_SMALLEST = 24


class CascadeDetector:
    """The score is n / (n + 5) of the n windows that agree (5 at least): an order, not a probability."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()  # a classifier of OpenCV keeps what it works on in itself

    @property
    def name(self) -> str:
        """Raises Unavailable as `detect` does."""
        return f"lbpcascade@{self._checksum[:8]}"

    def detect(self, picture: Picture) -> tuple[Detection, ...]:
        """See `Detector`."""
        classifier = self._classifier
        grey = cv2.cvtColor(picture.over(), cv2.COLOR_RGB2GRAY)
        ratio = min(1.0, _LONGEST / max(picture.width, picture.height))
        if ratio < 1:
            size = max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio))
            grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
        grey = cv2.equalizeHist(grey)
        with self._lock:
            found, counts = classifier.detectMultiScale2(
                grey, scaleFactor=_SCALE, minNeighbors=_NEIGHBOURS, minSize=(_SMALLEST, _SMALLEST)
            )
        boxes = np.asarray(found, np.float32).reshape(-1, 4)
        boxes[:, 2:] += boxes[:, :2]
        agreeing = np.asarray(counts, np.float32).reshape(-1)
        scale = np.asarray([picture.width / grey.shape[1], picture.height / grey.shape[0]] * 2, np.float32)
        scores = agreeing / (agreeing + _NEIGHBOURS)
        return to_detections(LBPCASCADE.apply(boxes * scale), scores, picture.width, picture.height)

    @cached_property
    def _checksum(self) -> str:
        return hashlib.sha256(self._content()).hexdigest()

    @cached_property
    def _classifier(self) -> cv2.CascadeClassifier:
        self._content()
        try:
            classifier = cv2.CascadeClassifier(str(self._path))  # says nothing of some files it cannot read
        except (cv2.error, SystemError) as problem:  # and of others in two voices
            raise Unavailable("model-broken", model=self._path.name) from problem
        if classifier.empty():
            raise Unavailable("model-broken", model=self._path.name)
        return classifier

    def _content(self) -> bytes:
        try:
            return self._path.read_bytes()
        except OSError as problem:
            raise Unavailable("model-missing", model=self._path.name) from problem
