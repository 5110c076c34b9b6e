"""Batches made by other processes, ahead of their use: decoding and changing pictures takes longer than a GPU needs to
learn from them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset

from core.errors import Argument, OsusumeError
from core.inference import import_torch
from core.training.loop import BatchAt

import_torch()


@contextmanager
def in_processes(batch_at: BatchAt, workers: int) -> Iterator[BatchAt]:
    """The same batches as `batch_at`, a function of the number alone, which `workers` processes call for the numbers
    that come next; with none of them, `batch_at` itself. What `batch_at` raises is raised here."""
    if not workers:
        yield batch_at
        return
    ahead = _Ahead(batch_at, workers)
    try:
        yield ahead
    finally:
        ahead.close()


@dataclass(frozen=True)
class _Failed:
    """What was raised in another process: errors of ours do not survive the way between processes themselves."""

    kind: type[OsusumeError]
    key: str
    arguments: dict[str, Argument]


class _Numbered(Dataset[Any]):
    def __init__(self, batch_at: BatchAt) -> None:
        self._batch_at = batch_at

    def __getitem__(self, index: int) -> Any:
        try:
            return self._batch_at(index)
        except OsusumeError as problem:
            return _Failed(type(problem), problem.key, problem.arguments)


class _Ahead:
    """Begins anew where the numbers do not follow one another, as after the trial for a time budget."""

    def __init__(self, batch_at: BatchAt, workers: int) -> None:
        self._batches, self._workers = _Numbered(batch_at), workers
        self._next = -1
        self._made: Iterator[Any] | None = None

    def __call__(self, index: int) -> Any:
        if self._made is None or index != self._next:
            self.close()
            numbers: Any = itertools.count(index)  # a sampler need only be iterable
            loader = DataLoader(
                self._batches, batch_size=None, sampler=numbers, num_workers=self._workers,
                generator=torch.Generator(),  # else it draws from the one that the training is kept with
            )  # fmt: skip
            self._made = iter(loader)
        self._next = index + 1
        batch = next(self._made)
        if isinstance(batch, _Failed):
            raise batch.kind(batch.key, **batch.arguments)
        return batch

    def close(self) -> None:
        """Lets the processes go."""
        self._made = None
