"""One training loop for every model: resumable after being killed, by the same code on a CPU and on a GPU."""

from __future__ import annotations

import copy
import csv
import math
import os
import random
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from core.errors import UserError

CHECKPOINT = "checkpoint.pt"
LOG = "log.csv"
_LOG_EVERY = 10
_TRIAL_SHARE = 0.02  # of a time budget, spent on finding out how long a step takes

BatchAt = Callable[[int], Any]
LossOf = Callable[[nn.Module, Any], tuple[Tensor, dict[str, float]]]
OnStep = Callable[[int, int, dict[str, float]], None]
GroupsOf = Callable[[nn.Module], Iterable[dict[str, Any]]]


@dataclass(frozen=True)
class Schedule:
    """How a model is trained.

    `steps` are optimiser steps, each over `accumulate` batches; `batch` pictures are in one batch (for the log and
    the callers' `batch_at`; the loop itself does not use it). The rate climbs linearly over `warmup` steps to `rate`
    and falls along a cosine to 1 % of it. `ema` is the decay of the averaged weights, approached as
    (1 + n) / (10 + n). Gradients are clipped to the norm `clip`.
    """

    steps: int
    batch: int
    rate: float
    warmup: int = 100
    weight_decay: float = 0.01
    ema: float = 0.999
    accumulate: int = 1
    precision: Literal["float32", "bfloat16"] = "float32"
    seed: int = 0
    clip: float = 5.0

    def rate_at(self, step: int) -> float:
        """Learning rate of optimiser step `step` (0-based)."""
        warmup = min(self.warmup, self.steps // 10)
        if step < warmup:
            return self.rate * (step + 1) / warmup
        done = (step - warmup) / max(1, self.steps - warmup)
        return self.rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))


def train(
    model: nn.Module,
    batch_at: BatchAt,
    loss_of: LossOf,
    schedule: Schedule,
    folder: Path,
    *,
    budget_minutes: float | None = None,
    checkpoint_minutes: float = 2.0,
    on_step: OnStep | None = None,
    groups_of: GroupsOf | None = None,
    device: str | None = None,
    ahead: bool = False,
) -> nn.Module:
    """Train `model` and return a copy of it with the averaged weights, in evaluation mode, on the CPU.

    `batch_at(index)` must be a pure function of its argument (and a seed it holds): batches are numbered from 0
    over the whole training, so a resumed run sees exactly the pictures the killed one would have seen.
    `loss_of(model, batch)` gives the loss and the values to log; its own randomness must come from torch, whose
    generators are kept in the checkpoint. `groups_of(model)` may give the optimiser's parameter groups, each with
    an optional `scale` of the rate and `weight_decay`; by default matrices decay, vectors do not.

    With `ahead` the next batch is made in a thread meanwhile: `batch_at` must then not use torch's own generators.

    With `budget_minutes` a short trial on a copy measures a step, and the number of steps becomes what fits, at
    most `schedule.steps`: the cosine is shortened, never cut. That number is kept in the checkpoint.

    Run again over the same folder, training goes on from the last checkpoint and ends at the same bytes as a run
    that was never interrupted (same machine, same number of threads).

    Raises:
        UserError: `training-folder`, when the folder holds a training with another schedule; `training-diverged`, when
            the loss is not a number.
    """
    folder.mkdir(parents=True, exist_ok=True)
    place = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    kept = _load(folder / CHECKPOINT, place)
    _seed(schedule.seed)
    model.to(place).train()
    if kept is None:
        if budget_minutes is not None:
            schedule = _fitted(model, batch_at, loss_of, schedule, budget_minutes, groups_of, place)
            _seed(schedule.seed)
    else:
        schedule = _same_schedule(schedule, kept["schedule"], budget_minutes is not None)
    state = _State(model, schedule, groups_of, place)
    if kept is None:
        state.save(folder / CHECKPOINT)
    else:
        state.restore(kept)
    _trim_log(folder / LOG, state.step)

    saved = time.monotonic()
    values: list[dict[str, float]] = []
    with (folder / LOG).open("a", newline="", encoding="utf-8") as file, ExitStack() as stack:
        if ahead:
            batch_at = _Ahead(batch_at, stack.enter_context(ThreadPoolExecutor(1, "batches")))
        while state.step < schedule.steps:
            values.append(state.advance(batch_at, loss_of))
            if on_step is not None:
                on_step(state.step, schedule.steps, values[-1])
            if state.step % _LOG_EVERY == 0 or state.step == schedule.steps:
                _log(file, state, values)
                values.clear()
            if time.monotonic() - saved >= checkpoint_minutes * 60 or state.step == schedule.steps:
                file.flush()
                state.save(folder / CHECKPOINT)
                saved = time.monotonic()
    return state.averaged.cpu().eval()


class _Ahead:
    """Makes the next batch, in a thread, while the model learns from this one."""

    def __init__(self, batch_at: BatchAt, thread: Executor) -> None:
        self._batch_at, self._thread = batch_at, thread
        self._next: tuple[int, Future[Any]] | None = None

    def __call__(self, index: int) -> Any:
        number, made = self._next or (-1, None)
        batch = made.result() if made is not None and number == index else self._batch_at(index)
        self._next = (index + 1, self._thread.submit(self._batch_at, index + 1))
        return batch


