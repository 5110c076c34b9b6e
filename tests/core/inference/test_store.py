"""The store on the disk: what is checked, what is remembered, what is chosen."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

import pytest

from core.errors import OsusumeError, Unavailable, UserError
from core.inference import Manifest, ModelFiles, ModelStore, State
from core.inference.lock import alone

SHIPPED, PULLED, LABELS = b"shipped weights", b"pulled weights", b"a,b\n"


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


MANIFEST = f"""
[[model]]
id = "heads"
purposes = ["detector"]
backend = "heads"
embedded = true
licence = "MIT"
files = [
    {{ path = "detector.onnx", bytes = {len(SHIPPED)}, sha256 = "{_sum(SHIPPED)}" }},
]

[[model]]
id = "wd"
purposes = ["tagger", "recogniser"]
backend = "wd"
repo = "owner/wd"
revision = "{"0" * 40}"
licence = "MIT"
memory_mb = 100
files = [
    {{ path = "model.onnx", bytes = {len(PULLED)}, sha256 = "{_sum(PULLED)}" }},
    {{ path = "labels.csv", at_most = 100 }},
]

[preset.embedded]
detector = ["heads"]

[preset.best]
detector = ["heads"]
tagger = ["wd"]
"""


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    shipped = tmp_path / "data"
    shipped.mkdir()
    (shipped / "detector.onnx").write_bytes(SHIPPED)
    return reopened(tmp_path)


def reopened(tmp_path: Path, text: str = MANIFEST) -> ModelStore:
    return ModelStore(Manifest.parse(text), tmp_path / "data", tmp_path / "models")


def put(store: ModelStore) -> Path:
    """The pulled model's files, as a host without a network would put them there."""
    folder = store.home / "wd"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(PULLED)
    (folder / "labels.csv").write_bytes(LABELS)
    return folder


def key_of(store: ModelStore, model: str, name: str) -> str:
    errors = []
    for ask in (store.file, store.checksum):
        with pytest.raises(Unavailable) as refused:
            ask(model, name)
        assert refused.value.arguments == {"model": model}
        errors.append(refused.value.key)
    assert errors[0] == errors[1]
    return errors[0]


def test_files(store: ModelStore, tmp_path: Path) -> None:
    files: ModelFiles = store
    assert files.file("heads", "detector.onnx").read_bytes() == SHIPPED
    assert files.checksum("heads", "detector.onnx") == _sum(SHIPPED)
    assert key_of(store, "wd", "model.onnx") == "model-missing"
    assert key_of(store, "nobody", "model.onnx") == "model-missing"
    assert key_of(store, "heads", "../../etc/passwd") == "model-missing"
    put(store)
    assert files.file("wd", "model.onnx") == tmp_path / "models" / "wd" / "model.onnx"
    assert files.checksum("wd", "labels.csv") == _sum(LABELS)


def test_states(store: ModelStore, tmp_path: Path) -> None:
    assert (store.state("heads"), store.state("wd")) == (State.EMBEDDED, State.MISSING)
    folder = put(store)
    assert store.state("wd") is State.PULLED
    (folder / "labels.csv").rename(folder / "labels.csv.part")
    assert store.state("wd") is State.PARTIAL
    (folder / "model.onnx").unlink()
    assert store.state("wd") is State.PARTIAL
    (folder / "model.onnx").write_bytes(PULLED[:-1])
    assert store.state("wd") is State.BROKEN
    (tmp_path / "data" / "detector.onnx").unlink()
    assert store.state("heads") is State.MISSING
    with pytest.raises(UserError) as unknown:
        store.state("nobody")
    assert unknown.value.key == "model-unknown"


def test_same_length_other_bytes(store: ModelStore) -> None:
    folder = put(store)
    assert store.state("wd") is State.PULLED
    (folder / "model.onnx").write_bytes(PULLED[::-1])
    assert key_of(store, "wd", "model.onnx") == "model-broken"
    assert store.file("wd", "labels.csv"), "the other file is as it was"
    (folder / "model.onnx").write_bytes(PULLED)
    assert store.state("wd") is State.PULLED


def test_a_sum_is_remembered_over_restarts_until_verified_anew(store: ModelStore, tmp_path: Path) -> None:
    path = put(store) / "model.onnx"
    assert store.file("wd", "model.onnx") == path
    facts = path.stat()
    path.write_bytes(PULLED[::-1])
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    later = reopened(tmp_path)
    assert later.file("wd", "model.onnx") == path, "same time and length: not read again"
    assert later.state("wd", anew=True) is State.BROKEN
    assert key_of(reopened(tmp_path), "wd", "model.onnx") == "model-broken"


def test_an_unlisted_file_stays_what_it_was(store: ModelStore, tmp_path: Path) -> None:
    folder = put(store)
    assert store.file("wd", "labels.csv")
    (folder / "labels.csv").write_bytes(b"b,a\n")
    assert key_of(reopened(tmp_path), "wd", "labels.csv") == "model-broken"


def test_a_length_is_asked_for_where_no_sum_is_listed(store: ModelStore, tmp_path: Path) -> None:
    folder = put(store)
    later = reopened(tmp_path, MANIFEST.replace("at_most = 100", f"bytes = {len(LABELS)}"))
    (folder / "labels.csv").write_bytes(LABELS + b"c\n")
    assert key_of(later, "wd", "labels.csv") == "model-broken"
    (folder / "labels.csv").write_bytes(LABELS)
    assert later.state("wd") is State.PULLED


