"""Scheduling of models: python -m tests.benchmarks.bench_inference

Printed: how late the event loop runs while 300 requests of 30 people wait and are worked on (aim: 50 ms at the 99th
percentile), how long another person's single picture takes meanwhile; what running calls together gains; and what the
session options do to memory and time. The models are convolutional networks with random weights, made here.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from core.inference import InferenceQueue, Models, Session
from core.inference.sessions import trim_memory
from tests.core.inference.tiny_models import Folder

SIZE = 160
REQUESTS, PEOPLE = 300, 30
TICK = 0.005
"""Seconds between two looks at the clock."""


def convolutional(width: int = 96, depth: int = 8) -> onnx.ModelProto:
    """float32 `x` [batch, 3, SIZE, SIZE] through `depth` 3 x 3 convolutions, halved four times, to `y`
    [batch, width]."""
    random = np.random.default_rng(0)
    nodes, weights, last, channels = [], [], "x", 3
    for layer in range(depth):
        scale = (2 / (channels * 9)) ** 0.5
        kernel = (random.standard_normal((width, channels, 3, 3)) * scale).astype(np.float32)
        weights.append(numpy_helper.from_array(kernel, f"w{layer}"))
        stride = 2 if layer < 4 else 1
        nodes.append(
            helper.make_node(
                "Conv", [last, f"w{layer}"], [f"c{layer}"], strides=[stride, stride], pads=[1, 1, 1, 1]
            )
        )
        nodes.append(helper.make_node("Relu", [f"c{layer}"], [f"r{layer}"]))
        last, channels = f"r{layer}", width
    nodes += [
        helper.make_node("GlobalAveragePool", [last], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "convolutional",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", width])],
        weights,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _answer(session: Session) -> float:
    """What one request does, roughly: pixels to an input, a network, its output."""
    pixels = np.random.default_rng(1).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    given = (pixels.astype(np.float32) / 255).transpose(2, 0, 1)[None]
    return float(session.run(x=given)["y"].sum())


async def _loop_delay(session: Session) -> None:
    delays: list[float] = []
    waits: list[float] = []

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            delays.append(time.perf_counter() - before - TICK)

    async def lone() -> None:
        began = time.perf_counter()
        await queue.run("somebody else", _answer, session)
        waits.append(time.perf_counter() - began)

    queue = InferenceQueue(workers=2)
    told = 0

    def position(_: int) -> None:
        nonlocal told
        told += 1

    watching = asyncio.create_task(watch())
    began = time.perf_counter()
    asking = [
        asyncio.create_task(queue.run(f"person {turn % PEOPLE}", _answer, session, on_position=position))
        for turn in range(REQUESTS)
    ]
    await asyncio.sleep(0)
    await lone()
    await asyncio.gather(*asking)
    seconds = time.perf_counter() - began
    watching.cancel()
    await queue.close()
    late = np.percentile(delays, [50, 99, 100]) * 1000
    print(f"{REQUESTS} requests of {PEOPLE} people: {seconds:.1f} s, {told} positions told")
    print(
        f"event loop late by: median {late[0]:.1f} ms, 99th percentile {late[1]:.1f} ms, worst {late[2]:.1f} ms"
    )
    print(f"one picture of somebody else, asked after them all: {waits[0] * 1000:.0f} ms")


def _calls(session: Session, threads: int, calls: int = 48) -> tuple[float, float]:
    """Milliseconds and processor milliseconds a call."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: _answer(session), range(threads)))
        began, spent = time.perf_counter(), time.process_time()
        list(pool.map(lambda _: _answer(session), range(calls)))
        return (time.perf_counter() - began) / calls * 1000, (time.process_time() - spent) / calls * 1000


def _batches(folder: Folder) -> None:
    print(f"\n{'threads':>7} {'most rows':>9} {'ms a call':>10} {'cpu ms':>7}")
    for threads in (1, 2, 4, 8):
        for most_rows in (1, 4, 8):
            models = Models(folder, most_rows=most_rows)
            wall, spent = _calls(models.onnx("convolutional"), threads)
            print(f"{threads:7} {most_rows:9} {wall:10.1f} {spent:7.1f}")
            models.close()


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


OPTIONS: dict[str, Callable[[Any, Any], None]] = {
    "as it comes": lambda session, run: None,
    "no spinning": lambda session, run: session.add_session_config_entry(
        "session.intra_op.allow_spinning", "0"
    ),
    "no arena": lambda session, run: setattr(session, "enable_cpu_mem_arena", False),
    "arena shrinks": lambda session, run: run.add_run_config_entry(
        "memory.enable_memory_arena_shrinkage", "cpu:0"
    ),
}


def _option(name: str, path: Path) -> None:
    """One process: the growth of resident memory when loaded and after batches of 8, the time of both sizes."""
    import onnxruntime

    def opened(path: Path) -> Any:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    options, run = onnxruntime.SessionOptions(), onnxruntime.RunOptions()
    options.intra_op_num_threads = 2
    OPTIONS[name](options, run)
    opened(path)  # what the runtime itself takes is not counted
    trim_memory()
    before = _resident()
    session = opened(path)
    raw = _resident() - before
    trim_memory()
    loaded = _resident() - before
    times = []
    for rows in (1, 8):
        given = np.ones((rows, 3, SIZE, SIZE), np.float32)
        session.run(None, {"x": given}, run)
        taken = []
        for _ in range(12):
            spent = time.process_time()
            session.run(None, {"x": given}, run)
            taken.append((time.process_time() - spent) / rows * 1000)
        times.append(statistics.median(taken))
    trim_memory()
    held = _resident() - before
    print(f"{name:<14} {raw:8.1f} {loaded:8.1f} {held:8.1f} {times[0]:7.1f} {times[1]:7.1f}", flush=True)


def main() -> None:
    if len(sys.argv) == 3:
        _option(sys.argv[1], Path(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Folder(Path(place))
        path = folder.put("convolutional", "model.onnx", convolutional())
        models = Models(folder)
        asyncio.run(_loop_delay(models.onnx("convolutional")))
        models.close()
        _batches(folder)
        wide = folder.put("wide", "model.onnx", convolutional(256, 10))
        print(
            f"\na network of {wide.stat().st_size / 2**20:.0f} MB; memory in MB, processor time in ms a row"
        )
        print(f"{'option':<14} {'loaded':>8} {'trimmed':>8} {'held':>8} {'1 row':>7} {'8 rows':>7}")
        for name in OPTIONS:
            subprocess.run([sys.executable, "-m", "tests.benchmarks.bench_inference", name, wide], check=True)
        assert path.exists()


if __name__ == "__main__":
    main()
