"""One import at a time: a lock that the system takes back when its process ends, however it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import UserError


def _take(descriptor: int) -> None:
    """Raises OSError where another process holds the lock."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the folder's import lock. Raises UserError `import-busy` where somebody else does."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "import.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            _take(descriptor)
        except OSError as problem:
            raise UserError("import-busy") from problem
        yield
    finally:
        os.close(descriptor)
