"""The face recogniser: one backbone with an identity embedding and heads for hair, eyes and gender."""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor, nn
from torch.nn import functional

from core.errors import UserError
from core.training.attribute_heads import AttributeHeads, attributes_loss
from core.training.backbone import LITE, Lite, build_backbone
from core.training.face_batches import NO_LABEL, FaceBatches, weights
from core.training.faces import EXPAND, Face, FacePacks, detector_heads, is_validation
from core.training.loop import OnStep, Schedule, train

HAIR = (
    "aqua",
    "black",
    "blonde",
    "blue",
    "brown",
    "gray",
    "green",
    "orange",
    "pink",
    "purple",
    "red",
    "white",
)
EYES = ("aqua", "black", "blue", "brown", "green", "orange", "pink", "purple", "red", "yellow")
GENDER = ("female", "male")
_ATTRIBUTE_BATCH = 32
ATTRIBUTES: Mapping[str, tuple[str, ...]] = {"hair": HAIR, "eyes": EYES, "gender": GENDER}


@dataclass(frozen=True)
class RecogniserConfig:
    """What a recogniser is and how it is trained.

    `without_sources` and `without_characters` are left out of training, so that they can be asked about as new
    ones; `seen` chooses the groups to train on ("training" leaves the validation groups out, "all" does not),
    `all_characters` trains on those too that are otherwise kept to be asked about as new ones.
    A batch is trained at one of `sizes` pixels, drawn at random, and pictures are `size` pixels afterwards:
    augmentation shows faces larger than they are asked about (Touvron et al., "Fixing the train-test resolution
    discrepancy", 2019), and small pictures train faster. `attribute_share` of a time budget goes into heads for
    the attributes, on the backbone as it then is. Each batch shows two versions of `strangers` unlabelled faces, which
    are to be more like each other than like anyone else in the batch (`temperature` of Chen et al., "A simple
    framework for contrastive learning", 2020). `start` is the checkpoint of an earlier run over the same
    characters, whose averaged weights are gone on from.
    """

    backbone: str = LITE
    pretrained: bool = True
    sizes: Sequence[int] = (80, 96)
    size: int = 112
    dimensions: int = 256
    dropout: float = 0.2
    margin: float = 0.2
    scale: float = 20.0
    smoothing: float = 0.05
    attribute_weight: float = 0.5
    identities: int = 32
    pictures: int = 2
    gallery: int = 4
    attributes: int = 10
    strangers: int = 0
    stranger_weight: float = 0.3
    temperature: float = 0.1
    source_scale: Mapping[str, float] = field(
        default_factory=lambda: {"Wh1teZz/danganronpa_sprite_bucket": 0.4}
    )
    without_sources: Sequence[str] = ()
    without_characters: Sequence[str] = ()
    all_characters: bool = False
    seen: str = "training"
    rate: float = 1e-3
    head_scale: float = 3.0
    weight_decay: float = 0.02
    ema: float = 0.998
    steps: int = 20_000
    attribute_share: float = 0.12
    attribute_steps: int = 2_000
    warmup: int = 200
    precision: str = "float32"
    seed: int = 1
    start: str = ""


