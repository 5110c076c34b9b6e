"""The tagger's network: frozen ImageNet features, pooled for pictures, in more detail for heads, and linear layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from core.training.backbone import LITE, build_backbone

_TAPS = {2: 3, 4: 3, 10: 2}
"""Blocks whose maps are looked at, and into how many rows and columns they are averaged."""

_BINS = 6
GROUPS = (1280, 216, 360, 448, 432)
"""Widths of the parts of the detailed features: pooled, one a tap, histograms."""


@dataclass(frozen=True)
class Linear:
    """float64 [outputs, features] and [outputs]."""

    weight: NDArray[np.float64]
    bias: NDArray[np.float64]

    def layer(self) -> nn.Linear:
        layer = nn.Linear(self.weight.shape[1], self.weight.shape[0])
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(self.weight))
            layer.bias.copy_(torch.from_numpy(self.bias))
        return layer


class Features(nn.Module):
    """RGB 0-255 [N, 3, H, W], sides multiples of 32, to pooled [N, 1280] and, for colours of small things, detailed
    [N, 2736] features: the pooled ones, averages of finer maps and a histogram of colours of all and of the upper part.
    """

    def __init__(self) -> None:
        super().__init__()
        backbone, _ = build_backbone(LITE, pretrained=True)
        round_weights(backbone)
        self.network = backbone.network
        self.eval()

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        network = self.network
        value = functional.relu6(network._bn0(network._conv_stem((image - 127.0) / 128.0)))  # type: ignore[operator, union-attr]
        found: list[Tensor] = []
        for index, block in enumerate(network._blocks):  # type: ignore[arg-type, union-attr]
            value = block(value)
            if index in _TAPS:
                found.extend(_averages(functional.relu(value), _TAPS[index]))
        value = functional.relu6(network._bn1(network._conv_head(value)))  # type: ignore[operator, union-attr]
        pooled = value.mean((2, 3))
        upper = image[:, :, : image.shape[2] * 2 // 5]
        return pooled, torch.cat([pooled, *found, _histogram(image, 1.0), _histogram(upper, 1.0)], 1)


class Tagger(nn.Module):
    """`image` to `tags`, and to the probabilities of each head attribute in the order given."""

    def __init__(self, features: Features, tags: Linear, heads: Mapping[str, Linear]) -> None:
        super().__init__()
        self.features = features
        self.tags = tags.layer()
        self.heads = nn.ModuleDict({name: linear.layer() for name, linear in heads.items()})

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        pooled, detailed = self.features(image)
        heads = (layer(detailed).softmax(1) for layer in self.heads.values())
        return torch.sigmoid(self.tags(pooled)), *heads


def _averages(value: Tensor, parts: int) -> list[Tensor]:
    """As adaptive average pooling, part by part, so that it can be exported for any size."""
    rows, columns = value.shape[2], value.shape[3]
    found = []
    for row in range(parts):
        for column in range(parts):
            top, bottom = row * rows // parts, ((row + 1) * rows + parts - 1) // parts
            left, right = column * columns // parts, ((column + 1) * columns + parts - 1) // parts
            found.append(value[:, :, top:bottom, left:right].mean((2, 3)))
    return found


def _histogram(image: Tensor, total: float) -> Tensor:
    """Square roots of the shares of 6 x 6 x 6 colours: [N, 216]."""
    binned = torch.floor(image / 43.0).clamp(0, _BINS - 1)
    code = (binned[:, 0] * _BINS * _BINS + binned[:, 1] * _BINS + binned[:, 2]).flatten(1).long()
    counts = torch.zeros(image.shape[0], _BINS**3).scatter_add(
        1, code, torch.ones_like(code, dtype=torch.float32)
    )
    return torch.sqrt(counts * total / counts.sum(1, keepdim=True))


def round_weights(backbone: nn.Module, least: int = 1024) -> None:
    """Make convolution weights what they will be in the file, before features are taken: 8 bits, one scale an output
    channel. Folding a normalisation into the convolution scales whole channels, so the same bytes come out of it."""
    with torch.no_grad():
        for module in backbone.modules():
            if isinstance(module, nn.Conv2d) and module.weight.numel() >= least:
                scale = module.weight.abs().amax((1, 2, 3), keepdim=True).clamp(min=1e-12) / 127
                module.weight.copy_((module.weight / scale).round() * scale)
