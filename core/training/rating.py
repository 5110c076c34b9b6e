"""The shipped rating model, `rating.onnx`, from the npm package nsfwjs (MIT): its graph and weights as ONNX.

    npm pack nsfwjs@4.3.0 && tar xzf nsfwjs-4.3.0.tgz
    python -m core.training.rating --package package --out data/models/rating.onnx

The package holds TensorFlow.js graphs, folded for inference, as scripts: `model.min.js` exports the description,
`group1-shard*.min.js` the weights in base64, 8 bits each with a scale and a least value a tensor. Only what the graph
of MobileNetV2Mid is made of is translated; converters that take more bring TensorFlow with them.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

VARIANT = "mobilenet_v2_mid"
LABELS = ("Drawing", "Hentai", "Neutral", "Porn", "Sexy")
"""Order of the outputs: `dist/esm/nsfw_classes.js` of the package."""

FACTS = {
    "labels": json.dumps(LABELS),
    "source": "npm package nsfwjs 4.3.0, model MobileNetV2Mid, from github.com/GantMan/nsfw_model",
    "licence": "MIT; Copyright (c) 2019 Infinite Red, Inc.; Copyright (c) 2020 The nsfw_model Developers",
}
_OPSET, _IR = 17, 10
_KEPT_IN_BYTES = 1024
"""Weights of fewer values are written as float32: they are not worth nodes of the graph."""

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<key>[A-Za-z_$][\w$]*)(?=:)|!(?P<bool>[01])|(?<![\w.])(?=\.\d)')
"""Strings, which stay; and what a minified script writes otherwise than JSON: bare keys, !0 for true, .5 for 0.5."""

_LAYOUTS = {"_FusedConv2D": (3, 2, 0, 1), "FusedDepthwiseConv2dNative": (2, 3, 0, 1)}
"""Axes of the weights, from height, width, in, out (or in, 1) to ONNX's out, in, height, width."""


def exported(path: Path) -> Any:
    """What a script of the package exports: an object, or a string.

    Raises:
        ValueError: it is not there, or exports nothing like that.
    """
    try:
        script = path.read_text(encoding="utf-8")
        literal = script[re.search(r'\bexports=(?=["{]\w)', script).end() :]  # type: ignore[union-attr]
        if literal.startswith('"'):
            return literal[1 : literal.index('"', 1)]
        return json.JSONDecoder().raw_decode(_WORD.sub(_as_json, literal))[0]
    except (OSError, AttributeError, ValueError) as problem:
        raise ValueError(f"{path.name} is not a script of the npm package nsfwjs") from problem


def _as_json(found: re.Match[str]) -> str:
    if found["key"]:
        return f'"{found["key"]}"'
    if found["bool"]:
        return "true" if found["bool"] == "0" else "false"
    return found[0] or "0"