class Recogniser(nn.Module):
    """Crops float32 [N, 3, S, S] RGB 0-255 to `embedding` [N, D] L2-normalised and logits of each attribute."""

    def __init__(self, config: RecogniserConfig, characters: int) -> None:
        super().__init__()
        self.backbone, width = build_backbone(config.backbone, pretrained=config.pretrained)
        self.norm = nn.BatchNorm1d(width, momentum=0.05)
        self.dropout = nn.Dropout(config.dropout)
        self.project = nn.Linear(width, config.dimensions, bias=False)
        self.attributes = nn.ModuleDict(
            {name: nn.Linear(width, len(values)) for name, values in ATTRIBUTES.items()}
        )
        self.centres = nn.Parameter(torch.randn(characters, config.dimensions) * 0.05)

    def forward(self, crops: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        features = self.dropout(self.norm(self.backbone(prepared(crops))))
        embedding = functional.normalize(self.project(features), dim=1)
        return embedding, {name: head(features) for name, head in self.attributes.items()}


def prepared(crops: Tensor) -> Tensor:
    """Pictures 0-255 as the ImageNet weights expect them."""
    return (crops.contiguous(memory_format=torch.channels_last) - 127.0) / 128.0


class SharpRecogniser(nn.Module):
    """A trained recogniser, as it is, whose attributes are read from inside its backbone. Answers as `Recogniser`."""

    def __init__(self, recogniser: Recogniser) -> None:
        super().__init__()
        backbone = recogniser.backbone
        assert isinstance(backbone, Lite)
        self.recogniser = recogniser.requires_grad_(False)
        self.heads = AttributeHeads(backbone.map_widths, recogniser.norm.num_features, ATTRIBUTES)

    def train(self, mode: bool = True) -> SharpRecogniser:
        super().train(mode)
        self.recogniser.eval()
        return self

    def forward(self, crops: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        backbone = self.recogniser.backbone
        assert isinstance(backbone, Lite)
        pooled, maps = backbone.maps(prepared(crops))
        embedding = functional.normalize(self.recogniser.project(self.recogniser.norm(pooled)), dim=1)
        return embedding, self.heads(pooled, maps)


def recogniser_loss(
    config: RecogniserConfig, model: nn.Module, batch: Any
) -> tuple[Tensor, dict[str, float]]:
    """Cross-entropy over cosines to class centres with an additive margin (CosFace), plus that of the attributes."""
    assert isinstance(model, Recogniser)
    embedding, logits = model(batch["crops"])
    named = batch["character"] != NO_LABEL
    wanted = batch["character"][named]
    cosines = functional.linear(embedding[named].float(), functional.normalize(model.centres, dim=1))
    margin = config.margin * functional.one_hot(wanted, len(model.centres))
    identity = functional.cross_entropy(
        config.scale * (cosines - margin), wanted, label_smoothing=config.smoothing
    )
    values = {
        "identity": float(identity.detach()),
        "identity_right": float((cosines.detach().argmax(1) == wanted).float().mean()),
    }
    attributes, right = attributes_loss(logits, batch)
    loss = identity + config.attribute_weight * attributes
    if config.strangers:
        apart = _told_apart(embedding.float(), 2 * config.strangers, config.temperature)
        loss = loss + config.stranger_weight * apart
        values["strangers"] = float(apart.detach())
    values |= right
    return loss, values


def _told_apart(embedding: Tensor, last: int, temperature: float) -> Tensor:
    """Cross-entropy of finding, among all of the batch, the other version of each of the `last` faces (in pairs)."""
    asked = embedding[-last:]
    alike = asked @ embedding.T / temperature
    own = torch.arange(len(embedding) - last, len(embedding))
    alike = alike.scatter(1, own[:, None], float("-inf"))
    wanted = own + 1 - 2 * (torch.arange(last) % 2)
    return functional.cross_entropy(alike, wanted)


def _groups(config: RecogniserConfig, model: nn.Module) -> list[dict[str, Any]]:
    """New layers learn faster than those that start from ImageNet; vectors do not decay."""
    found: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, value in model.named_parameters():
        new = not name.startswith("backbone.") and config.pretrained
        found.setdefault((new, value.ndim > 1), []).append(value)
    return [
        {
            "params": values,
            "scale": config.head_scale if new else 1.0,
            "weight_decay": config.weight_decay if decays else 0.0,
        }
        for (new, decays), values in found.items()
    ]


@dataclass(frozen=True)
class TrainingFaces:
    """The faces a recogniser learns from, by part."""

    identities: list[Face]
    pictures: list[Face]
    gallery: list[Face]
    attributes: list[Face]

    @property
    def characters(self) -> list[str]:
        named = (self.identities, self.pictures, self.gallery)
        return sorted({face.character for part in named for face in part})


def held_out(character: str) -> bool:
    """Characters of the gallery that are never trained on: one in four, by SHA-1, to be asked about as new ones."""
    return is_validation(f"gallery {character}") or is_validation(f"gallery again {character}")


def training_faces(packs: FacePacks, config: RecogniserConfig) -> TrainingFaces:
    """Read the packs and leave out what is not to be trained on.

    Of the gallery, characters that `identities` knows stay out as well: they show how a character is recognised
    across sources. Of scenes and screens only characters that `identities` knows are taken: the others are new ones
    to ask about.
    """

    def wanted(faces: list[Face]) -> list[Face]:
        return [
            face
            for face in faces
            if (config.seen == "all" or not is_validation(face.group))
            and face.source not in config.without_sources
            and face.character not in config.without_characters
        ]

    identities = packs.identities(inner_heads=True)
    known: Collection[str] = {face.character for face in identities}
    gallery = [
        face
        for face in packs.gallery()
        if config.all_characters or (face.character not in known and not held_out(face.character))
    ]
    without = (config.without_sources, config.without_characters)
    return TrainingFaces(
        wanted(identities),
        wanted([face for face in packs.pictures() if config.all_characters or face.character in known]),
        [face for face in gallery if face.source not in without[0] and face.character not in without[1]],
        wanted(packs.attributes()),
    )


def train_recogniser(
    data: Path,
    out: Path,
    config: RecogniserConfig,
    *,
    budget_minutes: float | None = None,
    detector: Path | None = None,
    heads: Path | None = None,
    progress: bool = True,
) -> Path:
    """Train on the packs in `data` and export; everything is written under `out`. Returns the ONNX file.

    Heads are found by `detector` (our own, ONNX) or else by the cascade in the data; `heads` keeps where, so that
    another run does not look for them again. A run that was killed goes on when started again with the same
    arguments.
    """
    from core.training.export import export_recogniser

    out.mkdir(parents=True, exist_ok=True)
    heads_of = detector_heads(detector) if detector is not None else None
    packs = FacePacks(data, heads_of, heads or out / "heads.json")
    faces = training_faces(packs, config)
    characters = faces.characters
    batches = FaceBatches(
        [
            (faces.identities, weights(faces.identities, config.source_scale), config.identities, 1.0),
            (faces.pictures, weights(faces.pictures, {}), config.pictures, 1.0),
            (faces.gallery, None, config.gallery, 1.0),
            (faces.attributes, None, config.attributes, 0.4),
        ],
        {"character": characters, **ATTRIBUTES},
        config.sizes,
        config.seed,
        (packs.unlabelled() if config.strangers else [], config.strangers),
    )
    torch.manual_seed(config.seed)
    model = Recogniser(config, len(characters)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    earlier = started(model, Path(config.start)) if config.start else None
    schedule = Schedule(
        steps=config.steps,
        batch=config.identities + config.pictures + config.gallery + config.attributes + 2 * config.strangers,
        rate=config.rate,
        warmup=config.warmup,
        weight_decay=config.weight_decay,
        ema=config.ema,
        precision="bfloat16" if config.precision == "bfloat16" else "float32",
        seed=config.seed,
    )
    sharp = config.backbone == LITE
    first = None if budget_minutes is None else budget_minutes * (1 - config.attribute_share * sharp)
    with _shown("identities", progress) as on_step:
        trained = train(
            model,
            batches,
            lambda network, batch: recogniser_loss(config, network, batch),
            schedule,
            out,
            budget_minutes=first,
            on_step=on_step,
            groups_of=lambda network: _groups(config, network),
            ahead=True,
        )
    if sharp:
        assert isinstance(trained, Recogniser)
        left = None if budget_minutes is None else budget_minutes * config.attribute_share
        trained = _sharpened(trained, faces, config, out / "attributes", left, progress)
    told = {**asdict(config), "start": earlier, "characters": characters, "budget_minutes": budget_minutes}
    return export_recogniser(trained, out / "recogniser.onnx", size=config.size, expand=EXPAND, training=told)


def started(model: nn.Module, checkpoint: Path) -> dict[str, Any]:
    """Give `model` the averaged weights of an earlier run; that run's schedule.

    Raises:
        UserError: `training-start`, when the file is not a checkpoint of such a model.
    """
    try:
        kept = torch.load(checkpoint, map_location="cpu", weights_only=True)
        model.load_state_dict(kept["averaged"])
        return dict(kept["schedule"])
    except (OSError, KeyError, TypeError, RuntimeError, UnpicklingError) as problem:
        raise UserError("training-start", file=checkpoint.name) from problem


def _sharpened(
    model: Recogniser,
    faces: TrainingFaces,
    config: RecogniserConfig,
    out: Path,
    budget_minutes: float | None,
    progress: bool,
) -> nn.Module:
    """The second part of training: the attribute heads, with everything below them left as it is."""
    schedule = Schedule(
        steps=config.attribute_steps, batch=_ATTRIBUTE_BATCH, rate=2e-3, warmup=50, ema=0.99, seed=config.seed
    )
    batches = FaceBatches(
        [(faces.attributes, None, _ATTRIBUTE_BATCH, 0.4)], ATTRIBUTES, (96, config.size), config.seed + 1
    )
    torch.manual_seed(config.seed)
    with _shown("attributes", progress) as on_step:
        return train(
            SharpRecogniser(model).to(memory_format=torch.channels_last),  # type: ignore[call-overload]
            batches,
            lambda network, batch: attributes_loss(network(batch["crops"])[1], batch),
            schedule,
            out,
            budget_minutes=budget_minutes,
            on_step=on_step,
            ahead=True,
        )


@contextmanager
def _shown(name: str, progress: bool) -> Iterator[OnStep]:
    """A progress bar with the loss, as the loop's `on_step`."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeRemainingColumn(), disable=not progress) as bar:
        task = bar.add_task(name, total=None)
        yield lambda step, steps, values: bar.update(
            task, completed=step, total=steps, description=f"{name}, loss {values['loss']:.2f}"
        )


def main() -> None:
    """Command line: train a recogniser within a budget of minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the packs")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints, log and model")
    parser.add_argument("--budget", type=float, help="minutes of training")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0, help="0: as many as there are cores")
    parser.add_argument(
        "--detector", type=Path, help="ONNX file of the head detector; without it, the cascade"
    )
    parser.add_argument("--heads", type=Path, help="JSON file that keeps where heads were found")
    parser.add_argument("--config", default="{}", help="JSON object of settings of the configuration")
    asked = parser.parse_args()
    if asked.threads:
        torch.set_num_threads(asked.threads)
    config = RecogniserConfig(**{"seed": asked.seed, **json.loads(asked.config)})
    written = train_recogniser(
        asked.data, asked.out, config, budget_minutes=asked.budget, detector=asked.detector, heads=asked.heads
    )
    print(written)


if __name__ == "__main__":
    main()
