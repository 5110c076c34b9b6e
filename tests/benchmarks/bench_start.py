"""Time to the first answer of a cold process, beside what Python and the answer's own work take.

`python -m tests.benchmarks.bench_start`: each command is run in turn with the others, seven times, in a home folder
that is there already; printed are medians of wall and processor seconds and the largest resident memory.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 7
START = "from bot.cli import main; main()"
COMMANDS = {
    "python alone": ["-c", "pass"],
    "numpy alone": ["-c", "import numpy"],
    'ask "/fav list"': ["-c", START, "ask", "--", "/fav list"],
    'ask "/recommend"': ["-c", START, "ask", "--", "/recommend count:5"],
    'ask "/anime fmab"': ["-c", START, "ask", "--", "/anime details fmab"],
}


def main() -> None:
    wall: dict[str, list[float]] = {name: [] for name in COMMANDS}
    processor: dict[str, list[float]] = {name: [] for name in COMMANDS}
    memory: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "OSUSUME_HOME": home}
        for word in ("Mushishi", "Monster", "Nichijou"):
            arguments = [sys.executable, "-c", START, "ask", "--", f"/fav add {word}"]
            subprocess.run(arguments, env=environment, check=True, stdout=subprocess.DEVNULL)
        for _ in range(ROUNDS):
            for name, arguments in COMMANDS.items():
                began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
                process = subprocess.Popen(
                    [sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL
                )
                _, status, used = os.wait4(process.pid, 0)
                assert status == 0
                process.returncode = 0
                wall[name].append(time.perf_counter() - began)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                processor[name].append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
                memory[name] = used.ru_maxrss / 1024
    base = statistics.median(processor["numpy alone"])
    print(f"{'command':<20} {'wall s':>7} {'cpu s':>7} {'x numpy':>8} {'MB':>6}")
    for name in COMMANDS:
        cpu = statistics.median(processor[name])
        print(
            f"{name:<20} {statistics.median(wall[name]):7.2f} {cpu:7.2f} {cpu / base:8.1f} {memory[name]:6.0f}"
        )


if __name__ == "__main__":
    main()
