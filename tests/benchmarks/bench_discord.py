"""The Discord program under load: python -m tests.benchmarks.bench_discord [USERS] [ROUNDS]

Every user asks at the same moment, a mixture of commands and buttons, in several rounds. Printed: idle resident memory,
time to acknowledgement as Discord sees it (aim: 3 s at the 99th percentile) and how late the bot's event loop runs
(aim: 50 ms). The loopback Discord runs in this process, the bot in its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bot.discord import serve
from core.osusume import Osusume
from core.settings import read_settings
from tests.bot.discord.stage import ROOT, TOKEN, Stage, program
from tests.doubles.discord import DiscordDouble, Reply, User

TICK = 0.005
"""Seconds between two looks at the clock."""


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


async def _probed() -> None:
    """The bot with a clock beside it: how much later than asked for the event loop comes back, in seconds."""
    delays: list[float] = []

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            delays.append(time.perf_counter() - before - TICK)

    loop = asyncio.get_running_loop()
    settings = read_settings()
    async with Osusume.open(settings) as osusume:
        serving = asyncio.create_task(serve(osusume, settings))
        watching = asyncio.create_task(watch())
        loop.add_signal_handler(signal.SIGUSR1, delays.clear)
        loop.add_signal_handler(signal.SIGTERM, serving.cancel)
        await asyncio.wait({serving})
        watching.cancel()
    print(json.dumps(delays))


async def idle_memory() -> float:
    """Megabytes resident, of the program as hosts start it, once it is ready and has answered one command."""
    with tempfile.TemporaryDirectory() as home:
        async with DiscordDouble(token=TOKEN, clock=time.time, timeout=30) as double:
            stage = Stage(double)
            async with program(double, Path(home)) as running:
                await stage.say(stage.ada, "recommend")
                resident = _resident(running.process.pid)
                await running.stop()
    return resident


def _resident(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


async def _one(stage: Stage, user: User, turn: int) -> Reply:
    """What one user does in one round."""
    if turn % 5 == 0:
        return await stage.say(
            user, "fav add", title=("Mushishi", "Frieren", "fmab", "Naruto")[turn // 5 % 4]
        )
    if turn % 5 == 1:
        return await stage.say(user, "recommend")
    if turn % 5 == 2:
        return await stage.say(user, "recommend", based_on="Steins;Gate", exclude="Horror")
    if turn % 5 == 3:
        return await stage.say(user, "anime search", title="hunter x hunter")
    reply = await stage.say(user, "recommend", count=4)
    return await user.click(reply, label="★ Favourite")


async def load(users: int, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds to each acknowledgement, and the event loop's delays."""
    with tempfile.TemporaryDirectory() as home:
        async with DiscordDouble(token=TOKEN, clock=time.time, timeout=120) as double:
            stage = Stage(double)
            people = [double.add_user(f"user{number}") for number in range(users)]
            environment = os.environ | {
                "OSUSUME_DISCORD_TOKEN": TOKEN, "OSUSUME_DISCORD_API_BASE": double.api_base,
                "OSUSUME_DISCORD_GATEWAY": double.gateway_url, "OSUSUME_HOME": home, "OSUSUME_COOLDOWN": "0",
                "PYTHONPATH": str(ROOT),
            }  # fmt: skip
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.benchmarks.bench_discord", "probed",
                env=environment, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
            )  # fmt: skip
            await double.ready(60)
            await _one(stage, stage.ada, 1)
            process.send_signal(signal.SIGUSR1)
            for turn in range(rounds):
                asked: list[Coroutine[Any, Any, Reply]] = [
                    _one(stage, user, turn + number) for number, user in enumerate(people)
                ]
                await asyncio.gather(*asked)
            process.send_signal(signal.SIGTERM)
            output, _ = await process.communicate()
            assert double.violations == [], double.report()
            done = [one for one in double.desk.by_token.values() if one.acknowledged is not None]
            assert len(done) == len(double.desk.by_token)
            waited = [(one.acknowledged or 0.0) - one.sent for one in done]
    return waited, json.loads(output)


async def main() -> None:
    users, rounds = (int(given) for given in (sys.argv[1:] + ["100", "5"][len(sys.argv) - 1 :]))
    print(f"idle resident memory: {await idle_memory():.0f} MB (aim: under 250)")
    waited, delays = await load(users, rounds)
    for name, values, scale, unit, aim in (
        ("acknowledged after", waited, 1.0, "s", "3 s"), ("event loop late by", delays, 1000.0, "ms", "50 ms"),
    ):  # fmt: skip
        shown = ", ".join(
            f"{label} {percentile(values, share) * scale:.3g} {unit}"
            for label, share in (("median", 0.5), ("p99", 0.99), ("most", 1.0))
        )
        print(
            f"{users} users at once, {rounds} rounds ({len(values)} measured): {name} {shown} (aim: p99 {aim})"
        )


if __name__ == "__main__":
    asyncio.run(_probed() if sys.argv[1:] == ["probed"] else main())
