"""Asking an exported recogniser, in batches, as evaluation and gallery building do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from core.errors import ArtefactError
from core.training.faces import Face, crop

OUTPUTS = ("embedding", "hair", "eyes", "gender")


@dataclass(frozen=True)
class Answers:
    """One row a face: `embedding` float32 [N, D], L2-normalised, and probabilities float32 [N, labels]."""

    embedding: NDArray[np.float32]
    hair: NDArray[np.float32]
    eyes: NDArray[np.float32]
    gender: NDArray[np.float32]


class OnnxRecogniser:
    """A recogniser from its ONNX file.

    Raises:
        ArtefactError: `recogniser-broken`, when the file is not a recogniser.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        try:
            self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
            told = self._session.get_modelmeta().custom_metadata_map
            self.size = int(told["size"])
            self.labels: dict[str, list[str]] = {name: json.loads(told[name]) for name in OUTPUTS[1:]}
            self.training: dict[str, Any] = json.loads(told.get("training", "{}"))
        except Exception as problem:
            raise ArtefactError("recogniser-broken", path=path.name) from problem
        self.sha256 = hashlib.sha256(path.read_bytes()).hexdigest()

    def answers(self, faces: Sequence[Face], *, batch: int = 32) -> Answers:
        """Ask about faces as they stand in their squares."""
        found: list[list[NDArray[np.float32]]] = []
        for start in range(0, len(faces), batch):
            crops = [crop(face.pixels, face.square, self.size) for face in faces[start : start + batch]]
            given = np.stack(crops).transpose(0, 3, 1, 2).astype(np.float32)
            found.append(self._session.run(OUTPUTS, {"crops": given}))
        if not found:
            blank = np.zeros((1, 3, self.size, self.size), np.float32)
            return Answers(*(rows[:0] for rows in self._session.run(OUTPUTS, {"crops": blank})))
        return Answers(*(np.concatenate([rows[n] for rows in found]) for n in range(len(OUTPUTS))))
