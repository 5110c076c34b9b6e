"""Pictures answered: python -m tests.benchmarks.bench_pictures [--rounds 7] [--earlier 2] [--requests 300]

Printed, each as time on the clock and time of the processor (which other programs disturb less):
- naming the faces of one picture, as two earlier kinds of pipelines do (see bench_pictures_baseline) and as ours does,
  with the shipped models (aim: at least 10 times as quick as YOLO v3 + ViT-B/16). `--earlier 0` leaves those out;
- all of an answer to a picture of 1 megapixel with two faces, from the bytes of a JPEG to those of the drawn one, warm
  (aim: 250 ms), and its stages; `--profile` also prints where the time goes;
- how late the event loop runs while 300 such requests of 30 people wait and are worked on (aim: 50 ms at the 99th
  percentile);
- resident memory of a program with all embedded models loaded and used, at its peak too (aim: 700 MB).
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import io
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
from PIL import Image

from bot.texts import Texts
from core.osusume import Osusume
from core.pictures import Asked, Face, Length, Part, Picture, Pipeline
from core.pictures.drawing import Label, Packed, Room, annotate, pack
from core.pictures.reading import Limits, read_picture
from core.pictures.tags import present
from core.settings import read_settings
from tests.tools.drawing import Pose, draw_scene, made_up

PEOPLE = 30
TICK = 0.005
"""Seconds between two looks at the clock."""

ROOM = Room(bytes=8 * 2**20, sides=10_000, ratio=20)
LENGTHS: tuple[Length, ...] = ("short", "alt")
NAMES: frozenset[Part] = frozenset(("heads", "names"))


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of one call: on the clock, median and least of some; of the processor, median.

    The least is nearest to what a machine with nothing else to do needs.
    """

    clock: float
    least: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock * 1000:.0f}, {self.least * 1000:.0f} ({self.processor * 1000:.0f})"


def taken(call: Callable[[], object], rounds: int) -> Taken:
    """After a first call that is not counted."""
    call()
    clock, processor = [], []
    for _ in range(rounds):
        began, spent = time.perf_counter(), time.process_time()
        call()
        clock.append(time.perf_counter() - began)
        processor.append(time.process_time() - spent)
    return Taken(statistics.median(clock), min(clock), statistics.median(processor))


