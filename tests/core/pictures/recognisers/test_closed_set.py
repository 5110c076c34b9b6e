"""Classifiers from checkpoints: every architecture, every wrapping, and what is refused."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.errors import ArtefactError
from core.inference import import_torch
from core.pictures import Box, Candidate, Detection, Face, Picture
from core.pictures.recognisers import ClosedSetRecogniser
from core.pictures.recognisers.closed_set import architecture, load_classifier, read_labels
from tests.core.pictures.detectors.tiny import Folder

if not (find_spec("torch") and find_spec("torchvision")):
    pytest.skip("needs the extra that brings torch", allow_module_level=True)
torch: Any = import_torch()
torchvision: Any = import_module("torchvision")

NAMES = ["Saber Fate", "akane_(story)", "Asuka Langley Soryu"]
ARCHITECTURES = ("resnet18", "resnet34", "resnet50", "resnet152", "efficientnet_b0", "vgg19", "vit_b_16")


def hollow(name: str, classes: int = 3) -> dict[str, Any]:
    """Weights of the right names and shapes, all nought, that take no room: one number seen as many."""
    with torch.device("meta"):
        module = getattr(torchvision.models, name)(weights=None, num_classes=classes)
    return {
        key: torch.zeros((), dtype=value.dtype).expand(value.shape)
        for key, value in module.state_dict().items()
    }


@pytest.fixture(scope="module")
def resnet() -> Any:
    torch.manual_seed(0)
    module = torchvision.models.resnet18(weights=None, num_classes=3)
    torch.nn.init.normal_(module.fc.weight, std=0.5)
    return module.eval()


def put(folder: Path, state: Mapping[str, Any], names: list[str] | None = None) -> ClosedSetRecogniser:
    folder.mkdir(exist_ok=True, parents=True)
    torch.save(dict(state), folder / "own.pth")
    (folder / "labels.json").write_text(json.dumps(NAMES if names is None else names))
    return ClosedSetRecogniser(Folder(folder).models(), folder / "own.pth", folder / "labels.json")


def picture(width: int = 300, height: int = 300) -> Picture:
    rng = np.random.default_rng(3)
    small = Image.fromarray(rng.integers(0, 255, (9, 9, 3)).astype(np.uint8))
    return Picture(np.asarray(small.resize((width, height), Image.Resampling.BICUBIC)), None, "x", "PNG")


def candidates(faces: Sequence[Face]) -> list[tuple[Candidate, ...]]:
    return [face.candidates for face in faces]


WHOLE = [Detection(Box(0, 0, 300, 300), 1.0)]


def failing(recogniser: ClosedSetRecogniser) -> str:
    with pytest.raises(ArtefactError) as caught:
        recogniser.recognise(picture(), WHOLE)
    return caught.value.key


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_is_told_by_its_keys_and_loads_strictly(name: str, tmp_path: Path) -> None:
    state = hollow(name)
    assert architecture(state, "x") == (name, 3)
    torch.save(state, tmp_path / "own.pth")
    module = load_classifier(tmp_path / "own.pth")
    assert (
        type(module) is type(getattr(torchvision.models, name)(weights=None))
        if name == "resnet18"
        else module
    )
    state.pop(next(key for key in state if key.endswith("bias")))
    torch.save(state, tmp_path / "own.pth")
    with pytest.raises(ArtefactError) as caught:
        load_classifier(tmp_path / "own.pth")
    assert caught.value.key == "checkpoint-unfit"


@pytest.mark.parametrize("name", ["resnet34", "efficientnet_b0", "vit_b_16"])
def test_networks_run(name: str, tmp_path: Path) -> None:
    (face,) = put(tmp_path, hollow(name)).recognise(picture(), WHOLE)
    assert [candidate.score for candidate in face.candidates] == [pytest.approx(1 / 3)] * 3
    assert face.unknown


def test_answers_are_those_of_torchvision(resnet: Any, tmp_path: Path) -> None:
    """Resize, CenterCrop, ToTensor, Normalize and the network, as it was trained."""
    transforms = import_module("torchvision.transforms")
    prepare = transforms.Compose(
        [
            transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(),
            transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ]
    )  # fmt: skip
    with torch.inference_mode():
        wanted = resnet(prepare(Image.fromarray(picture().pixels))[None]).softmax(1)[0].numpy()
    (face,) = put(tmp_path, resnet.state_dict()).recognise(picture(), WHOLE)
    found = {candidate.character: candidate.score for candidate in face.candidates}
    assert [found[name] for name in NAMES] == [pytest.approx(float(value), abs=0.02) for value in wanted]
    assert [c.series for c in face.candidates if c.character == "akane_(story)"] == ["story"]


def test_two_runs_give_one_answer_in_the_order_given(resnet: Any, tmp_path: Path) -> None:
    recogniser = put(tmp_path, resnet.state_dict())
    heads = [Detection(Box(10, 10, 90, 80), 0.9), Detection(Box(150, 120, 100, 120), 0.8)]
    first, second = (recogniser.recognise(picture(), heads) for _ in range(2))
    assert candidates(first) == candidates(second)
    assert [face.box for face in first] == [head.box for head in heads]
    assert recogniser.recognise(picture(), []) == ()
    assert recogniser.name.startswith("own@")
    assert recogniser.knows("Saber Fate")
    assert not recogniser.knows("nobody")


@pytest.mark.parametrize("prefix", ["", "network.", "module.", "model.", "module.network.", "backbone."])
def test_prefixes_of_wrappers_are_taken_off(tmp_path: Path, prefix: str) -> None:
    state = {prefix + key: value for key, value in hollow("resnet18").items()}
    torch.save(state, tmp_path / "own.pth")
    assert load_classifier(tmp_path / "own.pth").fc.out_features == 3


@pytest.mark.parametrize("key", ["state_dict", "model_state_dict", "model"])
def test_weights_beside_other_things_are_found(tmp_path: Path, key: str) -> None:
    torch.save({key: hollow("resnet18"), "epoch": 3, "loss": [0.5]}, tmp_path / "own.pth")
    assert load_classifier(tmp_path / "own.pth").fc.out_features == 3


def test_safetensors_are_read(resnet: Any, tmp_path: Path) -> None:
    safetensors = pytest.importorskip("safetensors.torch")
    wanted = put(tmp_path, resnet.state_dict()).recognise(picture(), WHOLE)
    safetensors.save_file(resnet.state_dict(), tmp_path / "own.safetensors")
    recogniser = ClosedSetRecogniser(
        Folder(tmp_path).models(), tmp_path / "own.safetensors", tmp_path / "labels.json"
    )
    assert candidates(recogniser.recognise(picture(), WHOLE)) == candidates(wanted)


def test_half_precision_is_read(tmp_path: Path) -> None:
    halves = {key: v.half() if v.is_floating_point() else v for key, v in hollow("resnet18").items()}
    assert len(put(tmp_path, halves).recognise(picture(), WHOLE)) == 1


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (Path("evil-was-run"),))


def test_whole_modules_and_code_are_refused_and_never_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    recogniser = put(tmp_path, {})
    torch.save(torch.nn.Sequential(torch.nn.Linear(2, 3)), tmp_path / "own.pth")
    assert failing(recogniser) == "checkpoint-pickled"
    torch.save({"state_dict": hollow("resnet18"), "evil": Evil()}, tmp_path / "own.pth")
    assert failing(recogniser) == "checkpoint-pickled"
    (tmp_path / "own.pth").write_bytes(pickle.dumps(Evil()))
    assert failing(recogniser) in ("checkpoint-pickled", "checkpoint-unreadable")
    assert not (tmp_path / "evil-was-run").exists()


def test_what_is_no_checkpoint_is_told(tmp_path: Path) -> None:
    recogniser = put(tmp_path, {})
    path = tmp_path / "own.pth"
    torch.save(hollow("resnet18"), path)
    whole = path.read_bytes()
    for content in (b"", b"PK\x03\x04", b"\x80\x02}q", b"<html>", whole[: len(whole) // 2]):
        path.write_bytes(content)
        assert failing(recogniser) == "checkpoint-unreadable"
    for other in ([1, 2], {"a": 1}, {"state_dict": "x"}):
        torch.save(other, path)
        assert failing(recogniser) == "checkpoint-unreadable"
    path.unlink()
    assert failing(recogniser) == "model-missing"


def test_other_networks_are_told(tmp_path: Path) -> None:
    fastai = {"0.0.weight": torch.zeros(64, 3, 7, 7), "1.8.weight": torch.zeros(3, 512)}
    resnet101 = hollow("resnet101")
    for state in (fastai, {}, {"x": torch.zeros(1)}, resnet101, hollow("vgg16"), hollow("efficientnet_b1")):
        assert failing(put(tmp_path, state)) == "checkpoint-unfit"


def test_without_the_list_of_names_there_is_no_answer(tmp_path: Path) -> None:
    state = hollow("resnet18")
    recogniser = put(tmp_path, state)
    labels = tmp_path / "labels.json"
    for text in ("", "[]", "[1, 2, 3]", "[", "\n\n"):
        labels.write_text(text)
        assert failing(recogniser) == "labels-missing"
    labels.unlink()
    assert failing(recogniser) == "labels-missing"
    assert failing(put(tmp_path, state, NAMES[:2])) == "labels-unfit"
    assert failing(put(tmp_path, state, [*NAMES, "one more"])) == "labels-unfit"


def test_names_may_be_lines() -> None:
    assert read_labels("a\n b (c) \n\nd\n") == ("a", "b (c)", "d")
    assert read_labels('["a", "b"]') == ("a", "b")
