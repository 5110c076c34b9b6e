"""Taggers of many tags on any backbone, trained end to end, written so that the program can use them as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.errors import UserError
from core.pictures.picture import Category
from core.pictures.taggers.labels import Label
from core.training import multilabel_loss
from core.training.distributed import Place
from core.training.fitting import NetworkConfig, Task, fit
from core.training.labelled import Example, asked_batches
from core.training.loop import OnStep
from core.training.tag_figures import of_network
from core.training.tag_probes import Floats, average_precision
from core.training.tagged import (
    Names,
    Tagged,
    TaggedBatches,
    TaggedPictures,
    Targets,
    choose_labels,
    named,
    shown_whole,
)
from core.training.tagger_files import CHECKPOINT_FILE, write_all
from core.training.thresholds import tuned


@dataclass(frozen=True)
class NetworkTaggerConfig(NetworkConfig):
    """What a tagger is and how it is trained.

    Learned are tags of these `categories` that at least `least_pictures` have, at most `most_tags`, and ratings where
    the data has several. `canonical`: tags go by the bot's names (aliases replaced); `aliases` names others, `without`
    is left out. `loss`: asymmetric (with `gamma_neg`, `gamma_pos`, `clip`), focal (`focal_gamma`, `focal_alpha`) or
    bce. A tag's threshold is that of its best F1 on the held back pictures (at most `tune_most`) where `least_tuned`
    of them have it, else the one that is best for all tags.
    """

    backbone: str = "resnet50"
    steps: int = 20_000
    strength: float = 0.5
    validate_every: int = 500
    loss: multilabel_loss.Loss = "asymmetric"
    gamma_neg: float = 4.0
    gamma_pos: float = 1.0
    clip: float = 0.05
    focal_gamma: float = 2.0
    focal_alpha: float = 0.25
    least_pictures: int = 20
    most_tags: int = 2000
    categories: Sequence[Category] = ("general", "character", "copyright")
    canonical: bool = True
    aliases: Mapping[str, str] = field(default_factory=dict)
    without: Sequence[str] = ()
    least_tuned: int = 10
    tune_most: int = 10_000

    @property
    def names(self) -> Names:
        return Names(self.canonical, self.aliases, tuple(self.without))


@dataclass(frozen=True)
class TrainedTagger:
    """The network (on the CPU, evaluation mode), the labels and thresholds of its answers, what it answered of held
    back pictures as figures (`tag_figures.of_network`; None when there were none), and the optimiser steps made."""

    network: nn.Module
    labels: tuple[Label, ...]
    thresholds: tuple[float, ...]
    figures: dict[str, Any] | None
    steps: int


def train_tagger(
    pictures: TaggedPictures,
    out: Path,
    config: NetworkTaggerConfig,
    *,
    budget_minutes: float | None = None,
    warm_up: Sequence[Example] = (),
    place: Place | None = None,
    on_step: OnStep | None = None,
    export: bool = True,
) -> TrainedTagger:
    """Train on the pictures that are not held back and write everything under `out`. Goes on and shares work as `fit`.

    Raises:
        UserError: `training-tags-few`, when fewer than two tags have pictures enough; what `fit` raises.
    """
    labels = choose_labels(
        pictures, config.names, least=config.least_pictures, most=config.most_tags, categories=config.categories
    )  # fmt: skip
    if sum(label.category != "rating" for label in labels) < 2:
        raise UserError("training-tags-few", pictures=config.least_pictures)
    targets = Targets(labels, config.names)
    learnt = [example for example in pictures.examples if not example.held_back]
    held = [example for example in pictures.examples if example.held_back]
    counts = np.zeros(len(labels), np.int64)
    for start in range(0, len(learnt), 1000):
        counts += targets(learnt[start : start + 1000]).sum(0)
    shares = torch.from_numpy((counts + 1) / (len(learnt) + 2))
    batches = TaggedBatches(
        learnt, targets, batch=config.batch, size=config.size, seed=config.seed, strength=config.strength
    )

    def measure(network: nn.Module) -> tuple[float, float]:
        kept, logits = logits_of(network, held[: config.validate_most], config.size)
        wanted = targets(kept)
        loss, _ = tagger_loss(config, torch.from_numpy(logits), torch.from_numpy(wanted))
        return mean_average_precision(wanted, logits), float(loss)

    task = Task(
        outputs=len(labels),
        batches=batches,
        loss=lambda logits, batch: tagger_loss(config, logits, batch["wanted"]),
        measure=measure if held else None,
        measured="mAP",
        biases=torch.logit(shares).float(),  # each tag begins as likely as it is
    )
    fitted = fit(
        task, out, config, budget_minutes=budget_minutes, warm_up=warm_up, place=place, on_step=on_step
    )
    first = place is None or place.first
    thresholds, told = np.full(len(labels), 0.5), None
    if held and first:
        kept, logits = logits_of(fitted.network, held[: config.tune_most], config.size)
        if kept:
            wanted, scores = targets(kept), 1 / (1 + np.exp(-logits.astype(np.float64)))
            thresholds = tuned(scores, wanted, least=config.least_tuned)
            told = of_network(wanted, scores, [named(label) for label in labels], thresholds)
    result = TrainedTagger(fitted.network, labels, tuple(thresholds.tolist()), told, fitted.steps)
    if first and export:
        write_all(result, out, config, dict(zip(labels, counts.tolist(), strict=True)), len(learnt))
    elif first:
        torch.save(fitted.network.state_dict(), out / CHECKPOINT_FILE)
    return result


def tagger_loss(
    config: NetworkTaggerConfig, logits: Tensor, wanted: Tensor
) -> tuple[Tensor, dict[str, float]]:
    """The loss that the settings name, of logits and 0 or 1 [N, tags]; nothing else to log."""
    logits, wanted = logits.float(), wanted.float()
    if config.loss == "asymmetric":
        settings = {"gamma_neg": config.gamma_neg, "gamma_pos": config.gamma_pos, "clip": config.clip}
        return multilabel_loss.asymmetric_loss(logits, wanted, **settings), {}
    if config.loss == "focal":
        settings = {"gamma": config.focal_gamma, "alpha": config.focal_alpha}
        return multilabel_loss.focal_loss(logits, wanted, **settings), {}
    return multilabel_loss.binary_cross_entropy(logits, wanted), {}


@torch.no_grad()
def logits_of(
    network: nn.Module, examples: Sequence[Tagged], size: int
) -> tuple[list[Tagged], NDArray[np.float32]]:
    """The examples that can be read, and float32 [N, tags]; the network is left in the mode it was in."""
    device = next(network.parameters()).device
    training = network.training
    network.eval()
    kept: list[Tagged] = []
    rows: list[NDArray[np.float32]] = []
    for part, pictures in asked_batches(examples, size, shown_as=shown_whole):
        kept += part
        rows.append(network(pictures.to(device)).float().cpu().numpy())
    network.train(training)
    return kept, np.concatenate(rows) if rows else np.zeros((0, 0), np.float32)


def mean_average_precision(wanted: NDArray[np.bool_], scores: Floats | NDArray[np.float32]) -> float:
    """Average precision of each tag that occurs, averaged; 0 where none does."""
    found = [
        average_precision(wanted[:, at], np.asarray(scores[:, at], np.float64))
        for at in range(wanted.shape[1])
        if wanted[:, at].any()
    ]
    return float(np.mean(found)) if found else 0.0
