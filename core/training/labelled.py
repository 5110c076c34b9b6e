"""Pictures to learn from: which are trained on, how they are changed, and batches of labelled ones for classifiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.errors import UserError
from core.inference import import_torch
from core.pictures.cropping import square_crop
from core.training.faces import is_validation
from core.training.reading import Image, Pictures, Sample, open_data

import_torch()

Pixels = NDArray[np.uint8]

_RESIZED = 256 / 224  # the picture is scaled to this many times what is looked at, as at run time
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_TRIED = 20  # other pictures tried in place of one that cannot be read


@dataclass(frozen=True, slots=True)
class Example:
    """One picture: where it is, or its pixels (RGB uint8 [height, width, 3]), and what it shows."""

    image: Image | Pixels
    label: str
    name: str
    source: str = ""
    held_back: bool = False


E = TypeVar("E", bound=Example)
Changed = Callable[[Pixels], Pixels]


def is_held_back(sample: Sample, name: str) -> bool:
    """Whether a sample called `name` is kept for validation: what the data says itself, else one group in five, by the
    SHA-1 of its name."""
    return sample.split != "train" if sample.split else is_validation(sample.group or name)


def read_examples(data: Path, format: str | None = None) -> list[Example]:
    """Every picture of a data set that has exactly one label; see `is_held_back`.

    Raises:
        UserError: `training-data`, when there are none; what `open_data` raises.
    """
    opened = open_data(data, format)
    found: list[Example] = []
    for sample in opened:
        if len(sample.labels) != 1:
            continue
        name = opened.name(sample)
        held = is_held_back(sample, name)
        found.append(Example(sample.image, sample.labels[0], name, sample.source, held))
    if not found:
        raise UserError("training-data", path=data.name)
    return found


def read_unlabelled(data: Path, format: str | None = None) -> list[Example]:
    """Every picture of a data set, whatever it shows.

    Raises:
        UserError: as `read_examples`.
    """
    opened = open_data(data, format)
    found = [Example(sample.image, "", opened.name(sample), sample.source) for sample in opened]
    if not found:
        raise UserError("training-data", path=data.name)
    return found


def pixels_of(example: Example, pictures: Pictures) -> Pixels:
    """RGB uint8 [height, width, 3].

    Raises:
        UserError: the picture cannot be read.
    """
    return example.image if isinstance(example.image, np.ndarray) else pictures.pixels(example.image)


def chances(examples: Sequence[Example], balance: float) -> NDArray[np.float64]:
    """How often each is drawn, summing to 1: 0 as often as any other, 1 so that every class comes equally often."""
    count = Counter(example.label for example in examples)
    drawn = np.array([count[example.label] ** -balance for example in examples], dtype=np.float64)
    return np.asarray(drawn / drawn.sum(), dtype=np.float64)


def asked(pixels: Pixels, size: int) -> Tensor:
    """uint8 [3, size, size]: the middle of a picture, as a classifier is shown it at run time."""
    height, width = pixels.shape[:2]
    resized = round(size * _RESIZED)
    edge = (resized - size) // 2
    scaled = square_crop(pixels, width / 2, height / 2, float(min(width, height)), resized)
    return torch.from_numpy(np.ascontiguousarray(scaled[edge : edge + size, edge : edge + size])).permute(
        2, 0, 1
    )


def normalised(pictures: Tensor) -> Tensor:
    """uint8 or float [N, 3, S, S], 0-255, as the backbones expect it: float32, with ImageNet's mean and deviation."""
    mean, deviation = (
        torch.tensor(values, device=pictures.device)[:, None, None] for values in (_MEAN, _DEVIATION)
    )
    return (pictures.float() / 255 - mean) / deviation


def asked_batches(
    examples: Sequence[E], size: int, batch: int = 64, shown_as: Callable[[Pixels, int], Tensor] = asked
) -> Iterable[tuple[list[E], Tensor]]:
    """The readable ones of some examples, and what is asked about them: float32 [N, 3, size, size], normalised."""
    with Pictures() as pictures:
        for start in range(0, len(examples), batch):
            kept: list[E] = []
            shown: list[Tensor] = []
            for example in examples[start : start + batch]:
                try:
                    shown.append(shown_as(pixels_of(example, pictures), size))
                except UserError:
                    continue
                kept.append(example)
            if kept:
                yield kept, normalised(torch.stack(shown))


