"""Hair colour and gender of heads, learned from named characters whose looks are known and from labelled faces.

Faces drawn by a generator in one style teach little about others (a head trained on those alone names 0.48 of the hair
colours of other illustrations). Here every crop of a character of `looks.csv` carries that character's looks.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from core.errors import UserError
from core.pictures.taggers.traits import head_square
from core.training.looks import LEFT_OUT, LOOKS
from core.training.tagger_model import GROUPS, Features, Linear

HAIR = ("black", "blonde", "blue", "brown", "green", "orange", "pink", "purple", "red", "white")
GENDER = ("female", "male")
_MERGED = {"aqua": "blue", "gray": "white", "grey": "white"}
_MOST = {"identities": 26, "gallery": 6}
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Head:
    """A crop as stored; empty strings where nothing is known. `who` is the character, or a kind of labelled faces."""

    pack: str
    archive: str
    file: str
    hair: str
    gender: str
    who: str


@dataclass(frozen=True)
class Learned:
    """A layer over the detailed features and its accuracy on characters it has not seen."""

    labels: tuple[str, ...]
    linear: Linear
    accuracy: float
    heads: int


def read(data: Path, seed: int, most_faces: int, most_of_gender: int) -> list[Head]:
    """Heads with known looks, at most so many a character, and at most so many labelled faces.

    Raises:
        UserError: `data-missing`.
    """
    chance = np.random.default_rng(seed)
    try:
        looks = {row["tag"]: row for row in _rows(LOOKS)}
        heads: list[Head] = []
        for pack, most in _MOST.items():
            taken: Counter[str] = Counter()
            for row in _shuffled(_rows(data / pack / "index.csv"), chance):
                who = row["character"]
                if who in looks and taken[who] < most and not row["source"].startswith(LEFT_OUT):
                    taken[who] += 1
                    known = looks[who]
                    heads.append(Head(pack, row["zip"], row["file"], known["hair"], known["gender"], who))
        faces = _shuffled(_rows(data / "attributes" / "index.csv"), chance)
    except (OSError, KeyError) as problem:
        raise UserError("data-missing", path="identities") from problem
    coloured = [row for row in faces if row["hair"]][:most_faces]
    gendered = [row for row in faces if row["gender"]][:most_of_gender]
    for row in (*coloured, *gendered):
        who = f"face {row['hair'] or row['gender']}"
        heads.append(Head("attributes", row["zip"], row["file"], row["hair"], row["gender"], who))
    return heads


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _shuffled(rows: list[dict[str, str]], chance: np.random.Generator) -> list[dict[str, str]]:
    return [rows[index] for index in chance.permutation(len(rows))]


def features_of(
    features: Features, data: Path, heads: Sequence[Head], size: int, done: Callable[[int], None]
) -> Floats:
    """float64 [N, detailed]: of every crop as it is, whatever it holds besides the head, in `size` pixels; `done` is
    told how many were looked at."""
    found: list[NDArray[np.float32]] = []
    archives: dict[Path, zipfile.ZipFile] = {}
    for start in range(0, len(heads), 32):
        crops = []
        for head in heads[start : start + 32]:
            path = data / head.pack / head.archive
            if path not in archives:
                archives[path] = zipfile.ZipFile(path)
            with Image.open(io.BytesIO(archives[path].read(head.file))) as image:
                pixels = np.asarray(image.convert("RGB"))
            crops.append(head_square(pixels, None, size))
        batch = torch.from_numpy(np.stack(crops).transpose(0, 3, 1, 2).astype(np.float32))
        with torch.inference_mode():
            found.append(features(batch)[1].numpy())
        done(len(crops))
    for archive in archives.values():
        archive.close()
    return np.concatenate(found).astype(np.float64)


def learn(rows: Floats, heads: Sequence[Head], kind: str, labels: tuple[str, ...], regular: float) -> Learned:
    """Logistic regression; characters with many crops weigh less each. Probabilities are softened until they fit
    characters that were not seen (5 folds by character)."""
    given = np.asarray([_MERGED.get(getattr(head, kind), getattr(head, kind)) for head in heads])
    used = np.isin(given, labels)
    rows, given = rows[used], given[used]
    who = np.asarray([head.who for head in heads])[used]
    many = Counter(who.tolist())
    weights = np.asarray([1 / np.sqrt(many[name]) for name in who.tolist()])
    widths = np.concatenate([np.full(width, float(width)) for width in GROUPS])  # every part weighs the same
    middle, spread = rows.mean(0), (rows.std(0) + 1e-6) * np.sqrt(widths)
    scaled = (rows - middle) / spread

    def fit(chosen: NDArray[np.bool_]) -> Any:
        model = LogisticRegression(C=regular, max_iter=150, class_weight="balanced")
        return model.fit(scaled[chosen], given[chosen], sample_weight=weights[chosen])

    logits = np.full((len(given), len(labels)), -30.0)
    named = np.asarray([not name.startswith("face ") for name in who.tolist()])
    for seen, held in GroupKFold(3).split(scaled, groups=who):
        chosen = np.zeros(len(given), np.bool_)
        chosen[seen] = True
        model = fit(chosen)
        weight, bias = _full(model, labels)
        logits[held] = scaled[held] @ weight.T + bias
    right = np.asarray([labels.index(name) for name in given.tolist()])
    softness = min(
        np.geomspace(0.15, 1.5, 24), key=lambda factor: _loss(logits[named] * factor, right[named])
    )
    accuracy = float((logits.argmax(1) == right)[named].mean())
    weight, bias = _full(fit(np.ones(len(given), np.bool_)), labels)
    weight = weight * softness / spread
    return Learned(labels, Linear(weight, bias * softness - weight @ middle), accuracy, int(named.sum()))


def _full(model: Any, labels: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Rows in the order of `labels`, also for two classes, of which the model keeps one row."""
    weight, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weight, bias = np.concatenate([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
    full, shift = np.zeros((len(labels), weight.shape[1])), np.full(len(labels), -30.0)
    for row, name in enumerate(model.classes_.tolist()):
        full[labels.index(name)], shift[labels.index(name)] = weight[row], bias[row]
    return full, shift


def _loss(logits: Floats, right: NDArray[np.int64]) -> float:
    shifted = logits - logits.max(1, keepdims=True)
    return float(-(shifted[np.arange(len(right)), right] - np.log(np.exp(shifted).sum(1))).mean())
