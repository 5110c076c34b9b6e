"""The shipped catalogue and a small one of made-up titles."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalogue import Catalogue, Record, TitleSearch, write_pack

SHIPPED = Path(__file__).parents[3] / "data" / "catalogue" / "catalogue.npz"

RECORDS = (
    Record(10, "Hoshi no Umi", anilist_id=110, title_english="Sea of Stars", title_japanese="星の海", type="TV",
           episodes=12, minutes=24.0, status="finished", aired_from="2010-04-03", aired_to="2010-06-20",
           season="spring", year=2010, source="manga", age_rating="PG-13", is_adult=False,
           genres=("Drama", "Sci-Fi"), themes=("Space",), demographics=("Shounen",), tags=("Isekai",),
           studios=("Bones",), producers=("NHK",), score=8.12, members=500_000, members_2020=400_000,
           franchise_id=10, image_url="https://cdn.myanimelist.net/images/anime/1/10l.jpg", synopsis="Stars.",
           synonyms=("Star Sea", "Étoiles"), abbreviations=("HnU",)),
    Record(11, "Hoshi no Umi 2nd Season", type="TV", aired_from="2012-04", year=2012, season="spring",
           is_adult=False, genres=("Drama",), members=300_000, franchise_id=10, minutes=0.37),
    Record(12, "Hoshi no Umi: Kaze no Uta", type="TV", aired_from="2014", year=2014, is_adult=False,
           members=200_000, franchise_id=10),
    Record(13, "Hoshi no Umi Movie", type="Movie", aired_from="2009-01-01", year=2009, is_adult=False,
           members=900_000, franchise_id=10, genres=("Comedy",)),
    Record(14, "Hoshi no Umi Pilot", type="TV", aired_from="2005-01-01", year=2005, is_adult=False,
           members=50_000, franchise_id=10),
    Record(20, "Yoru no Niwa", type="TV", year=2011, members=90_000, genres=("Hentai",)),
    Record(30, "Kuroneko Ryokan", type="OVA", is_adult=False, anilist_id=110, members=1_000),
)  # fmt: skip


@pytest.fixture(scope="session")
def small_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("catalogue") / "small.npz"
    write_pack(RECORDS, path, source="made up", date="2026-01-02")
    return path


@pytest.fixture(scope="session")
def small(small_path: Path) -> Catalogue:
    return Catalogue.open(small_path)


@pytest.fixture(scope="session")
def shipped() -> Catalogue:
    return Catalogue.open(SHIPPED)


@pytest.fixture(scope="session")
def search(shipped: Catalogue) -> TitleSearch:
    return TitleSearch(shipped)
