"""Curves of naming on made-up vectors, the charts they are drawn as, and smaller files of a tiny network."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from core.errors import ArtefactError, UserError
from core.training.charts import Chart, Line, Point, draw_charts
from core.training.quantisation import KINDS, Subject, measured, write_smaller
from core.training.recognition_curves import Measured, by_characters, by_known, write
from core.training.recognition_figures import Labels, Vectors, normalised
from core.training.smaller_subjects import subject_of

DRAWS = 8


def clouds(names: int, each: int, seed: int, noise: float = 1.1) -> tuple[Vectors, Labels]:
    """Vectors about a centre of each name; the centres depend on the name alone."""
    rows, labels = [], []
    chance = np.random.default_rng(seed)
    for name in range(names):
        centre = np.random.default_rng(name).normal(size=16)
        rows.append(centre + noise * chance.normal(size=(each, 16)))
        labels += [f"n{name:03}"] * each
    return normalised(np.concatenate(rows)), np.array(labels)


def test_more_known_pictures_name_more_faces() -> None:
    found = by_known(clouds(12, 12, 1), clouds(12, 6, 2), DRAWS, np.random.default_rng(0))
    for lines in found.values():
        assert [row.x for row in lines] == [1, 2, 5, 10, 12]
        assert lines[0].value < lines[2].value
        assert lines[0].value < lines[-1].value - 0.05
        assert all(row.low <= row.value <= row.high for row in lines)
        assert {row.count for row in lines} == {72}


def test_more_characters_to_choose_from_name_fewer_faces() -> None:
    vectors, names = clouds(60, 6, 1)
    own = np.array([name < "n030" for name in names])
    found = by_characters(
        (vectors[own], names[own]),
        clouds(30, 4, 2),
        (vectors[~own], names[~own]),
        DRAWS,
        np.random.default_rng(0),
    )
    for lines in found.values():
        assert [row.x for row in lines] == [10, 25, 50, 60]
        assert [row.count for row in lines] == [40, 100, 120, 120]
        assert lines[0].value > lines[1].value > lines[-1].value
    again = by_characters(
        (vectors[own], names[own]),
        clouds(30, 4, 2),
        (vectors[~own], names[~own]),
        DRAWS,
        np.random.default_rng(0),
    )
    assert again == found


def test_curves_are_written_as_json_and_drawn(tmp_path: Path) -> None:
    found = {"pixels": {"a": [Measured(12, 0.5, 0.4, 0.6, 7), Measured(24, 0.9, 0.8, 0.95, 7)]}}
    write(found, tmp_path / "new")
    told = json.loads((tmp_path / "new" / "recogniser.json").read_text(encoding="utf-8"))
    assert told["pixels"]["a"][1] == {"x": 24, "value": 0.9, "low": 0.8, "high": 0.95, "count": 7}
    with Image.open(tmp_path / "new" / "recogniser.png") as picture:
        assert picture.format == "PNG"


def inked(chart: Chart, path: Path) -> NDArray[np.bool_]:
    """Where the first line's colour is, [height, width]."""
    with Image.open(draw_charts([chart], path)) as picture:
        return np.asarray((np.asarray(picture.convert("RGB")) == (30, 100, 200)).all(2))


def test_a_rising_line_rises_and_its_interval_is_drawn(tmp_path: Path) -> None:
    points = [Point(1, 0.1), Point(10, 0.5), Point(100, 0.9)]
    straight = inked(Chart("t", [Line("l", points)], stretched=True, between=(0, 1)), tmp_path / "a.png")
    height = [int(np.flatnonzero(straight[:, column]).mean()) for column in (70, 344, 620)]
    assert height[0] > height[1] > height[2]
    assert height[0] - height[1] == pytest.approx(height[1] - height[2], abs=4)
    wide = [*points[:1], Point(10, 0.5, 0.2, 0.8), *points[2:]]
    told = inked(Chart("t", [Line("l", wide)], stretched=True, between=(0, 1)), tmp_path / "b.png")
    assert told[:, 344].sum() > 60 > straight[:, 344].sum()
    with pytest.raises(UserError, match="sheet-unwritable"):
        draw_charts([], tmp_path)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two convolutions, a mean over places and a layer, with metadata."""
    chance = np.random.default_rng(0)

    def weight(name: str, *shape: int) -> TensorProto:
        return numpy_helper.from_array(chance.normal(0, 0.2, shape).astype(np.float32), name)

    nodes = [
        helper.make_node("Conv", ["crops", "a"], ["b"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["b"], ["c"]),
        helper.make_node("Conv", ["c", "d"], ["e"], kernel_shape=[3, 3]),
        helper.make_node("GlobalAveragePool", ["e"], ["f"]),
        helper.make_node("Flatten", ["f"], ["g"]),
        helper.make_node("Gemm", ["g", "h"], ["answer"], transB=1),
    ]
    graph = helper.make_graph(
        nodes, "network",
        [helper.make_tensor_value_info("crops", TensorProto.FLOAT, ["batch", 3, 16, 16])],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, ["batch", 24])],
        [weight("a", 16, 3, 3, 3), weight("d", 64, 16, 3, 3), weight("h", 24, 64)],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"told": "here"})
    path = tmp_path_factory.mktemp("network") / "network.onnx"
    onnx.save(model, path)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_a_smaller_file_answers_nearly_alike(network: Path, kind: str, tmp_path: Path) -> None:
    shown = np.random.default_rng(1).uniform(0, 255, (20, 3, 16, 16)).astype(np.float32)
    subject = Subject("crops", shown, lambda _: {"top-1": 1.0})
    path = write_smaller(network, kind, tmp_path / "smaller.onnx", subject)
    assert path.stat().st_size < 0.75 * network.stat().st_size
    opened, plain = (onnxruntime.InferenceSession(file) for file in (path, network))
    assert opened.get_modelmeta().custom_metadata_map["told"] == "here"
    wanted, found = (session.run(None, {"crops": shown})[0] for session in (plain, opened))
    most = 0.002 if kind == "float16" else 0.1
    assert np.abs(wanted - found).max() < most * np.abs(wanted).max()
    told = measured(path, subject)
    assert told["megabytes"] == path.stat().st_size / 1e6
    assert told["ms for 2"] > 0
    assert told["top-1"] == 1


def test_other_files_are_refused(network: Path, tmp_path: Path) -> None:
    model = onnx.load(network)
    model.graph.input[0].name = model.graph.node[0].input[0] = "image"
    onnx.save(model, tmp_path / "other.onnx")
    (tmp_path / "cut.onnx").write_bytes(b"cut")
    for name in ("other.onnx", "cut.onnx"):
        with pytest.raises(ArtefactError, match="model-kind"):
            subject_of(tmp_path / name, tmp_path)
