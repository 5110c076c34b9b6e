"""The manifest: each error names its row and field; the one that ships is right."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ArtefactError
from core.inference import Manifest
from core.inference.manifest import PURPOSES
from core.inference.refresh import refresh

ROOT = Path(__file__).parents[3]
MODELS = ROOT / "data" / "models"

RIGHT: dict[str, Any] = {
    "id": "wd-v3",
    "purposes": ["tagger"],
    "backend": "wd",
    "repo": "owner/wd",
    "revision": "0" * 40,
    "licence": "MIT",
    "memory_mb": 12.5,
    "seconds": 1,
    "thresholds": {"general": 0.35},
    "files": [{"path": "a/model.onnx", "bytes": 5, "sha256": "f" * 64}, {"path": "b.csv", "at_most": 9}],
}
WRONG: dict[str, Any] = {
    "id": ["", "WD", "a/b", "..", "-a", "a" * 61, 5],
    "purposes": [[], ["tag"], "tagger", ["tagger", "tagger"]],
    "backend": ["", "W D", None],
    "repo": ["owner", "a/b/c", "../x", 1],
    "revision": ["main", "0" * 39, "0" * 41, "F" * 40, 7],
    "embedded": ["yes", 1],
    "licence": ["", 3],
    "extra": ["a b", ""],
    "memory_mb": [0, -1, "12", float("nan")],
    "seconds": [0, -0.5],
    "thresholds": [{"general": 1.5}, {"general": -0.1}, {"general": "a"}, [1]],
    "files": [[], {}, [{"bytes": 5}], ["model.onnx"]],
    "surprise": [1],
}
WRONG_FILE: dict[str, Any] = {
    "path": ["", "/etc/passwd", "../up", "a/../b", "a//b", "a\\b", ".hidden", "a/pulled.json", "x.part", "b.csv",
             "w.pt"],
    "bytes": [0, -1, "5", 5.5, True],
    "at_most": [0, -1, 7],
    "sha256": ["f" * 63, "F" * 64, "g" * 64, 5],
    "sha256_prefix": ["f" * 7, "f" * 64, "x" * 8, "f" * 8],
    "url": ["ftp://host/x", "host/x", "https://user:secret@host/x", "https://host", "https://ho st/x"],
    "pickle": ["no", 0],
    "surprise": [1],
}  # fmt: skip


def toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return (
                "{ " + ", ".join(f"{json.dumps(name)} = {toml(item)}" for name, item in value.items()) + " }"
            )
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
        case str():
            return json.dumps(value)
    return str(value)


def manifest(*rows: dict[str, Any]) -> str:
    return "\n".join(
        "[[model]]\n"
        + "\n".join(f"{name} = {toml(value)}" for name, value in row.items() if value is not None)
        for row in rows
    )


def refusal(text: str) -> dict[str, Any]:
    with pytest.raises(ArtefactError) as refused:
        Manifest.parse(text)
    assert refused.value.key == "manifest-wrong"
    return refused.value.arguments


def test_right() -> None:
    parsed = Manifest.parse(manifest(RIGHT) + '\n[preset.best]\ntagger = ["wd-v3"]')
    row = parsed.models["wd-v3"]
    assert [(file.name, file.limit) for file in row.files] == [("model.onnx", 5), ("b.csv", 9)]
    assert (row.bytes, row.exact) == (14, False)
    assert parsed.presets["best"]["tagger"] == ("wd-v3",)
    assert parsed.presets["best"]["captioner"] == ()
    assert parsed.cost(parsed.of_preset("best")).memory_mb == 12.5


CASES = [(name, value) for name, values in WRONG.items() for value in values]


@given(st.sampled_from(CASES), st.integers(0, 3))
def test_an_error_names_row_and_field(case: tuple[str, Any], before: int) -> None:
    field, value = case
    rows = [{**RIGHT, "id": f"right-{number}"} for number in range(before)]
    found = refusal(manifest(*rows, {**RIGHT, field: value}))
    named = isinstance(value, str) and 0 < len(value) <= 60
    assert found["row"] == ("wd-v3" if field != "id" else value if named else f"model {before + 1}")
    assert str(found["field"]).split(".")[0] == field
    assert found["problem"]


@given(st.sampled_from([(name, value) for name, values in WRONG_FILE.items() for value in values]))
def test_an_error_names_the_file_and_its_field(case: tuple[str, Any]) -> None:
    field, value = case
    first = {**RIGHT["files"][0], field: value}
    if field == "url":
        first.pop("sha256")
    found = refusal(manifest({**RIGHT, "files": [first, RIGHT["files"][1]]}))
    assert found["row"] == "wd-v3"
    expected = {"w.pt": "pickle"}.get(str(value), field)
    assert found["field"] in (f"files.0.{expected}", f"files.1.{expected}")


@pytest.mark.parametrize("field", ["id", "purposes", "backend", "licence", "files"])
def test_a_field_that_is_missing(field: str) -> None:
    found = refusal(manifest({**RIGHT, field: None}))
    assert found["row"] == ("model 1" if field == "id" else "wd-v3")
    assert found["field"] == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"repo": None}, "revision"),
        ({"revision": None}, "revision"),
        ({"repo": None, "revision": None}, "files.0.url"),
        ({"embedded": True}, "repo"),
        ({"embedded": True, "repo": None, "revision": None}, "files.1.at_most"),
        ({"files": [{"path": "x"}]}, "files.0.bytes"),
    ],
)
def test_fields_that_do_not_go_together(change: dict[str, Any], field: str) -> None:
    found = refusal(manifest({**RIGHT, **change}))
    assert (found["row"], found["field"]) == ("wd-v3", field)


@pytest.mark.parametrize(
    ("preset", "row", "field"),
    [
        ('[preset.best]\ntagger = ["nobody"]', "preset.best", "tagger"),
        ('[preset.best]\ndetector = ["wd-v3"]', "preset.best", "detector"),
        ('[preset.best]\nlistener = ["wd-v3"]', "preset.best", "listener"),
        ('[preset.best]\ntagger = "wd-v3"', "preset.best", "tagger"),
        ("[other]\nx = 1", "manifest", "other"),
    ],
)
def test_presets(preset: str, row: str, field: str) -> None:
    found = refusal(manifest(RIGHT) + "\n" + preset)
    assert (found["row"], found["field"]) == (row, field)


def test_the_same_model_twice() -> None:
    assert refusal(manifest(RIGHT, RIGHT)) == {"row": "wd-v3", "field": "id", "problem": "is there twice"}


@given(st.text(max_size=200) | st.integers(0, 500).map(lambda cut: manifest(RIGHT)[:cut]))
def test_any_text_is_a_manifest_or_refused(text: str) -> None:
    with suppress(ArtefactError):
        Manifest.parse(text)


def test_no_file(tmp_path: Path) -> None:
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    for name in ("none.toml", "bytes.toml", "."):
        with pytest.raises(ArtefactError) as refused:
            Manifest.open(tmp_path / name)
        assert refused.value.key == "manifest-unreadable"
        assert str(tmp_path) not in str(refused.value)


SHIPPED = """# A comment.
[[model]]
id = "heads"
purposes = ["detector"]
backend = "heads"
embedded = true
licence = "MIT"
files = [
    { path = "detector.onnx" },
    { path = "labels.csv", bytes = 3, sha256 = "%s" },
]
""" % ("0" * 64)


def test_refresh(tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text(SHIPPED)
    (tmp_path / "detector.onnx").write_bytes(b"weights")
    command = [sys.executable, "-W", "error", "-m", "core.inference.refresh", str(tmp_path)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "detector.onnx\n"
    text = (tmp_path / "manifest.toml").read_text()
    assert text.startswith("# A comment.\n")
    detector, labels = Manifest.parse(text).models["heads"].files
    assert (detector.bytes, detector.sha256) == (7, hashlib.sha256(b"weights").hexdigest())
    assert (labels.bytes, labels.sha256) == (None, None), "it is not there"
    assert refresh(tmp_path) == ("detector.onnx",)
    assert (tmp_path / "manifest.toml").read_text() == text
    (tmp_path / "manifest.toml").write_text(SHIPPED.replace("\n    { path", " { path"))
    with pytest.raises(ArtefactError) as refused:
        refresh(tmp_path)
    assert refused.value.arguments["row"] == "heads"


def test_refresh_measures(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="models cannot be made without it")
    helper, side = onnx.helper, 2048
    weights = onnx.numpy_helper.from_array(np.ones((side, side), np.float32), "w")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])], "g",
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["n", side])],
        [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, ["n", side])], [weights],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (tmp_path / "detector.onnx").write_bytes(model.SerializeToString())
    (tmp_path / "labels.csv").write_text("a")
    other = manifest({**RIGHT, "memory_mb": 77})
    (tmp_path / "manifest.toml").write_text(SHIPPED + other)
    for _ in range(2):
        assert refresh(tmp_path, measured=True) == ("detector.onnx", "labels.csv")
        text = (tmp_path / "manifest.toml").read_text()
        models = Manifest.parse(text).models
        heads = models["heads"]
        assert heads.memory_mb is not None
        assert heads.seconds is not None
        assert 4 * side * side / 1e6 < heads.memory_mb < 100
        assert 0 < heads.seconds < 1
        assert text.endswith(other), "other rows are as they were"


def test_the_manifest_that_ships() -> None:
    shipped = Manifest.open(MODELS / "manifest.toml")
    assert {"embedded", "balanced", "best"} == set(shipped.presets)
    assert all(shipped.models[model].embedded for model in shipped.of_preset("embedded"))
    for row in shipped.models.values():
        if row.embedded:
            for file in row.files:
                path = MODELS / file.path
                facts = (
                    (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
                    if path.exists()
                    else (None, None)
                )
                assert (file.bytes, file.sha256) == facts, "run python -m core.inference.refresh data/models"
        else:
            # Whatever is executable when it is read has a known content.
            assert all(file.sha256 or file.sha256_prefix for file in row.files if file.pickle)
    weights = {
        row.id: row.files[0]
        for row in shipped.models.values()
        if row.backend in ("wd", "pixai", "ccip", "yolo")
    }
    assert len(weights) == 9
    assert all(file.bytes and file.sha256 for file in weights.values())
    assert {row.backend for row in shipped.models.values()} == {
        "heads", "faces", "tags", "nsfwjs", "yolo", "ccip", "wd", "pixai", "danbooru-resnet", "blip",
    }  # fmt: skip
    assert set(PURPOSES) == {purpose for row in shipped.models.values() for purpose in row.purposes}


def test_the_manifest_says_what_the_model_notes_say() -> None:
    notes = ROOT.parent / "shared" / "docs" / "model-contracts.md"
    if not notes.is_file():
        pytest.skip("../shared is not here")
    text = notes.read_text(encoding="utf-8")
    known = set(re.findall(r"\b[0-9a-f]{40}\b|\b[0-9a-f]{64}\b", text))
    lengths = {int(number.replace(" ", "")) for number in re.findall(r"\b\d{1,3}(?: \d{3})+\b", text)}
    for row in Manifest.open(MODELS / "manifest.toml").models.values():
        if row.backend in ("wd", "pixai", "ccip", "yolo"):
            assert row.revision in known
            for file in row.files:
                assert file.sha256 is None or (file.sha256 in known and file.bytes in lengths)
