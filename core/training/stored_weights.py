"""Smaller files: weights stored in 16 or 8 bits, computed with as float32."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

_LEAST_HALVED, _LEAST_IN_BYTES = 256, 1024  # smaller ones are not worth a node of the graph


def halve_weights(graph: onnx.ModelProto) -> None:
    """Store large float32 matrices and convolutions as float16 with a cast in front of their use: half the file, the
    same arithmetic. Vectors are small, and may have to match closely what they are added to."""
    casts, kept = [], []
    for weight in graph.graph.initializer:
        value = numpy_helper.to_array(weight)
        if weight.data_type != TensorProto.FLOAT or value.ndim < 2 or value.size < _LEAST_HALVED:
            kept.append(weight)
            continue
        stored = f"{weight.name}.half"
        kept.append(numpy_helper.from_array(value.astype(np.float16), stored))
        casts.append(helper.make_node("Cast", [stored], [weight.name], to=TensorProto.FLOAT))
    del graph.graph.initializer[:]
    graph.graph.initializer.extend(kept)
    nodes = [*casts, *graph.graph.node]
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)


def store_in_bytes(graph: onnx.ModelProto, dimensions: Collection[int] = (4,)) -> None:
    """Large weights of so many dimensions (4: convolutions) as int8 with one scale an output channel; a cast and a
    product, folded when the file is loaded, give float32 back. A quarter of the size, the same arithmetic and speed."""
    ahead, kept = [], []
    for weight in graph.graph.initializer:
        value = numpy_helper.to_array(weight)
        if (
            weight.data_type != TensorProto.FLOAT
            or value.ndim not in dimensions
            or value.size < _LEAST_IN_BYTES
        ):
            kept.append(weight)
            continue
        scale = np.maximum(np.abs(value).max(axis=tuple(range(1, value.ndim)), keepdims=True), 1e-12) / 127
        bytes_, scales = f"{weight.name}.bytes", f"{weight.name}.scale"
        kept.append(numpy_helper.from_array(np.rint(value / scale).astype(np.int8), bytes_))
        kept.append(numpy_helper.from_array(scale.astype(np.float32), scales))
        ahead.append(helper.make_node("Cast", [bytes_], [f"{bytes_}.cast"], to=TensorProto.FLOAT))
        ahead.append(helper.make_node("Mul", [f"{bytes_}.cast", scales], [weight.name]))
    del graph.graph.initializer[:]
    graph.graph.initializer.extend(kept)
    nodes = [*ahead, *graph.graph.node]
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)
