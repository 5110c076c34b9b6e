"""The rating that ships: what it says of harmless pictures, what it holds back, and how all else goes on without it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.pictures import describe
from core.characters import GalleryShelf
from core.errors import Unavailable
from core.inference import Models, ModelStore
from core.osusume import DATA, Osusume
from core.pictures import Asked, Picture, Tag, Tagger
from core.pictures.opening import open_pipeline
from core.pictures.reading import Limits, read_picture
from core.pictures.taggers import NsfwjsTagger, RatedTagger
from core.pictures.taggers.nsfwjs import rating
from core.settings import Settings, read_settings
from tests.core.pictures.taggers.tiny import (
    PIXAI_LABELS,
    RATING_LABELS,
    WD_LABELS,
    ours_onnx,
    pixai_onnx,
    plain,
    rating_onnx,
    wd_onnx,
)
from tests.core.pictures.test_service import DARK, LIGHT, OPEN, RESTRICTED, everything, request
from tests.tiny_models import always_rated, drawn, tiny_models

SEVERITY = ("general", "sensitive", "questionable", "explicit")
TAGS = Asked(frozenset(("tags",)))


def shares(**given: float) -> dict[str, float]:
    return dict.fromkeys(RATING_LABELS, 0.0) | given


@pytest.mark.parametrize(
    ("seen", "name", "score"),
    [
        (shares(Drawing=0.7, Neutral=0.3), "general", 1.0),
        (shares(Drawing=0.6, Hentai=0.2, Sexy=0.2), "general", 0.6),
        (shares(Neutral=0.4, Porn=0.3, Sexy=0.3), "sensitive", 0.6),
        (shares(Drawing=0.15, Sexy=0.85), "sensitive", 0.85),
        (shares(Drawing=0.25, Hentai=0.15, Sexy=0.6), "sensitive", 0.75),
        (shares(Drawing=0.05, Hentai=0.2, Sexy=0.75), "questionable", 0.95),
        (shares(Drawing=0.31, Hentai=0.69), "sensitive", 0.69),
        (shares(Drawing=0.29, Hentai=0.31, Porn=0.4), "questionable", 0.71),
        (shares(Sexy=1.0), "questionable", 1.0),
        (shares(Hentai=0.5, Porn=0.5), "explicit", 1.0),
    ],
)
def test_classes_become_ratings(seen: dict[str, float], name: str, score: float) -> None:
    found = rating(seen)
    assert (found.name, found.category) == (name, "rating")
    assert found.score == pytest.approx(score)


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5).filter(any), st.floats(0, 1))
def test_a_more_adult_picture_is_never_rated_lower(parts: list[float], more: float) -> None:
    given = {name: part / sum(parts) for name, part in zip(RATING_LABELS, parts, strict=True)}
    before = rating(given)
    moved = given["Drawing"] * more
    after = rating({**given, "Drawing": given["Drawing"] - moved, "Hentai": given["Hentai"] + moved})
    assert SEVERITY.index(after.name) >= SEVERITY.index(before.name)
    assert 0 <= before.score <= 1
    assert 0 <= after.score <= 1


def shipped_tagger(home: Path) -> NsfwjsTagger:
    return NsfwjsTagger(Models(ModelStore.open(DATA / "models", home)))


@pytest.mark.parametrize("name", sorted(path.name for path in (DATA / "demo").glob("*.webp")))
def test_the_pictures_to_try_are_harmless(name: str, tmp_path: Path) -> None:
    picture = read_picture((DATA / "demo" / name).read_bytes(), Limits())
    assert [tag.name for tag in shipped_tagger(tmp_path).tag(picture, ())] == ["general"]


async def test_the_embedded_models_rate(tmp_path: Path) -> None:
    settings = read_settings(_env_file=None, home=tmp_path, picture_deadline=900)
    data = (DATA / "demo" / "lake_at_dawn.webp").read_bytes()
    async with Osusume.open(settings, warm=False) as osusume:
        assert osusume.models.in_use("rating") == ("rating",)
        found = await osusume.pictures.run("ada", lambda pipeline: pipeline.look(data, TAGS).findings)
    assert found.rating is not None
    assert found.rating.name == "general"
    assert "rating@" in found.models["tagger"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings(_env_file=None, home=tmp_path / "home")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tiny_models(tmp_path / "data")


@pytest.fixture
async def hentai(data: Path, settings: Settings) -> AsyncIterator[Osusume]:
    """A core whose rating model says Hentai to everything."""
    always_rated(data, shares(Hentai=0.99, Drawing=0.01))
    async with Osusume.open(settings, data=data, warm=False) as opened:
        yield opened


async def test_what_is_rated_explicit_is_answered_only_where_adults_want_it(hentai: Osusume) -> None:
    for picture in (DARK, LIGHT):
        reply = await describe(request(picture, OPEN), hentai)
        assert "too explicit for this place" in everything(reply)
        assert not reply.pictures
        assert "Makise" not in everything(reply)
    await hentai.people.set_preferences("discord:1", adult=True)
    await hentai.people.set_server("discord:9", adult=True)
    reply = await describe(request(LIGHT, RESTRICTED), hentai)
    assert "Makise Kurisu" in everything(reply)
    assert "explicit 99" in everything(reply)
    assert "too explicit" in everything(await describe(request(LIGHT, OPEN), hentai))


@pytest.mark.parametrize("label", ["Drawing", "Neutral"])
async def test_what_is_rated_general_is_answered(data: Path, settings: Settings, label: str) -> None:
    always_rated(data, shares(**{label: 1.0}))
    async with Osusume.open(settings, data=data, warm=False) as osusume:
        assert "Makise Kurisu" in everything(await describe(request(LIGHT, OPEN), osusume))


def removed(path: Path) -> None:
    path.unlink()


def spoilt(path: Path) -> None:
    path.write_bytes(b"not a model")


def of_other_classes(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"Sexy", b"Racy"))


@pytest.mark.parametrize("harm", [removed, spoilt, of_other_classes])
async def test_without_its_file_everything_but_the_rating_goes_on(
    data: Path, settings: Settings, harm: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    always_rated(data, shares(Hentai=1.0))
    harm(data / "models" / "rating.onnx")
    async with Osusume.open(settings, data=data, warm=False) as osusume:
        for number in range(3):
            file = drawn("red", number=number)
            assert "Makise Kurisu" in everything(await describe(request(file, OPEN), osusume))
    lines = [record for record in caplog.records if "not rated" in record.getMessage()]
    assert len(lines) == 1
    assert lines[0].levelno == logging.WARNING


async def test_a_file_that_goes_missing_while_the_bot_runs(hentai: Osusume, data: Path) -> None:
    assert "too explicit" in everything(await describe(request(LIGHT, OPEN), hentai))
    (data / "models" / "rating.onnx").unlink()
    assert "Makise Kurisu" in everything(await describe(request(LIGHT, OPEN), hentai))


class Said(Tagger):
    """Always the same."""

    def __init__(self, *tags: Tag) -> None:
        self._tags = tags

    @property
    def name(self) -> str:
        return "said@1"

    def tag(self, picture: Picture, faces: object) -> tuple[Tag, ...]:
        return self._tags


def test_ratings_of_the_other_model_count_alone() -> None:
    tagger = RatedTagger(
        Said(Tag("general", "rating", 0.9), Tag("1girl", "general", 0.8)),
        Said(Tag("explicit", "rating", 0.7), Tag("sky", "general", 0.9)),
    )
    assert [tag.name for tag in tagger.tag(plain((0, 0, 0)), ())] == ["explicit", "1girl"]
    assert tagger.name == "said@1+said@1"


MANIFEST = """
[[model]]
id = "rating"
purposes = ["rating"]
backend = "nsfwjs"
embedded = true
licence = "MIT"
files = [{ path = "rating.onnx" }]

