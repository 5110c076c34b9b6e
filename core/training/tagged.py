"""Tagged pictures for networks that give many tags: which tags are learned, and batches."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from core.errors import UserError
from core.pictures.picture import Category
from core.pictures.taggers.labels import Label
from core.pictures.taggers.preparing import square
from core.pictures.tags import vocabulary
from core.training.labelled import Changing, Example, Pixels, is_held_back
from core.training.reading import Options, open_data

Floats32 = NDArray[np.float32]
Bools = NDArray[np.bool_]

_ROOM = 1.14  # a picture is scaled to this many times what is learned from it, which is a part of it
_FULL = ("general", "sensitive", "questionable", "explicit")
_OLDER = {"s": "general", "q": "questionable", "e": "explicit"} | {name: name for name in _FULL}
_NEWER = _OLDER | {"g": "general", "s": "sensitive"}


@dataclass(frozen=True, slots=True)
class Tagged(Example):
    """A picture with its tags and, where the data has it, its rating (general, sensitive, questionable, explicit)."""

    tags: tuple[str, ...] = ()
    rating: str = ""


@dataclass(frozen=True)
class TaggedPictures:
    """`categories`: of the tags of which the data says it."""

    examples: Sequence[Tagged]
    categories: Mapping[str, Category]


def read_tagged(data: Path, format: str | None = None, options: Options | None = None) -> TaggedPictures:
    """Every picture of a data set that has tags; see `is_held_back`. Ratings of one letter mean what they did when
    they were given: s is safe, unless there is a g beside it.

    Raises:
        UserError: `training-tags`, when there are none; what `open_data` raises.
    """
    opened = open_data(data, format, options)
    examples: list[Tagged] = []
    categories: dict[str, Category] = {}
    ratings: set[str] = set()
    for sample in opened:
        if not sample.tags:
            continue
        name = opened.name(sample)
        for tag in sample.tags:
            if tag.category is not None:
                categories.setdefault(tag.name, tag.category)
        tags = tuple(sys.intern(tag.name) for tag in sample.tags)
        rating = sys.intern(sample.attributes.get("rating", "").strip().lower())
        ratings.add(rating)
        examples.append(
            Tagged(sample.image, "", name, sample.source, is_held_back(sample, name), tags, rating)
        )
    if not examples:
        raise UserError("training-tags", path=data.name)
    meant = _NEWER if "g" in ratings else _OLDER
    if ratings != {""}:
        for at, one in enumerate(examples):
            examples[at] = Tagged(
                one.image, "", one.name, one.source, one.held_back, one.tags, meant.get(one.rating, "")
            )
    return TaggedPictures(examples, categories)


@dataclass(frozen=True)
class Names:
    """What a tag is called: by the bot's own names (`canonical`: aliases, spelling), after `aliases`; those in
    `without` are nothing."""

    canonical: bool = True
    aliases: Mapping[str, str] | None = None
    without: Collection[str] = ()

    def of(self, name: str) -> str:
        """Empty where the tag is left out."""
        found = (self.aliases or {}).get(name, name)
        found = vocabulary().canonical(found) if self.canonical else found
        return "" if found in self.without or name in self.without else found


def choose_labels(
    pictures: TaggedPictures, names: Names, *, least: int, most: int, categories: Collection[str]
) -> tuple[Label, ...]:
    """What to learn: ratings where there are two or more, then the tags of these categories that at least `least`
    pictures to learn from have, at most `most`, the most frequent ones first."""
    called = lru_cache(maxsize=None)(names.of)
    counts: Counter[str] = Counter()
    ratings: Counter[str] = Counter()
    for example in pictures.examples:
        if not example.held_back:
            counts.update({called(tag) for tag in example.tags})
            ratings[example.rating] += 1
    told = {called(name): category for name, category in pictures.categories.items()}
    chosen: list[Label] = []
    for name, count in sorted(counts.items(), key=lambda row: (-row[1], row[0])):
        if count < least or len(chosen) == most:
            break
        category = told.get(name) or vocabulary().category(name)
        if name and category in categories:
            chosen.append(Label(name, category))
    rated = [name for name in _FULL if ratings[name] >= least]
    return (*(Label(name, "rating") for name in rated if len(rated) > 1), *chosen)


def named(label: Label) -> str:
    """What a label is called in figures."""
    return f"rating:{label.name}" if label.category == "rating" else label.name


class Targets:
    """What is wanted of a network for each picture."""

    def __init__(self, labels: Sequence[Label], names: Names) -> None:
        self._ratings = {one.name: at for at, one in enumerate(labels) if one.category == "rating"}
        self._tags = {one.name: at for at, one in enumerate(labels) if one.category != "rating"}
        self._names, self._columns = names, dict[str, int]()
        self._count = len(labels)

    def __call__(self, examples: Sequence[Tagged]) -> Bools:
        """bool [N, labels]."""
        wanted = np.zeros((len(examples), self._count), np.bool_)
        for row, example in enumerate(examples):
            columns = [self._column(tag) for tag in example.tags]
            columns.append(self._ratings.get(example.rating, -1))
            wanted[row, [at for at in columns if at >= 0]] = True
        return wanted

    def _column(self, tag: str) -> int:
        if tag not in self._columns:
            self._columns[tag] = self._tags.get(self._names.of(tag), -1)
        return self._columns[tag]


def shown_whole(pixels: Pixels, size: int) -> Tensor:
    """uint8 [3, size, size]: a whole picture on a white square, as a tagger is shown it at run time."""
    return torch.from_numpy(square(pixels, size, Image.Resampling.BICUBIC).copy()).permute(2, 0, 1)


class TaggedBatches:
    """`batch_at` for the training loop: a dict of `pictures` uint8 [N, 3, S, S] and `wanted` float32 [N, labels].

    A function of the seed and the batch's number. Every picture comes once before one comes again.
    """

    def __init__(
        self, examples: Sequence[Tagged], targets: Targets, *, batch: int, size: int, seed: int, strength: float
    ) -> None:  # fmt: skip
        self._count, self._targets, self._batch, self._seed = len(examples), targets, batch, seed
        prepared = partial(square, size=round(size * _ROOM), resample=Image.Resampling.BICUBIC)
        self._changed = Changing(examples, size, strength, prepared=prepared)
        self._order: tuple[int, NDArray[np.int64]] | None = None

    def __call__(self, index: int) -> dict[str, Tensor]:
        """
        Raises:
            UserError: `training-picture`, when picture after picture cannot be read.
        """
        first = index * self._batch
        places = [self._place(number) for number in range(first, first + self._batch)]
        chosen, pictures = self._changed(places, np.random.default_rng((self._seed, index)))
        return {"pictures": pictures, "wanted": torch.from_numpy(self._targets(chosen)).float()}

    def _place(self, number: int) -> int:
        epoch, at = divmod(number, self._count)
        if self._order is None or self._order[0] != epoch:
            self._order = epoch, np.random.default_rng((self._seed, epoch, 1)).permutation(self._count)
        return int(self._order[1][at])
