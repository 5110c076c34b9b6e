"""Reads hostile and mutated files under a memory cap, one after another, and prints what came of it as JSON.

Run by itself: `python -m tests.core.pictures.reading.mutating 10000 7` (how many, seed).
"""

from __future__ import annotations

import faulthandler
import json
import random
import resource
import struct
import sys
import time
import warnings
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from core.errors import UserError
from core.pictures.reading import Limits, read_frames, read_picture, video
from tests.core.pictures.reading.hostile import hostile_files
from tests.core.pictures.reading.making import sound_files

EXTRA = 1024 * 2**20
"""Bytes of address space on top of what the program itself takes: 40 megapixels need about 0.5 GiB."""

PATIENCE = 60
"""Seconds for one file; then the stack is printed and the process ends."""

_NUMBERS = [
    struct.pack(order + "I", number)
    for order in "<>"
    for number in (0, 1, 255, 65535, 2**31 - 1, 2**31, 2**32 - 1)
]


def mutated(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """(name, file) made of the sound files: flipped bits, cuts, splices, doubled and blanked parts, odd numbers."""
    files = sound_files()
    names = list(files)
    for number in range(count):
        dice = random.Random(seed * 1_000_003 + number)
        name = names[number % len(names)]
        data = bytearray(files[name])
        for _ in range(dice.choice((1, 1, 2, 5))):
            _mutate(data, dice, files[dice.choice(names)])
        if name in ("png", "png-clear", "png-palette", "apng") and dice.random() < 0.7:
            _mend(data)
        yield f"{name} {number}", bytes(data)


def _mutate(data: bytearray, dice: random.Random, other: bytes) -> None:
    # Headers decide the most, so half of the places are near the start.
    reach = len(data) if dice.random() < 0.5 else min(len(data), 200)
    at = dice.randrange(reach) if reach else 0
    match dice.randrange(8):
        case 0 | 1 if data:
            for _ in range(dice.choice((1, 1, 3, 20))):
                data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        case 2:
            del data[at:]
        case 3:
            start = dice.randrange(len(other))
            data[at:at] = other[start : start + dice.randrange(1, 400)]
        case 4:
            data[at : at + 4] = dice.choice(_NUMBERS)
        case 5:
            data[at:at] = data[at : at + dice.randrange(1, 300)]
        case 6:
            length = dice.randrange(1, 60)
            data[at : at + length] = bytes([dice.choice((0, 255))]) * length
        case _:
            del data[at : at + dice.randrange(1, 40)]


def _mend(data: bytearray) -> None:
    """Puts the checksums of a PNG right again, without which mutations would not get past the first check."""
    at = 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if at + 12 + length > len(data):
            return
        struct.pack_into(">I", data, at + 8 + length, zlib.crc32(data[at + 4 : at + 8 + length]))
        at += 12 + length


def _memory(name: str) -> int:
    """KiB, from what Linux says of this process."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    raise KeyError(name)


def main(count: int, seed: int) -> None:
    warnings.simplefilter("error")
    limits = Limits()
    samples = sound_files()
    hostile = [(name, data) for name, (data, _) in hostile_files().items() if len(data) < limits.bytes]
    for data in samples.values():  # loads what is loaded on first use
        list(read_frames(data, limits))
    assert video.__name__
    program = _memory("VmSize") * 1024
    resource.setrlimit(resource.RLIMIT_AS, (program + EXTRA, program + EXTRA))
    Path("/proc/self/clear_refs").write_text(
        "5", encoding="ascii"
    )  # making bombs took more than reading them
    before = _memory("VmHWM")
    came: Counter[str] = Counter()
    slowest = (0.0, "")
    wrong: list[str] = []
    peak_hostile = 0
    for turn, files in enumerate((iter(hostile), mutated(count, seed))):
        for number, (name, data) in enumerate(files):
            faulthandler.dump_traceback_later(PATIENCE, exit=True)
            start = time.perf_counter()
            try:
                if number % 3:
                    picture = read_picture(data, limits)
                else:
                    for _, picture in read_frames(data, limits).sample(most=6):
                        assert picture.pixels.shape[2] == 3
                assert picture.pixels.shape == (picture.height, picture.width, 3)
                came["read"] += 1
            except UserError as refusal:
                came[refusal.key] += 1
            except BaseException as problem:
                wrong.append(f"{name}: {problem!r}")
            slowest = max(slowest, (time.perf_counter() - start, name))
        if not turn:
            peak_hostile = _memory("VmHWM")
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    faulthandler.cancel_dump_traceback_later()
    use = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "files": came.total() + len(wrong), "came": came, "wrong": wrong, "slowest": slowest,
        "MiB before": before // 1024, "MiB peak, hostile": peak_hostile // 1024,
        "MiB peak, mutated": _memory("VmHWM") // 1024,
        "seconds": round(use.ru_utime + use.ru_stime, 1),
    }))  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
