"""Galleries name faces they know, do not name those they do not, and are never read shifted."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.characters import (
    EXEMPLAR,
    PROTOTYPE,
    Calibration,
    Enrolled,
    Gallery,
    fit,
    identify,
    load,
    normalised,
    save,
)
from core.errors import ArtefactError, Unavailable
from tests.core.characters.faces import EMBEDDER, gallery_of, people


def test_faces_are_named_and_strangers_are_not() -> None:
    faces, _ = people(60, 9)
    known, strangers = faces[:40], faces[40:]
    gallery = gallery_of(known[:, :5])
    asked = known[:, 5:].reshape(-1, 32)
    found = identify([gallery], EMBEDDER, asked)
    right = [names[0].character == f"c{row // 4}" for row, names in enumerate(found)]
    assert np.mean(right) > 0.97
    assert np.mean([names[0].sure for names in found]) > 0.8
    unknown = identify([gallery], EMBEDDER, strangers.reshape(-1, 32))
    assert np.mean([names[0].sure for names in unknown]) < 0.05
    assert all(len(names) == 5 for names in unknown)  # guesses are there all the same
    for names in found + unknown:
        values = [name.probability for name in names]
        assert values == sorted(values, reverse=True)
        assert all(0 <= value <= 1 for value in values)


def test_a_score_is_half_prototype_half_best_exemplars() -> None:
    faces, _ = people(3, 6)
    gallery = gallery_of(faces)
    query = faces[1, 0]
    (matches,) = gallery.nearest(query[None])
    prototype = normalised(faces[1].mean(axis=0))
    cosines = sorted(float(value) for value in faces[1] @ query)
    assert matches[0].character.name == "c1"
    assert matches[0].score == pytest.approx(
        0.5 * float(prototype @ query) + 0.5 * float(np.mean(cosines[-3:])), abs=1e-5
    )
    assert len(matches) == 3


def test_prototypes_may_be_given() -> None:
    faces, centres = people(4, 1)
    vectors = np.concatenate([faces[:, 0], centres])
    kinds = np.asarray([EXEMPLAR] * 4 + [PROTOTYPE] * 4)
    characters = [Enrolled(f"c{n}", None, 30) for n in range(4)]
    gallery = Gallery("x", EMBEDDER, characters, vectors, np.tile(np.arange(4), 2), kinds)
    (matches,) = gallery.nearest(faces[2])
    cosines = 0.5 * float(centres[2] @ faces[2, 0]) + 0.5
    assert matches[0].score == pytest.approx(cosines, abs=1e-5)
    alone = Gallery("x", EMBEDDER, characters, centres, np.arange(4), np.full(4, PROTOTYPE))
    assert alone.nearest(faces[2])[0][0].score == pytest.approx(float(centres[2] @ faces[2, 0]), abs=1e-5)


def test_the_best_of_many_characters_is_found_exactly() -> None:
    """The index only proposes: what it proposes is scored exactly."""
    faces, _ = people(3000, 1, dimensions=16, spread=1.0)
    gallery = gallery_of(faces)
    queries = people(20, 1, dimensions=16, seed=5)[0][:, 0]
    best = (queries @ faces[:, 0].T).argmax(axis=1)
    assert [matches[0].character.name for matches in gallery.nearest(queries)] == [f"c{n}" for n in best]


def test_a_character_known_by_one_picture_needs_to_be_surer() -> None:
    calibration = Calibration(slope=10, margin=0, intercept=-8, threshold=0.5, one_shot=0.8)
    vector = np.eye(8, dtype=np.float32)[:1]
    query = normalised(np.asarray([[0.92, 0.39, 0, 0, 0, 0, 0, 0]], np.float32))
    once = Gallery("a", EMBEDDER, [Enrolled("c", None, 1)], vector, np.zeros(1, int), calibration=calibration)
    often = Gallery(
        "a", EMBEDDER, [Enrolled("c", None, 5)], vector, np.zeros(1, int), calibration=calibration
    )
    assert identify([once], EMBEDDER, query)[0][0].sure is False
    assert identify([often], EMBEDDER, query)[0][0].sure is True


def test_galleries_are_asked_together() -> None:
    faces, _ = people(10, 3)
    shipped = gallery_of(faces[:5], "shipped")
    server = gallery_of(faces[5:], "server", prefix="own")
    names = [found[0] for found in identify([shipped, server], EMBEDDER, faces[:, 0])]
    assert [name.gallery for name in names] == ["shipped"] * 5 + ["server"] * 5
    assert [name.character for name in names[5:]] == [f"own{n}" for n in range(5)]


def test_a_character_of_two_galleries_counts_once_as_the_most_alike() -> None:
    faces, _ = people(5, 2)
    other = gallery_of(people(5, 2, seed=3)[0], "host")
    found = identify([other, gallery_of(faces)], EMBEDDER, faces[:, 0])
    for row, names in enumerate(found):
        assert [name.character for name in names].count(f"c{row}") == 1
        assert (names[0].character, names[0].gallery) == (f"c{row}", "shipped")
        # It is no rival of its own: the lead is over somebody else.
        assert names[0].probability > 0.5


def test_vectors_of_another_model_are_refused() -> None:
    faces, _ = people(3, 2)
    with pytest.raises(ArtefactError) as caught:
        identify([gallery_of(faces), gallery_of(faces, "host", "ccip@ffffffff")], EMBEDDER, faces[:, 0])
    assert caught.value.key == "gallery-other-model"
    assert caught.value.arguments["gallery"] == "host"


def test_what_is_no_vector_is_like_nobody() -> None:
    faces, _ = people(4, 2)
    (names,) = identify([gallery_of(faces)], EMBEDDER, np.full((1, 32), np.nan, np.float32))
    assert not names[0].sure
    assert all(0 <= name.probability < 0.1 for name in names)


def test_an_empty_gallery_knows_nobody() -> None:
    empty = Gallery("server", EMBEDDER, [], np.zeros((0, 8)), np.zeros(0, int))
    assert identify([empty], EMBEDDER, np.eye(8, dtype=np.float32)[:2]) == [[], []]
    assert identify([], EMBEDDER, np.eye(8, dtype=np.float32)[:2]) == [[], []]


@pytest.mark.parametrize(
    ("vectors", "labels", "names"),
    [
        (np.eye(3), [0, 1], "ab"),
        (np.eye(2), [0, 0], "ab"),
        (np.eye(2), [0, 2], "ab"),
        (np.eye(2), [0, 1], "aa"),
        (np.full((2, 2), np.nan), [0, 1], "ab"),
        (np.zeros(2), [0, 1], "ab"),
    ],
)
def test_what_does_not_fit_together_is_no_gallery(vectors: np.ndarray, labels: list[int], names: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Gallery("x", EMBEDDER, [Enrolled(name, None, 1) for name in names], vectors, np.asarray(labels))


# --- probabilities


def test_a_shown_score_means_a_probability() -> None:
    """Of the faces shown with about 70 %, about 70 % are right; measured on other faces than those it was fitted on."""

    def answers(seed: int) -> tuple[Gallery, np.ndarray, list[str]]:
        faces, _ = people(150, 4, spread=1.6, seed=seed)
        gallery = gallery_of(faces[:100, :3])
        queries = faces[:, 3]
        return gallery, queries, [f"c{n}" if n < 100 else "" for n in range(150)]

    scores, margins, right = [], [], []
    for seed in range(4):
        gallery, queries, truth = answers(seed)
        for matches, name in zip(gallery.nearest(queries), truth, strict=True):
            scores.append(matches[0].score)
            margins.append(matches[0].score - matches[1].score)
            right.append(matches[0].character.name == name)
    calibration = fit(np.asarray(scores), np.asarray(margins), np.asarray(right))
    shown, true = [], []
    for seed in range(10, 14):
        gallery, queries, truth = answers(seed)
        fitted = Gallery(
            "x", EMBEDDER, gallery.characters, gallery.vectors, gallery.labels, calibration=calibration
        )
        for names, name in zip(identify([fitted], EMBEDDER, queries), truth, strict=True):
            shown.append(names[0].probability)
            true.append(names[0].character == name)
    shown_now, true_now = np.asarray(shown), np.asarray(true)
    assert 0.2 < true_now.mean() < 0.9
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        part = (shown_now >= low) & (shown_now < low + 0.2)
        if part.sum() >= 40:
            assert abs(shown_now[part].mean() - true_now[part].mean()) < 0.12, low


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(0, 1), st.booleans()), min_size=2, max_size=60))
@settings(max_examples=60, deadline=None)
def test_more_alike_is_never_less_likely(rows: list[tuple[float, float, bool]]) -> None:
    scores, margins, right = (np.asarray(column) for column in zip(*rows, strict=True))
    if right.all() or not right.any():
        with pytest.raises(ValueError, match="right and wrong"):
            fit(scores, margins, right)
        return
    calibration = fit(scores, margins, right)
    assert calibration.slope >= 0
    assert calibration.margin >= 0
    values = [calibration.probability(score, 0.1) for score in np.linspace(-1, 1, 20)]
    assert values == sorted(values)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"slope": 1}', Calibration().to_json().replace("12.0", '"x"'),
                                  Calibration().to_json().replace("12.0", "NaN")])  # fmt: skip
def test_a_broken_calibration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Calibration.from_json(text)


# --- files


@pytest.fixture
def gallery() -> Gallery:
    faces, _ = people(12, 3, dimensions=8)
    return gallery_of(faces, "host", calibration=Calibration(slope=3.25))


def same(one: Gallery, other: Gallery) -> bool:
    return (
        one.characters == other.characters
        and one.embedder == other.embedder
        and one.calibration == other.calibration
        and np.array_equal(one.labels, other.labels)
        and np.array_equal(one.kinds, other.kinds)
        and np.allclose(one.vectors, other.vectors, atol=1e-3)
    )


def test_a_gallery_comes_back(gallery: Gallery, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "own.npz"
    save(gallery, path)
    again = load(path, "own")
    assert same(gallery, again)
    assert again.name == "own"
    save(again, path)
    assert same(again, load(path, "own"))
    assert [file.name for file in path.parent.iterdir()] == ["own.npz"]


def test_labels_of_any_kind_come_back(tmp_path: Path) -> None:
    names = ["saber_(fate)", "re:zero: rem", "c.c.", "初音ミク", "a b", "'\"\\", "x" * 200]
    characters = [Enrolled(name, name, n + 1) for n, name in enumerate(names)]
    save(Gallery("x", EMBEDDER, characters, np.eye(len(names)), np.arange(len(names))), tmp_path / "x.npz")
    assert load(tmp_path / "x.npz", "x").characters == tuple(characters)


def test_a_file_cut_anywhere_names_nobody(gallery: Gallery, tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    save(gallery, path)
    content = path.read_bytes()
    for length in range(0, len(content), 17):
        path.write_bytes(content[:length])
        with pytest.raises(ArtefactError) as caught:
            load(path, "own")
        assert caught.value.key == "gallery-broken"


def test_a_changed_byte_never_changes_a_name(gallery: Gallery, tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    save(gallery, path)
    content = path.read_bytes()
    rng = np.random.default_rng(0)
    for place in rng.choice(len(content), 150, replace=False):
        changed = bytearray(content)
        changed[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(changed)
        try:
            again = load(path, "own")
        except ArtefactError:
            continue
        assert same(gallery, again)  # the bit was none that matters, such as a date in the archive


def test_parts_of_two_galleries_are_no_gallery(gallery: Gallery, tmp_path: Path) -> None:
    """A sound archive, but the names of one with the vectors of another."""
    other = gallery_of(people(12, 3, dimensions=8, seed=9)[0], prefix="other")
    save(gallery, tmp_path / "a.npz")
    save(other, tmp_path / "b.npz")
    with np.load(tmp_path / "a.npz") as a, np.load(tmp_path / "b.npz") as b:
        mixed = {key: (b if key == "names" else a)[key] for key in a.files}
    np.savez(tmp_path / "mixed.npz", **mixed)
    with pytest.raises(ArtefactError) as caught:
        load(tmp_path / "mixed.npz", "x")
    assert caught.value.key == "gallery-broken"


def test_pickles_are_not_read(gallery: Gallery, tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    save(gallery, path)
    content = io.BytesIO(path.read_bytes())
    pickled = io.BytesIO()
    np.save(pickled, np.asarray([object], object), allow_pickle=True)
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, pickled.getvalue() if name == "names.npy" else old.read(name))
    with pytest.raises(ArtefactError) as caught:
        load(path, "own")
    assert caught.value.key == "gallery-broken"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError) as caught:
        load(tmp_path / "none.npz", "none")
    assert caught.value.key == "gallery-missing"


def test_where_nothing_can_be_written_the_old_one_stays(gallery: Gallery, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Unavailable) as caught:
        save(gallery, tmp_path / "file" / "own.npz")
    assert caught.value.key == "gallery-unwritable"


def test_a_process_killed_while_it_saves_leaves_the_old_one(gallery: Gallery, tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    save(gallery, path)
    script = (
        "import sys, os, numpy as np, pathlib\n"
        "from core.characters import save\n"
        "from tests.core.characters.faces import gallery_of, people\n"
        "def die(handle): os._exit(9)\n"
        "os.fsync = die\n"
        "save(gallery_of(people(12, 3, dimensions=8, seed=4)[0]), pathlib.Path(sys.argv[1]))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, str(path)], cwd=Path(__file__).parents[3], env=os.environ, check=False
    )
    assert ended.returncode == 9
    assert same(gallery, load(path, "own"))
