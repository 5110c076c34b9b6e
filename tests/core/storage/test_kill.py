"""Kill -9 in the middle of writing: what was acknowledged is there."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from core.people import People
from core.settings import Settings
from core.storage import AnswerStore, Inbox, Storage

ROOT = Path(__file__).parents[3]
KILLS = 50


def kill_again_and_again(home: Path) -> list[str]:
    """What the killed programs had said was written."""
    chance = random.Random(7)
    said: list[str] = []
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("writer.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for _ in range(KILLS):
            program.stdin.write(f"{home}\n")
            program.stdin.flush()
            child, kill_after = int(program.stdout.readline().split()[1]), chance.randrange(10)
            for heard, line in enumerate(program.stdout):
                if line == "gone\n":
                    break
                said.append(line.rstrip("\n"))
                if heard == kill_after:
                    os.kill(child, signal.SIGKILL)
    return said


async def test_nothing_acknowledged_is_lost_in_50_kills(settings: Settings) -> None:
    said = await asyncio.to_thread(kill_again_and_again, settings.home)
    assert len(said) > KILLS * 3

    storage = await Storage.open(settings)
    people, answers = People(storage), AnswerStore(storage)
    events = {event for event, _ in await Inbox(storage).pending("test")}
    favourites = {
        (profile.user, entry.mal_id, entry.note)
        for profile in [await people.profile(f"test:{number}") for number in range(7)]
        for entry in profile.favourites
    }
    lost = []
    for line in said:
        kind, *words = line.split()
        if kind == "event":
            kept = words[0] in events
        elif kind == "answer":
            kept = await answers.load(words[0]) is not None
        else:
            kept = (words[0], int(words[1]), f"note {words[1]}") in favourites
        if not kept:
            lost.append(line)
    await storage.close()
    assert lost == []
