"""CCIP features (`deepghs/ccip_onnx`): whether two pictures show the same character, clothes included."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import Unavailable
from core.inference import Models
from core.pictures.cropping import surroundings
from core.pictures.picture import Box, Picture
from core.pictures.recognisers.onnx_embedder import OnnxEmbedder

_MEAN = np.asarray([0.48145466, 0.4578275, 0.40821073], np.float32)
_DEVIATION = np.asarray([0.26862954, 0.26130258, 0.27577711], np.float32)
_AT_ONCE = 4


class CcipEmbedder(OnnxEmbedder):
    """Runs `model_feat.onnx`: `input` float32 [N, 3, 384, 384], RGB with CLIP's mean and deviation, to `output`
    [N, 768]. A head is shown with hair and upper clothes, stretched bilinearly; features are scaled to length 1."""

    def __init__(self, models: Models, model: str, file: str = "model_feat.onnx") -> None:
        super().__init__(models, model, file)

    def embed(self, picture: Picture, heads: Sequence[Box]) -> NDArray[np.float32]:
        """See `Embedder`."""
        session = self._models.onnx(self._model, self._file)
        if not heads:
            return np.zeros((0, 0), np.float32)
        shape = session.inputs.get("input", ())
        if len(shape) != 4 or shape[2] is None or shape[3] is None:
            raise Unavailable("model-broken", model=session.name)
        size = shape[3], shape[2]
        rows: list[NDArray[np.float32]] = []
        for start in range(0, len(heads), _AT_ONCE):
            images = np.stack([_prepared(picture, head, size) for head in heads[start : start + _AT_ONCE]])
            found = session.run(input=images).get("output")
            if found is None or found.ndim != 2 or len(found) != len(images):
                raise Unavailable("model-broken", model=session.name)
            rows.append(np.asarray(found, np.float32))
        features = np.concatenate(rows)
        lengths = np.linalg.norm(features, axis=1, keepdims=True)
        vectors: NDArray[np.float32] = features / np.maximum(lengths, np.float32(1e-12))
        return vectors


def _prepared(picture: Picture, head: Box, size: tuple[int, int]) -> NDArray[np.float32]:
    """float32 [3, rows, columns]."""
    part = Image.fromarray(surroundings(picture, head)).resize(size, Image.Resampling.BILINEAR)
    scaled = (np.asarray(part, np.float32) / np.float32(255) - _MEAN) / _DEVIATION
    image: NDArray[np.float32] = scaled.transpose(2, 0, 1)
    return image
