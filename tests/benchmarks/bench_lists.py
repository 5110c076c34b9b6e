"""A list of 10,000 entries: taking it in, and how late the event loop is meanwhile, beside reading it on the loop.

`python -m tests.benchmarks.bench_lists`: five imports by people who are new, in turn with reading the same bytes alone.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from core.people import People
from core.people.lists import read_list
from core.settings import read_settings
from core.storage import Storage

ROUNDS, ENTRIES, TICK = 5, 10_000, 0.001
ENTRY = (
    "<anime><series_animedb_id>{id}</series_animedb_id><series_title>Title {id}</series_title>"
    "<my_score>8</my_score><my_status>Completed</my_status><my_tags>calm, rain</my_tags></anime>"
)


async def main() -> None:
    listed = "".join(ENTRY.format(id=100_000 + number) for number in range(ENTRIES))
    data = f"<myanimelist>{listed}</myanimelist>".encode()
    alone: list[float] = []
    taken: list[float] = []
    late: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        storage = await Storage.open(read_settings(_env_file=None, home=Path(home)))
        people = People(storage)
        for turn in range(ROUNDS):
            began = time.perf_counter()
            read_list(data)
            alone.append(time.perf_counter() - began)
            ticking = asyncio.create_task(_tick(late))
            began = time.perf_counter()
            await people.import_list(f"any:{turn}", data, "list.xml", lambda name: (int(name[4:]), ()))
            taken.append(time.perf_counter() - began)
            ticking.cancel()
        await storage.close()
    late.sort()
    reading = statistics.median(alone)
    print(f"reading {ENTRIES:,} entries, nothing else: {reading:.2f} s")
    print(
        f"taking them in: {statistics.median(taken):.2f} s, {statistics.median(taken) / reading:.1f} x that"
    )
    print(
        f"event loop late meanwhile: p99 {1000 * late[int(0.99 * len(late))]:.0f} ms, at most"
        f" {1000 * late[-1]:.0f} ms, {late[-1] / reading:.2f} x reading on the loop"
    )


async def _tick(late: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(TICK)
        late.append(time.perf_counter() - before - TICK)


if __name__ == "__main__":
    asyncio.run(main())
