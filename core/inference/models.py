"""What back ends ask for a model: its files, and a session to run it."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.inference.counters import Counters
from core.inference.onnx_session import OnnxSession, cost_mb, open_onnx
from core.inference.sessions import LoadedModels, return_large_blocks

Array = NDArray[np.generic]
T = TypeVar("T")
_Stamp = tuple[int, int]
"""Time of change and length of a file."""


class ModelFiles(Protocol):
    """Where the files of models lie: the store, which has checked them."""

    def file(self, model: str, name: str) -> Path:
        """The checked file `name` of `model`.

        Raises:
            Unavailable: `model-missing` (not pulled, or unknown) or `model-broken` (its checksum is wrong).
        """

    def checksum(self, model: str, name: str) -> str:
        """Hex sha256 of that file; the same errors."""


class Session(Protocol):
    """A loaded ONNX model. Safe to call from several threads at once."""

    name: str
    """See `Models.label`."""

    metadata: Mapping[str, str]
    inputs: Mapping[str, tuple[int | None, ...]]
    """Shape by input name; None where an axis is free."""

    outputs: tuple[str, ...]

    def run(self, **inputs: Array) -> dict[str, Array]:
        """All outputs by name.

        Raises:
            Unavailable: `model-broken` when the runtime refuses the file or the inputs.
            Cancelled: nobody waits for the result any more; let it pass.
        """


class Models:
    """Opens models on first use and keeps them within a memory budget. Safe to call from several threads."""

    def __init__(
        self,
        files: ModelFiles,
        *,
        memory_mb: float = 1024,
        idle_seconds: float = 600,
        threads: int = 2,
        most_rows: int = 4,
        counters: Counters | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`memory_mb`, `idle_seconds`: see `LoadedModels`. `threads`: for one run of an ONNX model.

        `most_rows`: up to so many rows of concurrent calls are run as one; 1 turns that off.
        """
        return_large_blocks()
        self.files = files
        self.loaded = LoadedModels(memory_mb, idle_seconds, counters, clock)
        self._threads = threads
        self._most_rows = most_rows
        self._counters = counters
        self._sessions: dict[tuple[str, str], tuple[_Stamp, OnnxSession]] = {}

    def file(self, model: str, name: str) -> Path:
        """As `ModelFiles.file`."""
        return self.files.file(model, name)

    def label(self, model: str, name: str) -> str:
        """`model@first 8 digits of the checksum` of its file: by what findings, vectors and figures tell models apart.

        Raises:
            Unavailable: `model-missing` or `model-broken`.
        """
        return f"{model}@{self.files.checksum(model, name)[:8]}"

    def onnx(self, model: str, name: str = "model.onnx") -> Session:
        """The session of an ONNX file; called for every picture, cheap after the first time. It stays usable when its
        weights were let go in between: the next run loads them again. A file that was replaced gives a new session.

        Raises:
            Unavailable: `model-missing` or `model-broken`.
        """
        path = self.files.file(model, name)
        status = path.stat()
        stamp = status.st_mtime_ns, status.st_size
        known = self._sessions.get((model, name))
        if known and known[0] == stamp:
            return known[1]
        label = self.label(model, name)
        lend = partial(
            self.loaded.lend,
            (model, name, stamp),
            model,
            cost_mb(path),
            partial(open_onnx, path, self._threads),
        )
        session = OnnxSession(label, model, lend, self._most_rows, self._counters)
        # Two threads may both come here: one session must win, or their calls would not meet in one batch.
        winner = self._sessions.setdefault((model, name), (stamp, session))
        if winner[0] != stamp:
            winner = self._sessions[model, name] = stamp, session
        return winner[1]

    def resource(
        self, key: str, load: Callable[[], T], cost_mb: float, stamp: Hashable = None
    ) -> AbstractContextManager[T]:
        """Any other loaded thing (a torch module, say) in the same budget: `with models.resource(...) as module:`.

        `key`: the model's id, shown in errors and counters. `cost_mb`: what it takes while loaded, 1.1 times its
        weights where it was not measured. `stamp`: changes when its files do, such as their checksum.

        Raises:
            Unavailable: `model-broken` when `load` fails; an `OsusumeError` of `load` is passed on.
        """
        return self.loaded.lend((key, stamp), key, cost_mb, load)

    def close(self) -> None:
        """Lets every model go that is not running."""
        self.loaded.close()
