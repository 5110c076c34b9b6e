"""Who a tag, a label or a typed name means, by the facts file that ships."""

import csv
import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue
from core.characters import Character, Characters
from core.errors import ArtefactError

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT.parent / "shared" / "data"
FACTS = ROOT / "data" / "characters" / "characters.jsonl.gz"


@pytest.fixture(scope="module")
def characters() -> Characters:
    return Characters.open(FACTS)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("nami_(one_piece)", "nami_(one_piece)"),
        ("Nami (One Piece)", "nami_(one_piece)"),
        (r"nami_\(one_piece\)", "nami_(one_piece)"),
        ("nami one piece", "nami_(one_piece)"),
        ("hatsune_miku_(vocaloid)", "hatsune_miku"),
        ("uzumaki_naruto_(naruto)", "uzumaki_naruto"),
        ("rem_(re:zero)", "rem_(re:zero)"),
        ("rem re zero", "rem_(re:zero)"),
        ("blue rose tiger and bunny", "blue_rose_(tiger_&_bunny)"),
        ("gotou_hitori", "gotoh_hitori"),
        ("shiranui_flare_(1st_costume)", "shiranui_flare"),
        ("kirino_(swimsuit)_(blue_archive)", "kirino_(blue_archive)"),
        ("mari_(headspace)_(omori)", "mari_(omori)"),
    ],
)
def test_any_spelling_of_a_tag(characters: Characters, tag: str, expected: str) -> None:
    found = characters.by_tag(tag)
    assert found is not None
    assert found.tag == expected


@pytest.mark.parametrize(
    "tag", ["", "(", "nobody_at_all", "naruto_(one_piece)", "uzumaki_naruto_(one_piece)", "_()"]
)
def test_a_tag_that_means_nobody(characters: Characters, tag: str) -> None:
    assert characters.by_tag(tag) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kinomoto Sakura", "kinomoto_sakura"),
        ("sakura kinomoto", "kinomoto_sakura"),
        ("木之本桜", "kinomoto_sakura"),
        ("Kinomoto Sakra", "kinomoto_sakura"),
        ("Gojō Satoru", "gojou_satoru"),
        ("satoru gojo", "gojou_satoru"),
        ("sasuke", "uchiha_sasuke"),
        ("Luffy", "monkey_d._luffy"),
        ("初音ミク", "hatsune_miku"),
        ("むりなーる", "mlynar_(arknights)"),
        ("Mlynar", "mlynar_(arknights)"),
        ("miku", "hatsune_miku"),
        ("レム", "rem_(re:zero)"),
        ("Gotou Hitori", "gotoh_hitori"),
        ("zxqv wkjh pfgt", None),
        ("", None),
    ],
)
def test_typed_names(characters: Characters, text: str, expected: str | None) -> None:
    found = characters.find(text)
    assert (found[0].character.tag if found else None) == expected


def test_what_is_known_of_one(characters: Characters) -> None:
    luffy = characters.by_tag("monkey_d._luffy")
    assert luffy is not None
    assert (luffy.display, luffy.japanese) == ("Monkey D. Luffy", "モンキー・D・ルフィ")
    assert (luffy.series, luffy.series_title, luffy.mal_id) == ("one_piece", "One Piece", 21)
    assert (luffy.gender, luffy.hair, luffy.eyes) == ("male", "black", "black")
    assert luffy in characters.of_series("one_piece")


@pytest.mark.parametrize(
    ("slug", "title", "mal_id", "kind"),
    [
        ("re:zero", "Re:Zero", 31240, "anime"),
        ("re:zero_kara_hajimeru_isekai_seikatsu", "Re:Zero", 31240, "anime"),
        ("hololive", "hololive", None, "vtuber"),
        ("touhou", "Touhou Project", None, "game"),
        ("genshin_impact", "Genshin Impact", None, "game"),
    ],
)
def test_series(characters: Characters, slug: str, title: str, mal_id: int | None, kind: str) -> None:
    series = characters.series(slug)
    assert series is not None
    assert (series.title, series.mal_id, series.kind) == (title, mal_id, kind)


def test_every_anime_is_in_the_catalogue(characters: Characters) -> None:
    catalogue = Catalogue.open(ROOT / "data" / "catalogue" / "catalogue.npz")
    ids = {character.mal_id for character in characters} - {None}
    assert len(ids) > 800
    assert [mal_id for mal_id in ids if catalogue.row_of(mal_id or 0) is None] == []


def test_an_unknown_tag_has_a_name_to_show(characters: Characters) -> None:
    assert characters.display("misaka_mikoto") == "Misaka Mikoto"
    assert characters.display("made-up_person_(nothing)") == "Made-Up Person"


@pytest.fixture(scope="module")
def everybody(characters: Characters) -> list[Character]:
    return list(characters)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_every_character_is_found_by_its_tag_and_its_name(
    characters: Characters, everybody: list[Character], data: st.DataObject
) -> None:
    character = data.draw(st.sampled_from(everybody))
    assert characters.by_tag(character.tag) == character
    spelled = character.tag.replace("_", " ").upper().replace("(", r"\(").replace(")", r"\)")
    assert characters.by_tag(spelled) == character
    names = [character.display] + ([character.japanese] if character.japanese else [])
    for name in names:
        found = characters.find(name, limit=200)
        assert character in [match.character for match in found if match.score >= 90]


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=150))
def test_any_text_is_answered(characters: Characters, text: str) -> None:
    characters.by_tag(text)
    assert all(0 < match.score <= 100 for match in characters.find(text))


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (None, "characters-missing"),
        (b"no gzip", "characters-broken"),
        (gzip.compress(b"no json", mtime=0), "characters-broken"),
        (gzip.compress(b"[]", mtime=0), "characters-broken"),
        (gzip.compress(b"", mtime=0), "characters-broken"),
        (gzip.compress(b'{"format": 99}', mtime=0), "characters-version"),
        (
            gzip.compress(b'{"format":1,"series":{},"series_aliases":{},"costumes":[]}\n["a"]', mtime=0),
            "characters-broken",
        ),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, content: bytes | None, key: str) -> None:
    path = tmp_path / "characters.jsonl.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ArtefactError) as caught:
        Characters.open(path)
    assert caught.value.key == key


def test_a_file_cut_short(tmp_path: Path) -> None:
    whole = FACTS.read_bytes()
    path = tmp_path / "characters.jsonl.gz"
    for length in (0, 1, 10, 1000, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(ArtefactError):
            Characters.open(path)


def test_every_label_of_the_pictures(characters: Characters) -> None:
    path = REFERENCE / "identities" / "characters.csv"
    if not path.exists():
        pytest.skip("needs ../shared/data")
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = characters.by_tag(row["character"])
            assert found is not None, row["character"]
            if row["series"]:
                assert found.series == row["series"], row["character"]