@cache
def scene(width: int, height: int, faces: int) -> Image.Image:
    """Drawn characters in a row; large ones are drawn at half the size and enlarged."""
    scale = 2 if width * height > 4_000_000 else 1
    across = width / scale / faces
    size = min(across / 210, height / scale / 420)
    people = [
        (
            made_up(number),
            Pose(across * (number + 0.5), height / scale * 0.4, size, turn=0.3 * (-1) ** number),
        )
        for number in range(faces)
    ]
    image = draw_scene(people, width=width // scale, height=height // scale, scale=1).image.convert("RGB")
    return image.resize((width, height), Image.Resampling.BICUBIC)


def picture(width: int, height: int, faces: int) -> Picture:
    return Picture(np.asarray(scene(width, height, faces)), None, f"{width}x{height}x{faces}", "PNG")


def jpeg(width: int, height: int, faces: int) -> bytes:
    stream = io.BytesIO()
    scene(width, height, faces).save(stream, "JPEG", quality=92)
    return stream.getvalue()


@asynccontextmanager
async def opened(*, warm: bool = False) -> AsyncIterator[Osusume]:
    """A core with the shipped models that remembers no picture: the same one is looked at again."""
    with tempfile.TemporaryDirectory() as home:
        settings = read_settings(
            _env_file=None, home=Path(home), picture_memory_minutes=0, picture_deadline=900
        )
        async with Osusume.open(settings, warm=warm) as osusume:
            yield osusume


def answer(pipeline: Pipeline, data: bytes, texts: Texts) -> Packed:
    """What /describe does with a picture."""
    seen = pipeline.look(data, Asked())
    present(seen.findings.tags)
    for length in LENGTHS:
        pipeline.caption(seen, texts, length)
    return pack(annotate(seen.picture.over(), labels(seen.findings.faces)), ROOM)


def labels(faces: Sequence[Face]) -> list[Label]:
    """A name for every face, also where it is unknown: drawing takes its longest."""
    return [Label(face.box, *_said(face)) for face in faces]


def _said(face: Face) -> tuple[str | None, float | None, str | None]:
    best = face.candidates[0] if face.candidates else None
    return (best.character, best.score, best.character) if best else (None, None, None)


def side_by_side(pipeline: Pipeline, rounds: int, earlier: int) -> None:
    from tests.benchmarks.bench_pictures_baseline import PICTURES, cascade_resnet, yolo_vit

    print("naming the faces of a picture: ms on the clock, least (of the processor)")
    head = ("cascade + ResNet-34", "YOLO v3 + ViT-B/16", "ours", "ours with tags", "times as quick")
    print(f"{'':<18}" + "".join(f"{name:>22}" for name in head))
    for name, (width, height, faces) in PICTURES.items():
        given = picture(width, height, faces)
        found = len(pipeline.find(given, Asked(NAMES)).faces)
        rows: list[str] = []
        old: Taken | None = None
        for baseline in (cascade_resnet, yolo_vit) if earlier else ():
            old = taken(partial(baseline, given.pixels, faces), earlier)
            rows.append(str(old))
        ours = taken(partial(pipeline.find, given, Asked(NAMES)), rounds)
        full = taken(partial(pipeline.find, given, Asked()), rounds)
        rows += [*[""] * (2 - len(rows)), str(ours), str(full)]
        ratio = f"{old.clock / ours.clock:.1f} ({old.processor / ours.processor:.1f})" if old else ""
        print(
            f"{name:<18}" + "".join(f"{row:>22}" for row in [*rows, ratio]) + f"   {found} found", flush=True
        )


def one_answer(pipeline: Pipeline, rounds: int, profile: bool) -> None:
    data, texts = jpeg(1000, 1000, 2), Texts("en")
    limits = Limits()
    given = read_picture(data, limits)
    seen = pipeline.look(data, Asked())
    named = labels(seen.findings.faces)
    drawn = annotate(given.over(), named)
    print(
        f"\nan answer to 1 megapixel with {len(seen.findings.faces)} faces: ms on the clock, least (of the processor)"
    )
    stages: dict[str, Callable[[], object]] = {
        "all of it": lambda: answer(pipeline, data, texts),
        "reading the JPEG": lambda: read_picture(data, limits),
        "heads": lambda: pipeline.find(given, Asked(frozenset(("heads",)))),
        "heads, names, hair": lambda: pipeline.find(given, Asked(NAMES)),
        "the same and tags": lambda: pipeline.find(given, Asked()),
        "rules for tags": lambda: present(seen.findings.tags),
        "two captions": lambda: [pipeline.caption(seen, texts, length) for length in LENGTHS],
        "drawing": lambda: annotate(given.over(), named),
        "packing as JPEG": lambda: pack(drawn, ROOM),
    }
    for name, stage in stages.items():
        print(f"{name:<22}{taken(stage, rounds)!s:>18}", flush=True)
    if profile:
        watch = cProfile.Profile()
        watch.enable()
        for _ in range(rounds):
            answer(pipeline, data, texts)
        watch.disable()
        pstats.Stats(watch).sort_stats("tottime").print_stats(18)


async def crowd(osusume: Osusume, requests: int) -> None:
    data, texts = jpeg(1000, 1000, 2), Texts("en")
    delays: list[float] = []

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            delays.append(time.perf_counter() - before - TICK)

    watching = asyncio.create_task(watch())
    began, spent = time.perf_counter(), time.process_time()
    asking = [
        asyncio.create_task(
            osusume.pictures.run(f"person {turn % PEOPLE}", lambda pipeline: answer(pipeline, data, texts))
        )
        for turn in range(requests)
    ]
    await asyncio.gather(*asking)
    seconds, processor = time.perf_counter() - began, time.process_time() - spent
    watching.cancel()
    late = np.percentile(delays, [50, 99, 100]) * 1000
    print(
        f"\n{requests} such requests of {PEOPLE} people at once: {seconds:.1f} s, {processor:.1f} s of the processor\n"
        f"event loop late by: median {late[0]:.1f} ms, 99th percentile {late[1]:.1f} ms, worst {late[2]:.1f} ms"
    )


def resident(kind: str) -> float:
    """MB of this process: now (`VmRSS`), or the most so far (`VmHWM`)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(kind)) / 1024


async def memory(pictures: Path) -> None:
    """One process, as a bot's: search and recommender are open too. Smaller pictures first: a peak only grows."""
    async with opened(warm=True) as osusume:
        print(f"\nresident memory: {resident('VmRSS'):.0f} MB without models; with all embedded ones")
        texts = Texts("en")
        for name, times in (("1", 6), ("12", 6), ("40", 1)):
            job = partial(answer, data=(pictures / name).read_bytes(), texts=texts)
            await asyncio.gather(*(osusume.pictures.run(f"{turn}", job) for turn in range(times)))
            how = f"{times} pictures of {name} MP, two at a time" if times > 1 else f"a picture of {name} MP"
            print(
                f"{how:<38}{resident('VmRSS'):5.0f} MB after, {resident('VmHWM'):5.0f} MB at most until then"
            )


async def warm(rounds: int, earlier: int, requests: int, profile: bool) -> None:
    async with opened() as osusume:
        pipeline = osusume.pictures.pipeline
        side_by_side(pipeline, rounds, earlier)
        one_answer(pipeline, rounds, profile)
        if requests:
            await crowd(osusume, requests)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--earlier", type=int, default=2, help="runs of the earlier pipelines")
    options.add_argument("--requests", type=int, default=300)
    options.add_argument("--profile", action="store_true")
    options.add_argument(
        "--memory", type=Path, help="only that, in this process, with the pictures in a folder"
    )
    asked = options.parse_args()
    if asked.memory:
        asyncio.run(memory(asked.memory))
        return
    asyncio.run(warm(asked.rounds, asked.earlier, asked.requests, asked.profile))
    with tempfile.TemporaryDirectory() as place:
        # A process of its own: neither what ran before nor drawing the pictures is counted.
        (Path(place) / "1").write_bytes(jpeg(1000, 1000, 2))
        (Path(place) / "12").write_bytes(jpeg(4000, 3000, 2))
        (Path(place) / "40").write_bytes(jpeg(7300, 5470, 2))
        program = [sys.executable, "-m", "tests.benchmarks.bench_pictures", "--memory", place]
        subprocess.run(program, check=True)


if __name__ == "__main__":
    main()
