"""Batches by other processes: the same ones, in the order asked for, and their errors."""

from __future__ import annotations

import os

import pytest
import torch

from core.errors import UserError
from core.training.batch_workers import in_processes


def numbered(index: int) -> dict[str, torch.Tensor]:
    if index == 5:
        raise UserError("training-picture", name="five")
    return {"number": torch.tensor(index), "process": torch.tensor(os.getpid())}


@pytest.mark.parametrize("workers", [0, 1])
def test_they_are_the_same_batches_also_after_a_jump(workers: int) -> None:
    before = torch.get_rng_state()
    with in_processes(numbered, workers) as made:
        found = [made(index) for index in (0, 1, 2, 0, 1, 3)]
        with pytest.raises(UserError, match="five"):
            made(5)
    assert [int(batch["number"]) for batch in found] == [0, 1, 2, 0, 1, 3]
    assert all((int(batch["process"]) == os.getpid()) == (workers == 0) for batch in found)
    assert torch.equal(torch.get_rng_state(), before), "what the training draws stays its own"
