"""The face recogniser: one backbone with an identity embedding and heads for hair, eyes and gender."""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor, nn
from torch.nn import functional

from core.errors import UserError
from core.training.attribute_heads import attributes_loss
from core.training.backbone import LITE
from core.training.face_batches import NO_LABEL, FaceBatches, weights
from core.training.faces import EXPAND, Face, FacePacks, detector_heads, is_validation
from core.training.looks import in_own_colours, labelled_by_eye
from core.training.loop import OnStep, Schedule, train
from core.training.recogniser_model import ATTRIBUTES, Recogniser, RecogniserConfig, SharpRecogniser
from core.training.whitening import seen_in, whitened

_ATTRIBUTE_PARTS = (36, 10, 6)
"""Faces of a batch for the attribute heads: labelled ones, named characters in their known looks, labelled by eye."""


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
    by_eye: list[Face]

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
        labelled_by_eye(packs.unlabelled()),
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
    assert isinstance(trained, Recogniser)
    if not faces.attributes:
        silence(trained.attributes)
    if sharp:
        left = None if budget_minutes is None else budget_minutes * config.attribute_share
        sharper = _sharpened(trained, faces, config, out / "attributes", left, progress)
        give_embedding(sharper, faces, config)
        trained = sharper
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
) -> SharpRecogniser:
    """The second part of training: the attribute heads, with everything below them left as it is."""
    schedule = Schedule(
        steps=config.attribute_steps,
        batch=sum(_ATTRIBUTE_PARTS),
        rate=2e-3,
        warmup=50,
        ema=0.99,
        seed=config.seed,
    )
    named = in_own_colours([*faces.identities, *faces.gallery])
    parts = (faces.attributes, named, faces.by_eye)
    if not any(parts):
        silent = SharpRecogniser(model, config.embedding).eval()
        silence(silent.heads.heads)
        return silent
    drawn = None, weights(named, config.source_scale) if named else None, None
    batches = FaceBatches(
        [(*part, 0.4) for part in zip(parts, drawn, _ATTRIBUTE_PARTS, strict=True)],
        ATTRIBUTES,
        (96, config.size),
        config.seed + 1,
    )
    torch.manual_seed(config.seed)
    with _shown("attributes", progress) as on_step:
        trained = train(
            SharpRecogniser(model, config.embedding).to(memory_format=torch.channels_last),  # type: ignore[call-overload]
            batches,
            lambda network, batch: attributes_loss(network(batch["crops"])[1], batch),
            schedule,
            out,
            budget_minutes=budget_minutes,
            on_step=on_step,
            ahead=True,
        )
    assert isinstance(trained, SharpRecogniser)
    return trained


def silence(heads: nn.Module) -> None:
    """Where no face said anything of hair, eyes or gender: every answer as likely as any other."""
    for value in heads.parameters():
        nn.init.zeros_(value)


def give_embedding(model: SharpRecogniser, faces: TrainingFaces, config: RecogniserConfig) -> None:
    """Set the layer of the embedding after the named faces, as they are and mirrored."""
    named = [*faces.identities, *faces.pictures, *faces.gallery]
    seen = seen_in(model.seen, named, config.size)
    counts = np.repeat((1.0, *config.map_weights), model.embedding.widths)
    characters = np.array([face.character for face in named], dtype=np.str_)
    model.embedding.give(*whitened(seen, characters, counts, config.embedding, config.shrinkage))


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
