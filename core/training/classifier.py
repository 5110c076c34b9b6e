"""Closed-set classifiers on any backbone, written so that the program can use them as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.errors import UserError
from core.training.classifier_files import CHECKPOINT_FILE, write_all
from core.training.distributed import Place
from core.training.fitting import NetworkConfig, Task, fit
from core.training.labelled import Example, LabelledBatches, asked_batches
from core.training.loop import OnStep


@dataclass(frozen=True)
class ClassifierConfig(NetworkConfig):
    """What a classifier is and how it is trained.

    At run time pictures are shown at 224 pixels; another `size` is quicker to train, and ViT-B/16 of another size
    cannot be used there. `smoothing` of the labels. `balance`: 0 draws every picture equally often, 1 every class.
    """

    smoothing: float = 0.1
    balance: float = 0.5


@dataclass(frozen=True)
class Trained:
    """A trained classifier: the network (on the CPU, evaluation mode), labels in the order of its answers, the share of
    validation pictures named right (None when there were none) and their number, and the optimiser steps made."""

    network: nn.Module
    labels: tuple[str, ...]
    accuracy: float | None
    asked: int
    steps: int


def train_classifier(
    examples: Sequence[Example],
    out: Path,
    config: ClassifierConfig,
    *,
    budget_minutes: float | None = None,
    warm_up: Sequence[Example] = (),
    place: Place | None = None,
    on_step: OnStep | None = None,
    export: bool = True,
) -> Trained:
    """Train on the examples that are not held back and write everything under `out`. Goes on and shares work as `fit`.

    Raises:
        UserError: `training-classes`, with fewer than two labels; what `fit` raises.
    """
    learnt = [example for example in examples if not example.held_back]
    labels = tuple(sorted({example.label for example in learnt}))
    if len(labels) < 2:
        raise UserError("training-classes")
    held = [example for example in examples if example.held_back and example.label in labels]
    batches = LabelledBatches(
        learnt, labels, batch=config.batch, size=config.size, seed=config.seed,
        balance=config.balance, strength=config.strength,
    )  # fmt: skip
    task = Task(
        outputs=len(labels),
        batches=batches,
        loss=lambda logits, batch: classifier_loss(config, logits, batch["labels"]),
        measure=(
            (lambda network: validated(network, held[: config.validate_most], labels, config.size)[:2])
            if held
            else None
        ),
        measured="right",
    )
    fitted = fit(
        task, out, config, budget_minutes=budget_minutes, warm_up=warm_up, place=place, on_step=on_step
    )
    accuracy, _, count = validated(fitted.network, held, labels, config.size) if held else (None, 0.0, 0)
    result = Trained(fitted.network, labels, accuracy, count, fitted.steps)
    if place is None or place.first:
        if export:
            write_all(result, out, config, learnt)
        else:
            torch.save(fitted.network.state_dict(), out / CHECKPOINT_FILE)
    return result


def classifier_loss(
    config: ClassifierConfig, logits: Tensor, labels: Tensor
) -> tuple[Tensor, dict[str, float]]:
    """Cross-entropy with label smoothing, and the share named right."""
    loss = functional.cross_entropy(logits.float(), labels, label_smoothing=config.smoothing)
    return loss, {"right": float((logits.detach().argmax(1) == labels).float().mean())}


@torch.no_grad()
def validated(
    network: nn.Module, examples: Sequence[Example], labels: Sequence[str], size: int
) -> tuple[float, float, int]:
    """Share named right, mean cross-entropy, and how many could be read; the network is left in the mode it was in."""
    index = {label: at for at, label in enumerate(labels)}
    device = next(network.parameters()).device
    training = network.training
    network.eval()
    right, loss, count = 0, 0.0, 0
    for kept, pictures in asked_batches(examples, size):
        wanted = torch.tensor([index[example.label] for example in kept])
        logits = network(pictures.to(device)).float().cpu()
        right += int((logits.argmax(1) == wanted).sum())
        loss += float(functional.cross_entropy(logits, wanted, reduction="sum"))
        count += len(kept)
    network.train(training)
    return right / max(1, count), loss / max(1, count), count
