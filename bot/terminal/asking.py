"""What asking in a terminal needs besides the answer: naming other people, putting files away."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from bot.reply import File


def by_name(name: str) -> str | None:
    """The key of another person of this terminal (`--user NAME`)."""
    name = name.lstrip("@")
    return f"terminal:{name}" if name else None


def save_files(console: Console, files: Iterable[File], folder: Path) -> None:
    """Writes the files of an answer into the working folder, never over another file."""
    for file in files:
        target = folder / file.name
        number = 1
        while target.exists():
            target = folder / f"{Path(file.name).stem}-{number}{Path(file.name).suffix}"
            number += 1
        target.write_bytes(file.data)
        console.print(f"→ {target.name}")
