"""What every captioner keeps to; BLIP on a tiny network that really generates."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path

import numpy as np
import pytest

from bot.texts import Texts
from core.errors import Unavailable
from core.inference import import_torch
from core.pictures import Captioner, Findings, Length, Picture, Tag
from core.pictures.captioners import CAPTIONERS, BlipCaptioner, Composer, Generation
from core.pictures.captioners.blip import load, sentence
from tests.core.pictures.detectors.tiny import Folder

WORDS = (
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "a", "girl", "with", "blue", "hair", "smiling", "outdoors",
    "cartoon", ",", "of", "the", "drawing",
)  # fmt: skip
LENGTHS: tuple[Length, ...] = ("short", "long", "alt")


def write_tiny_blip(folder: Path) -> None:
    """A random `BlipForConditionalGeneration` of some thousand parameters, with processor and tokenizer."""
    torch = import_torch()
    from transformers import BertTokenizer, BlipConfig, BlipForConditionalGeneration
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    tokenizer = BertTokenizer(str(folder / "vocab.txt"), bos_token="[DEC]")
    tokenizer.save_pretrained(folder)
    BlipImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(folder)
    torch.manual_seed(3)
    small = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    text = {
        "vocab_size": len(WORDS), "encoder_hidden_size": 16, "max_position_embeddings": 64, "bos_token_id": 5,
        "eos_token_id": 3, "sep_token_id": 3, "pad_token_id": 0, "projection_dim": 8, "initializer_range": 1.0,
    }  # fmt: skip
    vision = {"image_size": 32, "patch_size": 16, "projection_dim": 8, "initializer_range": 1.0}
    config = BlipConfig(
        text_config=small | text, vision_config=small | vision, projection_dim=8, image_text_hidden_size=8
    )
    network = BlipForConditionalGeneration(config)
    network.save_pretrained(folder)


@pytest.fixture(scope="module")
def blip_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_tiny_blip(folder / "blip")
    return folder


def drawing(red: int = 200) -> Picture:
    pixels = np.zeros((40, 70, 3), np.uint8)
    pixels[:, :35, 0] = red
    pixels[:, 35:, 2] = 255 - red
    return Picture(pixels, None, str(red), "PNG")


FOUND = Findings(70, 40, "", tags=(Tag("1girl", "general", 0.9), Tag("smile", "general", 0.9)))


def captioners(folder: Path) -> dict[str, Captioner]:
    return {
        "composer": Composer(),
        "blip": BlipCaptioner(Folder(folder).models(), "blip", Generation(long=8, short=4)),
    }


def test_every_backend_is_tested(blip_files: Path) -> None:
    assert set(CAPTIONERS) <= set(captioners(blip_files))


@pytest.mark.parametrize("kind", ["composer", "blip"])
@pytest.mark.parametrize("length", LENGTHS)
def test_a_caption_is_a_sentence_of_at_most_a_thousand_characters(
    kind: str, length: Length, blip_files: Path
) -> None:
    captioner = captioners(blip_files)[kind]
    first = captioner.caption(drawing(), FOUND, Texts("en"), length)
    assert first
    assert first == captioner.caption(drawing(), FOUND, Texts("en"), length)
    assert len(first) <= 1000
    assert first[-1] in ".!?"
    assert "  " not in first
    assert "[" not in first
    assert captioner.name


def test_blip_looks_at_the_picture_and_keeps_to_the_length(blip_files: Path) -> None:
    models = Folder(blip_files).models()
    said = {
        BlipCaptioner(models, "blip", Generation(beams=beams, long=12)).caption(
            drawing(red), FOUND, Texts("en"), "long"
        )
        for red in (0, 120, 250)
        for beams in (1, 3)
    }
    assert len(said) > 1
    assert all(len(text.replace(",", " ").split()) <= 12 for text in said)
    one = BlipCaptioner(models, "blip", Generation(short=1)).caption(drawing(), FOUND, Texts("en"), "short")
    assert len(one.split()) <= 1


def test_blip_begins_with_the_prompt(blip_files: Path) -> None:
    models = Folder(blip_files).models()
    plan = Generation(prompt="a drawing of", short=5)
    assert (
        BlipCaptioner(models, "blip", plan)
        .caption(drawing(), FOUND, Texts("en"), "short")
        .startswith("A drawing of")
    )


def test_blip_scales_as_published(blip_files: Path) -> None:
    processor, network = load(blip_files / "blip" / "model.safetensors")
    assert network.config.text_config.bos_token_id == 5
    white = processor(images=np.full((10, 99, 3), 255, np.uint8), return_tensors="np")["pixel_values"]
    assert white.shape == (1, 3, 32, 32)
    mean, deviation = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
    expected = [(1 - m) / d for m, d in zip(mean, deviation, strict=True)]
    assert white[0, :, 5, 5] == pytest.approx(expected, abs=1e-4)


def test_blip_from_weights_of_the_older_kind(blip_files: Path, tmp_path: Path) -> None:
    torch = import_torch()
    shutil.copytree(blip_files / "blip", tmp_path / "blip")
    _, network = load(tmp_path / "blip" / "model.safetensors")
    (tmp_path / "blip" / "model.safetensors").unlink()
    torch.save(network.state_dict(), tmp_path / "blip" / "pytorch_model.bin")
    new = BlipCaptioner(Folder(blip_files).models(), "blip").caption(drawing(), FOUND, Texts("en"), "short")
    old = BlipCaptioner(Folder(tmp_path).models(), "blip").caption(drawing(), FOUND, Texts("en"), "short")
    assert new == old


def test_blip_runs_no_code_of_a_file(blip_files: Path, tmp_path: Path) -> None:
    torch = import_torch()
    shutil.copytree(blip_files / "blip", tmp_path / "blip")
    (tmp_path / "blip" / "model.safetensors").unlink()
    torch.save(torch.nn.Linear(2, 2), tmp_path / "blip" / "pytorch_model.bin")
    with pytest.raises(Unavailable) as problem:
        BlipCaptioner(Folder(tmp_path).models(), "blip").caption(drawing(), FOUND, Texts("en"), "short")
    assert problem.value.key == "model-broken"


@pytest.mark.parametrize("missing", ["model.safetensors", "config.json", "tokenizer.json"])
def test_blip_says_what_is_missing(missing: str, blip_files: Path, tmp_path: Path) -> None:
    shutil.copytree(blip_files / "blip", tmp_path / "blip")
    (tmp_path / "blip" / missing).unlink()
    with pytest.raises(Unavailable) as problem:
        BlipCaptioner(Folder(tmp_path).models(), "blip").caption(drawing(), FOUND, Texts("en"), "short")
    assert problem.value.key == "model-missing"


def test_blip_asks_no_network(blip_files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert load(blip_files / "blip" / "model.safetensors")


def test_the_tiny_model_has_the_published_form(blip_files: Path) -> None:
    config = json.loads((blip_files / "blip" / "config.json").read_text())
    assert config["model_type"] == "blip"
    assert config["architectures"] == ["BlipForConditionalGeneration"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [("a girl , smiling", "A girl, smiling."), ("", ""), ("what?", "What?"), ("a " * 900, None)],
)
def test_what_blip_says_becomes_a_sentence(said: str, expected: str | None) -> None:
    assert sentence(said) == expected or (expected is None and len(sentence(said)) <= 1000)
