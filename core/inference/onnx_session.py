"""An ONNX model on the processor: opened with little memory, run with others' rows where that is possible."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import Unavailable
from core.inference.batching import Batcher
from core.inference.cancellation import stop_if_cancelled
from core.inference.counters import Counters

log = logging.getLogger(__name__)

Array = NDArray[np.generic]

COST_PER_MB = 1.1
"""Memory of an opened model by the size of its file: 1.00 to 1.11 measured on four networks of 10 to 45 MB."""


def cost_mb(path: Path) -> float:
    """What an opened model is counted at: the size of the file, and of the weights beside it, times a factor.

    Not the growth of the process: that is only known after loading, when it is too late to make room, it is three times
    as much until the memory that loading leaves behind is given back, and other threads disturb it. Not counted is what
    a run of one row needs for its intermediate results, which stays with the model (see `OnnxSession`).
    """
    files = [path, path.with_name(path.name + ".data"), path.with_name(path.name + "_data")]
    return sum(file.stat().st_size for file in files if file.exists()) / 2**20 * COST_PER_MB


def open_onnx(path: Path, threads: int) -> Any:
    """An `onnxruntime.InferenceSession` on the processor. Raises what the runtime raises."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # A thread that spins while it waits for work takes the processor from everything else (measured on a busy machine:
    # 39 ms against 67 ms for a ResNet-18).
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


class OnnxSession:
    """Fulfils `core.inference.Session`. It holds no weights itself: they are borrowed for each run."""

    def __init__(
        self,
        name: str,
        model: str,
        lend: Callable[[], AbstractContextManager[Any]],
        most_rows: int,
        counters: Counters | None,
    ) -> None:
        """`lend`: gives the opened model. `most_rows`: in one run of several calls; 1 turns batches off.

        Raises:
            Unavailable: `model-broken`.
        """
        import onnxruntime

        self.name = name
        self._model = model
        self._lend = lend
        self._counters = counters
        # What a run needs for its intermediate results is kept for the next one. Giving it back costs time (a detector
        # at 640 pixels took 130 ms of processor time instead of 90), keeping it after several rows costs memory (422 MB
        # after 4 rows, 111 after one): so it is given back after several.
        self._giving_back = onnxruntime.RunOptions()
        self._giving_back.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        with lend() as runtime:
            self.metadata: Mapping[str, str] = dict(runtime.get_modelmeta().custom_metadata_map)
            given, made = runtime.get_inputs(), runtime.get_outputs()
        self.inputs: Mapping[str, tuple[int | None, ...]] = {
            one.name: tuple(axis if isinstance(axis, int) else None for axis in one.shape) for one in given
        }
        self.outputs: tuple[str, ...] = tuple(one.name for one in made)
        # Only axes of one and the same name are known to count the same things: a detector whose boxes come in a free
        # first axis would be cut apart wrongly.
        first = {one.shape[0] if one.shape else None for one in [*given, *made]}
        rows = next(iter(first)) if len(first) == 1 else None
        self.batches = isinstance(rows, str) and most_rows > 1
        """Whether concurrent calls may be run as one."""

        self._batcher = Batcher(most_rows) if self.batches else None

    @property
    def waiting(self) -> int:
        """Calls that wait for the one that runs, to be run together."""
        return self._batcher.waiting if self._batcher else 0

    def run(self, **inputs: Array) -> dict[str, Array]:
        """All outputs by name.

        Raises:
            Unavailable: `model-broken` when the runtime refuses the file or the inputs.
            Cancelled: the request at hand was told to stop.
        """
        stop_if_cancelled()
        with self._lend() as runtime:

            def execute(given: Mapping[str, Array]) -> list[Array]:
                return self._execute(runtime, given)

            if self._batcher and inputs and all(array.ndim for array in inputs.values()):
                results = self._batcher.run(inputs, execute)
            else:
                results = execute(inputs)
        return dict(zip(self.outputs, results, strict=True))

    def _execute(self, runtime: Any, inputs: Mapping[str, Array]) -> list[Array]:
        rows = next((len(array) for array in inputs.values() if array.ndim), 1)
        options = self._giving_back if rows > 1 else None
        began = time.perf_counter()
        try:
            results: list[Array] = runtime.run(list(self.outputs), inputs, options)
        except Exception as problem:  # the runtime's own errors share no base class but Exception
            log.warning("the model %s cannot be run", self.name, exc_info=problem)
            raise Unavailable("model-broken", model=self._model) from problem
        if self._counters:
            self._counters.ran(self.name, time.perf_counter() - began, rows)
        return results
