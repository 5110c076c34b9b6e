"""Hair, eyes and gender from inside the network: small coloured things are gone from its last, coarse features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.training.face_batches import NO_LABEL

_WIDTH = 128


class AttributeHeads(nn.Module):
    """From a fine and a coarse map of a backbone and its pooled features to logits of each attribute.

    Each attribute looks where it needs to: its features are the mean of a joint map, weighted by its own softmax
    over places, beside the pooled ones.
    """

    def __init__(self, widths: Sequence[int], pooled: int, labels: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        fine, coarse = widths
        self.fine = _convolution(fine, 64, stride=2)
        self.joint = nn.Sequential(
            _convolution(64 + coarse, _WIDTH, stride=1),
            _convolution(_WIDTH, _WIDTH, stride=1, groups=_WIDTH // 8),
        )
        self.norm = nn.BatchNorm1d(pooled)
        self.dropout = nn.Dropout(0.2)
        self.looks = nn.ModuleDict({name: nn.Conv2d(_WIDTH, 1, 1) for name in labels})
        self.heads = nn.ModuleDict(
            {name: nn.Linear(_WIDTH + pooled, len(values)) for name, values in labels.items()}
        )

    def forward(self, pooled: Tensor, maps: Sequence[Tensor]) -> dict[str, Tensor]:
        fine, coarse = maps
        joint = self.joint(torch.cat([self.fine(fine), coarse], 1))
        whole = self.norm(pooled)
        found = {}
        for name, head in self.heads.items():
            weight = self.looks[name](joint).flatten(2).softmax(2)
            seen = (joint.flatten(2) * weight).sum(2)
            found[name] = head(self.dropout(torch.cat([seen, whole], 1)))
        return found


def _convolution(given: int, made: int, *, stride: int, groups: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(given, made, 3, stride, 1, groups=groups, bias=False), nn.BatchNorm2d(made), nn.ReLU()
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
