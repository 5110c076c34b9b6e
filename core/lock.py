"""A lock on a folder or a piece of work, between processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import UserError


@contextmanager
def locked(file: Path, busy: str) -> Iterator[None]:
    """Holds a lock file, which is made where it is missing; it stays, as removing it would let two in. The system takes
    the lock back when the process ends, however it ends.

    Raises:
        UserError: with the key `busy`, where somebody else holds it.
        OSError: the folder cannot be written to, or its file system has no locks.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            _take(descriptor)
        except (BlockingIOError, PermissionError) as problem:  # what POSIX systems and Windows say
            raise UserError(busy) from problem
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
