"""Pulls that are killed, cancelled or run twice: what came is used, once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from core.errors import OsusumeError, UserError
from core.inference import ModelStore, Source, State, pull
from tests.core.inference.pulling import EMPTY, REPO, WEIGHTS, fetch, whole
from tests.doubles.hub import REVISION, HubDouble

ROOT = Path(__file__).parents[3]


async def test_two_at_once(store: ModelStore, hub: HubDouble) -> None:
    results = await asyncio.gather(fetch(store, hub), fetch(store, hub), return_exceptions=True)
    refused = [result for result in results if isinstance(result, OsusumeError)]
    assert [(type(error), error.key) for error in refused] == [(UserError, "pull-busy")]
    assert results.count(None) == 1
    assert whole(store)


async def test_killed_in_the_middle(store: ModelStore, hub: HubDouble, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(hub.row("wd", REPO) + EMPTY)
    hub.faults = ["stall"]
    child = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__).with_name("puller.py")), manifest, store.home, hub.endpoint, "wd",
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert child.stdout
    async for line in child.stdout:
        if line.split() == [b"model.onnx", b"200000"]:
            break
    with pytest.raises(UserError) as busy:
        await fetch(store, hub)
    assert busy.value.key == "pull-busy"
    child.send_signal(signal.SIGKILL)
    assert await child.wait() == -signal.SIGKILL

    assert store.state("wd") is State.PARTIAL
    await fetch(store, hub)
    assert whole(store)
    bodies = hub.bodies("model.onnx")
    assert [body.range for body in bodies] == [None, "bytes=200000-"]
    assert sum(body.sent for body in bodies) == len(WEIGHTS)


async def test_cancelled_in_the_middle(store: ModelStore, hub: HubDouble) -> None:
    hub.faults = ["stall"]
    half = asyncio.Event()

    def heard(model: str, file: str, done: int, total: int | None) -> None:
        if done == 200_000:
            half.set()

    task = asyncio.create_task(pull(store, ["wd"], Source(hub.endpoint), heard, hub.wait))
    await half.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await fetch(store, hub)
    assert whole(store)
    assert hub.bodies("model.onnx")[-1].range == "bytes=200000-"


async def test_all_of_it_came_but_it_was_not_moved(store: ModelStore, hub: HubDouble) -> None:
    hub.faults = ["drop"]
    (store.home / "wd").mkdir(parents=True)
    address = f"{hub.endpoint}/{REPO}/resolve/{REVISION}/model.onnx"
    (store.home / "wd" / "model.onnx.part").write_bytes(WEIGHTS)
    (store.home / "wd" / "model.onnx.part.json").write_text(f'{{"url": "{address}"}}')
    hub.faults = []
    await fetch(store, hub)
    assert whole(store)
    assert hub.bodies("model.onnx") == []


async def test_a_part_of_something_else_is_not_continued(store: ModelStore, hub: HubDouble) -> None:
    (store.home / "wd").mkdir(parents=True)
    (store.home / "wd" / "model.onnx.part").write_bytes(b"x" * 1000)
    (store.home / "wd" / "model.onnx.part.json").write_text('{"url": "http://127.0.0.1/other"}')
    await fetch(store, hub)
    assert whole(store)
    assert [body.range for body in hub.bodies("model.onnx")] == [None]
