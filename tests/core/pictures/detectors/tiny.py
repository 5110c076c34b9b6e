"""Small real models: an ONNX graph that finds a red, a green and a blue rectangle, in every layout there is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from core.pictures import Box, Picture
from tests.core.inference.tiny_models import Folder as Folder  # the tests of pictures have it from here

Form = Literal["ours", "anchors", "end-to-end", "rtdetr"]

SCORES = (0.9, 0.8, 0.7)
COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255))


def packed(
    nodes: Sequence[onnx.NodeProto],
    constants: Mapping[str, NDArray[np.generic]],
    inputs: Mapping[str, Sequence[int | str | None]],
    outputs: Mapping[str, Sequence[int | str | None]],
    metadata: Mapping[str, str],
) -> bytes:
    """A checked model, all inputs and outputs float32."""
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    helper.set_model_props(model, dict(metadata))
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def rectangle_finder(
    form: Form,
    metadata: Mapping[str, str],
    white: float = 1.0,
    classes: int = 1,
    size: tuple[int, int] | None = None,
) -> bytes:
    """A model that finds what is brighter than 0.7 in one channel, and each of them three times (for suppression).

    `white`: the input's value for 255. `size`: fixed rows and columns.
    """
    constants: dict[str, NDArray[np.generic]] = {
        "limit": np.asarray(0.7 * white, np.float32),
        "scores3": np.asarray(SCORES, np.float32)[None, :],
        "less": np.asarray(0.6, np.float32),
        "one": np.asarray(1, np.float32),
        "last": np.asarray([2], np.int64),
    }
    nodes = [
        helper.make_node("Greater", ["images", "limit"], ["bright"]),
        helper.make_node("Cast", ["bright"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMax", ["mask"], ["across"], axes=[2], keepdims=0),  # [N, 3, W]
        helper.make_node("ReduceMax", ["mask"], ["down"], axes=[3], keepdims=0),  # [N, 3, H]
        helper.make_node("ReduceMax", ["across"], ["found"], axes=[2], keepdims=0),  # [N, 3]
        helper.make_node("Mul", ["found", "scores3"], ["first"]),
        helper.make_node("Mul", ["first", "less"], ["second"]),
        helper.make_node("Concat", ["first", "second", "second"], ["flat"], axis=1),  # [N, 9]
    ]
    for name, source, end in (("x0", "across", 0), ("y0", "down", 0), ("x1", "across", 1), ("y1", "down", 1)):
        nodes.append(
            helper.make_node("ArgMax", [source], [f"{name}i"], axis=2, keepdims=0, select_last_index=end)
        )
        nodes.append(helper.make_node("Cast", [f"{name}i"], [f"{name}f"], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("Add", [f"{name}f", "one"], [f"{name}e"]))
        nodes.append(helper.make_node("Unsqueeze", [f"{name}{'e' if end else 'f'}", "last"], [name]))
    nodes.append(helper.make_node("Concat", ["x0", "y0", "x1", "y1"], ["corners3"], axis=2))
    nodes.append(helper.make_node("Concat", ["corners3"] * 3, ["corners"], axis=1))
    rows, columns = size or (None, None)
    inputs = {"images": [None if form == "ours" else 1, 3, rows, columns]}
    if form == "ours":
        nodes.append(helper.make_node("Identity", ["corners"], ["boxes"]))
        nodes.append(helper.make_node("Identity", ["flat"], ["scores"]))
        return packed(nodes, constants, inputs, {"boxes": [None, 9, 4], "scores": [None, 9]}, metadata)
    nodes.append(helper.make_node("Unsqueeze", ["flat", "last"], ["column"]))  # [N, 9, 1]
    constants["none"] = np.asarray(0, np.float32)
    nodes.append(helper.make_node("Mul", ["column", "none"], ["zeros"]))
    if form == "end-to-end":
        nodes.append(helper.make_node("Concat", ["corners", "column", "zeros"], ["output0"], axis=2))
        return packed(nodes, constants, inputs, {"output0": [1, 9, 6]}, metadata)
    to_centre = np.asarray([[0.5, 0, -1, 0], [0, 0.5, 0, -1], [0.5, 0, 1, 0], [0, 0.5, 0, 1]], np.float32)
    constants["to_centre"] = to_centre
    nodes.append(helper.make_node("MatMul", ["corners", "to_centre"], ["centred"]))
    constants["tenth"] = np.asarray(0.1, np.float32)
    nodes.append(helper.make_node("Mul", ["column", "tenth"], ["unlikely"]))
    others = ["unlikely"] * (classes - 1)
    if form == "anchors":
        nodes.append(helper.make_node("Concat", ["centred", "column", *others], ["rows"], axis=2))
        nodes.append(helper.make_node("Transpose", ["rows"], ["output0"], perm=[0, 2, 1]))
        return packed(nodes, constants, inputs, {"output0": [1, 4 + classes, 9]}, metadata)
    assert size is not None
    constants["shares"] = np.asarray([size[1], size[0]] * 2, np.float32)
    nodes.append(helper.make_node("Div", ["centred", "shares"], ["shared"]))
    nodes.append(helper.make_node("Concat", ["shared", "column", *others], ["output0"], axis=2))
    return packed(nodes, constants, inputs, {"output0": [1, 9, 4 + classes]}, metadata)


def picture_of(width: int, height: int, boxes: Sequence[Box], background: int = 30) -> Picture:
    """Rectangles in red, green and blue, in this order."""
    pixels = np.full((height, width, 3), background, np.uint8)
    for box, colour in zip(boxes, COLOURS, strict=False):
        x, y = int(box.x), int(box.y)
        pixels[y : y + int(box.h), x : x + int(box.w)] = colour
    digest = hashlib.sha256(pixels.tobytes()).hexdigest()
    return Picture(pixels, None, digest, "PNG")