class _State:
    """Everything that changes while training."""

    def __init__(
        self, model: nn.Module, schedule: Schedule, groups_of: GroupsOf | None, place: torch.device
    ) -> None:
        self.model, self.schedule, self.place = model, schedule, place
        self.averaged = copy.deepcopy(model)
        self.optimiser = torch.optim.AdamW(
            list((groups_of or _groups)(model)), lr=schedule.rate, weight_decay=schedule.weight_decay
        )
        self.step = 0
        self.seconds = 0.0

    def advance(self, batch_at: BatchAt, loss_of: LossOf) -> dict[str, float]:
        """One optimiser step; the logged values of its batches, averaged."""
        started = time.monotonic()
        plan = self.schedule
        rate = plan.rate_at(self.step)
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group.get("scale", 1.0)
        sums: dict[str, float] = {}
        for part in range(plan.accumulate):
            batch = _moved(batch_at(self.step * plan.accumulate + part), self.place)
            with torch.autocast(self.place.type, torch.bfloat16, enabled=plan.precision == "bfloat16"):
                loss, values = loss_of(self.model, batch)
            (loss / plan.accumulate).backward()  # type: ignore[no-untyped-call]
            for name, value in {"loss": float(loss.detach()), **values}.items():
                sums[name] = sums.get(name, 0.0) + value / plan.accumulate
        if not math.isfinite(sums["loss"]):
            raise UserError("training-diverged", step=self.step)
        nn.utils.clip_grad_norm_(self.model.parameters(), plan.clip)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self._average()
        self.seconds += time.monotonic() - started
        return sums

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.schedule.ema, (1 + self.step) / (10 + self.step))
        current = self.model.state_dict()
        for name, value in self.averaged.state_dict().items():
            if value.is_floating_point():
                value.lerp_(current[name], 1 - decay)
            else:
                value.copy_(current[name])

    def save(self, path: Path) -> None:
        """Write the checkpoint beside `path` and move it into place, so that a kill leaves the old or the new one."""
        content = {
            "schedule": asdict(self.schedule),
            "step": self.step,
            "seconds": self.seconds,
            "model": self.model.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "random": torch.get_rng_state(),
            "random_cuda": torch.cuda.get_rng_state_all() if self.place.type == "cuda" else [],
        }
        temporary = path.with_suffix(".partial")
        with temporary.open("wb") as file:
            torch.save(content, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)

    def restore(self, content: dict[str, Any]) -> None:
        self.model.load_state_dict(content["model"])
        self.averaged.load_state_dict(content["averaged"])
        self.optimiser.load_state_dict(content["optimiser"])
        self.step, self.seconds = content["step"], content["seconds"]
        torch.set_rng_state(content["random"].cpu())
        if content["random_cuda"]:
            torch.cuda.set_rng_state_all([state.cpu() for state in content["random_cuda"]])


def _fitted(
    model: nn.Module,
    batch_at: BatchAt,
    loss_of: LossOf,
    schedule: Schedule,
    budget_minutes: float,
    groups_of: GroupsOf | None,
    place: torch.device,
) -> Schedule:
    """The schedule with as many steps as fit the budget, after timing some on a copy of the model."""
    trial = _State(copy.deepcopy(model), schedule, groups_of, place)
    trial.advance(batch_at, loss_of)  # the first step allocates and tunes: not timed
    trial.seconds, first = 0.0, trial.step
    while trial.step - first < 3 or (
        trial.seconds < _TRIAL_SHARE * budget_minutes * 60 and trial.step < schedule.steps
    ):
        trial.advance(batch_at, loss_of)
    left = budget_minutes * 60 * (1 - 1.5 * _TRIAL_SHARE)
    fitting = int(left / (trial.seconds / (trial.step - first)))
    return replace(schedule, steps=max(1, min(schedule.steps, fitting)))


def _same_schedule(asked: Schedule, kept: dict[str, Any], budgeted: bool) -> Schedule:
    found = Schedule(**kept)
    wanted = replace(asked, steps=found.steps) if budgeted else asked
    if found != wanted:
        raise UserError("training-folder")
    return found


def _seed(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


def _groups(model: nn.Module) -> list[dict[str, Any]]:
    trained = [value for value in model.parameters() if value.requires_grad]
    return [
        {"params": [value for value in trained if value.ndim > 1]},
        {"params": [value for value in trained if value.ndim <= 1], "weight_decay": 0.0},
    ]


def _moved(batch: Any, place: torch.device) -> Any:
    if isinstance(batch, Tensor):
        return batch.to(place, non_blocking=True)
    if isinstance(batch, dict):
        return {name: _moved(value, place) for name, value in batch.items()}
    if isinstance(batch, list | tuple):
        return type(batch)(_moved(value, place) for value in batch)
    return batch


def _load(path: Path, place: torch.device) -> dict[str, Any] | None:
    if not path.exists():
        return None
    content: dict[str, Any] = torch.load(path, map_location=place, weights_only=True)
    return content


def _log(file: Any, state: _State, values: list[dict[str, float]]) -> None:
    names = sorted({name for row in values for name in row})
    if file.tell() == 0:
        csv.writer(file).writerow(["step", "rate", "seconds", *names])
    else:
        file.flush()
        with Path(file.name).open(newline="", encoding="utf-8") as written:
            names = next(csv.reader(written))[3:]
    means = [[row[name] for row in values if name in row and math.isfinite(row[name])] for name in names]
    csv.writer(file).writerow(
        [
            state.step,
            f"{state.schedule.rate_at(state.step - 1):.3g}",
            f"{state.seconds:.1f}",
            *(f"{sum(found) / len(found):.5g}" if found else "" for found in means),
        ]
    )


def _trim_log(path: Path, step: int) -> None:
    """Drop what was logged after the checkpoint: those steps are run, and logged, again."""
    if not path.exists():
        return
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = list(csv.reader(file)) or [[]]
    with path.open("w", newline="", encoding="utf-8") as file:
        if head and step:
            csv.writer(file).writerows([head, *(row for row in rows if int(row[0]) <= step)])
