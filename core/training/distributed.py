"""Training by several processes, started by torchrun: each takes its share of the batches, all end alike.

Every process runs the ordinary loop with a folder of its own, below that of the first one. Gradients are averaged by
`DistributedDataParallel`. When training goes on after having been killed, all start from the first one's checkpoint.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

from core.errors import UserError
from core.training.loop import CHECKPOINT, BatchAt


@dataclass(frozen=True)
class Place:
    """Where this process stands: number `rank` of `world`, on `device`."""

    rank: int
    world: int
    device: str

    @property
    def first(self) -> bool:
        return self.rank == 0

    def folder(self, out: Path) -> Path:
        """Where this process keeps its checkpoint and log."""
        return out if self.first else out / f"rank-{self.rank}"

    def share(self, batch_at: BatchAt) -> BatchAt:
        """Of all batches, those of this process: every one is taken by exactly one."""
        return lambda index: batch_at(index * self.world + self.rank)

    def start_alike(self, out: Path) -> None:
        """Give every process the first one's checkpoint, or none. They share a file system."""
        distributed.barrier()
        if not self.first:
            own = self.folder(out)
            own.mkdir(parents=True, exist_ok=True)
            (own / CHECKPOINT).unlink(missing_ok=True)
            if (out / CHECKPOINT).exists():
                shutil.copyfile(out / CHECKPOINT, own / CHECKPOINT)
        distributed.barrier()

    def parallel(self, model: nn.Module) -> Callable[[nn.Module], Any]:
        """What to call for a model: itself wrapped for the one given, which is moved to the device, and any other as it
        is."""
        model.to(self.device)
        on_gpu = self.device.startswith("cuda")
        wrapped = DistributedDataParallel(
            model, device_ids=[torch.device(self.device).index] if on_gpu else None
        )
        return lambda other: wrapped if other is model else other

    def agreed(self, flag: bool) -> bool:
        """What the first process says, everywhere."""
        told = torch.tensor([int(flag)], device=self.device)
        distributed.broadcast(told, 0)
        return bool(told.item())

    def settle(self, model: nn.Module) -> None:
        """Make the statistics that layers keep (which gradients do not touch) those of the first process."""
        with torch.no_grad():
            for value in model.buffers():
                there = value.to(self.device)
                distributed.broadcast(there, 0)
                value.copy_(there)


@contextmanager
def joined(backend: str | None = None) -> Iterator[Place]:
    """Join the processes that torchrun started: by nccl where there are GPUs, else by gloo.

    Raises:
        UserError: `distributed-alone`, when torchrun did not start this process.
    """
    try:
        rank, world, local = (int(os.environ[name]) for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK"))
    except (KeyError, ValueError) as problem:
        raise UserError("distributed-alone") from problem
    on_gpu = torch.cuda.is_available()
    if on_gpu:
        torch.cuda.set_device(local)
    distributed.init_process_group(backend or ("nccl" if on_gpu else "gloo"))
    try:
        yield Place(rank, world, f"cuda:{local}" if on_gpu else "cpu")
    finally:
        distributed.destroy_process_group()
