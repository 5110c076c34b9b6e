"""The learned tagger's training, on pictures that the test draws."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from sklearn.metrics import average_precision_score

from core.errors import UserError
from core.pictures import Box, Face, Picture
from core.pictures.taggers import OurTagger
from core.training import evaluate_tagger, tagger
from core.training.calibration import calibration, calibration_error
from core.training.looks import LOOKS
from core.training.tag_figures import divided, figures, scored
from core.training.tag_probes import Probes, average_precision, best_threshold, said_at_best
from tests.core.pictures.detectors.tiny import Folder

COUNT = 36


def drawn(index: int) -> NDArray[np.uint8]:
    """Every third picture is a chequered board, the others are smooth."""
    chance = np.random.default_rng(index)
    colour = chance.integers(60, 250, 3)
    if index % 3 == 0:
        squares = (np.indices((96, 96)).sum(0) // int(chance.integers(6, 12))) % 2
        return np.asarray(squares[..., None] * colour, np.uint8)
    ramp = np.linspace(0.5, 1, 96)[:, None, None] * np.ones((96, 96, 1))
    return np.asarray(ramp * colour, np.uint8)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tagged(tmp_path_factory.mktemp("data"))


def write_tagged(folder: Path) -> Path:
    """The pack `tagged`, and those that the looks of heads are learned from."""
    (folder / "tagged").mkdir(parents=True)
    chance = np.random.default_rng(5)
    lines = []
    with zipfile.ZipFile(folder / "tagged" / "pictures_0.zip", "w") as archive:
        for index in range(COUNT):
            buffer = io.BytesIO()
            Image.fromarray(drawn(index)).save(buffer, "PNG")
            archive.writestr(f"{index}.png", buffer.getvalue())
            tags = (
                ["board"] * (index % 3 == 0)
                + ["chance"] * bool(chance.random() < 0.4)
                + ["rare"] * (index < 2)
            )
            lines.append({"file": f"{index}.png", "tags": tags, "by": "hand, closed list"})
        lines.append({"file": "0.png", "tags": ["board"], "by": "caption by a model"})
    (folder / "tagged" / "index.jsonl").write_text(
        "\n".join(json.dumps(line) for line in lines), encoding="utf-8"
    )
    write_heads(folder)
    return folder


HAIR = {"black": (20, 20, 25), "blonde": (240, 210, 110), "blue": (50, 80, 220), "red": (200, 30, 40)}


def head(hair: str, gender: str, seed: int) -> NDArray[np.uint8]:
    """Hair above and beside a face; who is male has a wide beam across it."""
    chance = np.random.default_rng(seed)
    pixels = np.empty((64, 64, 3), np.int64)
    pixels[:] = HAIR[hair]
    pixels[24:, 16:48] = (250, 220, 200)
    if gender == "male":
        pixels[44:56, 16:48] = (60, 40, 30)
    return np.asarray(np.clip(pixels + chance.integers(-15, 15, (64, 64, 3)), 0, 255), np.uint8)


def write_heads(folder: Path) -> None:
    """Four crops each of known characters of four hair colours, and some faces labelled by themselves."""
    with LOOKS.open(encoding="utf-8", newline="") as file:
        looks = [row for row in csv.DictReader(file) if row["hair"] in HAIR]
    known = [
        row
        for hair in HAIR
        for gender, most in (("female", 3), ("male", 2))
        for row in [row for row in looks if (row["hair"], row["gender"]) == (hair, gender)][:most]
    ]
    named = ["file", "zip", "character", "source"]
    for pack, columns in {
        "identities": named, "gallery": named, "attributes": ["file", "zip", "hair", "gender"],
    }.items():  # fmt: skip
        (folder / pack).mkdir()
        with (
            zipfile.ZipFile(folder / pack / "heads.zip", "w") as archive,
            (folder / pack / "index.csv").open("w", encoding="utf-8", newline="") as index,
        ):
            writer = csv.writer(index)
            writer.writerow(columns)
            for number, row in enumerate(known * (4 if pack == "identities" else 1)):
                buffer = io.BytesIO()
                Image.fromarray(head(row["hair"], row["gender"], number)).save(buffer, "PNG")
                archive.writestr(f"{number}.png", buffer.getvalue())
                about = [row["tag"], "drawn"]
                if pack == "attributes":
                    about = [row["hair"], ""] if number % 2 else ["", row["gender"]]
                writer.writerow([f"{number}.png", "heads.zip", *about])


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `tags`, as models lie at run time, with a tagger in it."""
    folder = tmp_path_factory.mktemp("models") / "tags"
    tagger.train(data, folder, tagger.TaggerConfig(size=96, head_size=64))  # as large as they are drawn
    return folder


def test_what_can_be_seen_is_shipped_and_what_is_chance_is_not(trained: Path) -> None:
    report = json.loads((trained / "tagger.json").read_text(encoding="utf-8"))
    assert report["pictures"] == COUNT
    assert report["shipped"] == ["board"]
    rows = {row["tag"]: row for row in report["tags"]}
    assert set(rows) == {"board", "chance"}
    assert rows["board"]["average_precision"] > 0.9
    assert not rows["chance"]["shipped"]
    assert report["stored_weights_differ_by"] < 0.002
    assert (trained / "tagger.onnx").stat().st_size < 4_000_000

    ours = OurTagger(Folder(trained.parent).models(), "tags")
    said = [
        "board" in {tag.name for tag in ours.tag(Picture(drawn(index), None, "", "PNG"), ())}
        for index in range(100, 130)
    ]
    assert report["heads"]["hair"]["accuracy"] > 0.9
    everything = Box(0, 0, 64, 64)
    faces = [
        ours.with_traits(Picture(head(hair, "female", 900), None, "", "PNG"), (Face(everything, 1.0),))[0]
        for hair in HAIR
    ]
    assert [trait.value for face in faces if (trait := face.trait("hair"))] == list(HAIR)
    assert sum(right == (index % 3 == 0) for index, right in zip(range(100, 130), said, strict=True)) >= 27


