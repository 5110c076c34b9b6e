"""A program that pulls a model, for tests that kill it: `puller.py MANIFEST HOME ENDPOINT MODEL` says its progress."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from core.inference import Manifest, ModelStore, Source, pull


def say(model: str, file: str, done: int, total: int | None) -> None:
    os.write(1, f"{file} {done}\n".encode())


if __name__ == "__main__":
    manifest, home, endpoint, model = sys.argv[1:]
    store = ModelStore(Manifest.open(Path(manifest)), Path(home) / "none", Path(home))
    asyncio.run(pull(store, [model], Source(endpoint), say))
