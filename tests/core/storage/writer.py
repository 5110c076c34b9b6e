"""A program that writes through the public doors, for tests that need other processes.

`writer.py HOME USER COUNT` opens, adds COUNT favourites as fast as it can from 20 tasks, and says "done".
`writer.py` alone reads folders on standard input; for each it forks a process that writes without end and says
each write once it is acknowledged. The test kills that one; "gone" follows its last word.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from core.people import People
from core.settings import read_settings
from core.storage import AnswerStore, Inbox, Storage


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


async def write_some(home: Path, user: str, count: int) -> None:
    storage = await Storage.open(read_settings(home=home, database_url=None))
    people = People(storage)

    async def part(first: int) -> None:
        for number in range(first, count, 20):
            await people.add_favourite(user, number + 1)

    await asyncio.gather(*(part(first) for first in range(20)))
    await storage.close()
    say("done")


async def write_without_end(home: Path, first: int) -> None:
    storage = await Storage.open(read_settings(home=home, database_url=None))
    people, inbox, answers = People(storage), Inbox(storage), AnswerStore(storage)

    async def write(number: int) -> None:
        user = f"test:{number % 7}"
        if number % 3 == 0:
            await inbox.begin(f"test:{number}", user, f"payload {number}")
            say(f"event test:{number}")
        elif number % 3 == 1:
            say(f"answer {await answers.save(user, 'x' * 3000, 30)}")
        else:
            await people.add_favourite(user, number, 9, f"note {number}")
            say(f"favourite {user} {number}")

    number = first
    while True:
        await asyncio.gather(*(write(number + n) for n in range(5)))
        number += 5


def fork_for_each_line() -> None:
    for number, line in enumerate(sys.stdin):
        child = os.fork()
        if child == 0:
            asyncio.run(write_without_end(Path(line.rstrip("\n")), 1 + number * 100_000))
        say(f"child {child}")
        os.waitpid(child, 0)
        say("gone")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(write_some(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
    else:
        fork_for_each_line()
