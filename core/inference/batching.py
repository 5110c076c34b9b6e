"""Calls of one model that come while it is running are run together afterwards, without anyone waiting for company."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.inference.cancellation import CURRENT, Cancelled

log = logging.getLogger(__name__)

Array = NDArray[np.generic]
Execute = Callable[[Mapping[str, Array]], list[Array]]


class _Call:
    __slots__ = ("cancellation", "finished", "inputs", "kind", "outputs", "problem", "rows", "woken")

    def __init__(self, inputs: Mapping[str, Array]) -> None:
        self.inputs = inputs
        self.rows = _rows(inputs)
        self.kind = sorted((name, array.dtype.str, array.shape[1:]) for name, array in inputs.items())
        self.cancellation = CURRENT.get()
        self.woken = threading.Event()
        self.finished = False
        self.outputs: list[Array] = []
        self.problem: Exception | None = RuntimeError("the run of the batch was broken off")

    def cancelled(self) -> bool:
        return self.cancellation is not None and self.cancellation.reason is not None

    def finish(self, problem: Exception | None) -> None:
        """Wakes the thread that waits for it."""
        self.problem = problem
        self.finished = True
        self.woken.set()

    def succeed(self, outputs: list[Array]) -> None:
        self.outputs, self.problem = outputs, None

    def result(self) -> list[Array]:
        if self.problem:
            raise self.problem
        return self.outputs


class Batcher:
    """Runs one call at a time of a model whose rows (first axis of every input and output) do not touch each other.

    The thread that runs is the leader. Calls that come meanwhile wait; then the one waiting longest leads, and takes
    along those whose inputs have the same names, types and row shapes.
    """

    def __init__(self, most_rows: int) -> None:
        """`most_rows`: in a run of several calls; a larger single call runs as it is."""
        self._most_rows = most_rows
        self._lock = threading.Lock()
        self._led = False
        self._waiting: deque[_Call] = deque()

    @property
    def waiting(self) -> int:
        """Calls that wait for the leader."""
        return len(self._waiting)

    def run(self, inputs: Mapping[str, Array], execute: Execute) -> list[Array]:
        """The outputs of `execute(inputs)`, which may have been run with the rows of other calls; own arrays.

        Raises what `execute` raises for this call alone, `Cancelled` when its request was cancelled while it waited.
        """
        call = _Call(inputs)
        with self._lock:
            follows = self._led
            if follows:
                self._waiting.append(call)
            else:
                self._led = True
        if follows:
            call.woken.wait()
            if call.finished:
                return call.result()
        batch = [call]
        try:
            batch += self._gather(call)
            _execute(batch, execute)
        finally:
            self._hand_over(batch)
        return call.result()

    def _gather(self, first: _Call) -> Sequence[_Call]:
        """Takes the calls out of the line that can run with `first`."""
        taken: list[_Call] = []
        rows = first.rows
        with self._lock:
            left: deque[_Call] = deque()
            for call in self._waiting:
                if call.cancelled():
                    call.finish(Cancelled())
                elif call.kind == first.kind and rows + call.rows <= self._most_rows:
                    taken.append(call)
                    rows += call.rows
                else:
                    left.append(call)
            self._waiting = left
        return taken

    def _hand_over(self, batch: Sequence[_Call]) -> None:
        for call in batch[1:]:
            call.finish(call.problem)
        with self._lock:
            while self._waiting:
                leader = self._waiting.popleft()
                if not leader.cancelled():
                    leader.woken.set()
                    return
                leader.finish(Cancelled())
            self._led = False


def _rows(inputs: Mapping[str, Array]) -> int:
    return len(next(iter(inputs.values())))


def _execute(batch: Sequence[_Call], execute: Execute) -> None:
    """Together; where that fails, one by one, so that only the call at fault fails."""
    if len(batch) > 1:
        try:
            _execute_together(batch, execute)
            return
        except Exception:
            log.warning("a batch of %d calls failed and is run call by call", len(batch), exc_info=True)
    for call in batch:
        try:
            call.succeed(execute(call.inputs))
        except Exception as problem:
            call.problem = problem


def _execute_together(batch: Sequence[_Call], execute: Execute) -> None:
    together = {name: np.concatenate([call.inputs[name] for call in batch]) for name in batch[0].inputs}
    outputs = execute(together)
    rows = sum(call.rows for call in batch)
    if any(output.ndim == 0 or len(output) != rows for output in outputs):
        raise ValueError(f"{rows} rows went in, others came out")
    ends = np.cumsum([call.rows for call in batch])
    for call, end in zip(batch, ends, strict=True):
        call.succeed([output[end - call.rows : end].copy() for output in outputs])
