"""The embedding made of whitened features, and the looks that attributes are learned from."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

if not find_spec("torch"):
    pytest.skip("needs the extra for training", allow_module_level=True)

from core.training.faces import Face, whole
from core.training.looks import in_own_colours, labelled_by_eye
from core.training.recogniser_model import ATTRIBUTES
from core.training.whitening import Floats, whitened


def _faces(rng: np.random.Generator, characters: int, each: int) -> tuple[Floats, np.ndarray]:
    """Features of faces, twice: five say who it is, twenty louder ones how it was drawn."""
    who = np.repeat(np.arange(characters), each)
    own = rng.normal(size=(characters, 5))[who]
    versions = [
        np.concatenate([own + rng.normal(0, 0.15, own.shape), rng.normal(0, 3, (len(who), 20))], 1)
        for _ in range(2)
    ]
    return np.stack(versions), np.array([f"somebody_{n}" for n in who])


def _one_shot(vectors: Floats, names: np.ndarray) -> float:
    """Share of faces whose nearest other face, of the first of every character, is their own character's."""
    first = np.unique(names, return_index=True)[1]
    rest = np.setdiff1d(np.arange(len(names)), first)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    nearest = names[first][(unit[rest] @ unit[first].T).argmax(1)]
    return float((nearest == names[rest]).mean())


def test_characters_never_seen_are_told_apart_by_what_varies_little_within_one() -> None:
    rng = np.random.default_rng(3)
    seen, names = _faces(rng, 60, 8)
    middle, matrix = whitened(seen, names, np.ones(25), dimensions=12, shrinkage=0.3)
    assert (matrix.shape, middle.shape) == ((12, 25), (25,))
    new, who = _faces(rng, 40, 5)
    before = _one_shot(new.mean(0) - new.mean((0, 1)), who)
    after = _one_shot((new.mean(0) - middle) @ matrix.T, who)
    assert before < 0.3 < 0.7 < after


def test_features_of_no_weight_do_not_count() -> None:
    rng = np.random.default_rng(4)
    seen, names = _faces(rng, 20, 6)
    weights = np.concatenate([np.ones(5), np.zeros(20)])
    _, matrix = whitened(seen, names, weights, dimensions=5, shrinkage=0.3)
    assert np.allclose(matrix[:, 5:], 0)
    assert np.abs(matrix[:, :5]).max() > 0.1


def _face(file: str, character: str = "", source: str = "painter/one") -> Face:
    pixels = np.zeros((8, 8, 3), np.uint8)
    return Face("identities", file, pixels, whole(pixels), character=character, source=source)


def test_known_characters_carry_their_looks() -> None:
    faces = [
        _face("a", "kinomoto_sakura"),
        _face("b", "nobody_at_all"),
        _face("c", "kinomoto_sakura", "JLaoo/Classifying"),
    ]
    found = in_own_colours(faces)
    assert [(face.file, face.hair, face.eyes, face.gender) for face in found] == [
        ("a", "brown", "green", "female")
    ]


def test_faces_named_by_eye_carry_a_colour_the_model_knows() -> None:
    faces = [_face(f"fac{number:05}.webp") for number in range(20_300)]
    found = labelled_by_eye(faces)
    assert len(found) == 381
    assert {face.hair for face in found} <= set(ATTRIBUTES["hair"])
