from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from core.catalogue import Catalogue, Record, write_pack
from core.recommend import Recommender
from core.recommend.encoder import Encoder, unit
from core.recommend.signals import Floats
from core.recommend.stories import Stories
from core.recommend.taste import Taste
from core.settings import Settings

DATA = Path(__file__).resolve().parents[3] / "data"


class LetterEncoder:
    """A second encoder behind the seam: counts of letters and pairs, 64 dimensions, no model."""

    name = "letters"

    def __init__(self, fail_after: int | None = None) -> None:
        self.encoded: list[str] = []
        self._fail_after = fail_after

    def encode(self, texts: Sequence[str]) -> Floats:
        if self._fail_after is not None and len(self.encoded) >= self._fail_after:
            raise KeyboardInterrupt
        self.encoded += texts
        out = np.zeros((len(texts), 64), np.float32)
        for i, text in enumerate(texts):
            for first, second in pairwise(text):
                out[i, (ord(first) * 31 + ord(second)) % 64] += 1
        return unit(out)


GENRES = (
    "Action",
    "Adventure",
    "Comedy",
    "Drama",
    "Fantasy",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Sports",
    "Horror",
)


def small_records() -> list[Record]:
    """Forty franchises of up to five titles: seasons 1 to 3, a film, an adult special."""
    records = []
    for franchise in range(40):
        first = 9_000_000 + 10 * franchise
        name = f"Tale of {chr(65 + franchise % 26)}{'xyz'[franchise // 26]}a"
        seasons = franchise % 3 + 1
        genres = tuple(sorted({GENRES[franchise % 10], GENRES[(franchise * 7 + 3) % 10]}))
        themes = ("Iyashikei",) if franchise % 8 == 0 else ("School",) if franchise % 5 == 0 else ()
        common = {"genres": genres, "themes": themes, "studios": (f"Studio {franchise % 6}",), "franchise_id": first,
            "source": "manga", "age_rating": "PG-13"}  # fmt: skip
        for season in range(1, seasons + 1):
            records.append(
                Record(
                    first + season, f"{name} Season {season}" if season > 1 else name,
                    type="TV", episodes=12, minutes=24, status="finished", year=2000 + franchise // 2 + season,
                    aired_from=f"{2000 + franchise // 2 + season}-04-01", is_adult=False, season_number=season,
                    score=6 + franchise % 7 / 3, members=1000 * (41 - franchise) * (4 - season), **common,  # type: ignore[arg-type]
                )
            )  # fmt: skip
        if franchise % 4 == 0:
            records.append(
                Record(
                    first + 8, f"{name} the Movie", type="Movie", episodes=1, minutes=100, is_adult=False,
                    status="finished", year=2022, aired_from="2022-01-01", score=7.5, members=500, **common,  # type: ignore[arg-type]
                )
            )  # fmt: skip
        if franchise % 9 == 0:
            records.append(
                Record(first + 9, f"{name} Naughty Special", type="OVA", is_adult=True, members=99_000, **common)  # type: ignore[arg-type]
            )  # fmt: skip
    return records


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    path = tmp_path_factory.mktemp("small") / "catalogue.npz"
    write_pack(small_records(), path, source="made up", date="2026-01-01")
    return Catalogue.open(path)


@pytest.fixture(scope="session")
def shipped() -> Catalogue:
    return Catalogue.open(DATA / "catalogue" / "catalogue.npz")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"), _env_file=None)  # type: ignore[call-arg]


@pytest.fixture(scope="session")
def recommender(shipped: Catalogue, settings: Settings) -> Recommender:
    """What ships, as the bot opens it."""
    return Recommender.open(shipped, DATA / "recommend", settings)


@pytest.fixture(scope="session")
def taste() -> Taste:
    return Taste.load(DATA / "recommend" / "taste.npz")


def small_recommender(
    catalogue: Catalogue, settings: Settings, taste: Taste | None, encoder: Encoder | None = None
) -> Recommender:
    stories = Stories(
        catalogue, settings.home / "none.npz", settings.home / "cache", encoder or LetterEncoder()
    )
    return Recommender(catalogue, taste, stories, DATA / "recommend" / "mood.toml", settings)


@pytest.fixture(scope="session", params=["learned", "hybrid"])
def either(request: pytest.FixtureRequest, small: Catalogue, settings: Settings, taste: Taste) -> Recommender:
    """Both modes over the small catalogue, none of whose titles was learned."""
    return small_recommender(small, settings, taste if request.param == "learned" else None)
