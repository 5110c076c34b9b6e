"""What back ends ask for a model: its files, and a session to run it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import Unavailable

Array = NDArray[np.generic]


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
    """`model@first 8 digits of the checksum`."""

    metadata: Mapping[str, str]
    inputs: Mapping[str, tuple[int | None, ...]]
    """Shape by input name; None where an axis is free."""

    outputs: tuple[str, ...]

    def run(self, **inputs: Array) -> dict[str, Array]:
        """All outputs by name.

        Raises:
            Unavailable: `model-broken` when the runtime refuses the file or the inputs.
        """


class Models:
    """Opens models on first use; the same model is opened once."""

    def __init__(self, files: ModelFiles) -> None:
        self.files = files
        self._sessions: dict[tuple[str, str], OnnxSession] = {}

    def file(self, model: str, name: str) -> Path:
        """As `ModelFiles.file`."""
        return self.files.file(model, name)

    def onnx(self, model: str, name: str = "model.onnx") -> Session:
        """The session of an ONNX file; called for every picture, cheap after the first time.

        Raises:
            Unavailable: `model-missing` or `model-broken`.
        """
        key = model, name
        if key not in self._sessions:
            checksum = self.files.checksum(model, name)
            self._sessions[key] = OnnxSession(f"{model}@{checksum[:8]}", self.files.file(model, name))
        return self._sessions[key]


class OnnxSession:
    """See `Session`."""

    def __init__(self, name: str, path: Path, threads: int = 2) -> None:
        import onnxruntime

        self.name = name
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        try:
            self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as problem:  # the runtime's own errors share no base class but Exception
            raise Unavailable("model-broken", model=name) from problem
        self.metadata: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        self.inputs: Mapping[str, tuple[int | None, ...]] = {
            given.name: tuple(axis if isinstance(axis, int) else None for axis in given.shape)
            for given in self._session.get_inputs()
        }
        self.outputs = tuple(given.name for given in self._session.get_outputs())

    def run(self, **inputs: Array) -> dict[str, Array]:
        try:
            results = self._session.run(list(self.outputs), inputs)
        except Exception as problem:
            raise Unavailable("model-broken", model=self.name) from problem
        return dict(zip(self.outputs, results, strict=True))
