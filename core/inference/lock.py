"""One process at a time changes the pulled models."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import UserError


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Holds the folder's lock, which the system takes back when the process ends, however it ends.

    Raises:
        UserError: `pull-busy`, where somebody else holds it.
        OSError: the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "pull.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            raise UserError("pull-busy") from problem
        yield
    finally:
        os.close(descriptor)
