"""Learning without labels: the loss against its formula, and as a start for a classifier."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from core.errors import UserError
from core.training.backbones import Encoder, build_classifier, load_features
from core.training.classifier import ClassifierConfig, train_classifier
from core.training.curves import read_curves
from core.training.labelled import Example, Pixels, read_examples, read_unlabelled
from core.training.pretraining import nt_xent, warmed_up
from tests.core.training.test_classifier import write_folders

CONFIG = ClassifierConfig(
    backbone="shufflenet_v2_x0_5", size=24, batch=4, steps=2, warmup=2, ema=0.5, rate=3e-3,
    warm_up_steps=60, warm_up_batch=8, warm_up_rate=1e-2, strength=0.2,
)  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folders(tmp_path_factory.mktemp("data"))


def test_the_loss_is_the_paper_s() -> None:
    torch.manual_seed(0)
    vectors = functional.normalize(torch.randn(6, 5), dim=1)
    total = 0.0
    for i in range(6):
        j = (i + 3) % 6
        like = [math.exp(float(vectors[i] @ vectors[k]) / 0.5) for k in range(6)]
        total += -math.log(like[j] / sum(like[k] for k in range(6) if k != i))
    assert float(nt_xent(vectors)) == pytest.approx(total / 6, rel=1e-5)


def _patterns(count: int) -> list[Pixels]:
    """Patches of colour, each picture unlike any other."""
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (2, 2, 3), dtype=np.uint8).repeat(16, 0).repeat(16, 1) for _ in range(count)]


def test_views_of_one_picture_that_agree_cost_least() -> None:
    apart = functional.one_hot(torch.arange(4), 4).float()
    agreeing, mixed = torch.cat([apart, apart]), torch.cat([apart, apart.roll(1, 0)])
    assert float(nt_xent(agreeing)) < float(nt_xent(mixed))


def test_it_learns_and_the_classifier_starts_from_it(data: Path, tmp_path: Path) -> None:
    unlabelled = [Example(pixels, "", str(at)) for at, pixels in enumerate(_patterns(30))]
    state = warmed_up(CONFIG, unlabelled, tmp_path / "a", None)
    losses = [value for _, value in read_curves(tmp_path / "a" / "log.csv")["loss"]]
    assert losses[-1] < losses[0] - 0.1
    network = build_classifier(CONFIG.backbone, 3)
    load_features(network, state, "warm-up")
    assert all(torch.equal(network.state_dict()[name], value) for name, value in state.items())

    short = replace(CONFIG, warm_up_steps=3)
    one, other = (warmed_up(short, unlabelled, tmp_path / name, None) for name in ("b", "c"))
    assert all(torch.equal(one[name], other[name]) for name in one)

    examples = read_examples(data)
    still = replace(CONFIG, rate=1e-12, steps=1, warm_up_steps=5)
    train_classifier(examples, tmp_path / "with", still, warm_up=unlabelled, export=False)
    train_classifier(examples, tmp_path / "without", still, export=False)
    first, second = (
        torch.load(tmp_path / name / "classifier.pth", weights_only=True)["conv5.0.weight"]
        for name in ("with", "without")
    )
    assert not torch.allclose(first, second, atol=1e-4)
    assert (tmp_path / "with" / "warm-up" / "log.csv").exists()


def test_one_picture_has_nothing_to_differ_from(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="training-data"):
        warmed_up(CONFIG, read_unlabelled(data)[:1], tmp_path, None)


@pytest.mark.parametrize(
    "name", ["resnet18", "mobilenet_v3_small", "efficientnet_b0", "convnext_tiny", "vit_b_16"]
)
def test_an_encoder_gives_flat_features(name: str) -> None:
    with torch.device("meta"):
        encoder = Encoder(build_classifier(name, 3, size=64))
        assert encoder.eval()(torch.zeros(2, 3, 64, 64)).shape == (2, encoder.width)
