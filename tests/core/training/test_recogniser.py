"""The recogniser's pipeline on drawn faces: read, train, export, evaluate, build a gallery."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from core.characters import load
from core.errors import ArtefactError, UserError
from core.training.backbone import build_backbone
from core.training.build_gallery import EXEMPLARS, build_shipped
from core.training.combined import combine
from core.training.evaluate_recogniser import evaluate
from core.training.face_batches import FaceBatches
from core.training.faces import Box, FacePacks, Pixels, about, crop, is_validation, whole
from core.training.loop import CHECKPOINT
from core.training.onnx_recogniser import OnnxRecogniser
from core.training.recogniser import TrainingFaces, held_out, train_recogniser, training_faces
from core.training.recogniser_model import EYES, GENDER, HAIR, RecogniserConfig
from tests.core.training.drawn import write_packs

CONFIG = RecogniserConfig(
    pretrained=False, sizes=(32,), size=40, dimensions=16, embedding=24, steps=12, attribute_steps=4, warmup=2,
    identities=8, pictures=2, gallery=2, attributes=4, rate=3e-3, head_scale=1.0, ema=0.5,
)  # fmt: skip
SHARED = Path(__file__).parents[3].parent / "shared" / "data"
SHIPPED = Path(__file__).parents[3] / "data" / "models" / "recogniser.onnx"


def one_head(pixels: Pixels) -> list[Box]:
    """What a detector would say of the drawn pictures."""
    height, width = pixels.shape[:2]
    return [(width / 2 - 20, height / 2 - 22, 40, 42)]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_packs(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def packs(data: Path) -> FacePacks:
    return FacePacks(data, one_head)


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("detector") / "detector.onnx"
    _constant_detector(path)
    return path


@pytest.fixture(scope="module")
def model(data: Path, detector: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("model")
    return train_recogniser(data, out, CONFIG, detector=detector, progress=False)


def _constant_detector(path: Path) -> None:
    """A detector that sees one head in the middle of every picture."""
    boxes = onnx.helper.make_tensor("b", onnx.TensorProto.FLOAT, [1, 1, 4], [12.0, 10.0, 52.0, 54.0])
    scores = onnx.helper.make_tensor("s", onnx.TensorProto.FLOAT, [1, 1], [0.9])
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node("Constant", [], ["boxes"], value=boxes),
            onnx.helper.make_node("Constant", [], ["scores"], value=scores),
        ],
        "detector",
        [onnx.helper.make_tensor_value_info("images", onnx.TensorProto.FLOAT, [1, 3, None, None])],
        [
            onnx.helper.make_tensor_value_info("boxes", onnx.TensorProto.FLOAT, [1, 1, 4]),
            onnx.helper.make_tensor_value_info("scores", onnx.TensorProto.FLOAT, [1, 1]),
        ],
    )
    made = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    onnx.helper.set_model_props(made, {"longest_side": "64", "threshold": "0.5", "nms_iou": "0.5"})
    onnx.save(made, path)


def test_the_exported_model_keeps_its_contract(model: Path) -> None:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    told = session.get_modelmeta().custom_metadata_map
    assert json.loads(told["hair"]) == list(HAIR)
    assert json.loads(told["eyes"]) == list(EYES)
    assert json.loads(told["gender"]) == list(GENDER)
    assert (told["size"], told["pad"]) == ("40", "edge")
    assert float(told["expand"]) > 1
    assert json.loads(told["training"])["seed"] == CONFIG.seed
    assert {one.domain or "ai.onnx": one.version for one in onnx.load(model).opset_import} == {"ai.onnx": 17}
    rng = np.random.default_rng(0)
    for count in (1, 5):
        crops = rng.uniform(0, 255, (count, 3, 40, 40)).astype(np.float32)
        embedding, *probabilities = session.run(["embedding", "hair", "eyes", "gender"], {"crops": crops})
        assert embedding.shape == (count, CONFIG.embedding)
        assert np.allclose(np.linalg.norm(embedding, axis=1), 1, atol=1e-5)
        for found, labels in zip(probabilities, (HAIR, EYES, GENDER), strict=True):
            assert found.shape == (count, len(labels))
            assert np.allclose(found.sum(1), 1, atol=1e-5)
            assert found.min() >= 0


def test_answers_depend_neither_on_the_batch_nor_on_the_side_a_face_looks_to(
    model: Path, packs: FacePacks
) -> None:
    recogniser, faces = OnnxRecogniser(model), packs.identities()[:8]
    assert np.allclose(
        recogniser.answers(faces).embedding, recogniser.answers(faces, batch=3).embedding, atol=1e-5
    )
    mirrored = [replace(face, pixels=np.ascontiguousarray(face.pixels[:, ::-1])) for face in faces]
    one, other = (recogniser.answers(asked).embedding for asked in (faces, mirrored))
    assert np.allclose(one, other, atol=1e-4)


def test_a_file_that_is_no_recogniser_is_refused(tmp_path: Path) -> None:
    _constant_detector(tmp_path / "other.onnx")
    with pytest.raises(ArtefactError, match="recogniser-broken"):
        OnnxRecogniser(tmp_path / "other.onnx")
    (tmp_path / "cut.onnx").write_bytes(b"cut")
    with pytest.raises(ArtefactError, match="recogniser-broken"):
        OnnxRecogniser(tmp_path / "cut.onnx")


def test_validation_groups_and_new_characters_are_never_trained_on(packs: FacePacks) -> None:
    faces: TrainingFaces = training_faces(packs, CONFIG)
    for part in (faces.identities, faces.pictures, faces.attributes):
        assert part
        assert not any(is_validation(face.group) for face in part)
    known = {face.character for face in packs.identities()}
    shown = {face.character for face in packs.gallery()}
    assert {face.character for face in faces.gallery} == {n for n in shown - known if not held_out(n)}
    assert {face.character for face in faces.pictures} <= known
    without = RecogniserConfig(without_sources=["painter/0"], without_characters=["red_black"])
    left = training_faces(packs, without)
    assert {face.source for face in left.identities} == {"painter/1"}
    assert "red_black" not in left.characters


def test_the_split_is_the_documented_one() -> None:
    groups = [f"g{n:05}" for n in range(500)]
    assert 70 < sum(is_validation(group) for group in groups) < 130
    assert [group for group in groups[:40] if is_validation(group)] == [
        "g00012",
        "g00015",
        "g00027",
        "g00028",
        "g00033",
        "g00035",
    ]


def test_batches_are_a_function_of_their_number(packs: FacePacks) -> None:
    faces = training_faces(packs, CONFIG)
    labels = {"character": faces.characters, "hair": HAIR}
    one, other = (
        FaceBatches(
            [(faces.identities, None, 6, 1.0), (faces.attributes, None, 3, 0.4)], labels, (32, 40), seed
        )
        for seed in (1, 2)
    )
    assert torch.equal(one(3)["crops"], one(3)["crops"])
    assert not torch.equal(one(3)["crops"].mean((1, 2, 3)), other(3)["crops"].mean((1, 2, 3)))
    batch = one(0)
    assert batch["crops"].shape[:2] == (9, 3)
    assert batch["crops"].shape[2] in (32, 40)
    assert (batch["character"] >= 0).tolist() == [True] * 6 + [False] * 3
    assert (batch["hair"] >= 0).tolist() == [False] * 6 + [True] * 3
    assert {one(n)["crops"].shape[2] for n in range(12)} == {32, 40}


def test_strangers_are_shown_twice_and_told_apart(
    data: Path, packs: FacePacks, detector: Path, tmp_path: Path
) -> None:
    batches = FaceBatches(
        [(packs.identities(), None, 3, 1.0)], {"hair": HAIR}, (32,), 1, (packs.unlabelled(), 2)
    )
    batch = batches(0)
    assert batch["crops"].shape[0] == 3 + 2 * 2
    assert (batch["hair"][3:] == -1).all()
    once, again, other, _ = batch["crops"][3:].mean((2, 3))
    assert not torch.equal(once, again)
    assert not torch.equal(once, other)
    config = replace(CONFIG, strangers=4, stranger_weight=20.0, steps=60, attribute_steps=2)
    train_recogniser(data, tmp_path, config, detector=detector, progress=False)
    with (tmp_path / "log.csv").open(encoding="utf-8") as file:
        apart = [float(row["strangers"]) for row in csv.DictReader(file)]
    assert 0 < apart[-1] < apart[0]


def test_a_run_goes_on_from_the_weights_of_another(
    model: Path, data: Path, detector: Path, tmp_path: Path
) -> None:
    start = model.parent / CHECKPOINT
    config = replace(CONFIG, start=str(start), steps=1, attribute_steps=1, rate=1e-9)
    written = train_recogniser(data, tmp_path / "more", config, detector=detector, progress=False)
    before, after = (
        torch.load(path, weights_only=True)["averaged"]["centres"]
        for path in (start, tmp_path / "more" / CHECKPOINT)
    )
    assert torch.allclose(before, after, atol=1e-6)
    told = onnxruntime.InferenceSession(written).get_modelmeta().custom_metadata_map["training"]
    assert json.loads(told)["start"]["steps"] == CONFIG.steps
    assert str(start.parent) not in told
    (tmp_path / "other.pt").write_bytes(b"not a checkpoint")
    for wrong in (tmp_path / "other.pt", tmp_path / "missing.pt"):
        with pytest.raises(UserError, match="training-start"):
            train_recogniser(
                data, tmp_path / "wrong", replace(config, start=str(wrong)), detector=detector, progress=False
            )


def test_combined_recognisers_answer_with_the_mean_of_theirs(
    data: Path, detector: Path, packs: FacePacks, tmp_path: Path
) -> None:
    plain = replace(CONFIG, backbone="shufflenet_v2_x0_5")
    model, other = (
        train_recogniser(data, tmp_path / name, config, detector=detector, progress=False)
        for name, config in (("model", plain), ("other", replace(plain, dimensions=8, seed=2)))
    )
    faces = packs.identities()[:6]
    one, two = (OnnxRecogniser(path).answers(faces) for path in (model, other))
    combined = combine([model, other], tmp_path / "recogniser.onnx")
    asked = OnnxRecogniser(combined)
    both = asked.answers(faces)
    assert both.embedding.shape == (6, CONFIG.dimensions + 8)
    cosines = (one.embedding @ one.embedding.T + two.embedding @ two.embedding.T) / 2
    assert np.allclose(both.embedding @ both.embedding.T, cosines, atol=1e-2)
    assert np.allclose(both.hair, (one.hair + two.hair) / 2, atol=1e-2)
    assert asked.training["characters"] == OnnxRecogniser(model).training["characters"]
    assert [part["seed"] for part in asked.training["combined"]] == [CONFIG.seed, 2]
    assert combined.stat().st_size < 0.8 * (model.stat().st_size + other.stat().st_size)
    larger = replace(plain, size=48, steps=1)
    unlike = train_recogniser(data, tmp_path / "unlike", larger, detector=detector, progress=False)
    with pytest.raises(UserError, match="recognisers-differ"):
        combine([model, unlike], tmp_path / "none.onnx")


def test_a_crop_is_the_square_with_its_border_repeated() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    assert np.array_equal(crop(pixels, whole(pixels), 20), pixels)
    beyond = crop(pixels, (0.0, 0.0, 20.0), 20)
    assert np.array_equal(beyond[10:, 10:], pixels[:10, :10])
    assert (beyond[:10, :10] == pixels[0, 0]).all()
    assert about((4, 6, 10, 20), 1.5) == (9, 16, 30)
    smooth = np.repeat(np.linspace(0, 255, 200)[:, None, None], 200, 1).repeat(3, 2).astype(np.uint8)
    small = crop(smooth, whole(smooth), 20)[:, 10, 0].astype(float)
    assert np.allclose(small, np.linspace(255 * 0.025, 255 * 0.975, 20), atol=3)


def test_evaluation_gives_every_figure_and_the_same_again(model: Path, packs: FacePacks) -> None:
    figures = evaluate(OnnxRecogniser(model), packs)
    for wanted in (
        "identities, prototypes: top-1",
        "identities, neighbours: top-1 without sprites",
        "identities, gallery: painter/1",
        "colour histograms: top-1",
        "other sources known, asked: painter/0",
        "other sources known, each asked in turn",
        "whole pictures, scenes",
        "new characters, gallery, 10-way 1-shot",
        "open set, prototypes, characters left out, 10% named wrongly",
        "open set, gallery, strangers never trained on, 1% named wrongly",
        "hair",
        "eyes",
        "gender",
    ):
        assert 0 <= figures[wanted].value <= 1, wanted
        assert figures[wanted].count > 0
    assert figures["colour histograms: top-1"].value > 0.5, "drawn faces differ by colour"
    assert evaluate(OnnxRecogniser(model), packs) == figures


def test_the_gallery_holds_every_character_and_its_calibration(
    model: Path, packs: FacePacks, tmp_path: Path
) -> None:
    reached = build_shipped(OnnxRecogniser(model), packs, tmp_path / "gallery.npz")
    gallery = load(tmp_path / "gallery.npz", "shipped")
    named = {face.character for face in [*packs.identities(), *packs.gallery(), *packs.pictures()]}
    assert {character.name for character in gallery.characters} == named
    assert gallery.embedder == f"faces@{OnnxRecogniser(model).sha256[:8]}"
    for at, character in enumerate(gallery.characters):
        mine = gallery.labels == at
        assert 1 <= (mine & (gallery.kinds == 0)).sum() <= min(EXEMPLARS, character.shots)
        assert (mine & (gallery.kinds == 1)).sum() == 1
        assert character.series == "drawn"
    assert gallery.calibration.one_shot >= gallery.calibration.threshold > 0
    assert reached["strangers called unknown"] >= 0.9


def test_any_torchvision_backbone_gives_features_by_name() -> None:
    network, width = build_backbone("mobilenet_v3_small", pretrained=False)
    assert network.eval()(torch.zeros(2, 3, 64, 64)).shape == (2, width)
    with pytest.raises(UserError, match="backbone-unknown"):
        build_backbone("no_such_network", pretrained=False)


def test_attribute_heads_leave_the_embedding_as_it_is(data: Path, model: Path) -> None:
    out = model.parent
    first = torch.load(out / "checkpoint.pt", weights_only=True)["averaged"]
    second = torch.load(out / "attributes" / "checkpoint.pt", weights_only=True)["averaged"]
    kept = {
        name.removeprefix("recogniser."): value
        for name, value in second.items()
        if name.startswith("recogniser.")
    }
    assert kept.keys() == first.keys()
    assert all(torch.equal(kept[name], first[name]) for name in first)
    assert any(name.startswith("heads.") for name in second)


def test_missing_cascade_and_detector_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="heads-missing"):
        FacePacks(tmp_path)


@pytest.mark.skipif(not (SHARED / "attributes").exists(), reason="needs the data set beside the project")
@pytest.mark.skipif(not SHIPPED.exists(), reason="needs the trained recogniser")
def test_the_shipped_model_sees_hair_on_pictures_it_was_not_trained_on() -> None:
    recogniser = OnnxRecogniser(SHIPPED)
    faces = [face for face in FacePacks(SHARED).attributes() if face.hair and is_validation(face.group)][:200]
    found = recogniser.answers(faces).hair.argmax(1)
    right = [recogniser.labels["hair"][n] == face.hair for n, face in zip(found, faces, strict=True)]
    assert np.mean(right) > 0.8
