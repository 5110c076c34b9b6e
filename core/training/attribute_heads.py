"""Hair, eyes and gender from inside the network: small coloured things are gone from its last, coarse features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.training.face_batches import NO_LABEL

_WIDTH = 128
_PLACES = 2  # where each attribute looks, such as at either eye


class AttributeHeads(nn.Module):
    """From the maps and the pooled features of EfficientNet-lite0 to logits of each attribute.

    The first, second and fourth map make a joint one, as fine as the second. Each attribute looks where it needs to:
    its features are two means of the joint map, each weighted by a softmax over places of its own, beside the pooled
    ones.
    """

    def __init__(self, widths: Sequence[int], pooled: int, labels: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        finest, fine, _, coarse, _ = widths
        self.finest = _convolution(finest, 48, 3, stride=2)
        self.fine = _convolution(fine, 64, 3)
        self.coarse = _convolution(coarse, 64, 1)
        self.joint = nn.Sequential(
            _convolution(48 + 64 + 64, _WIDTH, 1),
            _convolution(_WIDTH, _WIDTH, 3, groups=_WIDTH // 8),
            _convolution(_WIDTH, _WIDTH, 1),
            _convolution(_WIDTH, _WIDTH, 3, groups=_WIDTH // 8),
        )
        self.norm = nn.BatchNorm1d(pooled)
        self.dropout = nn.Dropout(0.2)
        self.looks = nn.ModuleDict({name: nn.Conv2d(_WIDTH, _PLACES, 1) for name in labels})
        self.heads = nn.ModuleDict(
            {name: nn.Linear(_PLACES * _WIDTH + pooled, len(values)) for name, values in labels.items()}
        )

    def forward(self, pooled: Tensor, maps: Sequence[Tensor]) -> dict[str, Tensor]:
        finest, fine, _, coarse, _ = maps
        fine = self.fine(fine)
        coarse = functional.interpolate(self.coarse(coarse), size=fine.shape[2:], mode="nearest")
        joint = self.joint(torch.cat([self.finest(finest), fine, coarse], 1))
        whole = self.norm(pooled)
        found = {}
        for name, head in self.heads.items():
            weight = self.looks[name](joint).flatten(2).softmax(2)
            seen = weight @ joint.flatten(2).transpose(1, 2)
            found[name] = head(self.dropout(torch.cat([seen.flatten(1), whole], 1)))
        return found


def _convolution(given: int, made: int, side: int, *, stride: int = 1, groups: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(given, made, side, stride, side // 2, groups=groups, bias=False),
        nn.BatchNorm2d(made),
        nn.ReLU(),
    )


def attributes_loss(logits: Mapping[str, Tensor], batch: Any) -> tuple[Tensor, dict[str, float]]:
    """Cross-entropy of hair and eyes, and a third of it for gender, of which there are few labels; the shares right."""
    loss = torch.zeros(())
    values: dict[str, float] = {}
    for name, found in logits.items():
        asked = batch[name] != NO_LABEL
        if not bool(asked.any()):
            continue
        right = batch[name][asked]
        error = functional.cross_entropy(found[asked].float(), right, label_smoothing=0.1)
        loss = loss.to(error.device) + error * (0.3 if name == "gender" else 1.0)
        values[f"{name}_right"] = float((found[asked].detach().argmax(1) == right).float().mean())
    return loss, values
