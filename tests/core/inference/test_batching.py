"""Calls that come while a model runs are run as one, and each gets its own rows back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from contextvars import copy_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import Unavailable
from core.inference import Cancellation, Cancelled, Counters
from core.inference.cancellation import CURRENT
from core.inference.onnx_session import OnnxSession, open_onnx
from tests.core.inference.tiny_models import Folder, finding, looking_up, scaling

PATIENCE = 120


class Gated:
    """An opened model whose first run lasts until it is let go; every run is kept."""

    def __init__(self, path: Path) -> None:
        self._runtime = open_onnx(path, 1)
        self.running, self.go = threading.Event(), threading.Event()
        self.runs: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._runtime, name)

    def run(self, outputs: Sequence[str], inputs: Mapping[str, NDArray[Any]], options: Any) -> Any:
        self.runs.append(len(next(iter(inputs.values()))))
        self.running.set()
        assert self.go.wait(PATIENCE)
        return self._runtime.run(outputs, inputs, options)

    def lend(self) -> AbstractContextManager[Any]:
        return nullcontext(self)


class Stage:
    """A session whose first call runs while others come."""

    def __init__(self, path: Path, pool: ThreadPoolExecutor, most_rows: int = 8) -> None:
        self.counters = Counters()
        self.model = Gated(path)
        self.session = OnnxSession("tiny@0", "tiny", self.model.lend, most_rows, self.counters)
        self._pool = pool

    def first(self, **inputs: NDArray[Any]) -> Future[dict[str, NDArray[Any]]]:
        call = self._pool.submit(self.session.run, **inputs)
        assert self.model.running.wait(PATIENCE)
        return call

    def meanwhile(
        self, cancellation: Cancellation | None = None, /, **inputs: NDArray[Any]
    ) -> Future[dict[str, NDArray[Any]]]:
        """Returns once the call waits behind the running one."""
        before, until = self.session.waiting, time.monotonic() + PATIENCE
        context = copy_context()
        context.run(CURRENT.set, cancellation)
        call = self._pool.submit(context.run, lambda: self.session.run(**inputs))
        while self.session.waiting == before:
            assert time.monotonic() < until
            time.sleep(0)  # gives the other thread its turn
        return call

    def rows(self) -> list[int]:
        """Rows of every run."""
        return self.model.runs


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def pair(*values: float) -> NDArray[np.float32]:
    return np.array([[value, -value] for value in values], np.float32)


def test_calls_that_come_meanwhile_run_as_one(folder: Folder, pool: ThreadPoolExecutor) -> None:
    stage = Stage(folder.put("tiny", "model.onnx", scaling(2)), pool)
    assert stage.session.batches
    calls = [stage.first(x=pair(1)), stage.meanwhile(x=pair(2)), stage.meanwhile(x=pair(3, 4, 5))]
    calls.append(stage.meanwhile(x=pair(6)))
    stage.model.go.set()
    results = [call.result(PATIENCE)["y"] for call in calls]
    for result, expected in zip(results, (pair(2), pair(4), pair(6, 8, 10), pair(12)), strict=True):
        np.testing.assert_array_equal(result, expected)
    assert stage.rows() == [1, 5]
    assert stage.counters.value("osusume_run_seconds_count", model="tiny@0") == 2
    assert stage.counters.value("osusume_batch_rows_sum", model="tiny@0") == 6
    results[1][:] = 0
    np.testing.assert_array_equal(results[2], pair(6, 8, 10))  # each owns its rows


def test_a_batch_has_a_most(folder: Folder, pool: ThreadPoolExecutor) -> None:
    stage = Stage(folder.put("tiny", "model.onnx", scaling(2)), pool, most_rows=3)
    calls = [stage.first(x=pair(0)), stage.meanwhile(x=pair(1, 2)), stage.meanwhile(x=pair(3, 4))]
    calls += [stage.meanwhile(x=pair(5)), stage.meanwhile(x=pair(6, 7, 8, 9))]
    stage.model.go.set()
    for call in calls:
        call.result(PATIENCE)
    assert stage.rows() == [1, 3, 2, 4]


def test_only_equal_shapes_and_types_run_together(folder: Folder, pool: ThreadPoolExecutor) -> None:
    stage = Stage(folder.put("tiny", "model.onnx", scaling(2)), pool)
    first = stage.first(x=pair(1))
    good = stage.meanwhile(x=pair(2))
    wrong_shape = stage.meanwhile(x=np.zeros((1, 3), np.float32))
    wrong_type = stage.meanwhile(x=np.zeros((1, 2), np.float64))
    also_good = stage.meanwhile(x=pair(3))
    stage.model.go.set()
    np.testing.assert_array_equal(first.result(PATIENCE)["y"], pair(2))
    np.testing.assert_array_equal(good.result(PATIENCE)["y"], pair(4))
    np.testing.assert_array_equal(also_good.result(PATIENCE)["y"], pair(6))
    for wrong in (wrong_shape, wrong_type):
        assert isinstance(wrong.exception(PATIENCE), Unavailable)
    assert stage.rows() == [1, 2, 1, 1]


def test_only_the_bad_one_of_a_batch_fails(folder: Folder, pool: ThreadPoolExecutor) -> None:
    stage = Stage(folder.put("tiny", "model.onnx", looking_up()), pool)

    def row(number: int) -> NDArray[np.int64]:
        return np.array([[number]], np.int64)

    first, good = stage.first(index=row(0)), stage.meanwhile(index=row(1))
    bad, fine = stage.meanwhile(index=row(99)), stage.meanwhile(index=row(3))
    stage.model.go.set()
    assert first.result(PATIENCE)["row"].tolist() == [[[0, 1]]]
    assert good.result(PATIENCE)["row"].tolist() == [[[2, 3]]]
    assert fine.result(PATIENCE)["row"].tolist() == [[[6, 7]]]
    problem = bad.exception(PATIENCE)
    assert isinstance(problem, Unavailable)
    assert problem.arguments == {"model": "tiny"}
    assert stage.rows() == [1, 3, 1, 1, 1]


def test_who_was_cancelled_is_left_out(folder: Folder, pool: ThreadPoolExecutor) -> None:
    stage = Stage(folder.put("tiny", "model.onnx", scaling(2)), pool)
    cancellation = Cancellation()
    first, gone = stage.first(x=pair(1)), stage.meanwhile(cancellation, x=pair(2))
    calls = [first, stage.meanwhile(x=pair(3)), stage.meanwhile(x=pair(4))]
    cancellation.cancel()
    stage.model.go.set()
    assert [call.result(PATIENCE)["y"][0, 0] for call in calls] == [2, 6, 8]
    with pytest.raises(Cancelled):
        gone.result(PATIENCE)
    assert (
        sum(stage.rows()) <= 4
    )  # the cancelled call may have been the one to lead, but never more than that


@pytest.mark.parametrize("proto", [finding(), scaling(2, rows=1), scaling(2, rows=None)])
def test_models_whose_rows_are_not_known_to_be_apart_run_alone(folder: Folder, proto: Any) -> None:
    path = folder.put("tiny", "model.onnx", proto)
    model = Gated(path)
    model.go.set()
    session = OnnxSession("tiny@0", "tiny", model.lend, 8, None)
    assert not session.batches
    with ThreadPoolExecutor(4) as threads:
        calls = [threads.submit(session.run, x=pair(1)) for _ in range(6)]
        for call in calls:
            call.result(PATIENCE)
    assert model.runs == [1] * 6


def test_many_threads_get_their_own_rows(folder: Folder) -> None:
    path = folder.put("tiny", "model.onnx", scaling(3))
    model = Gated(path)
    model.go.set()
    session = OnnxSession("tiny@0", "tiny", model.lend, 4, None)
    with ThreadPoolExecutor(16) as threads:
        calls = [
            threads.submit(session.run, x=pair(*range(number, number + 1 + number % 3)))
            for number in range(400)
        ]
        for number, call in enumerate(calls):
            expected = pair(*range(number, number + 1 + number % 3)) * 3
            np.testing.assert_array_equal(call.result(PATIENCE)["y"], expected)
