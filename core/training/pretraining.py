"""Learning without labels: SimCLR (Chen et al., "A Simple Framework for Contrastive Learning of Visual
Representations", 2020), as a start for classifiers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.errors import UserError
from core.training.backbones import Encoder, build_classifier
from core.training.labelled import Example, LabelledBatches, normalised
from core.training.loop import OnStep, Schedule, train

if TYPE_CHECKING:
    from core.training.fitting import NetworkConfig

TEMPERATURE = 0.5
_PROJECTED = 128


class SimClr(nn.Module):
    """An encoder and the projection that only this training uses: pictures to vectors [N, 128], L2-normalised."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.project = nn.Sequential(
            nn.Linear(encoder.width, 512), nn.BatchNorm1d(512), nn.ReLU(), nn.Linear(512, _PROJECTED)
        )

    def forward(self, pictures: Tensor) -> Tensor:
        return functional.normalize(self.project(self.encoder(pictures)).float(), dim=1)


def nt_xent(vectors: Tensor, temperature: float = TEMPERATURE) -> Tensor:
    """The normalised temperature-scaled cross-entropy of [2N, D] L2-normalised vectors, where row n and row N + n are
    views of one picture: each has to find the other among all but itself (equation 1 of the paper, averaged)."""
    count = len(vectors) // 2
    likeness = vectors @ vectors.T / temperature
    likeness = likeness.masked_fill(torch.eye(2 * count, dtype=torch.bool, device=vectors.device), -torch.inf)
    partner = torch.arange(2 * count, device=vectors.device).roll(count)
    return functional.cross_entropy(likeness, partner)


def simclr_loss(model: nn.Module, batch: Any) -> tuple[Tensor, dict[str, float]]:
    """The loss of two views of each picture, and how often a view finds the other one."""
    vectors = model(normalised(batch["pictures"]))
    count = len(vectors) // 2
    with torch.no_grad():
        likeness = (vectors @ vectors.T).fill_diagonal_(-2.0)
        partner = torch.arange(2 * count, device=vectors.device).roll(count)
        found = float((likeness.argmax(1) == partner).float().mean())
    return nt_xent(vectors), {"found": found}


def warmed_up(
    config: NetworkConfig, examples: Sequence[Example], folder: Path, budget_minutes: float | None,
    on_step: OnStep | None = None,
) -> dict[str, Tensor]:  # fmt: skip
    """Train the backbone of `config` on pictures without labels and return its weights, named as in the network.

    Raises:
        UserError: `training-data`, with fewer than two pictures; what the network and the loop raise.
    """
    if len(examples) < 2:
        raise UserError("training-data", path="--warm-up")
    torch.manual_seed(config.seed)
    network = build_classifier(config.backbone, 2, weights=config.weights, size=config.size)
    model = SimClr(Encoder(network)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    batches = LabelledBatches(
        examples, (), batch=config.warm_up_batch, size=config.size, seed=config.seed + 1,
        strength=1.5 * config.strength, views=2,
    )  # fmt: skip
    schedule = Schedule(
        steps=config.warm_up_steps, batch=2 * config.warm_up_batch, rate=config.warm_up_rate, warmup=config.warmup,
        weight_decay=config.weight_decay, ema=config.ema, precision=config.precision, seed=config.seed,
    )  # fmt: skip
    trained = train(
        model, batches, simclr_loss, schedule, folder, budget_minutes=budget_minutes, on_step=on_step
    )
    assert isinstance(trained, SimClr), "the loop returns a copy of what it was given"
    return {name: value.detach() for name, value in trained.encoder.network.state_dict().items()}
