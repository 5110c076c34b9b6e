"""Smaller files of an exported model, each measured beside the file it was made from.

`float16` and `int8` store the weights in 16 or 8 bits and compute with them as float32: the size changes, the time
does not. `int8-dynamic` and `int8-static` compute with 8 bits too, with ranges found while running, or before on
pictures shown.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from core.errors import ArtefactError
from core.training.loop import OnStep
from core.training.stored_weights import halve_weights, store_in_bytes
from core.whole_file import whole_file

KINDS = ("float16", "int8", "int8-dynamic", "int8-static")
_QUANTISED = ("Conv", "Clip", "Relu", "Add", "Gemm", "MatMul")
_ATTRIBUTE_HEADS = "/heads/"  # of a recogniser: small
_TIMED, _UNTIMED = 30, 5

Pictures = NDArray[np.float32]


@dataclass(frozen=True)
class Subject:
    """What is made smaller: its `input`, `shown` float32 [N, 3, H, W] of what it learned from, and a function from a
    file to how well it does, by name, on what it did not learn from."""

    input: str
    shown: Pictures
    right: Callable[[Path], dict[str, float]]


def write_smaller(model: Path, kind: str, path: Path, subject: Subject) -> Path:
    """Write `model` as one of `KINDS`, with its metadata.

    Raises:
        ArtefactError: `export-differs`, when what was written gives no numbers.
    """
    if kind in ("float16", "int8"):
        graph = onnx.load(model)
        if kind == "float16":
            halve_weights(graph)
        else:
            store_in_bytes(graph, dimensions=(2, 3, 4))
    else:
        graph = _computing(model, kind, subject)
        told = {entry.key: entry.value for entry in onnx.load(model).metadata_props}
        onnx.helper.set_model_props(graph, told)
    onnx.checker.check_model(graph)
    with whole_file(path) as file:
        file.write(graph.SerializeToString())
    answers = opened(path).run(None, {subject.input: subject.shown[:1]})
    if not all(np.isfinite(answer).all() for answer in answers):
        path.unlink()
        raise ArtefactError("export-differs", difference=float("nan"))
    return path


def _computing(model: Path, kind: str, subject: Subject) -> onnx.ModelProto:
    """The model computing with 8 bits: weights with a scale for each output channel."""
    with tempfile.TemporaryDirectory() as folder, _quiet():
        prepared, written = Path(folder) / "prepared.onnx", Path(folder) / "written.onnx"
        quant_pre_process(model, prepared, skip_symbolic_shape=True)
        if kind == "int8-dynamic":
            quantize_dynamic(prepared, written, per_channel=True, weight_type=QuantType.QInt8)
        else:
            quantize_static(
                prepared,
                written,
                _Reader(subject),
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=list(_QUANTISED),
                nodes_to_exclude=[
                    node.name for node in onnx.load(prepared).graph.node if _ATTRIBUTE_HEADS in node.name
                ],
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
            )
        return onnx.load(written)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The quantiser logs a line for every tensor it leaves alone."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


class _Reader(CalibrationDataReader):  # type: ignore[misc]  # the library has no types
    def __init__(self, subject: Subject, batch: int = 8) -> None:
        shown = subject.shown
        parts = (shown[start : start + batch] for start in range(0, len(shown), batch))
        self._given: Iterator[dict[str, Any]] = ({subject.input: part} for part in parts)

    def get_next(self) -> dict[str, Any] | None:
        return next(self._given, None)


def measured(path: Path, subject: Subject) -> dict[str, Any]:
    """Megabytes, milliseconds of one core for one and two pictures (median), and how well it does."""
    session = opened(path)
    found: dict[str, Any] = {"megabytes": path.stat().st_size / 1e6}
    for count in (1, 2):
        given = {subject.input: np.resize(subject.shown, (count, *subject.shown.shape[1:]))}
        taken = []
        for run in range(_UNTIMED + _TIMED):
            before = time.thread_time()
            session.run(None, given)
            if run >= _UNTIMED:
                taken.append((time.thread_time() - before) * 1000)
        found[f"ms for {count}"] = float(np.median(taken))
    return found | subject.right(path)


def compared(
    model: Path, kinds: Sequence[str], out: Path, subject: Subject, on_step: OnStep
) -> list[dict[str, Any]]:
    """Write the kinds beside each other into `out`, and measure each and the model itself; each is a step."""
    rows = [{"file": model.name, "kind": "as it is", **measured(model, subject)}]
    for kind in kinds:
        on_step(len(rows), 1 + len(kinds), {})
        path = write_smaller(model, kind, out / f"{model.stem}.{kind}.onnx", subject)
        rows.append({"file": path.name, "kind": kind, **measured(path, subject)})
    on_step(len(rows), 1 + len(kinds), {})
    return rows


def opened(path: Path) -> Any:
    """An ONNX session of one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # everything then runs in the thread whose time is measured
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
