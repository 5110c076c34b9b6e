"""What asking in a terminal needs besides the answer: naming other people, opening and putting away files."""

from __future__ import annotations

import mimetypes
import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from bot.reply import File
from bot.request import Place, Platform
from bot.texts import Texts
from core.errors import UserError

HERE = Place(platform=Platform(showing="help-showing-terminal"))


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


@contextmanager
def watching(texts: Texts) -> Iterator[Callable[[float], None]]:
    """Shows on standard error how far long work is; gives what is told the share done."""
    with Console(stderr=True).status("") as status:
        yield lambda share: status.update(texts("picture-watching", percent=round(100 * share)))


def read_files(text: str) -> tuple[File, ...]:
    """The files whose paths were typed, one or several with the shell's quoting.

    Raises:
        UserError: `path-unreadable`.
    """
    try:
        names = [text] if Path(text).expanduser().is_file() else shlex.split(text)
    except (ValueError, OSError):
        names = [text]
    files = []
    for name in names:
        path = Path(name).expanduser()
        try:
            data = path.read_bytes()
        except (OSError, ValueError) as problem:
            raise UserError("path-unreadable", file=path.name[:80]) from problem
        files.append(File(path.name, mimetypes.guess_type(path.name)[0] or "", data))
    return tuple(files)
