"""What the head detector is taught: targets on the cells near a head's centre, quality-focal and GIoU loss."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from core.training.detector_model import STRIDE

_SPREAD = 0.13  # of a head's width and height: standard deviation of the target around its centre
_LEAST = 0.3  # targets below this are background
_BOX_WEIGHT = 2.0


def assign(heads: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
    """Which head each cell is to find.

    Args:
        heads: float32 [K, 4], x0, y0, x1, y1 in pixels.
        height: of the picture, in pixels.
        width: of the picture, in pixels.

    Returns:
        (closeness float32 [A], 1 at the cell nearest to a head's centre, 0 outside; index int64 [A] of the head).
    """
    rows, columns = height // STRIDE, width // STRIDE
    if not len(heads):
        return torch.zeros(rows * columns), torch.zeros(rows * columns, dtype=torch.long)
    ys = (torch.arange(rows) + 0.5) * STRIDE
    xs = (torch.arange(columns) + 0.5) * STRIDE
    centre_x, centre_y = heads[:, [0, 2]].mean(1), heads[:, [1, 3]].mean(1)
    spread_x = ((heads[:, 2] - heads[:, 0]) * _SPREAD).clamp(min=STRIDE * 0.35)
    spread_y = ((heads[:, 3] - heads[:, 1]) * _SPREAD).clamp(min=STRIDE * 0.35)
    off_x = (xs[None, :] - centre_x[:, None]) / spread_x[:, None]
    off_y = (ys[None, :] - centre_y[:, None]) / spread_y[:, None]
    close = torch.exp(-0.5 * (off_y[:, :, None] ** 2 + off_x[:, None, :] ** 2)).flatten(1)
    close = close / close.amax(1, keepdim=True).clamp(min=1e-6)
    best, index = close.max(0)
    return torch.where(best >= _LEAST, best, torch.zeros(())), index


def unsure_cells(areas: Tensor, height: int, width: int) -> Tensor:
    """Cells whose centre lies in one of `areas` [K, 4]: bool [A]."""
    rows, columns = height // STRIDE, width // STRIDE
    ys = ((torch.arange(rows) + 0.5) * STRIDE)[None, :, None]
    xs = ((torch.arange(columns) + 0.5) * STRIDE)[None, None, :]
    x0, y0, x1, y1 = (areas[:, side, None, None] for side in range(4))
    return ((xs >= x0) & (xs <= x1) & (ys >= y0) & (ys <= y1)).any(0).flatten()


def overlaps(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """IoU and generalised IoU (Rezatofighi 2019) of boxes [K, 4] pair by pair: two tensors [K]."""
    low, high = torch.maximum(first[:, :2], second[:, :2]), torch.minimum(first[:, 2:], second[:, 2:])
    both = (high - low).clamp(min=0).prod(1)
    areas = (first[:, 2:] - first[:, :2]).prod(1) + (second[:, 2:] - second[:, :2]).prod(1)
    union = (areas - both).clamp(min=1e-6)
    hull = torch.maximum(first[:, 2:], second[:, 2:]) - torch.minimum(first[:, :2], second[:, :2])
    around = hull.prod(1).clamp(min=1e-6)
    shared = both / union
    return shared, shared - (around - union) / around


def detection_loss(
    boxes: Tensor, logits: Tensor, closeness: Tensor, heads: Tensor, unsure: Tensor
) -> tuple[Tensor, dict[str, float]]:
    """The loss of a batch.

    Args:
        boxes: float32 [N, A, 4], predicted corners in pixels.
        logits: float32 [N, A].
        closeness: float32 [N, A], of `assign`.
        heads: float32 [N, A, 4], the head each cell is to find.
        unsure: bool [N, A], cells that teach nothing about scores.

    Returns:
        (the loss, a scalar; the values to log).
    """
    chosen = closeness > 0
    weight = closeness[chosen]
    total = weight.sum().clamp(min=1.0)
    quality = torch.zeros_like(logits)
    shape = logits.new_zeros(())
    if bool(chosen.any()):
        shared, general = overlaps(boxes[chosen], heads[chosen])
        shape = ((1 - general) * weight).sum() / total
        quality[chosen] = weight * (0.5 + 0.5 * shared.detach())
    # Quality focal loss (Li 2020), beta 2
    entropy = functional.binary_cross_entropy_with_logits(logits, quality, reduction="none")
    focal = entropy * (torch.sigmoid(logits) - quality).abs() ** 2
    score = (focal * ~(unsure & ~chosen)).sum() / total
    loss = score + _BOX_WEIGHT * shape
    return loss, {"score": float(score.detach()), "box": float(shape.detach())}
