"""What an ONNX model takes, measured in a process of its own: `python -m core.inference.measure FILE` (Linux)."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

RUNS = 7
_FREE_SIDE = 320
"""Pixels along a free axis, where the model's metadata name no `longest_side`."""


@dataclass(frozen=True, slots=True)
class Measured:
    memory_mb: float
    """Resident memory that opening the model and one run add, in 10^6 bytes."""

    seconds: float
    """Processor time of a run with one row on one thread, median after a first one: other work on the machine hardly
    counts."""


def measure(path: Path) -> Measured:
    """Measures a file. Raises subprocess.CalledProcessError where the runtime refuses it."""
    command = [sys.executable, "-m", "core.inference.measure", str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return Measured(**json.loads(told.stdout))


def _here(path: Path) -> Measured:
    import numpy as np
    import onnxruntime  # noqa: F401 - it is loaded once for all models, and not counted

    from core.inference.onnx_session import open_onnx

    before = _resident()
    session = open_onnx(path, 1)
    side = session.get_modelmeta().custom_metadata_map.get("longest_side", "")
    free = int(side) if side.isdigit() else _FREE_SIDE
    inputs = {}
    for given in session.get_inputs():
        rows, *axes = given.shape
        shape = [
            rows if isinstance(rows, int) else 1,
            *(axis if isinstance(axis, int) else free for axis in axes),
        ]
        kind = {"tensor(float)": np.float32, "tensor(uint8)": np.uint8, "tensor(int64)": np.int64}[given.type]
        inputs[given.name] = np.zeros(shape, kind)
    session.run(None, inputs)
    memory = (_resident() - before) / 1e6
    took = []
    for _ in range(RUNS):
        begun = time.process_time()
        session.run(None, inputs)
        took.append(time.process_time() - begun)
    return Measured(round(memory, 1), round(statistics.median(took), 4))


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    found = _here(Path(sys.argv[1]))
    print(json.dumps({"memory_mb": found.memory_mb, "seconds": found.seconds}))