[[model]]
id = "tags"
purposes = ["tagger"]
backend = "tags"
embedded = true
licence = "MIT"
files = [{ path = "tagger.onnx" }]

[[model]]
id = "wd"
purposes = ["tagger", "rating"]
backend = "wd"
licence = "MIT"
files = [
    { path = "model.onnx", at_most = 1000000, url = "https://example.org/model.onnx" },
    { path = "selected_tags.csv", at_most = 1000000, url = "https://example.org/selected_tags.csv" },
]

[[model]]
id = "pixai"
purposes = ["tagger"]
backend = "pixai"
licence = "MIT"
files = [
    { path = "model.onnx", at_most = 1000000, url = "https://example.org/model.onnx" },
    { path = "selected_tags.csv", at_most = 1000000, url = "https://example.org/selected_tags.csv" },
]

[preset.embedded]
tagger = ["tags"]
rating = ["rating"]
"""


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    """Taggers with and without ratings: the shipped model says explicit to all, WD general to what is white."""
    shipped, home = tmp_path / "shipped", tmp_path / "models"
    for folder in (shipped, home / "wd", home / "pixai"):
        folder.mkdir(parents=True)
    (shipped / "manifest.toml").write_text(MANIFEST)
    (shipped / "rating.onnx").write_bytes(rating_onnx([0, 1, 0, 0, 0]))
    (shipped / "tagger.onnx").write_bytes(ours_onnx({"sky": (0.0, 0.0, 0.0, 0.9)}, [0.5]))
    for name, weights, labels in (("wd", wd_onnx(), WD_LABELS), ("pixai", pixai_onnx(), PIXAI_LABELS)):
        (home / name / "model.onnx").write_bytes(weights)
        (home / name / "selected_tags.csv").write_text(labels)
    return ModelStore.open(shipped, home)


@pytest.mark.parametrize(
    ("tagger", "chosen", "expected"),
    [
        ("tags", None, "explicit"),
        ("pixai", None, "explicit"),
        ("wd", None, "general"),
        ("pixai", ["wd"], "general"),
        ("tags", ["wd"], "general"),
        ("wd", ["wd"], "general"),
        ("pixai", [], None),
        ("tags", [], None),
    ],
)
def test_the_best_rating_in_use_counts(
    store: ModelStore, tmp_path: Path, tagger: str, chosen: list[str] | None, expected: str | None
) -> None:
    store.use("tagger", [tagger])
    if chosen is not None:
        store.use("rating", chosen)
    assert rated_white(store, tmp_path) == expected


def test_where_the_chosen_rating_is_gone_the_one_that_ships_serves(store: ModelStore, tmp_path: Path) -> None:
    store.use("tagger", ["pixai"])
    store.use("rating", ["wd"])
    (store.home / "wd" / "model.onnx").unlink()
    assert rated_white(store, tmp_path) == "explicit"


def rated_white(store: ModelStore, home: Path) -> str | None:
    """How a white picture is rated with the models chosen."""
    settings = read_settings(_env_file=None, home=home)
    shelf = GalleryShelf(home / "none.npz", home / "galleries")
    pipeline = open_pipeline(settings, store, Models(store), shelf, str)
    found = pipeline.find(plain((255, 255, 255)), Asked(frozenset(("tags",)), crops=True))
    return found.rating.name if found.rating else None


def test_a_rating_that_was_chosen_is_not_done_without(store: ModelStore, tmp_path: Path) -> None:
    store.use("tagger", ["pixai"])
    store.use("rating", ["wd"])
    settings = read_settings(_env_file=None, home=tmp_path)
    shelf = GalleryShelf(tmp_path / "none.npz", tmp_path / "galleries")
    pipeline = open_pipeline(settings, store, Models(store), shelf, str)
    (store.home / "wd" / "selected_tags.csv").unlink()
    with pytest.raises(Unavailable):
        pipeline.find(plain((255, 255, 255)), Asked(frozenset(("tags",)), crops=True))
