"""Fine-tuning a tiny BLIP on a dozen drawn pictures, and measuring captions."""

from __future__ import annotations

import csv
import socket
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.texts import Texts
from core.errors import UserError
from core.pictures import Findings, Picture, Tag
from core.pictures.captioners import BlipCaptioner, Generation, describe
from core.training.captioner import CaptionerConfig, open_blip, read_captioned, train_captioner
from core.training.curves import read_curves
from core.training.evaluate_captioner import blip_captions, captions, figures, sheet
from core.training.grounding import denied
from tests.core.pictures.captioners.test_captioners import drawing, write_tiny_blip
from tests.core.pictures.detectors.tiny import Folder
from tests.core.training.drawn import face

CONFIG = CaptionerConfig(steps=100, batch=6, rate=1e-2, warmup=5, ema=0.5, weight_decay=0.0)


def write_pairs(folder: Path, pictures: int = 12) -> Path:
    """A folder of pictures and a table of captions."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "captions.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["image", "caption"])
        for at in range(pictures):
            face("blue", "green", at).save(folder / f"p{at:02}.png")
            table.writerow([f"p{at:02}.png", "a girl with blue hair"])
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pairs(tmp_path_factory.mktemp("pairs"))


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("start") / "blip"
    write_tiny_blip(folder)
    _, network = open_blip(folder)
    torch.manual_seed(1)
    for value in network.parameters():  # as large as they are drawn there, they would hardly learn
        if value.ndim > 1:
            torch.nn.init.normal_(value, std=0.08)
    network.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def out(data: Path, start: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("captioner")
    assert train_captioner(data, folder, start, CONFIG) == folder / "model"
    return folder


def test_the_loss_falls_and_the_program_speaks_as_it_was_taught(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses = [value for _, value in read_curves(out / "log.csv")["loss"]]
    assert losses[-1] < 0.3 * losses[0]
    monkeypatch.setattr(socket, "socket", None)
    captioner = BlipCaptioner(Folder(out).models(), "model", Generation(long=12))
    found = Findings(48, 48, "x")
    picture = Picture(np.asarray(face("blue", "green", 3)), None, "x", "PNG")
    assert captioner.caption(picture, found, Texts("en"), "long") == "A girl with blue hair."
    assert captioner.caption(drawing(), found, Texts("en"), "long").startswith("A girl")


def test_a_killed_training_ends_at_the_same_weights(
    data: Path, start: Path, out: Path, tmp_path: Path
) -> None:
    class Killed(Exception):
        pass

    def kill(step: int, steps: int, values: dict[str, float]) -> None:
        if step == 60:
            raise Killed

    with pytest.raises(Killed):
        train_captioner(data, tmp_path, start, CONFIG, on_step=kill)
    train_captioner(data, tmp_path, start, CONFIG)
    one, other = (
        torch.load(folder / "checkpoint.pt", weights_only=True)["averaged"] for folder in (tmp_path, out)
    )
    assert all(torch.equal(one[name], other[name]) for name in other)


def test_only_what_writes_learns_when_asked(data: Path, start: Path, tmp_path: Path) -> None:
    config = CaptionerConfig(steps=2, batch=2, frozen_vision=True, precision="bfloat16")
    train_captioner(data, tmp_path, start, config)
    _, before = open_blip(start)
    _, after = open_blip(tmp_path / "model")
    one, other = before.state_dict(), after.state_dict()
    assert all(torch.equal(one[name], other[name]) for name in one if name.startswith("vision_model."))
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_figures_of_the_taught_captioner(out: Path, data: Path, tmp_path: Path) -> None:
    found = captions(read_captioned(data), blip_captions(out / "model", Generation(long=12)))
    told = figures(found)
    assert told["pictures"] == 12
    assert told["bleu"] > 60
    assert told["chrf"] > 60
    assert told["tagged"] == 0
    with Image.open(sheet(found, tmp_path / "worst.png")) as picture:
        assert picture.format == "PNG"


def test_what_is_missing_is_said(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="captioner-missing"):
        train_captioner(data, tmp_path, tmp_path, CONFIG)
    with pytest.raises(UserError, match="training-data"):
        figures([])


@pytest.mark.parametrize(
    ("caption", "tags", "wanted"),
    [
        ("a girl with blue hair", {"1girl", "solo", "blue_hair"}, []),
        ("a blue-haired girl", {"1girl", "solo", "black_hair"}, ["blue hair"]),
        ("a girl with silver hair", {"1girl", "grey_hair"}, []),
        ("a girl with blue eyes and black hair", {"black_hair", "blue_eyes"}, []),
        ("a girl with blue eyes", {"black_hair", "red_eyes"}, ["blue eyes"]),
        ("a blue-eyed girl", {"blue_hair", "red_eyes"}, ["blue eyes"]),
        ("a girl with blue hair", {"multicolored_hair", "red_hair"}, []),
        ("two girls on a bench", {"1girl", "solo"}, ["two girls"]),
        ("two young girls on a bench", {"3girls"}, ["two young girls"]),
        ("two people", {"1girl", "1boy"}, []),
        ("two people", {"multiple_girls"}, []),
        ("a boy reads", {"1girl", "solo"}, ["boy"]),
        ("a woman reads", {"1boy", "solo"}, ["girl"]),
        ("the girl and her cat", {"no_humans"}, ["people"]),
        ("she stands outdoors", {"1girl", "solo", "indoors"}, ["outdoors"]),
        ("a girl with short hair", {"1girl", "solo", "long_hair"}, ["short_hair"]),
        ("girls with short hair and long hair", {"2girls", "long_hair"}, []),
    ],
)
def test_claims_that_tags_deny(caption: str, tags: set[str], wanted: list[str]) -> None:
    assert denied(caption, tags) == wanted


def test_a_missing_tag_denies_only_where_tags_are_complete() -> None:
    assert denied("A girl with glasses.", {"1girl"}) == []
    assert denied("A girl with glasses.", {"1girl"}, complete=("glasses",)) == ["glasses"]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["black", "blonde", "brown", "blue", "pink", "green", "red", "white"]),
    st.sampled_from(["blue", "red", "green", "brown", "yellow", "purple"]),
    st.sampled_from(["1girl", "1boy"]),
    st.sets(st.sampled_from(["indoors", "sitting", "long_hair", "smile", "night", "open_mouth", "hat"])),
)
def test_the_composer_claims_nothing_that_its_tags_deny(
    hair: str, eyes: str, who: str, more: set[str]
) -> None:
    names = {f"{hair}_hair", f"{eyes}_eyes", who, "solo", *more}
    tags = tuple(Tag(name, "general", 0.9) for name in sorted(names))
    for length in ("short", "long", "alt"):
        text = describe(Findings(100, 100, "x", tags=tags), Texts("en"), length)
        assert denied(text, names, complete=("glasses", "animal_ears", "umbrella")) == []
