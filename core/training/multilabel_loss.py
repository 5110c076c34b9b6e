"""Losses of networks that may give a picture many tags, summed over tags and averaged over pictures.

`logits` and `wanted` (0 or 1) are float32 [N, tags].
"""

from __future__ import annotations

from typing import Literal

from torch import Tensor
from torch.nn import functional

from core.inference import import_torch

import_torch()

Loss = Literal["asymmetric", "focal", "bce"]


def binary_cross_entropy(logits: Tensor, wanted: Tensor) -> Tensor:
    """-log p of every tag that holds, -log (1 - p) of every other one."""
    return functional.binary_cross_entropy_with_logits(logits, wanted, reduction="sum") / len(logits)


def focal_loss(logits: Tensor, wanted: Tensor, *, gamma: float = 2.0, alpha: float = 0.25) -> Tensor:
    """-alpha_t (1 - p_t)^gamma log p_t (Lin et al., "Focal Loss for Dense Object Detection", 2017, equation 5), p_t the
    probability of what is true; alpha_t is `alpha` for tags that hold and 1 - `alpha` for the others."""
    signed = logits * (2 * wanted - 1)
    balance = wanted * alpha + (1 - wanted) * (1 - alpha)
    loss = -balance * (-signed).sigmoid() ** gamma * functional.logsigmoid(signed)
    return loss.sum() / len(logits)


def asymmetric_loss(
    logits: Tensor, wanted: Tensor, *, gamma_neg: float = 4.0, gamma_pos: float = 1.0, clip: float = 0.05
) -> Tensor:
    """-(1 - p)^gamma_pos log p of tags that hold, -p_m^gamma_neg log (1 - p_m) of the others, where
    p_m = max(p - clip, 0) (Ridnik et al., "Asymmetric Loss for Multi-Label Classification", 2021, equations 4 to 7)."""
    holding = (-logits).sigmoid() ** gamma_pos * functional.logsigmoid(logits)
    if clip:
        shifted = (logits.sigmoid() - clip).clamp(min=0)
        other = shifted**gamma_neg * (1 - shifted).log()
    else:
        other = logits.sigmoid() ** gamma_neg * functional.logsigmoid(-logits)
    return -(wanted * holding + (1 - wanted) * other).sum() / len(logits)