@pytest.mark.parametrize("length", [0, 101])
def test_a_bound_is_kept_to(store: ModelStore, length: int) -> None:
    (put(store) / "labels.csv").write_bytes(b"x" * length)
    assert key_of(store, "wd", "labels.csv") == "model-broken"


def test_files_of_an_older_revision_are_not_taken(store: ModelStore, tmp_path: Path) -> None:
    put(store)
    assert store.state("wd") is State.PULLED
    newer = reopened(tmp_path, MANIFEST.replace("0" * 40, "1" * 40))
    assert key_of(newer, "wd", "labels.csv") == "model-broken"


@pytest.mark.parametrize(
    "content", ["", "[1]", "{", '{"x": [1, 2]}', '{"preset": 1, "own": [3]}', "[" * 9999]
)
def test_broken_notes_are_no_hindrance(store: ModelStore, tmp_path: Path, content: str) -> None:
    folder = put(store)
    for name in ("checked.json", "chosen.json", "wd/pulled.json"):
        (store.home / name).write_text(content)
    later = reopened(tmp_path)
    assert later.state("wd") is State.PULLED
    assert later.preset == "embedded"
    assert later.chosen("detector") == ("heads",)
    later.use_preset("best")
    assert reopened(tmp_path).preset == "best"
    assert not list(folder.glob("*.json.*"))


def test_a_home_that_cannot_be_written(tmp_path: Path, store: ModelStore) -> None:
    blocked = ModelStore(store.manifest, tmp_path / "data", tmp_path / "data" / "detector.onnx" / "models")
    assert blocked.file("heads", "detector.onnx").read_bytes() == SHIPPED
    with pytest.raises(Unavailable) as refused:
        blocked.use("captioner", [])
    assert refused.value.key == "models-folder"


def test_choosing(store: ModelStore, tmp_path: Path) -> None:
    def refusal(*args: str) -> str:
        with pytest.raises(OsusumeError) as refused:
            store.use("tagger", args)
        return refused.value.key

    assert refusal("nobody") == "model-unknown"
    assert refusal("heads") == "model-other-purpose"
    assert refusal("wd") == "model-not-pulled"
    with pytest.raises(UserError) as missing:
        store.use_preset("best")
    assert missing.value.arguments == {"model": "wd"}
    with pytest.raises(UserError) as unknown:
        store.use_preset("better")
    assert unknown.value.arguments == {"given": "better", "presets": "embedded, best"}

    put(store)
    store.use("recogniser", ["wd", "wd"])
    later = reopened(tmp_path)
    assert (later.chosen("recogniser"), later.chosen("tagger"), later.preset) == (("wd",), (), "embedded")
    later.use_preset("best")
    later.use("detector", [])
    assert [(found.purpose, found.running) for found in reopened(tmp_path).capabilities()] == [
        ("detector", ()), ("recogniser", ()), ("tagger", ("wd",)), ("captioner", ()), ("rating", ()),
    ]  # fmt: skip
    without = reopened(tmp_path, MANIFEST.replace('"tagger", ', "").replace('tagger = ["wd"]', ""))
    assert without.chosen("tagger") == ()


def test_what_is_not_here_falls_back_to_what_ships(store: ModelStore, tmp_path: Path) -> None:
    text = MANIFEST.replace('["tagger", "recogniser"]', '["detector"]').replace(
        'detector = ["heads"]\ntagger = ["wd"]', 'detector = ["wd"]'
    )
    best = ModelStore(Manifest.parse(text), tmp_path / "data", tmp_path / "models", "best")
    detector = best.capabilities()[0]
    assert (detector.running, detector.lacking) == (("heads",), ("wd",))
    put(best)
    assert best.in_use("detector") == ("wd",)
    assert best.remove("wd") >= len(PULLED) + len(LABELS)
    assert best.state("wd") is State.MISSING
    assert best.in_use("detector") == ("heads",)
    with pytest.raises(UserError) as refused:
        best.remove("heads")
    assert refused.value.key == "model-embedded"
    with pytest.raises(UserError):
        ModelStore(best.manifest, tmp_path, tmp_path, "none")


def test_a_model_without_its_packages_is_not_said_to_run(
    store: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store)
    later = reopened(tmp_path, MANIFEST.replace("memory_mb = 100", 'extra = "models"'))
    later.use("tagger", ["wd"])
    monkeypatch.setitem(sys.modules, "transformers", None)
    tagger = later.capabilities()[2]
    assert (tagger.running, tagger.lacking, tagger.unequipped) == ((), (), ("wd",))


def test_nothing_is_removed_under_a_pull(store: ModelStore) -> None:
    put(store)
    with alone(store.home), pytest.raises(UserError) as refused:
        store.remove("wd")
    assert refused.value.key == "pull-busy"
    assert store.state("wd") is State.PULLED


def test_the_notes_hold_no_more_than_they_say(store: ModelStore) -> None:
    put(store)
    store.state("wd")
    assert set(json.loads((store.home / "wd" / "pulled.json").read_text())) == {"revision", "sha256"}
