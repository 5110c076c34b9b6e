"""Classifiers on drawn faces: trained, resumed, exported, used by the program, evaluated."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from core.errors import ArtefactError, UserError
from core.inference.manifest import Model
from core.pictures import Box, Detection, Picture
from core.pictures.recognisers import ClosedSetRecogniser
from core.training.backbones import build_classifier, head_of
from core.training.calibration import calibration
from core.training.classifier import ClassifierConfig, train_classifier, validated
from core.training.curves import draw_curves, read_curves
from core.training.evaluate_classifier import Answer, answers, figures, open_classifier, sheet
from core.training.fitting import parameter_groups
from core.training.labelled import Example, LabelledBatches, asked, chances, normalised, read_examples
from core.training.loop import CHECKPOINT
from tests.core.pictures.detectors.tiny import Folder
from tests.core.training.drawn import face

CONFIG = ClassifierConfig(
    backbone="shufflenet_v2_x0_5", size=32, batch=12, steps=60, rate=1e-2, warmup=3, ema=0.5, validate_every=10,
    strength=0.3, balance=0.0, smoothing=0.05,
)  # fmt: skip
LOOKS = (("blue", "green"), ("red", "black"), ("green", "red"))


def write_folders(folder: Path, pictures: int = 12) -> Path:
    """A folder a character, three characters; one file is no picture."""
    for number, (hair, eyes) in enumerate(LOOKS):
        place = folder / f"{number:03}_{hair}_{eyes}"
        place.mkdir(parents=True)
        for at in range(pictures):
            face(hair, eyes, at).save(place / f"face_{at}_1_2.png")
    (place / "face_99_1_2.png").write_bytes(b"no picture")
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folders(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def examples(data: Path) -> Sequence[Example]:
    return read_examples(data)


@pytest.fixture(scope="module")
def out(examples: Sequence[Example], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    trained = train_classifier(examples, folder, CONFIG)
    assert trained.accuracy is not None
    assert trained.accuracy > 0.8
    return folder


def state_of(folder: Path) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = torch.load(folder / "classifier.pth", weights_only=True)
    return found


def test_pictures_of_one_group_stay_together_and_a_fifth_is_held_back(examples: Sequence[Example]) -> None:
    held = [example for example in examples if example.held_back]
    assert len(examples) == 3 * 12 + 1
    assert 1 <= len(held) <= len(examples) / 2
    assert {example.label for example in examples} == {"blue_green", "red_black", "green_red"}
    assert read_examples(Path(examples[0].image).parents[1]) == list(examples)  # type: ignore[arg-type]


def test_the_program_uses_what_was_trained_as_it_is(examples: Sequence[Example], tmp_path: Path) -> None:
    config = replace(CONFIG, backbone="resnet18", size=64, steps=1, batch=4)
    trained = train_classifier(examples, tmp_path, config)
    recogniser = ClosedSetRecogniser(
        Folder(tmp_path).models(), tmp_path / "classifier.pth", tmp_path / "labels.json"
    )
    assert recogniser.knows("blue_green")
    pixels = np.asarray(face("red", "black", 77))
    found = recogniser.recognise(Picture(pixels, None, "x", "PNG"), [Detection(Box(0, 0, 48, 48), 1.0)])
    scores = {candidate.character: candidate.score for candidate in found[0].candidates}
    with torch.no_grad():
        wanted = trained.network(normalised(asked(pixels, 224)[None])).softmax(1)[0]
    assert set(scores) == set(trained.labels)
    for label, score in zip(trained.labels, wanted, strict=True):
        assert scores[label] == pytest.approx(float(score), abs=1e-4)
    checkpoint = open_classifier(tmp_path / "classifier.pth")
    assert checkpoint.labels == trained.labels
    assert np.allclose(checkpoint.answer(normalised(asked(pixels, 224)[None]))[0], wanted.numpy(), atol=1e-4)


def test_the_onnx_file_answers_as_torch_for_any_batch(out: Path) -> None:
    session = onnxruntime.InferenceSession(out / "classifier.onnx", providers=["CPUExecutionProvider"])
    told = session.get_modelmeta().custom_metadata_map
    assert json.loads(told["labels"]) == json.loads((out / "labels.json").read_text())
    assert {
        one.domain or "ai.onnx": one.version for one in onnx.load(out / "classifier.onnx").opset_import
    } == {"ai.onnx": 17}
    network = build_classifier(CONFIG.backbone, 3)
    network.load_state_dict(state_of(out))
    rng = np.random.default_rng(0)
    for count in (1, 5):
        shown = rng.uniform(0, 255, (count, 3, 32, 32)).astype(np.float32)
        found = session.run(["probabilities"], {"pictures": shown})[0]
        mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
        prepared = ((shown.transpose(0, 2, 3, 1) / 255 - mean) / deviation).transpose(0, 3, 1, 2)
        with torch.no_grad():
            wanted = network.eval()(torch.from_numpy(prepared.astype(np.float32))).softmax(1).numpy()
        assert np.allclose(found, wanted, atol=1e-4)


def test_card_row_and_curves_are_written(out: Path) -> None:
    card = (out / "card.md").read_text(encoding="utf-8")
    assert CONFIG.backbone in card
    assert "pictures named right" in card
    row = Model.model_validate(tomllib.loads((out / "manifest.toml").read_text())["model"][0])
    for file in row.files:
        assert file.bytes == (out / file.name).stat().st_size
    with Image.open(out / "curves.png") as curves:
        assert curves.size[1] >= 3 * 200
    assert len(read_curves(out / "validation.csv")["right"]) == 5


def test_a_killed_training_ends_at_the_same_weights(
    examples: Sequence[Example], out: Path, tmp_path: Path
) -> None:
    class Killed(Exception):
        pass

    def kill(step: int, steps: int, values: dict[str, float]) -> None:
        if step == 37:
            raise Killed

    with pytest.raises(Killed):
        train_classifier(examples, tmp_path, CONFIG, on_step=kill)
    assert not (tmp_path / "classifier.pth").exists()
    train_classifier(examples, tmp_path, CONFIG, export=False)
    one, other = state_of(tmp_path), state_of(out)
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert (tmp_path / "validation.csv").read_text() == (out / "validation.csv").read_text()


def test_another_seed_gives_another_network(examples: Sequence[Example], out: Path, tmp_path: Path) -> None:
    train_classifier(examples, tmp_path, replace(CONFIG, seed=2, steps=2), export=False)
    assert any(not torch.equal(value, state_of(out)[name]) for name, value in state_of(tmp_path).items())


def test_training_stops_early_at_the_best_weights(examples: Sequence[Example], tmp_path: Path) -> None:
    config = replace(CONFIG, steps=200, validate_every=2, patience=2, rate=1e-9)
    trained = train_classifier(examples, tmp_path, config, export=False)
    assert trained.steps < 200
    rows = read_curves(tmp_path / "validation.csv")["right"]
    assert trained.accuracy == pytest.approx(max(value for _, value in rows), abs=1e-5)
    assert len(rows) >= 3


def test_half_precision_accumulation_and_budget(examples: Sequence[Example], tmp_path: Path) -> None:
    config = replace(
        CONFIG, precision="bfloat16", accumulate=2, batch=4, steps=100_000, validate_every=10_000
    )
    trained = train_classifier(examples, tmp_path, config, budget_minutes=0.02, export=False)
    assert 1 <= trained.steps < 100_000
    assert all(np.isfinite(value.numpy()).all() for value in state_of(tmp_path).values())


def test_batches_are_a_function_of_their_number_and_survive_a_broken_file(
    examples: Sequence[Example],
) -> None:
    labels = sorted({example.label for example in examples})
    one, again, other = (
        LabelledBatches(examples, labels, batch=16, size=24, seed=seed) for seed in (1, 1, 2)
    )
    assert torch.equal(one(5)["pictures"], again(5)["pictures"])
    assert torch.equal(one(5)["labels"], again(5)["labels"])
    assert not torch.equal(one(5)["pictures"], other(5)["pictures"])
    assert not torch.equal(one(5)["pictures"], one(6)["pictures"])
    assert one(5)["pictures"].shape == (16, 3, 24, 24)
    broken = [example for example in examples if "face_99" in example.name]
    with pytest.raises(UserError, match="training-picture"):
        LabelledBatches(broken, labels, batch=1, size=24, seed=0)(0)


def test_drawing_pictures_leaves_the_training_its_own_chance(examples: Sequence[Example]) -> None:
    batches = LabelledBatches(examples, ["blue_green"], batch=2, size=24, seed=1)
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    batches(0)
    assert torch.equal(torch.rand(3), wanted)


def test_rare_classes_are_drawn_more_often_when_asked() -> None:
    pixels = np.zeros((4, 4, 3), np.uint8)
    many = [Example(pixels, "common", str(n)) for n in range(9)] + [Example(pixels, "rare", "r")]
    assert chances(many, 0.0)[-1] == pytest.approx(0.1)
    assert chances(many, 1.0)[-1] == pytest.approx(0.5)
    assert chances(many, 0.5).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    "name",
    [
        "resnet34", "resnet50", "resnet152", "vit_b_16", "efficientnet_b0", "mobilenet_v3_small", "convnext_tiny",
        "vgg19", "efficientnet-lite0",
    ],
)  # fmt: skip
def test_every_backbone_takes_pictures_and_has_a_head(name: str) -> None:
    with torch.device("meta"):  # shapes only: no numbers
        network = build_classifier(name, 5, size=224)
        if name != "efficientnet-lite0":
            assert network.eval()(torch.zeros(2, 3, 224, 224)).shape == (2, 5)
    assert head_of(network)[0] in ("fc", "heads", "classifier", "head")
    names = {name.split(".")[0] for name, _ in network.named_parameters()}
    assert head_of(network)[0] in names


def test_the_small_backbone_starts_from_imagenet() -> None:
    network = build_classifier("efficientnet-lite0", 4, weights="imagenet")
    assert network.eval()(torch.zeros(1, 3, 64, 64)).shape == (1, 4)
    with torch.no_grad():
        fresh = build_classifier("efficientnet-lite0", 4)
    one, other = (next(iter(net.features.parameters())) for net in (network, fresh))  # type: ignore[union-attr]
    assert not torch.equal(one, other)


def test_weights_from_a_file_with_another_number_of_classes(tmp_path: Path) -> None:
    given = build_classifier("resnet18", 7)
    torch.save(
        {"model": {f"module.{name}": value for name, value in given.state_dict().items()}}, tmp_path / "a.pth"
    )
    save_file(given.state_dict(), tmp_path / "a.safetensors")
    for file in ("a.pth", "a.safetensors"):
        network = build_classifier("resnet18", 3, weights=str(tmp_path / file))
        assert torch.equal(network.state_dict()["conv1.weight"], given.state_dict()["conv1.weight"])
        assert network.state_dict()["fc.weight"].shape == (3, 512)
    with pytest.raises(UserError, match="weights-unfit"):
        build_classifier("resnet34", 3, weights=str(tmp_path / "a.pth"))
    (tmp_path / "cut.pth").write_bytes(b"cut")
    for file in ("cut.pth", "none.pth"):
        with pytest.raises(UserError, match="weights-unreadable"):
            build_classifier("resnet18", 3, weights=str(tmp_path / file))


def test_offline_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(UserError, match="weights-unreachable"):
        build_classifier("resnet18", 3, weights="imagenet")
    with pytest.raises(UserError, match="backbone-unknown"):
        build_classifier("no_such_network", 3)


def test_a_head_learns_faster_and_vectors_do_not_decay() -> None:
    groups = parameter_groups(CONFIG, build_classifier("resnet18", 3), True)
    assert {group["scale"] for group in groups} == {1.0, CONFIG.head_scale}
    for group in groups:
        assert (group["weight_decay"] > 0) == (group["params"][0].ndim > 1)
    assert {group["scale"] for group in parameter_groups(CONFIG, build_classifier("resnet18", 3), False)} == {
        1.0
    }


def test_one_class_is_no_choice(examples: Sequence[Example], tmp_path: Path) -> None:
    alone = [example for example in examples if example.label == "blue_green"]
    with pytest.raises(UserError, match="training-classes"):
        train_classifier(alone, tmp_path, CONFIG)


def test_evaluation_agrees_with_validation(out: Path, examples: Sequence[Example]) -> None:
    held = [example for example in examples if example.held_back]
    onnx_file = open_classifier(out / "classifier.onnx")
    found = answers(onnx_file, held)
    told = figures(found, onnx_file.labels)
    network = build_classifier(CONFIG.backbone, 3)
    network.load_state_dict(state_of(out))
    assert told["top_1"] == pytest.approx(validated(network, held, onnx_file.labels, 32)[0])
    assert told["top_5"] == 1.0
    assert sum(row["pictures"] for row in told["calibration"]) == told["pictures"] == len(found)
    json.dumps(told)


def test_confusions_name_the_pair_and_go_to_a_sheet_outside(
    examples: Sequence[Example], tmp_path: Path
) -> None:
    labels = ("blue_green", "green_red", "red_black")
    always = np.array([0.9, 0.06, 0.04], np.float32)
    readable = [example for example in examples if "face_99" not in example.name]
    found = [Answer(example, always) for example in readable]
    told = figures(found, labels)
    assert told["top_1"] == pytest.approx(1 / 3)
    assert {(row["is"], row["called"]): row["pictures"] for row in told["confused"]} == {
        ("green_red", "blue_green"): 12,
        ("red_black", "blue_green"): 12,
    }
    assert told["calibration_error"] == pytest.approx(0.9 - 1 / 3, abs=1e-6)
    with Image.open(sheet(found, labels, tmp_path / "worst.png")) as picture:
        assert picture.size[1] > 128 * 2
    with pytest.raises(UserError, match="sheet-inside"):
        sheet(found, labels, Path(__file__).with_name("worst.png"))


def test_calibration_by_tenths() -> None:
    table = calibration(np.array([0.95, 0.99, 1.0, 0.31], np.float32), np.array([True, True, False, False]))
    assert [(row["from"], row["pictures"]) for row in table] == [(0.3, 1), (0.9, 3)]
    assert table[1]["right"] == pytest.approx(2 / 3)


def test_what_is_no_classifier_is_refused(out: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.onnx").write_bytes(b"cut")
    with pytest.raises(ArtefactError, match="classifier-broken"):
        open_classifier(tmp_path / "cut.onnx")
    shutil.copy(out / "classifier.pth", tmp_path)
    with pytest.raises(UserError, match="labels-needed"):
        open_classifier(tmp_path / "classifier.pth")


def test_curves_of_nothing_and_of_one_point(tmp_path: Path) -> None:
    for curves in ({}, {"loss": [(1.0, 2.0)]}, {"loss": [(1.0, 2.0), (2.0, float(1))]}):
        with Image.open(draw_curves(curves, tmp_path / "c.png")) as picture:
            assert picture.format == "PNG"


def test_checkpoints_are_kept_while_training(out: Path) -> None:
    assert torch.load(out / CHECKPOINT, weights_only=True)["step"] == CONFIG.steps
