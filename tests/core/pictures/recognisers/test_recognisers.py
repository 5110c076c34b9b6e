"""What every recogniser keeps to, whatever it runs on; and what each is shown."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.characters import Enrolled, Gallery
from core.errors import ArtefactError, Unavailable
from core.pictures import Box, Candidate, Detection, Embedder, Face, Picture, Recogniser
from core.pictures.recognisers import (
    EMBEDDERS,
    TAG_RECOGNISERS,
    CcipEmbedder,
    FaceEmbedder,
    FusedRecogniser,
    GalleryRecogniser,
    make_recogniser,
)
from tests.core.pictures.detectors.tiny import Folder
from tests.core.pictures.recognisers.tiny import (
    FACTS,
    HEADS,
    PEOPLE,
    ccip_model,
    faces_model,
    group_picture,
    put_tagger,
)

SEEN = [Detection(box, 0.9 - n / 10) for n, box in enumerate(HEADS)]


def faces(folder: Folder) -> FaceEmbedder:
    folder.put("faces", "recogniser.onnx", faces_model())
    return FaceEmbedder(folder.models())


def ccip(folder: Folder) -> CcipEmbedder:
    folder.put("ccip-x", "model_feat.onnx", ccip_model())
    return CcipEmbedder(folder.models(), "ccip-x")


EMBEDDING: dict[str, Callable[[Folder], Embedder]] = {"faces": faces, "ccip": ccip}


def gallery_of(embedder: Embedder, name: str = "shipped", shades: tuple[int, ...] = (0, 15, -15)) -> Gallery:
    """Three characters by three pictures each."""
    vectors = np.concatenate([embedder.embed(group_picture(shade=shade), HEADS) for shade in shades])
    characters = [Enrolled(character, "story", len(shades)) for character in PEOPLE]
    return Gallery(name, embedder.name, characters, vectors, np.tile(np.arange(3), len(shades)))


def by_gallery(kind: str) -> Callable[[Folder], Recogniser]:
    def make(folder: Folder) -> Recogniser:
        embedder = EMBEDDING[kind](folder)
        return GalleryRecogniser(embedder, [gallery_of(embedder)])

    return make


def by_tags(kind: str) -> Callable[[Folder], Recogniser]:
    def make(folder: Folder) -> Recogniser:
        put_tagger(folder, f"{kind}-x", kind)
        return TAG_RECOGNISERS[kind](folder.models(), f"{kind}-x")

    return make


def fused(folder: Folder) -> Recogniser:
    mine, theirs = faces(folder), ccip(folder)
    put_tagger(folder, "wd-x", "wd")
    models = folder.models()
    return FusedRecogniser(
        [
            GalleryRecogniser(mine, [gallery_of(mine)]),
            GalleryRecogniser(theirs, [gallery_of(theirs)]),
            TAG_RECOGNISERS["wd"](models, "wd-x"),
        ]
    )


EVERY: dict[str, Callable[[Folder], Recogniser]] = {
    "faces": by_gallery("faces"),
    "ccip": by_gallery("ccip"),
    "wd": by_tags("wd"),
    "pixai": by_tags("pixai"),
    "fused": fused,
}


@pytest.fixture(params=EVERY)
def recogniser(request: pytest.FixtureRequest, tmp_path: Path) -> Recogniser:
    return EVERY[request.param](Folder(tmp_path))


def test_every_head_gets_its_name(recogniser: Recogniser) -> None:
    for order in ((0, 1, 2), (2, 0, 1)):
        found = recogniser.recognise(group_picture(order, shade=5), SEEN)
        names = list(PEOPLE)
        assert [face.candidates[0].character for face in found] == [names[who] for who in order]
        assert [face.unknown for face in found] == [False] * 3
        assert [(face.box, face.score) for face in found] == [(head.box, head.score) for head in SEEN]


def test_candidates_are_probabilities_best_first(recogniser: Recogniser) -> None:
    for face in recogniser.recognise(group_picture(), SEEN):
        scores = [candidate.score for candidate in face.candidates]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)
        assert 1 <= len(scores) <= 5
        assert len({candidate.character for candidate in face.candidates}) == len(scores)
        assert face.embedding is None or np.linalg.norm(face.embedding) == pytest.approx(1, abs=1e-4)


def test_a_stranger_is_unknown(recogniser: Recogniser) -> None:
    """A pale yellow: like nobody."""
    pixels = np.full((200, 400, 3), (150, 150, 130), np.uint8)
    found = recogniser.recognise(Picture(pixels, None, "x", "PNG"), SEEN)
    assert [face.unknown for face in found] == [True] * 3


def test_no_heads_no_faces(recogniser: Recogniser) -> None:
    assert recogniser.recognise(group_picture(), []) == ()


@pytest.mark.parametrize(
    "box", [Box(0, 0, 1, 1), Box(399, 199, 1, 1), Box(0.2, 0.3, 0.5, 150.7), Box(0, 0, 400, 200)]
)
def test_heads_of_any_size_and_place(recogniser: Recogniser, box: Box) -> None:
    assert len(recogniser.recognise(group_picture(), [Detection(box, 1)])) == 1


def test_several_threads_get_the_same(recogniser: Recogniser) -> None:
    def names() -> list[list[str]]:
        found = recogniser.recognise(group_picture(), SEEN)
        return [[candidate.character for candidate in face.candidates] for face in found]

    once = names()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: names(), range(8))) == [once] * 8


def test_the_name_changes_with_the_model(recogniser: Recogniser) -> None:
    assert all("@" in part for part in recogniser.name.split(" + "))


@pytest.mark.parametrize("kind", ["faces", "ccip", "wd", "pixai"])
def test_a_missing_model_and_a_broken_one_are_told_apart(kind: str, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    EVERY[kind](folder)
    (path,) = tmp_path.rglob("*.onnx")
    model = path.parent.name
    path.write_bytes(b"no model")

    def ask() -> object:
        if kind in EMBEDDERS:
            return EMBEDDERS[kind](folder.models(), model).embed(group_picture(), HEADS)
        return TAG_RECOGNISERS[kind](folder.models(), model).recognise(group_picture(), SEEN)

    for key in ("model-broken", "model-missing"):
        with pytest.raises(Unavailable) as caught:
            ask()
        assert caught.value.key == key
        path.unlink(missing_ok=True)


# --- embedders


@pytest.fixture(params=EMBEDDING)
def embedder(request: pytest.FixtureRequest, tmp_path: Path) -> Embedder:
    return EMBEDDING[request.param](Folder(tmp_path))


def test_vectors_have_length_one_in_the_order_given(embedder: Embedder) -> None:
    vectors = embedder.embed(group_picture(), HEADS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, embedder.dimensions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    turned = embedder.embed(group_picture(), HEADS[::-1])
    assert np.allclose(turned, vectors[::-1], atol=1e-4)
    many = embedder.embed(group_picture(), HEADS * 13)  # more than go through the model at once
    assert np.allclose(many, np.tile(vectors, (13, 1)), atol=1e-4)


def test_the_checksum_is_part_of_the_name(embedder: Embedder, tmp_path: Path) -> None:
    (path,) = tmp_path.rglob("*.onnx")
    model, _, digits = embedder.name.partition("@")
    assert model == path.parent.name
    assert Folder(tmp_path).checksum(model, path.name).startswith(digits)
    before = embedder.name
    path.write_bytes(path.read_bytes() + b"\0\0")
    assert embedder.name != before


def test_our_model_sees_hair_eyes_and_gender(tmp_path: Path) -> None:
    vectors, traits = faces(Folder(tmp_path)).read(group_picture(), HEADS)
    assert vectors.shape == (3, 16)
    assert [[(trait.kind, trait.value) for trait in seen] for seen in traits] == [
        [("hair", "red"), ("eyes", "red"), ("gender", "female")],
        [("hair", "green"), ("eyes", "green"), ("gender", traits[1][2].value)],
        [("hair", "blue"), ("eyes", "blue"), ("gender", "male")],
    ]
    assert all(0.4 < trait.score <= 1 for trait in traits[0])


def test_faces_come_with_their_traits(tmp_path: Path) -> None:
    (face, *_) = by_gallery("faces")(Folder(tmp_path)).recognise(group_picture(), SEEN)
    hair = face.trait("hair")
    assert hair is not None
    assert hair.value == "red"


@pytest.mark.parametrize(
    "facts",
    [{"pad": "zero"}, {"size": "x"}, {"expand": ""}, {"hair": "[]"}, {"eyes": "{"}, {"gender": '["female"]'}],
)
def test_our_model_needs_its_metadata(tmp_path: Path, facts: dict[str, str]) -> None:
    for told in ({**FACTS, **facts}, {key: value for key, value in FACTS.items() if key not in facts}):
        folder = Folder(tmp_path / str(len(told)))
        folder.put("faces", "recogniser.onnx", faces_model(told))
        with pytest.raises(Unavailable) as caught:
            FaceEmbedder(folder.models()).embed(group_picture(), HEADS)
        assert caught.value.key == "model-broken"


# --- galleries


def test_vectors_of_another_model_are_refused(tmp_path: Path) -> None:
    mine, theirs = faces(Folder(tmp_path)), ccip(Folder(tmp_path))
    with pytest.raises(ArtefactError) as caught:
        GalleryRecogniser(mine, [gallery_of(theirs)]).recognise(group_picture(), SEEN)
    assert caught.value.key == "gallery-other-model"


def test_the_name_tells_what_the_galleries_hold(tmp_path: Path) -> None:
    mine = faces(Folder(tmp_path))
    one, other = gallery_of(mine), gallery_of(mine, shades=(0, 10))
    assert GalleryRecogniser(mine, [one]).name == GalleryRecogniser(mine, [gallery_of(mine)]).name
    assert GalleryRecogniser(mine, [one]).name != GalleryRecogniser(mine, [other]).name


def test_without_a_gallery_all_are_unknown_but_seen(tmp_path: Path) -> None:
    found = GalleryRecogniser(faces(Folder(tmp_path)), []).recognise(group_picture(), SEEN)
    assert [(face.unknown, face.candidates, len(face.traits)) for face in found] == [(True, (), 3)] * 3


# --- character tags


def test_series_come_from_the_list_or_from_brackets(tmp_path: Path) -> None:
    wd = by_tags("wd")(Folder(tmp_path)).recognise(group_picture(), SEEN)
    pixai = by_tags("pixai")(Folder(tmp_path)).recognise(group_picture(), SEEN)
    assert [face.candidates[0].series for face in wd] == ["story", "story", "other_(story)"]
    assert [face.candidates[0].series for face in pixai] == ["the_story", "story", "other_(story)"]
    assert {face.candidates[0].gallery for face in wd} == {"wd-x"}


# --- fusion


class Says:
    """A recogniser that says what it is told to."""

    name = "says@1"

    def __init__(self, scores: dict[str, float], knows: str = "", unknown: bool = False) -> None:
        self.scores, self.known, self.unknown = scores, set(scores) | set(knows), unknown

    def knows(self, character: str) -> bool:
        return character in self.known

    def recognise(self, picture: Picture, heads: object) -> tuple[Face, ...]:
        ranked = sorted(self.scores.items(), key=lambda item: -item[1])
        candidates = tuple(Candidate(name, None, score, "x") for name, score in ranked)
        return (Face(Box(0, 0, 1, 1), 1, candidates, self.unknown or not candidates),)


def pooled(*sources: Says, weights: list[float] | None = None) -> tuple[dict[str, float], bool]:
    (face,) = FusedRecogniser(sources, weights).recognise(group_picture(), SEEN[:1])
    return {candidate.character: candidate.score for candidate in face.candidates}, face.unknown


def test_agreement_stays_and_contradiction_counts() -> None:
    scores, unknown = pooled(Says({"a": 0.9}), Says({"a": 0.9}))
    assert scores == {"a": pytest.approx(0.9)}
    assert not unknown
    scores, unknown = pooled(Says({"a": 0.9}, "b"), Says({"b": 0.8}, "a"))
    assert scores["a"] < 0.5
    assert scores["b"] < 0.5
    assert unknown


def test_who_does_not_know_a_character_has_no_say() -> None:
    scores, unknown = pooled(Says({"own": 0.95}), Says({"miku": 0.3}, unknown=True))
    assert scores["own"] == pytest.approx(0.95)
    assert not unknown


def test_odds_are_weighted() -> None:
    even, _ = pooled(Says({"a": 0.9}), Says({"a": 0.1}))
    trusted, _ = pooled(Says({"a": 0.9}), Says({"a": 0.1}), weights=[3, 1])
    assert even["a"] == pytest.approx(0.5)
    assert trusted["a"] == pytest.approx(0.75)
    with pytest.raises(ValueError, match="weight"):
        FusedRecogniser([Says({})], [0])


def test_nobody_is_named_whom_none_of_them_would_name() -> None:
    scores, unknown = pooled(Says({"a": 0.7}, unknown=True), Says({"a": 0.8}, unknown=True))
    assert scores["a"] > 0.5
    assert unknown


def test_no_answers_are_no_answer() -> None:
    assert pooled(Says({}), Says({})) == ({}, True)


# --- together


def chosen(folder: Folder) -> list[tuple[str, str]]:
    faces(folder)
    ccip(folder)
    put_tagger(folder, "wd-x", "wd")
    return [("faces", "faces"), ("ccip", "ccip-x"), ("wd", "wd-x")]


def test_an_embedder_without_a_gallery_is_left_out(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    backends = chosen(folder)
    mine = gallery_of(faces(folder))
    made = make_recogniser(
        folder.models(), backends, lambda embedder: [mine] if embedder == mine.embedder else []
    )
    assert "faces@" in made.name
    assert "wd-x@" in made.name
    assert "ccip-x@" not in made.name
    assert not made.recognise(group_picture(), SEEN)[0].unknown


def test_galleries_asked_alone_are_asked_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    backends = chosen(folder)
    own = replace_characters(gallery_of(faces(folder)), "own_")
    made = make_recogniser(folder.models(), backends, lambda _: [own], galleries_only=True)
    for face in made.recognise(group_picture(), SEEN):
        assert all(candidate.character.startswith("own_") for candidate in face.candidates)


def replace_characters(gallery: Gallery, prefix: str) -> Gallery:
    renamed = [replace(character, name=prefix + character.name) for character in gallery.characters]
    return Gallery("own", gallery.embedder, renamed, gallery.vectors, gallery.labels)


def test_a_gallery_of_no_embedder_in_use_is_refused(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    backends = chosen(folder)[:1]
    theirs = gallery_of(ccip(folder))
    made = make_recogniser(folder.models(), backends, lambda _: [theirs], galleries_only=True)
    with pytest.raises(ArtefactError) as caught:
        made.recognise(group_picture(), SEEN)
    assert caught.value.key == "gallery-other-model"


def test_without_any_gallery_traits_are_still_seen(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    made = make_recogniser(folder.models(), chosen(folder), lambda _: [])
    (face, *_) = made.recognise(group_picture(), SEEN)
    assert face.traits
    assert face.candidates[0].character == "akane_(story)"


def test_an_unknown_backend_is_no_recogniser(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        make_recogniser(Folder(tmp_path).models(), [("magic", "m")], lambda _: [])
    assert caught.value.key == "model-missing"
