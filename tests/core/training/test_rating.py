"""The rating model from scripts like those of the npm package: every kind of node, against plain arithmetic."""

from __future__ import annotations

import base64
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from core.inference import Models, ModelStore
from core.osusume import DATA
from core.pictures.taggers import NsfwjsTagger
from core.training.evaluate_rating import Judged, judge, report
from core.training.rating import VARIANT, convert, exported

SIDE, WIDTH, CLASSES = 8, 40, 5
Weights = Mapping[str, tuple[NDArray[np.uint8], float, float]]


def script(value: object) -> str:
    """As the package's tools write it: bare keys, !0 for true, no zero before a point."""
    if isinstance(value, str):
        literal = json.dumps(value)
    else:
        literal = re.sub(r'"(\w+)":', r"\1:", json.dumps(value, separators=(",", ":")))
        literal = literal.replace(":true", ":!0").replace(":false", ":!1")
        literal = re.sub(r"(?<=[:\[,-])0\.", ".", literal)
    head = '!function(t){if("object"==typeof exports&&"undefined"!=typeof module)module.exports=t()}(function(){return '
    return f"{head}({{1:[function(t,e,a){{e.exports={literal}}},{{}}]}},{{}},[1])(1)}});"


def b64(text: str) -> dict[str, str]:
    return {"s": base64.b64encode(text.encode()).decode()}


def layer(op: str, name: str, inputs: Sequence[str], step: int = 1, relu: bool = False) -> dict[str, Any]:
    fused = [b64(one)["s"] for one in ("BiasAdd", "Relu6")[: 2 if relu else 1]]
    attributes = {
        "strides": {"list": {"i": ["1", str(step), str(step), "1"]}}, "padding": b64("SAME"),
        "dilations": {"list": {"i": ["1"] * 4}}, "fused_ops": {"list": {"s": fused}}, "use_cudnn_on_gpu": {"b": True},
    }  # fmt: skip
    return {"name": name, "op": op, "input": list(inputs), "attr": attributes}


def tiny_graph() -> list[dict[str, Any]]:
    shape = {"shape": {"dim": [{"size": "-1"}, {"size": str(SIDE)}, {"size": str(SIDE)}, {"size": "3"}]}}
    pooled = {"ksize": {"list": {"i": ["1", "4", "4", "1"]}}, "padding": b64("VALID")}
    return [
        {"name": "input", "op": "Placeholder", "attr": {"shape": shape}},
        *({"name": name, "op": "Const", "attr": {}} for name in ("two", "one", "first")),
        {"name": "wide", "op": "Mul", "input": ["two", "input"], "attr": {}},
        {"name": "centred", "op": "Sub", "input": ["wide", "one"], "attr": {}},
        layer("_FusedConv2D", "seen", ["centred", "first", "first_b"], step=2, relu=True),
        layer("FusedDepthwiseConv2dNative", "each", ["seen", "deep", "deep_b"], relu=True),
        layer("_FusedConv2D", "mixed", ["each", "mix", "mix_b"]),
        {"name": "both", "op": "AddV2", "input": ["seen", "mixed"], "attr": {}},
        {"name": "pooled", "op": "AvgPool", "input": ["both"], "attr": pooled},
        {"name": "flat", "op": "Squeeze", "input": ["pooled"], "attr": {}},
        layer("_FusedMatMul", "dense", ["flat", "last", "last_b"]),
        {"name": "soft", "op": "Softmax", "input": ["dense"], "attr": {}},
        {"name": "Identity", "op": "Identity", "input": ["soft"], "attr": {}},
    ]


def tiny_weights() -> dict[str, tuple[NDArray[np.uint8], float, float]]:
    """Bytes, scale and least value by name; some tensors are large enough to be kept in bytes."""
    draw = np.random.default_rng(7)
    shapes = {
        "first": (3, 3, 3, WIDTH), "first_b": (WIDTH,), "deep": (3, 3, WIDTH, 1), "deep_b": (WIDTH,),
        "mix": (1, 1, WIDTH, WIDTH), "mix_b": (WIDTH,), "last": (WIDTH, CLASSES), "last_b": (CLASSES,),
    }  # fmt: skip
    found = {name: (draw.integers(0, 256, shape, np.uint8), 0.004, -0.5123) for name, shape in shapes.items()}
    for name, value in (("two", 2.0), ("one", 1.0)):
        found[name] = np.zeros((), np.uint8), 1.0, value
    return found


def write_package(root: Path, graph: object, weights: Weights) -> Path:
    folder = root / "dist" / "models" / VARIANT
    folder.mkdir(parents=True)
    data = b"".join(value.tobytes() for value, _, _ in weights.values())
    cut = len(data) // 2 + 1  # not where a weight ends
    paths = ["group1-shard1of2", "group1-shard2of2"]
    for path, part in zip(paths, (data[:cut], data[cut:]), strict=True):
        (folder / f"{path}.min.js").write_text(script(base64.b64encode(part).decode()))
    specs = [
        {"name": name, "shape": list(value.shape), "dtype": "float32",
         "quantization": {"min": least, "scale": scale, "dtype": "uint8"}}
        for name, (value, scale, least) in weights.items()
    ]  # fmt: skip
    described = {"modelTopology": {"node": graph}, "weightsManifest": [{"paths": paths, "weights": specs}]}
    (folder / "model.min.js").write_text(script(described))
    return root


