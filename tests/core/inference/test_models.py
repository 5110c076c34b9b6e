"""Models as back ends see them: opened when first used, from real files, through real runtimes."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from core.errors import Unavailable
from core.inference import Cancelled, Counters, InferenceQueue, Models, Session
from tests.core.inference.tiny_models import Folder, scaling

ONE = np.ones((1, 2), np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def answer(session: Session) -> float:
    return float(session.run(x=ONE)["y"][0, 0])


def test_a_session_tells_what_it_is(folder: Folder) -> None:
    folder.put("tiny", "model.onnx", scaling(2))
    models = Models(folder)
    session = models.onnx("tiny")
    assert session.name == f"tiny@{folder.checksum('tiny', 'model.onnx')[:8]}"
    assert dict(session.metadata) == {"purpose": "a test"}
    assert dict(session.inputs) == {"x": (None, 2)}
    assert session.outputs == ("y",)
    assert answer(session) == 2
    assert models.onnx("tiny") is session
    assert models.file("tiny", "model.onnx") == folder.path / "tiny" / "model.onnx"
    models.close()


def test_threads_share_one_session(folder: Folder) -> None:
    folder.put("tiny", "model.onnx", scaling(2))
    counters = Counters()
    models = Models(folder, counters=counters)
    with ThreadPoolExecutor(8) as threads:
        sessions = list(threads.map(lambda _: models.onnx("tiny"), range(50)))
    assert len(set(map(id, sessions))) == 1
    assert counters.value("osusume_model_loads_total", model="tiny") == 1
    models.close()


def test_a_session_outlives_its_weights(folder: Folder) -> None:
    folder.put("one", "model.onnx", scaling(2, weights_mb=2))
    folder.put("two", "model.onnx", scaling(3, weights_mb=2))
    counters = Counters()
    models = Models(folder, memory_mb=3, counters=counters)
    one, two = models.onnx("one"), models.onnx("two")
    assert models.loaded.labels == ("two",)
    assert models.loaded.used_mb == pytest.approx(2.2, rel=0.01)
    assert [answer(one), answer(two), answer(one)] == [2, 3, 2]
    assert counters.value("osusume_model_loads_total", model="one") == 3
    assert counters.value("osusume_run_seconds_count", model=one.name) == 2
    models.close()


def test_weights_beside_the_file_count_too(folder: Folder) -> None:
    path = folder.put("tiny", "model.onnx", scaling(2))
    path.with_name("model.onnx.data").write_bytes(bytes(4 * 2**20))
    models = Models(folder)
    models.onnx("tiny")
    assert models.loaded.used_mb == pytest.approx(4.4, rel=0.01)
    models.close()


def test_a_broken_file_is_opened_once_until_it_is_replaced(
    folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    path = folder.put("tiny", "model.onnx", b"not a model")
    models = Models(folder)
    for _ in range(3):
        with pytest.raises(Unavailable) as problem:
            models.onnx("tiny")
        assert (problem.value.key, problem.value.arguments) == ("model-broken", {"model": "tiny"})
    assert caplog.text.count("cannot be loaded") == 1
    folder.put("tiny", "model.onnx", scaling(2))
    os.utime(path, (1, 1))
    assert answer(models.onnx("tiny")) == 2
    models.close()


def test_a_replaced_file_gives_a_new_session(folder: Folder) -> None:
    path = folder.put("tiny", "model.onnx", scaling(2))
    models = Models(folder)
    old = models.onnx("tiny")
    folder.put("tiny", "model.onnx", scaling(5))
    os.utime(path, (1, 1))
    new = models.onnx("tiny")
    assert new.name != old.name
    assert answer(new) == 5
    models.close()


def test_a_missing_model_says_so(folder: Folder) -> None:
    with pytest.raises(Unavailable, match="model-missing"):
        Models(folder).onnx("tiny")


def test_inputs_that_the_runtime_refuses(folder: Folder) -> None:
    folder.put("tiny", "model.onnx", scaling(2))
    models = Models(folder)
    session = models.onnx("tiny")
    for inputs in ({"z": ONE}, {"x": np.ones((1, 3), np.float32)}, {"x": np.float32(1)}, {}):
        with pytest.raises(Unavailable, match="model-broken"):
            session.run(**inputs)
    assert answer(session) == 2
    models.close()


def test_other_loaded_things_share_the_budget(folder: Folder) -> None:
    folder.put("tiny", "model.onnx", scaling(2, weights_mb=2))
    models = Models(folder, memory_mb=10)
    models.onnx("tiny")
    with models.resource("blip", lambda: {"weights": 1}, cost_mb=9) as module:
        assert module == {"weights": 1}
        assert models.loaded.labels == ("blip",)
    models.onnx("tiny").run(x=ONE)
    assert models.loaded.labels == ("tiny",)
    models.close()


def test_a_new_stamp_loads_a_resource_anew(folder: Folder) -> None:
    models = Models(folder)
    for stamp, expected in (("1", "first"), ("1", "first"), ("2", "second")):
        with models.resource("blip", lambda expected=expected: expected, 1, stamp) as module:  # type: ignore[misc]
            assert module == expected
    models.close()


async def test_a_run_of_cancelled_work_stops(folder: Folder) -> None:
    folder.put("tiny", "model.onnx", scaling(2))
    models, queue = Models(folder), InferenceQueue(1)
    session = models.onnx("tiny")

    def late() -> float:
        from core.inference.cancellation import CURRENT

        current = CURRENT.get()
        assert current is not None
        current.cancel("deadline")
        return answer(session)

    with pytest.raises(Unavailable) as problem:
        await queue.run("ada", late)
    assert problem.value.key == "deadline"
    assert isinstance(problem.value, Exception)
    assert not isinstance(problem.value, Cancelled)
    await queue.close()
    models.close()
