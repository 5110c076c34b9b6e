"""ONNX models of a few numbers, written by the tests, and a folder of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from core.errors import Unavailable
from core.inference import Models


class Folder:
    """Model files as `<folder>/<model>/<name>`. Fulfils `core.inference.ModelFiles`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def file(self, model: str, name: str) -> Path:
        path = self.path / model / name
        if not path.is_file():
            raise Unavailable("model-missing", model=model)
        return path

    def checksum(self, model: str, name: str) -> str:
        return hashlib.sha256(self.file(model, name).read_bytes()).hexdigest()

    def put(self, model: str, name: str, content: onnx.ModelProto | bytes | str) -> Path:
        path = self.path / model / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, onnx.ModelProto):
            content = content.SerializeToString()
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def models(self) -> Models:
        return Models(self)


def _model(
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[onnx.ValueInfoProto],
    weights: Sequence[onnx.TensorProto],
    metadata: dict[str, str] | None = None,
) -> onnx.ModelProto:
    graph = helper.make_graph(list(nodes), "tiny", list(inputs), list(outputs), list(weights))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, metadata or {})
    onnx.checker.check_model(model)
    return model


def scaling(factor: float, rows: str | int | None = "batch", weights_mb: float = 0) -> onnx.ModelProto:
    """float32 `x` [rows, 2] to `y` [rows, 2] = x * factor; `weights_mb` of ballast makes the file as large."""
    ballast = np.zeros(int(weights_mb * 2**20 / 4), np.float32)
    return _model(
        [helper.make_node("Mul", ["x", "factor"], ["y"])],
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [rows, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [rows, 2])],
        [
            numpy_helper.from_array(np.array([factor], np.float32), "factor"),
            *([numpy_helper.from_array(ballast, "ballast")] if weights_mb else []),
        ],
        {"purpose": "a test"},
    )


def looking_up() -> onnx.ModelProto:
    """int64 `index` [batch, 1] to `row` [batch, 1, 2] of a table with four rows: another index fails when run."""
    table = np.arange(8, dtype=np.float32).reshape(4, 2)
    return _model(
        [helper.make_node("Gather", ["table", "index"], ["row"])],
        [helper.make_tensor_value_info("index", TensorProto.INT64, ["batch", 1])],
        [helper.make_tensor_value_info("row", TensorProto.FLOAT, ["batch", 1, 2])],
        [numpy_helper.from_array(table, "table")],
    )


def finding() -> onnx.ModelProto:
    """float32 `x` [batch, 2] to int64 `places` [found, 2] of what is not 0: as many rows as there are finds."""
    return _model(
        [
            helper.make_node("NonZero", ["x"], ["columns"]),
            helper.make_node("Transpose", ["columns"], ["places"], perm=[1, 0]),
        ],
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 2])],
        [helper.make_tensor_value_info("places", TensorProto.INT64, ["found", 2])],
        [],
    )
