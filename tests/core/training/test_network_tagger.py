"""Network taggers on drawn pictures: read, trained, resumed, exported, used by the program, evaluated, installed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from core.errors import UserError
from core.inference import ModelStore
from core.inference.manifest import Manifest
from core.pictures import Picture
from core.pictures.taggers import TAGGERS
from core.pictures.taggers.labels import Label
from core.training.curves import read_curves
from core.training.evaluate_network_tagger import answers, figures, is_network, open_tagger, sheet
from core.training.installing import install
from core.training.labelled import normalised
from core.training.network_tagger import NetworkTaggerConfig, TrainedTagger, logits_of, train_tagger
from core.training.reading import Options
from core.training.tag_probes import best_threshold
from core.training.tagged import Names, TaggedPictures, Targets, choose_labels, read_tagged, shown_whole
from core.training.thresholds import best_cut, tuned
from tests.core.pictures.detectors.tiny import Folder

ROOT = Path(__file__).parents[3]
CONFIG = NetworkTaggerConfig(
    backbone="shufflenet_v2_x0_5", size=48, batch=16, steps=70, rate=1e-2, warmup=3, ema=0.5, validate_every=20,
    strength=0.2, least_pictures=8, least_tuned=3,
)  # fmt: skip
KILLED = replace(CONFIG, backbone="mobilenet_v3_small", steps=6, batch=4, validate_every=2)
ALL = Options(ratings=frozenset("sqe"))


def drawn(number: int) -> tuple[Image.Image, list[str]]:
    """A ball (red), a box (blue), both or none of them, anywhere; every ball is round."""
    rng = np.random.default_rng(number)
    picture = Image.new("RGB", (64, 48), tuple(int(value) for value in rng.integers(235, 256, 3)))
    draw, tags = ImageDraw.Draw(picture), ["1girl"]
    if number % 2:
        x, y = (int(value) for value in rng.integers(0, 20, 2))
        draw.ellipse([x, y, x + 24, y + 24], fill=(220, 30, 30))
        tags.append("ball")
    if number // 2 % 2:
        x, y = (int(value) for value in rng.integers(0, 20, 2))
        draw.rectangle([x + 20, y, x + 42, y + 22], fill=(30, 40, 220))
        tags.append("box")
    return picture, tags


def write_danbooru(folder: Path, pictures: int = 200) -> Path:
    """Metadata as of 2017 and pictures beside it; one picture is none, one is missing."""
    rows = []
    for number in range(1, pictures + 1):
        place = folder / "512px" / f"{number % 1000:04d}"
        place.mkdir(parents=True, exist_ok=True)
        picture, tags = drawn(number)
        picture.save(place / f"{number}.jpg", quality=95)
        told = [{"id": "1", "name": name, "category": "0"} for name in tags]
        told += [{"id": "2", "name": "somebody", "category": "1"}]
        rows.append({"id": str(number), "rating": "sq"[number % 2], "file_ext": "jpg", "tags": told})
    (folder / "512px" / "0007" / "7.jpg").write_bytes(b"no picture")
    (folder / "512px" / "0009" / "9.jpg").unlink()
    (folder / "2017000000000000.json").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_danbooru(tmp_path_factory.mktemp("danbooru"))


@pytest.fixture(scope="module")
def pictures(data: Path) -> TaggedPictures:
    return read_tagged(data, None, ALL)


@pytest.fixture(scope="module")
def made(pictures: TaggedPictures, tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainedTagger, Path]:
    folder = tmp_path_factory.mktemp("trained") / "tagger"
    return train_tagger(pictures, folder, CONFIG), folder


def state_of(folder: Path) -> Mapping[str, torch.Tensor]:
    found: Mapping[str, torch.Tensor] = torch.load(folder / "tagger.pth", weights_only=True)
    return found


def test_danbooru_metadata_gives_tags_categories_and_ratings(data: Path, pictures: TaggedPictures) -> None:
    assert len(pictures.examples) == 199  # the missing one is left out
    assert pictures.categories["somebody"] == "artist"
    assert {one.rating for one in pictures.examples} == {"general", "questionable"}
    assert {one.rating for one in read_tagged(data).examples} == {"general"}  # safe ones only, unless asked
    assert 20 <= sum(one.held_back for one in pictures.examples) <= 60
    labels = choose_labels(pictures, Names(), least=8, most=2000, categories=("general",))
    assert labels[:3] == (
        Label("general", "rating"), Label("questionable", "rating"), Label("1girl", "general")
    )  # fmt: skip
    assert {label.name for label in labels[3:]} == {"ball", "box"}


def test_labels_are_the_frequent_ones_by_the_names_that_are_asked_for(pictures: TaggedPictures) -> None:
    learnt = [one for one in pictures.examples if not one.held_back]
    with_ball = sum("ball" in one.tags for one in learnt)
    kept = choose_labels(pictures, Names(), least=1, most=1, categories=("general", "artist"))
    assert [label.name for label in kept if label.category != "rating"] == ["1girl"]
    kept = choose_labels(pictures, Names(), least=with_ball, most=9, categories=("general",))
    assert "ball" in {label.name for label in kept}
    kept = choose_labels(pictures, Names(), least=with_ball + 1, most=9, categories=("general",))
    assert "ball" not in {label.name for label in kept}
    names = Names(aliases={"ball": "sphere"}, without=("box",), canonical=False)
    kept = choose_labels(pictures, names, least=8, most=9, categories=("general",))
    assert {label.name for label in kept if label.category == "general"} == {"1girl", "sphere"}
    wanted = Targets(kept, names)(learnt)
    column = [label.name for label in kept].index("sphere")
    assert wanted[:, column].tolist() == ["ball" in one.tags for one in learnt]
    assert Names(aliases={"ball": "Sphere"}).of("ball") == "orb", "the tag's name today"
    assert Names(canonical=False).of(" Odd Name ") == " Odd Name "


def test_it_learns_drawn_tags_and_the_program_says_them(made: tuple[TrainedTagger, Path]) -> None:
    trained, folder = made
    assert trained.figures is not None
    by_tag = trained.figures["tags"]
    for name in ("ball", "box"):
        assert by_tag[name]["average_precision"] > 0.9, by_tag[name]
    assert trained.figures["own_micro_f1"] > 0.8
    assert len(read_curves(folder / "validation.csv")["mAP"]) == 3
    tagger = TAGGERS["network"](Folder(folder.parent).models(), "tagger")
    labels = {label.name: at for at, label in enumerate(trained.labels)}
    right = 0
    for number in range(1001, 1041):
        pixels = np.asarray(drawn(number)[0])
        said = tagger.tag(Picture(pixels, None, "x", "PNG"), ())
        right += {tag.name for tag in said if tag.category == "general"} == set(drawn(number)[1])
        assert sum(tag.category == "rating" for tag in said) == 1
        with torch.no_grad():
            wanted = trained.network(normalised(shown_whole(pixels, CONFIG.size)[None])).sigmoid()[0]
        for tag in said:
            assert tag.score == pytest.approx(float(wanted[labels[tag.name]]), abs=1e-3)
            assert tag.category == "rating" or tag.score >= trained.thresholds[labels[tag.name]]
    assert right >= 32


def test_files_card_and_row_are_written(made: tuple[TrainedTagger, Path]) -> None:
    trained, folder = made
    assert is_network(folder)
    (row,) = Manifest.open(folder / "manifest.toml").models.values()
    assert (row.backend, row.purposes) == ("network", ["tagger", "rating"])
    assert all(file.bytes == (folder / file.name).stat().st_size for file in row.files)
    card = (folder / "card.md").read_text(encoding="utf-8")
    assert f"{len(trained.labels)} tags" in card
    assert "mean average precision 0." in card or "mean average precision 1." in card
    assert json.loads((folder / "figures.json").read_text()) == trained.figures
    lines = (folder / "selected_tags.csv").read_text().splitlines()
    assert lines[0] == "name,category,count,threshold"
    assert lines[1].startswith("general,9,")


PROGRAM = """
import os, sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from core.training.network_tagger import train_tagger
from core.training.tagged import read_tagged
from tests.core.training.test_network_tagger import ALL, KILLED

