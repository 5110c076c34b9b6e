"""The training loop: it learns, fits a time budget, and resumes to the same bytes after kill -9."""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from core.errors import UserError
from core.training.loop import CHECKPOINT, LOG, Schedule, train

SCHEDULE = Schedule(steps=60, batch=8, rate=0.01, warmup=5, accumulate=2, ema=0.9, seed=3)


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 1))


def batch_at(index: int) -> tuple[Tensor, Tensor]:
    given = torch.randn(8, 4, generator=torch.Generator().manual_seed(index))
    return given, given.sum(1, keepdim=True)


def loss_of(model: nn.Module, batch: Any) -> tuple[Tensor, dict[str, float]]:
    given, wanted = batch
    loss = nn.functional.mse_loss(model(given), wanted)
    return loss, {"error": float(loss.detach()) ** 0.5}


def logged(folder: Path) -> list[dict[str, str]]:
    with (folder / LOG).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def digest(model: nn.Module) -> str:
    found = hashlib.sha256()
    for name, value in sorted(model.state_dict().items()):
        found.update(name.encode() + value.numpy().tobytes())
    return found.hexdigest()


SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, str(Path({here!r}).parent))
from test_loop import SCHEDULE, batch_at, loss_of, network
from core.training.loop import train

# Sums over two threads are rounded otherwise than over one: the same bytes need the same number of them.
import torch
torch.set_num_threads(1)

def told(step, steps, values):
    print(step, flush=True)
    sys.stdin.readline()

train(network(), batch_at, loss_of, SCHEDULE, Path({folder!r}), checkpoint_minutes=0, on_step=told)
"""


@pytest.fixture
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
def test_killed_and_resumed_training_ends_at_the_same_bytes(tmp_path: Path) -> None:
    whole = train(network(), batch_at, loss_of, SCHEDULE, tmp_path / "whole")
    cut = tmp_path / "cut"
    cut.mkdir()
    script = SCRIPT.format(here=__file__, folder=str(cut))
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        while (said := process.stdout.readline()) and int(said) < 25:
            print(file=process.stdin, flush=True)
    finally:
        process.kill()
        process.communicate()
    step = torch.load(cut / CHECKPOINT, weights_only=True)["step"]
    assert 0 < step < SCHEDULE.steps, "killed in the middle, after a checkpoint"
    resumed_at: list[int] = []
    resumed = train(
        network(), batch_at, loss_of, SCHEDULE, cut, on_step=lambda now, steps, values: resumed_at.append(now)
    )
    assert resumed_at[0] == step + 1
    assert digest(resumed) == digest(whole)
    steps = [[row["step"] for row in logged(tmp_path / name)] for name in ("whole", "cut")]
    assert steps[0] == steps[1] == ["10", "20", "30", "40", "50", "60"]


def test_training_learns_and_a_finished_folder_gives_its_model_at_once(tmp_path: Path) -> None:
    model = train(network(), batch_at, loss_of, SCHEDULE, tmp_path)
    rows = logged(tmp_path)
    assert float(rows[-1]["error"]) < 0.6 * float(rows[0]["error"])
    ran: list[int] = []
    again = train(
        network(), batch_at, loss_of, SCHEDULE, tmp_path, on_step=lambda step, *rest: ran.append(step)
    )
    assert ran == []
    assert digest(again) == digest(model)
    assert not again.training


@pytest.mark.usefixtures("one_thread")
def test_batches_made_ahead_are_the_same(tmp_path: Path) -> None:
    asked: list[int] = []

    def noted(index: int) -> tuple[Tensor, Tensor]:
        asked.append(index)
        return batch_at(index)

    one = train(network(), batch_at, loss_of, SCHEDULE, tmp_path / "one")
    ahead = train(network(), noted, loss_of, SCHEDULE, tmp_path / "ahead", ahead=True)
    assert digest(ahead) == digest(one)
    assert asked == list(range(SCHEDULE.steps * SCHEDULE.accumulate + 1)), "each once, and one in advance"


def test_a_budget_shortens_the_cosine_and_is_kept(tmp_path: Path) -> None:
    schedule = Schedule(steps=100_000, batch=8, rate=0.01)
    train(network(), batch_at, loss_of, schedule, tmp_path, budget_minutes=0.03)
    rows = logged(tmp_path)
    assert 10 < int(rows[-1]["step"]) < schedule.steps
    assert float(rows[-1]["rate"]) < 0.05 * schedule.rate


def test_another_schedule_is_refused(tmp_path: Path) -> None:
    train(network(), batch_at, loss_of, Schedule(steps=2, batch=8, rate=0.01), tmp_path)
    with pytest.raises(UserError, match="training-folder"):
        train(network(), batch_at, loss_of, Schedule(steps=2, batch=8, rate=0.02), tmp_path)


def test_a_diverging_loss_is_said(tmp_path: Path) -> None:
    def broken(model: nn.Module, batch: Any) -> tuple[Tensor, dict[str, float]]:
        return model(batch[0]).sum() * float("nan"), {}

    with pytest.raises(UserError, match="training-diverged"):
        train(network(), batch_at, broken, SCHEDULE, tmp_path)


def test_bfloat16_trains_by_the_same_code(tmp_path: Path) -> None:
    schedule = Schedule(steps=40, batch=8, rate=0.01, precision="bfloat16")
    train(network(), batch_at, loss_of, schedule, tmp_path)
    rows = logged(tmp_path)
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
