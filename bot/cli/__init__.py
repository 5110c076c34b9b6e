"""The program `osusume`."""

from __future__ import annotations

import sys

from bot.cli.app import app
from bot.texts import Texts
from core.errors import OsusumeError, SettingsError
from core.settings import read_settings


def main() -> None:
    """Runs the program; an expected error is one sentence and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app()
    except OsusumeError as problem:
        print(_texts()(problem.key, **problem.arguments), file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)


def _texts() -> Texts:
    """In the host's language, unless a setting is what is wrong."""
    try:
        return Texts(read_settings().language)
    except SettingsError:
        return Texts("en")
