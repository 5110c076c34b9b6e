"""Writing a catalogue and opening it again."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue, Record, TitleSearch, write_pack
from core.errors import ArtefactError

from .conftest import RECORDS


def _by_id(catalogue: Catalogue) -> dict[int, Record]:
    return {record.mal_id: record for record in catalogue.records()}


def test_every_fact_comes_back(small: Catalogue) -> None:
    written = replace(RECORDS[0], season_number=1)  # the order of airing says so
    assert small.record(0) == written
    anime = small.by_mal_id(10)
    assert anime is not None
    assert (anime.row, anime.title, anime.franchise_id, anime.score) == (0, "Hoshi no Umi", 10, 8.12)
    assert anime.display_title("english") == "Sea of Stars"
    assert anime.display_title("japanese") == "星の海"
    later = small.by_mal_id(11)
    assert later is not None
    assert later.display_title("english") == "Hoshi no Umi 2nd Season"
    assert (later.aired_from, later.aired_to, later.minutes, later.episodes) == ("2012-04", None, 0.37, None)


def test_what_is_not_known_counts_as_adult(small: Catalogue) -> None:
    anime = small.by_mal_id(20)
    assert anime is not None
    assert anime.is_adult


def test_look_up(small: Catalogue) -> None:
    assert small.row_of(13) == 3
    assert small.row_of(99) is None
    assert small.by_mal_id(0) is None
    found = small.by_anilist_id(110)
    assert found is not None
    assert found.mal_id == 10
    assert small.by_anilist_id(0) is None


def test_franchises_stand_in_order_of_airing(small: Catalogue) -> None:
    assert [int(small.mal_ids[row]) for row in small.franchise_rows(10)] == [14, 13, 10, 11, 12]
    assert small.franchise_rows(30) == (6,)
    assert small.franchise_rows(999) == ()


def test_entry_point_is_the_first_series_that_people_know(small: Catalogue) -> None:
    # The pilot is older but has under a tenth of the film's members; the film is the most popular but no series.
    assert small.entry_point(10) == small.row_of(10)
    assert small.entry_points == {}
    assert small.entry_rows[small.row_of(12) or 0] == small.row_of(10)
    with pytest.raises(KeyError):
        small.entry_point(999)


def test_a_chosen_entry_point_wins(tmp_path: Path) -> None:
    path = tmp_path / "chosen.npz"
    write_pack(
        RECORDS, path, source="made up", date="2026-01-02", entry_points={13: "The film tells it best."}
    )
    catalogue = Catalogue.open(path)
    assert catalogue.entry_point(10) == catalogue.row_of(13)
    assert dict(catalogue.entry_points) == {13: "The film tells it best."}


def test_seasons_are_numbered(small: Catalogue) -> None:
    numbers = {int(small.mal_ids[row]): int(small.season_number[row]) for row in small.franchise_rows(10)}
    # The second season says its number, the series after it continues, the film is none and the pilot came before.
    assert [numbers[mal_id] for mal_id in (14, 10, 11, 12, 13)] == [1, 1, 2, 3, 0]


def test_the_same_records_give_the_same_bytes(small_path: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.npz"
    write_pack(reversed(RECORDS), again, source="made up", date="2026-01-02")
    assert again.read_bytes() == small_path.read_bytes()


def test_reading_and_writing_again_changes_nothing(small: Catalogue, tmp_path: Path) -> None:
    once, twice = tmp_path / "once.npz", tmp_path / "twice.npz"
    write_pack(small.records(), once, source="made up", date="2026-01-02")
    write_pack(Catalogue.open(once).records(), twice, source="made up", date="2026-01-02")
    assert once.read_bytes() == twice.read_bytes()
    assert _by_id(Catalogue.open(once)) == _by_id(small)


def test_info(small: Catalogue) -> None:
    assert small.info.source == "made up"
    assert small.info.counts["titles"] == len(small) == 7
    assert small.info.counts["adult"] == 1
    assert small.info.counts["synopsis"] == 1
    assert small.info.version.startswith("2026-01-02+")


def test_a_failed_write_leaves_the_old_file(small_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.npz"
    path.write_bytes(small_path.read_bytes())

    def broken() -> object:
        yield RECORDS[0]
        raise RuntimeError("source went away")

    with pytest.raises(RuntimeError):
        write_pack(broken(), path, source="made up", date="2026-01-02")  # type: ignore[arg-type]
    assert path.read_bytes() == small_path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError) as caught:
        Catalogue.open(tmp_path / "nowhere.npz")
    assert caught.value.key == "catalogue-missing"
    assert caught.value.arguments["file"] == "nowhere.npz"


def _with_column(content: bytes, name: str, column: np.ndarray | None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            if entry != f"{name}.npy":
                new.writestr(entry, old.read(entry))
            elif column is not None:
                member = io.BytesIO()
                np.save(member, column, allow_pickle=True)
                new.writestr(entry, member.getvalue())
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("members", None),
        ("members", np.zeros(3, np.uint32)),
        ("franchise", np.array([{}] * 7, object)),
        ("genres.indices", np.full(5, 200, np.uint8)),
        ("entry", np.full(7, 99, np.int32)),
        ("key_row", np.full(3, 0, np.int32)),
        ("type.codes", np.full(7, 90, np.int8)),
        ("title.lengths", np.full(7, 3, np.uint8)),
        ("mal_id", np.array([7, 6, 5, 4, 3, 2, 1], np.int32)),
        ("info", np.frombuffer(b"[]", np.uint8)),
    ],
)
def test_a_broken_column_is_refused(
    small_path: Path, tmp_path: Path, name: str, column: np.ndarray | None
) -> None:
    path = tmp_path / "broken.npz"
    path.write_bytes(_with_column(small_path.read_bytes(), name, column))
    with pytest.raises(ArtefactError) as caught:
        Catalogue.open(path)
    assert caught.value.key == "catalogue-broken"
    assert caught.value.arguments["file"] == "broken.npz"


def test_another_format_is_refused(small_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "newer.npz"
    info = np.frombuffer(b'{"format": 99, "folding": 1}', np.uint8)
    path.write_bytes(_with_column(small_path.read_bytes(), "info", info))
    with pytest.raises(ArtefactError) as caught:
        Catalogue.open(path)
    assert caught.value.key == "catalogue-version"


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_damage_is_refused_or_harmless(
    small_path: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(small_path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    length = data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))
    path = tmp_path_factory.mktemp("damage") / "damaged.npz"
    path.write_bytes(content[:length])
    try:
        catalogue = Catalogue.open(path)
    except ArtefactError:
        return
    assert len(list(catalogue.records())) == 7


def test_an_empty_catalogue_opens(tmp_path: Path) -> None:
    path = tmp_path / "empty.npz"
    write_pack([], path, source="nothing", date="2026-01-02")
    catalogue = Catalogue.open(path)
    assert len(catalogue) == 0
    assert TitleSearch(catalogue).search("naruto") == []
    assert TitleSearch(catalogue).random() is None


def test_the_shipped_catalogue(shipped: Catalogue) -> None:
    assert len(shipped) > 20_000
    assert shipped.info.path.stat().st_size < 4_000_000
    cowboy_bebop = shipped.by_mal_id(1)
    assert cowboy_bebop is not None
    assert cowboy_bebop.studios == ("Sunrise",)
    assert cowboy_bebop.episodes == 26
    assert shipped.info.counts["synopsis"] >= 600
    assert shipped.info.counts["abbreviations"] >= 1_400


def test_the_card_says_what_ships(shipped: Catalogue) -> None:
    card = (shipped.info.path.parent / "README.md").read_text(encoding="utf-8")
    assert f"| version | {shipped.info.version} |" in card
    for name, count in shipped.info.counts.items():
        assert f"| {name} | {count:,} |" in card
