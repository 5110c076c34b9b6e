"""The program `osusume`."""

from __future__ import annotations

import sys

from bot.cli.app import app
from bot.texts import Texts
from core.errors import OsusumeError


def main() -> None:
    """Runs the program; an expected error is one sentence and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app()
    except OsusumeError as problem:
        print(Texts("en")(problem.key, **problem.arguments), file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)
