"""An embedding that tells characters apart who were never trained on: what a trained network sees, whitened.

The layer that the cosine softmax ends in keeps what separates the characters trained on and loses the rest. The
features below it, divided by how much they vary within a character (within-class covariance normalisation: Hatch,
Kajarekar and Stolcke, 2006), carry over to others; coarse and fine maps add what the last layer no longer sees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from core.training.face_batches import as_tensor
from core.training.faces import Face, crop

Floats = NDArray[np.float64]
_AT_ONCE = 32


_HALVED = 3  # of the five maps of EfficientNet-lite0, the one whose upper and lower half are seen apart


class Embedding(nn.Module):
    """Pooled features [N, `pooled`] and five maps [N, `widths`, ., .] to vectors [N, `dimensions`] of length 1."""

    def __init__(self, pooled: int, widths: Sequence[int], dimensions: int) -> None:
        super().__init__()
        self.widths = pooled, *widths, 2 * widths[_HALVED]
        self.register_buffer("middle", torch.zeros(sum(self.widths)))
        self.linear = nn.Linear(sum(self.widths), dimensions, bias=False)

    middle: Tensor

    def seen(self, pooled: Tensor, maps: Sequence[Tensor]) -> Tensor:
        """[N, features], `widths` of them: the pooled ones, the mean of every map, and of one those of its upper and
        its lower half."""
        means = [one.mean((2, 3)) for one in maps]
        rows = (maps[_HALVED].shape[2] + 1) // 2  # the middle row of an odd number belongs to both
        halves = (part.mean((2, 3)) for part in (maps[_HALVED][:, :, :rows], maps[_HALVED][:, :, -rows:]))
        return torch.cat([pooled, *means, *halves], 1)

    def forward(self, pooled: Tensor, maps: Sequence[Tensor]) -> Tensor:
        # the middle is taken off first: as a shift afterwards it would be large, and weights are stored in 16 bits
        return functional.normalize(self.linear(self.seen(pooled, maps) - self.middle), dim=1)

    def give(self, middle: Floats, matrix: Floats) -> None:
        """Set what `whitened` found."""
        with torch.no_grad():
            self.middle.copy_(torch.from_numpy(middle))
            self.linear.weight.copy_(torch.from_numpy(matrix))


def seen_in(features: Callable[[Tensor], Tensor], faces: Sequence[Face], size: int) -> Floats:
    """float64 [2, N, features]: what `features` gives for faces as they stand in their squares, and mirrored."""
    found: list[NDArray[np.float32]] = []
    with torch.inference_mode():
        for start in range(0, len(faces), _AT_ONCE):
            part = faces[start : start + _AT_ONCE]
            crops = as_tensor([crop(face.pixels, face.square, size) for face in part])
            both = features(torch.cat([crops, crops.flip(3)]))
            found.append(both.reshape(2, len(part), -1).numpy())
    return np.concatenate(found, 1).astype(np.float64)


def whitened(
    seen: Floats, characters: NDArray[np.str_], weights: Floats, dimensions: int, shrinkage: float
) -> tuple[Floats, Floats]:
    """The middle [features] to take off features, and the matrix [dimensions, features] that embeds what is left.

    `seen` is float64 [versions, N, features], versions of one face counting as faces of one character; `weights`
    [features] is how much each feature counts, at unit deviation. The covariance within characters, each weighing the
    root of its faces, is shrunk by `shrinkage` towards a multiple of the identity (Ledoit and Wolf, 2004, with the
    share given instead of estimated). Of the whitened faces, at length 1, the `dimensions` directions that carry most
    are kept.
    """
    middle = seen.mean((0, 1))
    scale = weights / (seen.std((0, 1)) + 1e-3)
    given = (seen - middle) * scale
    count = given.shape[2]
    within, total = np.zeros((count, count)), 0.0
    for name in np.unique(characters):
        rows = given[:, characters == name].reshape(-1, count)
        weight = np.sqrt(len(rows)) / len(rows)
        rows = rows - rows.mean(0)
        within += weight * rows.T @ rows
        total += weight * len(rows)
    within /= total
    level = np.trace(within) / count
    values, vectors = np.linalg.eigh((1 - shrinkage) * within + shrinkage * level * np.eye(count))
    whiten = vectors / np.sqrt(values)
    faces = _unit(given @ whiten).mean(0)
    directions = np.linalg.eigh(faces.T @ faces)[1][:, ::-1][:, :dimensions]
    matrix = (scale[:, None] * (whiten @ directions)).T
    return middle, matrix / np.abs(matrix).max()  # only directions count, and these numbers fit 16 bits


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12))