def augmentation(size: int, strength: float = 1.0) -> Any:
    """torchvision's transforms of a uint8 [3, H, W] picture to uint8 [3, size, size]; `strength` scales how far colours
    go and how much is cut away."""
    from torchvision.transforms import v2

    return v2.Compose(
        [
            v2.RandomResizedCrop(size, (max(0.2, 1 - 0.5 * strength), 1.0), (0.8, 1.25), antialias=True),
            v2.RandomHorizontalFlip(),
            v2.RandomApply([v2.RandomRotation(8, v2.InterpolationMode.BILINEAR)], 0.5),
            v2.RandomApply(
                [v2.ColorJitter(0.4 * strength, 0.4 * strength, 0.4 * strength, 0.03 * strength)], 0.8
            ),
            v2.RandomGrayscale(0.05 * strength),
            v2.RandomApply([v2.GaussianBlur(5, (0.1, 1.5))], 0.1),
            v2.RandomErasing(0.25, (0.02, 0.15)),
        ]
    )


class Changing(Generic[E]):
    """Examples as pictures that are changed at random. A picture that cannot be read gives its place to another, drawn
    as `drawn` says (None: each as often). `prepared` is done to every picture first."""

    def __init__(
        self, examples: Sequence[E], size: int, strength: float, drawn: NDArray[np.float64] | None = None,
        prepared: Changed | None = None,
    ) -> None:  # fmt: skip
        self._examples, self._drawn, self._prepared = examples, drawn, prepared
        self._change = augmentation(size, strength)
        self._pictures = Pictures()

    def __call__(
        self, places: Iterable[int], rng: np.random.Generator, views: int = 1
    ) -> tuple[list[E], Tensor]:
        """The examples at these places (or those that took them), and uint8 [views * N, 3, S, S]: all first views
        before all second ones.

        Raises:
            UserError: `training-picture`, when picture after picture cannot be read.
        """
        chosen = [self._readable(at, rng) for at in places]
        with torch.random.fork_rng(devices=[]):  # the transforms draw from torch's own generator
            torch.manual_seed(int(rng.integers(2**62)))
            shown = [self._change(picture) for _ in range(views) for _, picture in chosen]
        return [example for example, _ in chosen], torch.stack(shown)

    def _readable(self, at: int, rng: np.random.Generator) -> tuple[E, Tensor]:
        for _ in range(_TRIED):
            example = self._examples[at]
            try:
                pixels = pixels_of(example, self._pictures)
            except UserError:
                at = int(rng.choice(len(self._examples), p=self._drawn))
                continue
            pixels = pixels.copy() if self._prepared is None else self._prepared(pixels).copy()
            return example, torch.from_numpy(pixels).permute(2, 0, 1)
        raise UserError("training-picture", name=example.name)


class LabelledBatches:
    """`batch_at` for the training loop: a dict of `pictures` uint8 [N, 3, S, S] and `labels` int64 [N].

    Which pictures, and how they are changed, is a function of the seed and the batch's number. `views` changes each
    picture so many times: [views * N, 3, S, S], all first views before all second ones, of different pictures where
    there are enough. A picture that cannot be read gives its place to another.
    """

    def __init__(
        self, examples: Sequence[Example], labels: Sequence[str], *, batch: int, size: int, seed: int,
        balance: float = 0.0, strength: float = 1.0, views: int = 1,
    ) -> None:  # fmt: skip
        self._count, self._batch, self._seed, self._views = len(examples), batch, seed, views
        self._index = {label: at for at, label in enumerate(labels)}
        self._drawn = chances(examples, balance)
        self._changed = Changing(examples, size, strength, self._drawn)

    def __call__(self, index: int) -> dict[str, Tensor]:
        """
        Raises:
            UserError: `training-picture`, when picture after picture cannot be read.
        """
        rng = np.random.default_rng((self._seed, index))
        distinct = self._views > 1 and self._count >= self._batch
        drawn = rng.choice(self._count, self._batch, replace=not distinct, p=self._drawn)
        chosen, pictures = self._changed(drawn.tolist(), rng, self._views)
        labels = [self._index.get(example.label, -1) for example in chosen]
        return {"pictures": pictures, "labels": torch.tensor(labels)}