def test_the_pack_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UserError) as problem:
        tagger.read(tmp_path)
    assert problem.value.key == "data-missing"


def test_thresholds_and_folds() -> None:
    wanted = np.asarray([True, False, True, False, False, True, False])
    logits = np.asarray([3.0, -2.0, 2.0, -1.0, 0.0, 1.0, 0.5])
    assert 0.5 < best_threshold(logits, wanted) < 1.0
    folds = Probes(seed=1).folds_of(np.arange(50) < 10, 0)
    assert [int((folds[:10] == fold).sum()) for fold in range(5)] == [2] * 5
    assert not np.array_equal(folds, Probes(seed=1).folds_of(np.arange(50) < 10, 1))
    alone = np.asarray([True, *[False] * 6])
    assert not said_at_best(logits, alone, np.arange(7))[0], "no other picture has the tag"


def test_figures_count_every_kind_of_mistake() -> None:
    wanted = np.asarray([[1, 0, 0], [1, 1, 0], [0, 0, 0]], np.bool_)
    said = np.asarray([[1, 0, 0], [0, 1, 1], [1, 0, 0]], np.bool_)
    report = figures(wanted, said, ("a", "b", "c"))
    assert report["tags"]["a"] == {"right": 1, "false": 1, "missed": 1, "f1": 0.5}
    assert report["macro_f1"] == pytest.approx(0.75)
    assert report["micro_f1"] == pytest.approx(2 * 2 / (2 * 2 + 2 + 1))


def test_tuned_thresholds_help_where_scores_are_too_low() -> None:
    wanted = (np.arange(40) % 4 == 0)[:, None]
    scores = np.where(wanted, 0.3, 0.1) + np.linspace(0, 0.01, 40)[:, None]
    report = scored(wanted, scores, ("a",), scores >= 0.5, divided(wanted.shape))
    assert (report["micro_f1"], report["macro_f1"]) == (0, 0)
    assert (report["tuned_micro_f1"], report["tuned_macro_f1"]) == (1, 1)
    assert report["mean_average_precision"] == report["tags"]["a"]["average_precision"] == 1
    never = np.zeros_like(wanted)
    rare = np.arange(40)[:, None] == 7
    report = scored(
        np.hstack([wanted, rare]), np.hstack([scores, never]), ("a", "b"),
        np.hstack([scores >= 0.2, never]), divided((40, 2)),
    )  # fmt: skip
    assert report["tags"]["b"]["missed"] == 1
    assert report["tuned_micro_f1"] == report["micro_f1"] < 1, (
        "what is not said cannot be tuned into being said"
    )


def test_the_calibration_error_is_the_mean_distance_of_said_and_right() -> None:
    bins = calibration(np.asarray([0.95, 0.95, 0.25, 0.25]), np.asarray([True, True, True, False]))
    assert [row["from"] for row in bins] == [0.2, 0.9]
    assert calibration_error(bins) == pytest.approx((2 * 0.05 + 2 * 0.25) / 4)


def test_a_budget_makes_fewer_divisions_and_no_tag_is_no_tagger(data: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    config = tagger.TaggerConfig(size=64, head_size=64, seeds=400, folds=3, faces=8, faces_of_gender=4)
    report = tagger.train(
        data,
        tmp_path,
        config,
        budget_minutes=0.001,
        on_step=lambda step, of, _: steps.append((step, of)),
    )
    assert 1 <= report["seeds"] < 400
    assert [step for step, _ in steps] == sorted({step for step, _ in steps})
    assert steps[-1][0] < steps[-1][1]
    with pytest.raises(UserError, match="tagger-none"):
        tagger.train(data, tmp_path, replace(config, seeds=1, least_pictures=30))


@given(st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=1, max_size=40))
@settings(max_examples=200, deadline=None)
def test_average_precision_is_scikit_learns(pictures: list[tuple[bool, int]]) -> None:
    wanted = np.asarray([True, *(want for want, _ in pictures)])
    scores = np.asarray([0.5, *(score / 4 for _, score in pictures)])
    expected = average_precision_score(wanted, scores)
    assert average_precision(wanted, scores) == pytest.approx(expected, abs=1e-12)


def test_learned_tags_are_figured_on_pictures_not_seen(data: Path, trained: Path, tmp_path: Path) -> None:
    pictures = tagger.read(data)
    learned = evaluate_tagger.learned_tags(pictures, trained)
    assert learned["file"].names == learned["cross_validated"].names == ("board",)
    silent: list[dict[str, float]] = [{} for _ in pictures]
    silent[3] = {"solo": 0.9}
    report = evaluate_tagger.evaluate(pictures, silent, learned)
    assert report["all"]["counts"]["tags"]["solo"]["false"] == 1
    found = report["learned"]["cross_validated"]
    assert found["mean_average_precision"] > 0.9
    assert found["tuned_macro_f1"] > 0.8
    assert sum(row["pictures"] for row in found["calibration"]) == COUNT
    assert 0 <= found["calibration_error"] < 0.3
    sheet = evaluate_tagger.write_sheet_of(pictures, silent, learned, tmp_path / "worst.png")
    evaluate_tagger.write_curves(report, tmp_path / "curves")
    for path in (sheet, tmp_path / "curves" / "reliability.png"):
        with Image.open(path) as picture:
            assert picture.size[1] > 100
    assert json.loads((tmp_path / "curves" / "tagger.json").read_text()) == report
    assert "learned tags, file: micro_f1" in evaluate_tagger.table(report)
