"""Joining tags to series, on a reference small enough to see through."""

import csv
import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.catalogue import Record, write_pack
from core.characters import Characters
from core.characters.build_facts import Builder, check, write


def _csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    opened = gzip.open(path, "wt", encoding="utf-8", newline="") if path.suffix == ".gz" else path.open("w")  # noqa: SIM115
    with opened as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _titles() -> list[Record]:
    def anime(mal_id: int, title: str, japanese: str, franchise: int, members: int) -> Record:
        return Record(mal_id=mal_id, title=title, title_japanese=japanese, type="TV", members=members, is_adult=False,
                      franchise_id=franchise, aired_from=f"200{mal_id}-01-01")  # fmt: skip

    return [
        anime(1, "Umi no Uta", "海の歌", 1, 90_000),
        anime(2, "Umi no Uta Season 2", "海の歌2", 1, 40_000),
        anime(3, "Hoshi no Machi", "星の町", 3, 50_000),
        anime(4, "Yuki no Hi", "雪の日", 4, 30_000),
        anime(5, "Nameless Game", "名無し", 5, 20),
    ]


_CHARACTERS = [
    ("aoi_(umi_no_uta)", 900, ""),
    ("aoi_(swimsuit)_(umi_no_uta)", 120, ""),
    ("aoi_(utaumi)", 150, ""),
    ("tanaka_hanako", 800, "田中花子"),
    ("tanaka_hanako_(pajamas)", 200, ""),
    ("mori_(pajamas)", 110, ""),
    ("mori", 300, "森(星の町)"),
    ("suzuki_ichirou", 700, "鈴木一郎"),
    ("satou_jirou", 600, ""),
    ("captain_(nameless_game)", 500, "船長"),
    ("rare_one", 5, ""),
    ("luca", 400, ""),
]


@pytest.fixture
def built(tmp_path: Path) -> tuple[Builder, Characters]:
    reference, own = tmp_path / "reference", tmp_path / "own"
    tags = reference / "tags"
    rows = [(i, tag, 4, posts, 0) for i, (tag, posts, _) in enumerate(_CHARACTERS)]
    rows += [
        (100, "umi_no_uta", 3, 5000, 0),
        (101, "hoshi_no_machi", 3, 900, 0),
        (102, "nameless_game", 3, 800, 0),
    ]
    _csv(tags / "danbooru_tags.csv.gz", ("id", "name", "category", "post_count", "is_deprecated"), rows)
    _csv(
        tags / "danbooru_aliases.csv.gz",
        ("alias", "tag"),
        [("hanako", "tanaka_hanako"), ("sea_song", "umi_no_uta")],
    )
    names = [(tag, other) for tag, _, other in _CHARACTERS if other] + [("hoshi_no_machi", "星の町")]
    _csv(tags / "danbooru_other_names.csv.gz", ("tag", "other_names"), names)
    _csv(
        tags / "wd_v3_selected_tags.csv.gz", ("tag_id", "name", "category", "count"), [(1, "rare_one", 4, 5)]
    )
    people = [("田中花子", None, 4, [4]), ("鈴木一郎", None, 1, [1]), ("鈴木一郎", None, 3, [3]),
              (None, "Jirou Satou", 1, [1, 2])]  # fmt: skip
    (reference / "anime").mkdir()
    with gzip.open(reference / "anime" / "characters.jsonl.gz", "wt", encoding="utf-8") as file:
        for japanese, latin, franchise, ids in people:
            line = {"name": latin, "name_japanese": japanese, "franchise_id": franchise, "mal_ids": ids}
            file.write(json.dumps(line) + "\n")
    _csv(reference / "identities" / "characters.csv", ("character", "display", "series"),
         [("hanako_t", "Hanako T.", "yuki"), ("new_face_(umi_no_uta)", "New Face", "umi_no_uta")])  # fmt: skip
    _csv(own / "series.csv", ("slug", "title", "anime", "kind", "gender", "also"),
         [("yuki", "Snow Day", "Yuki no Hi", "anime", "female", ""),
          ("umi_no_uta", "Song of the Sea", "Umi no Uta", "anime", "", "utaumi")])  # fmt: skip
    (own / "members.txt").write_text("# series: tags\nyuki: luca\n", encoding="utf-8")
    _csv(own / "labels.csv", ("label", "tag"), [("hanako_t", "tanaka_hanako")])
    _csv(
        own / "looks.csv", ("tag", "gender", "hair", "eyes"), [("tanaka_hanako", "female", "black", "brown")]
    )
    write_pack(_titles(), tmp_path / "catalogue.npz", source="a test", date="2026-01-01")
    builder = Builder(reference, own, tmp_path / "catalogue.npz")
    drafts = builder.build()
    for name in ("facts.gz", "again.gz"):
        write(builder, drafts, tmp_path / name)
    assert (tmp_path / "facts.gz").read_bytes() == (tmp_path / "again.gz").read_bytes()
    return builder, Characters.open(tmp_path / "facts.gz")


@pytest.mark.parametrize(
    ("tag", "series", "mal_id"),
    [
        ("aoi_(umi_no_uta)", "umi_no_uta", 1),
        ("tanaka_hanako", "yuki", 4),
        ("mori", "hoshi_no_machi", 3),
        ("satou_jirou", "umi_no_uta", 1),
        ("luca", "yuki", 4),
        ("captain_(nameless_game)", "nameless_game", None),
        ("new_face_(umi_no_uta)", "umi_no_uta", 1),
    ],
)
def test_the_series_of_a_character(
    built: tuple[Builder, Characters], tag: str, series: str, mal_id: int | None
) -> None:
    character = built[1].by_tag(tag)
    assert character is not None
    assert (character.tag, character.series, character.mal_id) == (tag, series, mal_id)


@pytest.mark.parametrize(
    ("tag", "who"),
    [
        ("aoi_(swimsuit)_(umi_no_uta)", "aoi_(umi_no_uta)"),
        ("aoi_(utaumi)", "aoi_(umi_no_uta)"),
        ("tanaka_hanako_(pajamas)", "tanaka_hanako"),
        ("mori_(pajamas)", "mori"),
        ("hanako", "tanaka_hanako"),
        ("hanako_t", "tanaka_hanako"),
    ],
)
def test_other_tags_of_the_same_character(built: tuple[Builder, Characters], tag: str, who: str) -> None:
    character = built[1].by_tag(tag)
    assert character is not None
    assert character.tag == who


def test_a_name_that_two_series_share_is_not_joined(built: tuple[Builder, Characters]) -> None:
    suzuki = built[1].by_tag("suzuki_ichirou")
    assert suzuki is not None
    assert (suzuki.series, suzuki.mal_id) == (None, None)


def test_looks_and_series_titles(built: tuple[Builder, Characters]) -> None:
    hanako, luca = built[1].by_tag("tanaka_hanako"), built[1].by_tag("luca")
    assert hanako is not None
    assert luca is not None
    assert (hanako.display, hanako.gender, hanako.hair, hanako.eyes) == (
        "Hanako T.",
        "female",
        "black",
        "brown",
    )
    assert (luca.series_title, luca.gender, luca.hair) == ("Snow Day", "female", None)
    assert built[1].series("sea_song") == built[1].series("umi_no_uta")


def test_the_coverage_is_counted(built: tuple[Builder, Characters]) -> None:
    counts = check(*built)
    assert counts["labelled pictures"] == "2 / 2 / 2 / 2"
    assert counts["WD v3 tagger"] == "0 / 0 / 0 / 1"
    assert counts["character tags, 500 posts or more"] == "5 / 4 / 3 / 5"