def reference(image: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
    """The same in channels-last arithmetic. `image`: [N, 3, S, S], 0-255; padding as TensorFlow's SAME."""
    w = {name: value * scale + least for name, (value, scale, least) in weights.items()}

    def windows(x: NDArray[Any], step: int) -> NDArray[Any]:
        side = -(-x.shape[1] // step)
        total = max(0, (side - 1) * step + 3 - x.shape[1])
        ahead = total // 2
        wide = np.pad(x, ((0, 0), (ahead, total - ahead), (ahead, total - ahead), (0, 0)))
        seen = np.lib.stride_tricks.sliding_window_view(wide, (3, 3), axis=(1, 2))
        return seen[:, ::step, ::step]  # N, h, w, C, 3, 3

    x = image.transpose(0, 2, 3, 1) / 255 * 2 - 1
    seen = np.clip(np.einsum("nhwcij,ijco->nhwo", windows(x, 2), w["first"]) + w["first_b"], 0, 6)
    each = np.clip(np.einsum("nhwcij,ijc->nhwc", windows(seen, 1), w["deep"][..., 0]) + w["deep_b"], 0, 6)
    both = seen + each @ w["mix"][0, 0] + w["mix_b"]
    dense = both.mean(axis=(1, 2)) @ w["last"] + w["last_b"]
    powers = np.exp(dense - dense.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def test_the_graph_computes_what_the_package_says(tmp_path: Path) -> None:
    weights = tiny_weights()
    model = convert(write_package(tmp_path, tiny_graph(), weights))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    image = np.random.default_rng(1).integers(0, 256, (3, 3, SIDE, SIDE)).astype(np.float32)
    (found,) = session.run(["classes"], {"image": image})
    assert found == pytest.approx(reference(image, weights), abs=1e-5)
    assert np.ptp(found, axis=0).max() > 1e-3, "pictures are told apart"
    facts = session.get_modelmeta().custom_metadata_map
    assert json.loads(facts["labels"]) == ["Drawing", "Hentai", "Neutral", "Porn", "Sexy"]
    assert "Infinite Red" in facts["licence"]
    kept = {one.name: one.data_type for one in model.graph.initializer}
    assert kept["mix.bytes"] == 2, "large weights stay bytes"


def test_scripts_are_read_as_they_are_written(tmp_path: Path) -> None:
    value = {"a": [0.5, -0.25, -3, 1e-05], "b0": {"c": True, "d": False}, "s": 'k:1,{x:.5} "!0"', "in:0": []}
    (tmp_path / "x.min.js").write_text(script(value))
    assert exported(tmp_path / "x.min.js") == value


@pytest.mark.parametrize("harm", ["missing", "html", "other node", "short weights"])
def test_another_package_is_refused(tmp_path: Path, harm: str) -> None:
    graph, weights = tiny_graph(), tiny_weights()
    if harm == "other node":
        graph[4]["op"] = "FusedBatchNormV3"
    root = write_package(tmp_path, graph, weights)
    folder = root / "dist" / "models" / VARIANT
    if harm == "missing":
        (folder / "model.min.js").unlink()
    elif harm == "html":
        (folder / "model.min.js").write_text("<html>not found</html>")
    elif harm == "short weights":
        (folder / "group1-shard2of2.min.js").write_text(script("AAAA"))
    with pytest.raises(ValueError, match="of the npm package nsfwjs"):
        convert(root)


def test_the_file_that_ships_has_the_packages_layout(tmp_path: Path) -> None:
    session = Models(ModelStore.open(DATA / "models", tmp_path)).onnx("rating", "rating.onnx")
    assert session.inputs == {"image": (None, 3, 224, 224)}
    assert session.outputs == ("classes",)
    assert "nsfwjs 4.3.0" in session.metadata["source"]


def test_harmless_pictures_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo = sorted((DATA / "demo").glob("*.webp"))
    for pack, names in (("scenes", demo[:3]), ("faces", demo[3:])):
        (tmp_path / pack).mkdir()
        with zipfile.ZipFile(tmp_path / pack / "0.zip", "w") as archive:
            for path in names:
                archive.write(path, path.name)
    tagger = NsfwjsTagger(Models(ModelStore.open(DATA / "models", tmp_path / "home")))
    found = judge(tagger, tmp_path, ("scenes", "faces"), 4)
    assert [row.file for row in found[:3]] == [path.name for path in demo[:3]]
    assert len(found) == 7, "no more than asked for of a folder"
    assert {row.rating for row in found} == {"general"}
    assert all(0 < row.adult <= row.revealing < 0.5 for row in found)
    report([*found, Judged("faces", "made_up.webp", 0.72, 0.97, "questionable")])
    faces = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("faces"))
    assert [part.split() for part in faces.split("|")[1:4]] == [
        ["5"], ["1"] * 5 + ["0"] * 5, ["1", "1"],
    ]  # fmt: skip
