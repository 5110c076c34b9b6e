"""The losses of many tags against their formulas, written out."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional

from core.training.multilabel_loss import asymmetric_loss, binary_cross_entropy, focal_loss

LOGITS = torch.tensor([[2.0, -1.0, 0.3], [-4.0, 0.0, 5.0]])
WANTED = torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])


def by_hand(gamma_neg: float, gamma_pos: float, clip: float) -> float:
    total = 0.0
    for logits, wanted in zip(LOGITS.tolist(), WANTED.tolist(), strict=True):
        for logit, holds in zip(logits, wanted, strict=True):
            p = 1 / (1 + math.exp(-logit))
            shifted = max(p - clip, 0.0)
            total -= (
                (1 - p) ** gamma_pos * math.log(p) if holds else shifted**gamma_neg * math.log(1 - shifted)
            )
    return total / len(LOGITS)


@pytest.mark.parametrize("settings", [(4.0, 1.0, 0.05), (4.0, 0.0, 0.0), (2.0, 2.0, 0.2), (0.0, 0.0, 0.0)])
def test_asymmetric_loss_is_the_paper_s(settings: tuple[float, float, float]) -> None:
    gamma_neg, gamma_pos, clip = settings
    found = asymmetric_loss(LOGITS, WANTED, gamma_neg=gamma_neg, gamma_pos=gamma_pos, clip=clip)
    assert float(found) == pytest.approx(by_hand(*settings), rel=1e-5)


def test_without_focus_it_is_cross_entropy() -> None:
    plain = asymmetric_loss(LOGITS, WANTED, gamma_neg=0, gamma_pos=0, clip=0)
    assert float(plain) == pytest.approx(float(binary_cross_entropy(LOGITS, WANTED)), rel=1e-6)
    assert float(focal_loss(LOGITS, WANTED, gamma=0, alpha=0.5)) == pytest.approx(float(plain) / 2, rel=1e-6)


def test_focal_loss_is_torchvision_s() -> None:
    from torchvision.ops import sigmoid_focal_loss

    wanted = sigmoid_focal_loss(LOGITS, WANTED, alpha=0.25, gamma=2, reduction="sum") / 2
    assert float(focal_loss(LOGITS, WANTED)) == pytest.approx(float(wanted), rel=1e-5)


@pytest.mark.parametrize("loss", [asymmetric_loss, focal_loss, binary_cross_entropy])
def test_far_logits_give_finite_gradients(loss: object) -> None:
    logits = torch.tensor([[90.0, -90.0, 90.0, -90.0]], requires_grad=True)
    value = loss(logits, torch.tensor([[1.0, 1.0, 0.0, 0.0]]))  # type: ignore[operator]
    value.backward()
    assert torch.isfinite(value)
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()


def test_easy_negatives_below_the_clip_cost_nothing() -> None:
    logits = torch.logit(torch.tensor([[0.049, 0.5]]))
    assert float(asymmetric_loss(logits[:, :1], torch.zeros(1, 1))) == 0
    assert float(functional.softplus(logits[:, :1])) > 0
