"""One process at a time changes the pulled models."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from core.lock import locked


def alone(folder: Path) -> AbstractContextManager[None]:
    """Holds the lock of a folder of models. Raises as `locked` does, with `pull-busy`."""
    return locked(folder / "pull.lock", "pull-busy")
