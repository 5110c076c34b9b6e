"""What embedders that run one ONNX file have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.inference import Models
from core.pictures.picture import Box, Picture


class OnnxEmbedder(ABC):
    """An `Embedder` whose vectors depend on one file.

    Vectors of one file say nothing to those of another: the name holds its checksum.
    """

    def __init__(self, models: Models, model: str, file: str) -> None:
        self._models = models
        self._model = model
        self._file = file

    @property
    def name(self) -> str:
        """Raises Unavailable as `embed` does."""
        return self._models.label(self._model, self._file)

    @property
    def dimensions(self) -> int:
        """Found by asking about a grey picture; raises Unavailable as `embed` does."""
        blank = Picture(np.full((8, 8, 3), 128, np.uint8), None, "", "")
        return int(self.embed(blank, [Box(0, 0, 8, 8)]).shape[1])

    @abstractmethod
    def embed(self, picture: Picture, heads: Sequence[Box]) -> NDArray[np.float32]:
        """See `Embedder`. Raises Unavailable, `model-missing` or `model-broken`."""
