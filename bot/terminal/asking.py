"""What asking in a terminal needs besides the answer: naming other people, opening and putting away files."""

from __future__ import annotations

import mimetypes
import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
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
    """Writes the files of an answer into a folder, which is made if need be, never over another file; says where."""
    for file in files:
        folder.mkdir(parents=True, exist_ok=True)
        target = _written(file, folder)
        shown = target.name if folder == Path.cwd() else str(target)
        console.print(f"→ {shown}", markup=False, soft_wrap=True)


def _written(file: File, folder: Path) -> Path:
    name = Path(file.name)
    for number in count():
        target = folder / (f"{name.stem}-{number}{name.suffix}" if number else name.name)
        try:
            with target.open("xb") as stream:
                stream.write(file.data)
        except FileExistsError:
            continue
        return target
    raise AssertionError("numbers have no end")


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
