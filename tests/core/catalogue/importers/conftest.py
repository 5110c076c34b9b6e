from __future__ import annotations

from pathlib import Path

import pytest

from core.catalogue import Record, write_pack
from core.catalogue.importers import Places

SHIPPED = (
    Record(
        1, "Kumo no Machi", title_english="Town of Clouds", title_japanese="雲の街", type="TV", episodes=12,
        status="finished", aired_from="2010-04-03", year=2010, season="spring", is_adult=False, age_rating="PG",
        genres=("Drama",), studios=("Studio Sora",), score=8.1, members=50_000, synopsis="Our own words about it.",
    ),
    Record(2, "Umi no Neko", title_english="Sea Cat", title_japanese="海の猫", type="TV", year=2015, members=900),
    Record(
        3, "Yoru no Densha", type="TV", status="airing", aired_from="2026-04-05", is_adult=False, genres=("Mystery",),
        members=2_000, score=7.0, franchise_id=3,
    ),
)  # fmt: skip


@pytest.fixture
def places(tmp_path: Path) -> Places:
    shipped = tmp_path / "shipped.npz"
    write_pack(SHIPPED, shipped, source="test facts", date="2026-08-31", entry_points={1: "first"})
    return Places(shipped, tmp_path / "home" / "catalogue")
