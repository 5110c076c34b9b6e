"""What every network on a backbone shares: its settings, its start, the loop, validation while it learns."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn

from core.errors import UserError
from core.inference import import_torch
from core.training.backbones import build_classifier, head_of, load_features
from core.training.batch_workers import in_processes
from core.training.curves import curves_of
from core.training.distributed import Place
from core.training.labelled import Example, normalised
from core.training.loop import CHECKPOINT, BatchAt, OnStep, Schedule, train
from core.training.pretraining import warmed_up

import_torch()

_VALIDATION = "validation.csv"
_BEST = "best.pt"

Measure = Callable[[nn.Module], tuple[float, float]]


@dataclass(frozen=True)
class NetworkConfig:
    """What a network is and how it is trained.

    `weights`: empty, "imagenet", or a file (see `build_classifier`). `strength` of the augmentation. `head_scale`: how
    many times faster the head learns when the rest starts from weights. Every `validate_every` steps the validation
    pictures (at most `validate_most`) are asked about; after `patience` times without a better answer training stops
    (0: never). `warm_up_steps`, at batches of `warm_up_batch` and the rate `warm_up_rate`, are those of SimCLR where
    unlabelled pictures are given, and `warm_up_share` is what they get of a time budget. `workers`: processes that make
    batches (0: none but this one); they change nothing but the time.
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
    strength: float = 1.0
    validate_every: int = 200
    validate_most: int = 2000
    patience: int = 0
    warm_up_steps: int = 1000
    warm_up_batch: int = 64
    warm_up_rate: float = 1e-3
    warm_up_share: float = 0.3
    workers: int = 0
    seed: int = 1

    @property
    def schedule(self) -> Schedule:
        return Schedule(
            steps=self.steps,
            batch=self.batch,
            rate=self.rate,
            warmup=self.warmup,
            weight_decay=self.weight_decay,
            ema=self.ema,
            accumulate=self.accumulate,
            precision=self.precision,
            seed=self.seed,
        )


@dataclass(frozen=True)
class Task:
    """What a network is to learn.

    `batches` hold `pictures` (uint8 [N, 3, S, S]) and whatever `loss` needs beside the logits [N, outputs]; it gives
    the loss and values to log. `measure` asks a network about the validation pictures: a figure, called `measured`, of
    which more is better, and the loss; None where nothing is held back. `biases` [outputs] is where those of the head
    begin.
    """

    outputs: int
    batches: BatchAt
    loss: Callable[[Tensor, Any], tuple[Tensor, dict[str, float]]]
    measure: Measure | None
    measured: str
    biases: Tensor | None = None


@dataclass(frozen=True)
class Fitted:
    """The network, on the CPU in evaluation mode, and the optimiser steps made."""

    network: nn.Module
    steps: int


class _Enough(Exception):
    """Validation has not got better for long enough."""


def fit(
    task: Task,
    out: Path,
    config: NetworkConfig,
    *,
    budget_minutes: float | None = None,
    warm_up: Sequence[Example] = (),
    place: Place | None = None,
    on_step: OnStep | None = None,
) -> Fitted:
    """Train a network. A run that was killed goes on when started again with the same arguments. With a `place`, this
    process is one of several. Leaves `log.csv`, `validation.csv` and `curves.png` in `out`.

    Raises:
        UserError: `distributed-budget`, when several processes are given a budget: each would make of it another
            number of steps; what building the network and the loop raise.
    """
    if place is not None and budget_minutes is not None:
        raise UserError("distributed-budget")
    torch.manual_seed(config.seed)
    network = build_classifier(
        config.backbone, task.outputs, weights=config.weights, size=config.size, biases=task.biases
    )
    out.mkdir(parents=True, exist_ok=True)
    folder = out if place is None else place.folder(out)
    if warm_up and not (out / CHECKPOINT).exists():
        minutes = None if budget_minutes is None else budget_minutes * config.warm_up_share
        load_features(network, warmed_up(config, warm_up, folder / "warm-up", minutes, on_step), "warm-up")
    if warm_up and budget_minutes is not None:
        budget_minutes *= 1 - config.warm_up_share
    started = bool(config.weights or warm_up)
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in its stub
    batch_at: BatchAt = task.batches
    parallel = None
    if place is not None:
        batch_at, parallel = place.share(batch_at), place.parallel(network)
        place.start_alike(out)
    watch = _Validation(network, task, config, out, place)

    def loss_of(model: nn.Module, batch: Any) -> tuple[Tensor, dict[str, float]]:
        called = model if parallel is None else parallel(model)
        return task.loss(called(normalised(batch["pictures"])), batch)

    def stepped(step: int, steps: int, values: dict[str, float]) -> None:
        if on_step is not None:
            on_step(step, steps, values)
        watch(step, steps)

    try:
        with in_processes(batch_at, config.workers) as made:
            trained = train(
                network,
                made,
                loss_of,
                config.schedule,
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
    if place is None or place.first:
        curves_of(out)
    return Fitted(trained.eval(), watch.step)


def parameter_groups(config: NetworkConfig, network: nn.Module, started: bool) -> list[dict[str, Any]]:
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


class _Validation:
    """Asks about the held back pictures now and then, keeps the best weights, and says when it is enough.

    What was found is in `validation.csv`, so that a training that goes on knows it.
    """

    def __init__(
        self, network: nn.Module, task: Task, config: NetworkConfig, out: Path, place: Place | None
    ) -> None:
        self._network, self._task, self._config = network, task, config
        self._path, self._best, self._place = out / _VALIDATION, out / _BEST, place
        self.step = _step_of(out / CHECKPOINT)
        self._rows = [row for row in _rows(self._path, task.measured) if row[0] <= self.step]

    def __call__(self, step: int, steps: int) -> None:
        self.step = step
        measure = self._task.measure
        if measure is None or step % self._config.validate_every or step == steps:
            return
        alone = self._place is None or self._place.first
        if alone:
            reached, loss = measure(self._network)
            if all(reached > row[1] for row in self._rows):
                _save(self._network.state_dict(), self._best)
            self._rows.append((step, reached, loss))
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
        measure = self._task.measure
        if measure is None or not self._config.patience:
            return averaged
        earlier = False
        if self._rows and (self._place is None or self._place.first):
            earlier = measure(averaged)[0] < max(row[1] for row in self._rows)
        if self._place is not None:
            earlier = self._place.agreed(earlier)
        return self.best() if earlier else averaged

    def _waited(self) -> int:
        best = max(range(len(self._rows)), key=lambda at: (self._rows[at][1], -at))
        return len(self._rows) - 1 - best

    def _write(self) -> None:
        with self._path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["step", self._task.measured, "loss"])
            writer.writerows((step, f"{reached:.6g}", f"{loss:.6g}") for step, reached, loss in self._rows)


def _rows(path: Path, measured: str) -> list[tuple[int, float, float]]:
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [(int(row["step"]), float(row[measured]), float(row["loss"])) for row in csv.DictReader(file)]


def _step_of(checkpoint: Path) -> int:
    if not checkpoint.exists():
        return 0
    return int(torch.load(checkpoint, map_location="cpu", weights_only=True, mmap=True)["step"])


def _save(state: dict[str, Any], path: Path) -> None:
    temporary = path.with_suffix(".partial")
    torch.save(state, temporary)
    temporary.replace(path)