class _Graph:
    """A TensorFlow.js graph, written as ONNX node by node. Tensors are [N, C, H, W] here."""

    def __init__(self, folder: Path) -> None:
        described = exported(folder / "model.min.js")
        self.described: list[dict[str, Any]] = described["modelTopology"]["node"]
        self.weights: dict[str, tuple[NDArray[np.uint8], float, float]] = {}
        for group in described["weightsManifest"]:
            data = b"".join(base64.b64decode(exported(folder / f"{path}.min.js")) for path in group["paths"])
            start = 0
            for weight in group["weights"]:
                count, how = int(np.prod(weight["shape"], dtype=int)), weight["quantization"]
                values = np.frombuffer(data, np.uint8, count, start).reshape(weight["shape"])
                self.weights[weight["name"]] = values, float(how["scale"]), float(how["min"])
                start += count
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def weight(self, name: str, axes: tuple[int, ...] | None = None) -> str:
        """A weight as float32; a large one is kept in the package's bytes, which the runtime unpacks when it loads."""
        stored, scale, least = self.weights[name]
        stored = stored.transpose(axes) if axes else stored
        if stored.size < _KEPT_IN_BYTES:
            return self.constant(name, (stored * scale + least).astype(np.float32))
        bytes_ = self.constant(f"{name}.bytes", stored)
        cast = self.add("Cast", [bytes_], f"{name}.cast", to=TensorProto.FLOAT)
        scales = self.constant(f"{name}.scale", np.asarray(scale, np.float32))
        scaled = self.add("Mul", [cast, scales], f"{name}.scaled")
        return self.add("Add", [scaled, self.constant(f"{name}.least", np.asarray(least, np.float32))], name)

    def translate(self, node: Mapping[str, Any]) -> None:
        """Adds what does the same.

        Raises:
            KeyError, IndexError, ValueError: a kind of node, or a use of it, that is not known here.
        """
        kind, name, inputs, given = node["op"], node["name"], node.get("input", []), node.get("attr", {})
        if kind in ("Const", "Placeholder"):
            return
        if kind in _LAYOUTS:
            padding = {"SAME": "SAME_UPPER", "VALID": "VALID"}[_text(given["padding"]["s"])]
            strides = [int(step) for step in given["strides"]["list"]["i"][1:3]]
            fused = [_text(one) for one in given["fused_ops"]["list"]["s"]]
            if fused not in (["BiasAdd"], ["BiasAdd", "Relu6"]) or set(given["dilations"]["list"]["i"]) != {
                "1"
            }:
                raise ValueError(name)
            groups = self.weights[inputs[1]][0].shape[2] if kind == "FusedDepthwiseConv2dNative" else 1
            made = [inputs[0], self.weight(inputs[1], _LAYOUTS[kind]), self.weight(inputs[2])]
            out = self.add(
                "Conv", made, name if len(fused) == 1 else f"{name}.sum",
                auto_pad=padding, strides=strides, group=groups,
            )  # fmt: skip
            if len(fused) == 2:
                self.add("Clip", [out, "zero", "six"], name)
        elif kind in ("Mul", "Sub"):
            self.add(kind, [self.weight(one) if one in self.weights else one for one in inputs], name)
        elif kind == "AddV2":
            self.add("Add", inputs, name)
        elif kind == "AvgPool" and _text(given["padding"]["s"]) == "VALID":
            size = [int(side) for side in given["ksize"]["list"]["i"][1:3]]
            self.add("AveragePool", inputs, name, kernel_shape=size)
        elif kind == "Squeeze":
            self.add("Flatten", inputs, name)
        elif kind == "_FusedMatMul" and [_text(one) for one in given["fused_ops"]["list"]["s"]] == [
            "BiasAdd"
        ]:
            self.add("Gemm", [inputs[0], self.weight(inputs[1]), self.weight(inputs[2])], name)
        elif kind == "Softmax":
            self.add("Softmax", inputs, name, axis=1)
        elif kind == "Identity":
            self.add("Identity", inputs, "classes")
        else:
            raise ValueError(f"{kind} {name}")


def _text(encoded: str) -> str:
    return base64.b64decode(encoded).decode("ascii")


def convert(package: Path) -> onnx.ModelProto:
    """`image` float32 [N, 3, S, S], RGB 0-255, to `classes` [N, 5] probabilities in the order of `LABELS`.

    Raises:
        ValueError: the package is not there, or is another one than expected.
    """
    try:
        graph = _Graph(package / "dist" / "models" / VARIANT)
        (shown,) = (node for node in graph.described if node["op"] == "Placeholder")
        side = int(shown["attr"]["shape"]["shape"]["dim"][1]["size"])
        graph.constant("zero", np.asarray(0, np.float32))
        graph.constant("six", np.asarray(6, np.float32))
        whole = graph.constant("whole", np.asarray(255, np.float32))
        graph.add("Div", ["image", whole], shown["name"])
        for node in graph.described:
            graph.translate(node)
    except (KeyError, IndexError, TypeError, ValueError) as problem:
        raise ValueError(f"no {VARIANT} of the npm package nsfwjs can be read there: {problem}") from problem
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, side, side])
    classes = helper.make_tensor_value_info("classes", TensorProto.FLOAT, ["N", len(LABELS)])
    made = helper.make_model(
        helper.make_graph(graph.nodes, "rating", [image], [classes], graph.constants),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR,
    )
    helper.set_model_props(made, FACTS)
    onnx.checker.check_model(made, full_check=True)
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make rating.onnx from the npm package nsfwjs.")
    parser.add_argument("--package", type=Path, required=True, help="the unpacked package")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    try:
        onnx.save(convert(options.package), options.out)
    except ValueError as wrong:
        parser.error(str(wrong))