def stepped(step, steps, values):
    if step == 4:
        os.kill(os.getpid(), 9)

train_tagger(read_tagged(Path(sys.argv[1]), None, ALL), Path(sys.argv[2]), KILLED, on_step=stepped, export=False)
"""


def test_killed_it_ends_at_the_same_weights_whoever_makes_the_batches(
    data: Path, pictures: TaggedPictures, tmp_path: Path
) -> None:
    torch.set_num_threads(1)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(data), str(tmp_path / "killed")], cwd=ROOT, capture_output=True,
        timeout=240,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr.decode()[-2000:]
    assert not (tmp_path / "killed" / "tagger.pth").exists()
    train_tagger(pictures, tmp_path / "killed", KILLED, export=False)
    train_tagger(pictures, tmp_path / "whole", replace(KILLED, workers=1), export=False)
    one, other = state_of(tmp_path / "killed"), state_of(tmp_path / "whole")
    assert all(torch.equal(one[name], other[name]) for name in one)
    rows = [(tmp_path / name / "validation.csv").read_text() for name in ("killed", "whole")]
    assert rows[0] == rows[1]
    train_tagger(pictures, tmp_path / "other", replace(KILLED, seed=2, steps=1), export=False)
    assert any(not torch.equal(value, one[name]) for name, value in state_of(tmp_path / "other").items())


def test_evaluation_agrees_with_training(
    made: tuple[TrainedTagger, Path], pictures: TaggedPictures, tmp_path: Path
) -> None:
    trained, folder = made
    model = open_tagger(folder)
    held = [one for one in pictures.examples if one.held_back]
    found = answers(model, held)
    told = figures(model, found)
    assert trained.figures is not None
    for name in ("mean_average_precision", "own_micro_f1", "tuned_macro_f1"):
        assert told[name] == pytest.approx(trained.figures[name], abs=0.02)
    assert 0 <= told["rating_right"] <= 1
    assert told["rating_right"] > 0.8  # ratings go with the balls
    kept, logits = logits_of(trained.network, held, CONFIG.size)
    assert [one.name for one in kept] == [one.name for one in found.examples]
    assert np.allclose(1 / (1 + np.exp(-logits)), found.scores, atol=1e-3)
    json.dumps(told)
    with Image.open(sheet(model, found, tmp_path / "sheet.png")) as picture:
        assert picture.format == "PNG"


def test_other_losses_and_no_pictures_held_back(pictures: TaggedPictures, tmp_path: Path) -> None:
    learnt = replace(pictures, examples=[one for one in pictures.examples if not one.held_back])
    for loss in ("focal", "bce"):
        trained = train_tagger(learnt, tmp_path / loss, replace(CONFIG, loss=loss, steps=2, batch=4))
        assert trained.figures is None
        assert set(trained.thresholds) == {0.5}
        assert "nothing was held back" in (tmp_path / loss / "card.md").read_text()
    losses = [read_curves(tmp_path / loss / "log.csv")["loss"] for loss in ("focal", "bce")]
    assert losses[0] != losses[1]


def test_too_little_is_said(pictures: TaggedPictures, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="training-tags-few"):
        train_tagger(pictures, tmp_path / "out", replace(CONFIG, least_pictures=1000))
    folder = tmp_path / "plain" / "a"
    folder.mkdir(parents=True)
    drawn(1)[0].save(folder / "a.png")
    with pytest.raises(UserError, match="training-tags"):
        read_tagged(tmp_path / "plain", "imagefolder")


@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=25))
@settings(deadline=None)
def test_the_best_cut_is_that_of_trying_each(rows: list[tuple[int, bool]]) -> None:
    scores, wanted = np.array([row[0] / 8 for row in rows]), np.array([row[1] for row in rows])
    one, other = best_cut(scores, wanted), best_threshold(scores, wanted)
    assert np.array_equal(scores >= one, scores >= other)


def test_rare_tags_take_the_threshold_of_all() -> None:
    scores = np.array([[0.9, 0.3], [0.8, 0.2], [0.1, 0.7], [0.2, 0.1]])
    wanted = np.array([[True, False], [True, False], [False, True], [False, False]])
    found = tuned(scores, wanted, least=2)
    assert found[0] == pytest.approx(0.5)
    assert found[1] == pytest.approx(0.5)  # between 0.3 and 0.7, the best of all scores together
    assert tuned(scores, wanted, least=1)[1] == pytest.approx(0.5)
    assert tuned(scores, np.zeros_like(wanted), least=1).tolist() == [0.5, 0.5]


def test_installed_it_is_one_of_the_models(made: tuple[TrainedTagger, Path], tmp_path: Path) -> None:
    _, folder = made
    models = tmp_path / "models"
    models.mkdir()
    before = (ROOT / "data" / "models" / "manifest.toml").read_text(encoding="utf-8")
    (models / "manifest.toml").write_text(before, encoding="utf-8")
    first = install(folder, models)
    assert first.id == "tagger-shufflenet-v2-x0-5"
    once = (models / "manifest.toml").read_text(encoding="utf-8")
    assert install(folder, models).id == first.id
    assert (models / "manifest.toml").read_text(encoding="utf-8") == once
    second = install(folder, models, "mine")
    store = ModelStore.open(models, tmp_path / "home")
    for model in (first, second):
        assert store.state(model.id) == "embedded"
        assert store.file(model.id, "model.onnx").is_file()
    store.use("tagger", ["mine"])
    assert store.in_use("tagger") == ("mine",)
    for name, key in (("tags", "install-taken"), ("No name", "install-name")):
        with pytest.raises(UserError, match=key):
            install(folder, models, name)
    with pytest.raises(UserError, match="install-nothing"):
        install(tmp_path, models)
    (tmp_path / "cut").mkdir()
    for name in ("manifest.toml", "selected_tags.csv"):
        (tmp_path / "cut" / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "cut" / "model.onnx").write_bytes(b"cut")
    with pytest.raises(UserError, match="install-nothing"):
        install(tmp_path / "cut", models)
