"""Closed-set classifiers on any backbone, written so that the program can use them as they are."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.errors import UserError
from core.training.backbones import build_classifier, head_of, load_features
from core.training.classifier_files import CHECKPOINT_FILE, write_all
from core.training.curves import curves_of
from core.training.distributed import Place
from core.training.labelled import Example, LabelledBatches, asked_batches, normalised
from core.training.loop import CHECKPOINT, BatchAt, OnStep, Schedule, train
from core.training.pretraining import warmed_up

_VALIDATION = "validation.csv"
_BEST = "best.pt"


@dataclass(frozen=True)
class ClassifierConfig:
    """What a classifier is and how it is trained.

    `weights`: empty, "imagenet", or a file (see `build_classifier`). At run time pictures are shown at 224 pixels;
    another `size` is quicker to train, and ViT-B/16 of another size cannot be used there. `balance`: 0 draws every
    picture equally often, 1 every class. `strength` of the augmentation. `head_scale`: how many times faster the head
    learns when the rest starts from weights. Every `validate_every` steps the validation pictures (at most
    `validate_most`) are asked about; after `patience` times without a better share of right answers training stops
    (0: never). `warm_up_steps`, at batches of `warm_up_batch` and the rate `warm_up_rate`, are those of SimCLR where
    unlabelled pictures are given, and `warm_up_share` is what they get of a time budget.
    """

    backbone: str = "resnet18"
    weights: str = ""
    size: int = 224
    batch: int = 32
    accumulate: int = 1
    steps: int = 4000
    rate: float = 1e-3
    head_scale: float = 5.0
    warmup: int = 100
    weight_decay: float = 0.02
    ema: float = 0.998
    precision: Literal["float32", "bfloat16"] = "float32"
    smoothing: float = 0.1
    balance: float = 0.5
    strength: float = 1.0
    validate_every: int = 200
    validate_most: int = 2000
    patience: int = 0
    warm_up_steps: int = 1000
    warm_up_batch: int = 64
    warm_up_rate: float = 1e-3
    warm_up_share: float = 0.3
    seed: int = 1


@dataclass(frozen=True)
class Trained:
    """A trained classifier: the network (on the CPU, evaluation mode), labels in the order of its answers, the share of
    validation pictures named right (None when there were none) and their number, and the optimiser steps made."""

    network: nn.Module
    labels: tuple[str, ...]
    accuracy: float | None
    asked: int
    steps: int


class _Enough(Exception):
    """Validation has not got better for long enough."""


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
    """Train on the examples that are not held back and write everything under `out`. A run that was killed goes on
    when started again with the same arguments. With a `place`, this process is one of several.

    Raises:
        UserError: `training-classes`, with fewer than two labels; `distributed-budget`, when several processes are
            given a budget: each would make of it another number of steps; what building the network and the loop raise.
    """
    if place is not None and budget_minutes is not None:
        raise UserError("distributed-budget")
    learnt = [example for example in examples if not example.held_back]
    labels = tuple(sorted({example.label for example in learnt}))
    if len(labels) < 2:
        raise UserError("training-classes")
    held = [example for example in examples if example.held_back and example.label in labels]
    torch.manual_seed(config.seed)
    network = build_classifier(config.backbone, len(labels), weights=config.weights, size=config.size)
    out.mkdir(parents=True, exist_ok=True)
    folder = out if place is None else place.folder(out)
    if warm_up and not (out / CHECKPOINT).exists():
        minutes = None if budget_minutes is None else budget_minutes * config.warm_up_share
        load_features(network, warmed_up(config, warm_up, folder / "warm-up", minutes, on_step), "warm-up")
    if warm_up and budget_minutes is not None:
        budget_minutes *= 1 - config.warm_up_share
    started = bool(config.weights or warm_up)
    batches = LabelledBatches(
        learnt, labels, batch=config.batch, size=config.size, seed=config.seed,
        balance=config.balance, strength=config.strength,
    )  # fmt: skip
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in its stub
    batch_at: BatchAt = batches
    parallel = None
    if place is not None:
        batch_at, parallel = place.share(batches), place.parallel(network)
        place.start_alike(out)
    watch = _Validation(network, held[: config.validate_most], labels, config, out, place)

    def loss_of(model: nn.Module, batch: Any) -> tuple[Tensor, dict[str, float]]:
        called = model if parallel is None else parallel(model)
        return classifier_loss(config, called(normalised(batch["pictures"])), batch["labels"])

    def stepped(step: int, steps: int, values: dict[str, float]) -> None:
        if on_step is not None:
            on_step(step, steps, values)
        watch(step, steps)

    try:
        trained = train(
            network,
            batch_at,
            loss_of,
            _schedule(config),
            folder,
            budget_minutes=budget_minutes,
            on_step=stepped,
            groups_of=lambda model: parameter_groups(config, model, started),
            device=None if place is None else place.device,
        )
    except _Enough:
        trained = watch.best()
    else:
        trained = watch.better_of(trained)
    if place is not None:
        place.settle(trained)
    accuracy, _, count = validated(trained, held, labels, config.size) if held else (None, 0.0, 0)
    result = Trained(trained.eval(), labels, accuracy, count, watch.step)
    if place is None or place.first:
        curves_of(out)
        if export:
            write_all(result, out, config, learnt)
        else:
            torch.save(trained.state_dict(), out / CHECKPOINT_FILE)
    return result


def classifier_loss(
    config: ClassifierConfig, logits: Tensor, labels: Tensor
) -> tuple[Tensor, dict[str, float]]:
    """Cross-entropy with label smoothing, and the share named right."""
    loss = functional.cross_entropy(logits.float(), labels, label_smoothing=config.smoothing)
    return loss, {"right": float((logits.detach().argmax(1) == labels).float().mean())}


def parameter_groups(config: ClassifierConfig, network: nn.Module, started: bool) -> list[dict[str, Any]]:
    """Matrices decay, vectors do not; what is new learns faster than what starts from weights."""
    head = f"{head_of(network)[0]}."
    found: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, value in network.named_parameters():
        found.setdefault((started and name.startswith(head), value.ndim > 1), []).append(value)
    return [
        {
            "params": values,
            "scale": config.head_scale if new else 1.0,
            "weight_decay": config.weight_decay if decays else 0.0,
        }
        for (new, decays), values in found.items()
    ]


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


class _Validation:
    """Asks about the held back pictures now and then, keeps the best weights, and says when it is enough.

    What was found is in `validation.csv`, so that a training that goes on knows it.
    """

    def __init__(
        self, network: nn.Module, held: Sequence[Example], labels: Sequence[str], config: ClassifierConfig,
        out: Path, place: Place | None,
    ) -> None:  # fmt: skip
        self._network, self._held, self._labels, self._config = network, held, labels, config
        self._path, self._best, self._place = out / _VALIDATION, out / _BEST, place
        self.step = _step_of(out / CHECKPOINT)
        self._rows = [row for row in _rows(self._path) if row[0] <= self.step]

    def __call__(self, step: int, steps: int) -> None:
        self.step = step
        if not self._held or step % self._config.validate_every or step == steps:
            return
        alone = self._place is None or self._place.first
        if alone:
            accuracy, loss, _ = validated(self._network, self._held, self._labels, self._config.size)
            if all(accuracy > row[1] for row in self._rows):
                _save(self._network.state_dict(), self._best)
            self._rows.append((step, accuracy, loss))
            self._write()
        enough = alone and self._waited() >= self._config.patience > 0
        if self._place is not None:
            enough = self._place.agreed(enough)
        if enough:
            raise _Enough

    def best(self) -> nn.Module:
        """The network with the weights that did best."""
        state = torch.load(self._best, map_location="cpu", weights_only=True)
        self._network.cpu().load_state_dict(state)
        return self._network.eval()

    def better_of(self, averaged: nn.Module) -> nn.Module:
        """The averaged weights of the end, unless training is to stop early and earlier ones did better."""
        if not (self._held and self._config.patience):
            return averaged
        earlier = False
        if self._rows and (self._place is None or self._place.first):
            reached = validated(averaged, self._held, self._labels, self._config.size)[0]
            earlier = reached < max(row[1] for row in self._rows)
        if self._place is not None:
            earlier = self._place.agreed(earlier)
        return self.best() if earlier else averaged

    def _waited(self) -> int:
        best = max(range(len(self._rows)), key=lambda at: (self._rows[at][1], -at))
        return len(self._rows) - 1 - best

    def _write(self) -> None:
        with self._path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["step", "right", "loss"])
            writer.writerows((step, f"{right:.6g}", f"{loss:.6g}") for step, right, loss in self._rows)


def _schedule(config: ClassifierConfig) -> Schedule:
    return Schedule(
        steps=config.steps,
        batch=config.batch,
        rate=config.rate,
        warmup=config.warmup,
        weight_decay=config.weight_decay,
        ema=config.ema,
        accumulate=config.accumulate,
        precision=config.precision,
        seed=config.seed,
    )


def _rows(path: Path) -> list[tuple[int, float, float]]:
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [(int(row["step"]), float(row["right"]), float(row["loss"])) for row in csv.DictReader(file)]


def _step_of(checkpoint: Path) -> int:
    if not checkpoint.exists():
        return 0
    return int(torch.load(checkpoint, map_location="cpu", weights_only=True, mmap=True)["step"])


def _save(state: dict[str, Any], path: Path) -> None:
    temporary = path.with_suffix(".partial")
    torch.save(state, temporary)
    temporary.replace(path)
