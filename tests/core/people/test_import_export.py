"""What was imported is there, reported, and comes out again."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from pathlib import Path
from typing import Any, Literal
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import UserError
from core.people import ImportReport, People, Profile
from core.people.exporting import Kept, as_json, as_mal_xml
from core.people.importing import prepare
from core.people.lists import read_list
from core.people.lists.matching import match
from tests.core.people.resolver import resolve

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "anime" / "samples"

MAL_LIST = """<?xml version="1.0" encoding="UTF-8"?>
<myanimelist><myinfo><user_name>me</user_name></myinfo>
<anime><series_animedb_id>457</series_animedb_id><series_title><![CDATA[Mushishi]]></series_title>
<my_watched_episodes>12</my_watched_episodes><my_start_date>2020-01-05</my_start_date><my_score>10</my_score>
<my_status>Completed</my_status><my_comments><![CDATA[calm & <deep>]]></my_comments><my_priority>HIGH</my_priority>
<my_tags><![CDATA[rain, slow]]></my_tags></anime>
<anime><series_animedb_id>19</series_animedb_id><series_title>Monster</series_title><my_score>9</my_score>
<my_status>On-Hold</my_status><my_watched_episodes>30</my_watched_episodes></anime>
<anime><series_animedb_id>1535</series_animedb_id><my_score>3</my_score><my_status>Dropped</my_status></anime>
<anime><series_animedb_id>1</series_animedb_id><my_score>0</my_score><my_status>Plan to Watch</my_status></anime>
<anime><series_animedb_id>999999</series_animedb_id><series_title>Unheard Of</series_title><my_score>8</my_score>
<my_status>Watching</my_status><my_comments>who made this?</my_comments><my_rewatching>1</my_rewatching></anime>
<anime><series_animedb_id>0</series_animedb_id><series_title>Fate</series_title><my_status>Completed</my_status></anime>
<anime><series_animedb_id>31240</series_animedb_id><series_title>Odd</series_title><my_status>?</my_status></anime>
</myanimelist>"""

FORMS: tuple[Literal["json", "mal"], ...] = ("json", "mal")
Listed = dict[str, dict[str, str]]


def by_title(xml: bytes) -> Listed:
    """Entries of MyAnimeList's XML: their elements by title or id."""
    found = {}
    for anime in fromstring(xml).iter("anime"):
        values = {child.tag: (child.text or "").strip() for child in anime}
        found[values.get("series_title") or values["series_animedb_id"]] = values
    return found


async def test_the_report_and_the_profile(people: People) -> None:
    report = await people.import_list("discord:1", MAL_LIST.encode(), "animelist.xml", resolve)
    assert report == ImportReport(
        matched=4, favourites=1, seen=1, dropped=1, planned=1,
        ambiguous=(("Fate", (356, 10087)),), unknown=("Unheard Of",), skipped=(("14 (Odd)", "list-row-status"),),
    )  # fmt: skip
    profile = await people.profile("discord:1")
    assert [entry.mal_id for entry in profile.favourites] == [457]
    assert [*sorted(profile.seen), *profile.dropped, *profile.planned] == [19, 457, 1535, 1]
    entry = profile.entries[457]
    assert (entry.score, entry.note) == (10, "calm & <deep>")
    assert profile.entries[1].score is None


async def test_what_was_imported_comes_out_again_as_mal_xml(people: People) -> None:
    await people.import_list("discord:1", MAL_LIST.encode(), "animelist.xml", resolve)
    out = by_title(await people.export("discord:1", "mal"))
    for title, values in by_title(MAL_LIST.encode()).items():
        for name, value in values.items():
            assert out[title].get(name) == value, (title, name)
    assert len(out) == 7


async def test_an_export_imported_elsewhere_is_the_same_profile(people: People) -> None:
    await people.import_list("discord:1", MAL_LIST.encode(), "animelist.xml", resolve)
    await people.add_favourite("discord:1", 31240, 6.5, "line one\nline two\ttab 'q' \"q\" ]]> &amp;")
    await people.mark("discord:1", 52991, "dismissed")
    await people.add_favourite("discord:1", 1535, 2)
    for form in FORMS:
        data = await people.export("discord:1", form)
        other = f"{form}:2"
        report = await people.import_list(other, data, "whatever", resolve)
        assert (report.matched, report.dismissed) == (6, 1)
        mine, theirs = await people.profile("discord:1"), await people.profile(other)
        for mal_id, entry in mine.entries.items():
            same = theirs.entries[mal_id]
            assert (same.favourite, same.note) == (entry.favourite, entry.note), (form, mal_id)
            if form == "json":
                assert same == entry
            elif entry.status is not None:
                assert same.status == entry.status
        exported = await people.export(other, form)
        assert len(by_title(exported)) == 9 if form == "mal" else len(json.loads(exported)["unmatched"]) == 3


async def test_what_changed_since_is_exported_as_it_is_now(people: People) -> None:
    await people.import_list("discord:1", MAL_LIST.encode(), "animelist.xml", resolve)
    await people.mark("discord:1", 19, "dropped")
    await people.add_favourite("discord:1", 457, 7, "less so")
    await people.unmark("discord:1", 1)
    out = by_title(await people.export("discord:1", "mal", titles={1535: "Death Note"}.get))
    assert out["Monster"]["my_status"] == "Dropped"
    assert (out["Mushishi"]["my_score"], out["Mushishi"]["my_comments"]) == ("7", "less so")
    assert out["Mushishi"]["my_tags"] == "rain, slow, favourite"
    assert out["Death Note"]["series_animedb_id"] == "1535"
    assert not [values for values in out.values() if values["series_animedb_id"] == "1"]


async def test_importing_twice_changes_nothing(people: People) -> None:
    first = await people.import_list("discord:1", MAL_LIST.encode(), "a", resolve)
    before, exported = await people.profile("discord:1"), await people.export("discord:1", "mal")
    assert await people.import_list("discord:1", MAL_LIST.encode(), "a", resolve) == first
    assert await people.profile("discord:1") == before
    assert await people.export("discord:1", "mal") == exported


async def test_an_import_takes_nothing_away(people: People) -> None:
    await people.add_favourite("discord:1", 1535, 10, "mine")
    await people.mark("discord:1", 1, "seen")
    await people.import_list("discord:1", MAL_LIST.encode(), "a", resolve)
    profile = await people.profile("discord:1")
    assert {entry.mal_id for entry in profile.favourites} == {457, 1535}
    entry = profile.entries[1535]
    assert (entry.status, entry.score, entry.note) == ("dropped", 3, "mine")
    assert profile.entries[1].status == "seen"


async def test_a_title_that_stands_twice(people: People) -> None:
    report = await people.import_list(
        "discord:1",
        "title,score,status,note\nMushishi,,completed,a\n蟲師,9,dropped,b\n".encode(),
        "x.csv",
        resolve,
    )
    assert (report.matched, report.skipped) == (1, (("3 (蟲師)", "list-row-repeated"),))
    entry = (await people.profile("discord:1")).entries[457]
    assert (entry.favourite, entry.status, entry.score, entry.note) == (False, "seen", 9, "a\nb")


async def test_ids_before_names(people: People) -> None:
    document = [
        {"mediaId": 154587, "status": "CURRENT", "media": {"title": {"romaji": "Monster"}}},
        {"mediaId": 5, "status": "CURRENT", "media": {"title": {"romaji": "?", "english": "Cowboy Bebop"}}},
        {"mediaId": 7, "status": "CURRENT", "media": {"idMal": 999999, "title": {"romaji": "Mushishi"}}},
    ]
    report = await people.import_list("discord:1", json.dumps(document).encode(), "x.json", resolve)
    assert (await people.profile("discord:1")).seen == {52991, 1}
    assert report.unknown == ("Mushishi",)


async def test_a_list_that_fails_leaves_everything_as_it_was(people: People) -> None:
    await people.add_favourite("discord:1", 1)
    before = await people.everything("discord:1")
    for data in (MAL_LIST.encode()[:-40], b'title,score\nMushishi,9\nMonster,"8\n', b"\x89PNG"):
        with pytest.raises(UserError):
            await people.import_list("discord:1", data, "x", resolve)
    assert await people.everything("discord:1") == before

    def fails_later(name: str) -> tuple[int | None, tuple[int, ...]]:
        if name == "Monster":
            raise RuntimeError("the catalogue is gone")
        return resolve(name)

    with pytest.raises(RuntimeError):
        await people.import_list("discord:1", b"Mushishi\nMonster", "x", fails_later)
    assert await people.everything("discord:1") == before


async def test_a_profile_does_not_grow_without_end(people: People) -> None:
    for part in range(2):
        lines = "\n".join(f"#{100_000 + part * 25_000 + n}" for n in range(25_000))
        await people.import_list("discord:1", lines.encode(), "x", resolve)
    before = len((await people.profile("discord:1")).entries)
    with pytest.raises(UserError) as refused:
        await people.import_list("discord:1", b"Mushishi\nMonster", "x", resolve)
    assert (refused.value.key, refused.value.arguments) == ("profile-full", {"most": 50_000})
    assert len((await people.profile("discord:1")).entries) == before == 50_000


async def test_ten_thousand_entries_are_matched_beside_the_event_loop(people: People) -> None:
    start, end = MAL_LIST.index("<anime>"), MAL_LIST.index("</anime>") + len("</anime>")
    one = MAL_LIST[start:end]
    big = (
        "<myanimelist>"
        + "".join(one.replace(">457<", f">{100_000 + n}<") for n in range(10_000))
        + "</myanimelist>"
    )
    matched_in: set[int] = set()

    def noting(name: str) -> tuple[int | None, tuple[int, ...]]:
        matched_in.add(threading.get_ident())
        return resolve(name)

    report = await people.import_list("discord:1", big.encode(), "x", noting)
    assert report.matched == report.favourites == 10_000
    assert matched_in
    assert threading.get_ident() not in matched_in


@pytest.mark.skipif(not SAMPLES.exists(), reason="the reference folder is not here")
@pytest.mark.parametrize(
    "name", ["animelist_export_mal.xml", "mal_api_v2_animelist.json", "anilist_medialistcollection.json"]
)
async def test_real_formats(people: People, name: str) -> None:
    data = await asyncio.to_thread((SAMPLES / name).read_bytes)
    everything_known = await people.import_list("discord:1", data, name, lambda name: (int(name[4:]), ()))
    assert everything_known == ImportReport(matched=75, favourites=60, seen=10, dropped=3, planned=2)
    out = by_title(await people.export("discord:1", "mal"))
    statuses = [values["my_status"] for values in out.values()]
    assert {status: statuses.count(status) for status in statuses} == {
        "Completed": 63, "Watching": 4, "Dropped": 3, "On-Hold": 3, "Plan to Watch": 2,
    }  # fmt: skip
    nothing_known = await people.import_list("discord:2", data, name, lambda name: (None, ()))
    assert (nothing_known.matched, len(nothing_known.unknown)) == (0, 75)
    assert by_title(await people.export("discord:2", "mal")).keys() == out.keys()


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip)
list_entries = st.fixed_dictionaries(
    {
        "mal_id": st.sampled_from([1, 19, 457, 1535, 31240, 999_991, 999_992, 999_993]),
        "status": st.sampled_from(["Watching", "Completed", "On-Hold", "Dropped", "Plan to Watch"]),
        "score": st.integers(0, 10),
        "note": texts,
        "title": texts,
        "tags": texts.map(lambda text: text.replace(",", "")),
    }
)


def as_xml(listed: list[dict[str, Any]]) -> bytes:
    from xml.etree.ElementTree import Element, SubElement, tostring

    root = Element("myanimelist")
    for entry in listed:
        anime = SubElement(root, "anime")
        for tag, name in (("series_animedb_id", "mal_id"), ("series_title", "title"), ("my_status", "status"),
                          ("my_score", "score"), ("my_comments", "note"), ("my_tags", "tags")):  # fmt: skip
            SubElement(anime, tag).text = str(entry[name])
    return bytes(tostring(root, encoding="utf-8"))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=st.lists(list_entries, min_size=1, max_size=8, unique_by=lambda entry: entry["mal_id"]))
async def test_any_mal_list_comes_out_again(people: People, listed: list[dict[str, Any]]) -> None:
    user = f"any:{uuid.uuid4()}"
    await people.import_list(user, as_xml(listed), "x", resolve)
    out = {
        a.findtext("series_animedb_id"): a for a in fromstring(await people.export(user, "mal")).iter("anime")
    }
    assert len(out) == len(listed)
    for entry in listed:
        anime = out[str(entry["mal_id"])]
        assert anime.findtext("my_status") == entry["status"]
        assert anime.findtext("my_score") == str(entry["score"])
        assert (anime.findtext("my_comments") or "") == entry["note"]
        assert (anime.findtext("series_title") or "") == entry["title"]
        assert entry["tags"] in (anime.findtext("my_tags") or "")


async def test_nobody_has_an_empty_list_to_export(people: People) -> None:
    assert json.loads(await people.export("discord:1", "json"))["entries"] == []
    assert list(fromstring(await people.export("discord:1", "mal")).iter("anime")) == []


async def test_exports_hold_no_word_about_accounts(people: People) -> None:
    await people.import_list("discord:123456789", MAL_LIST.encode(), "x", resolve)
    for form in FORMS:
        assert b"123456789" not in await people.export("discord:123456789", form)


def test_names_in_an_edited_export_cannot_break_the_xml() -> None:
    document = {
        "format": "osusume",
        "unmatched": [{"title": "A<b>\u0000\u0008", "fields": {"x><evil/>": "1", "my_priority": "a]]>\x0b"}}],
    }  # fmt: skip
    prepared = prepare(match(read_list(json.dumps(document).encode()), resolve))
    xml = as_mal_xml(Kept(Profile("t:1"), {}, [kept for _, kept in prepared.unmatched]), None)
    (anime,) = fromstring(xml).iter("anime")
    assert anime.findtext("series_title") == "A<b>"
    assert anime.findtext("my_priority") == "a]]>"
    assert as_json(Kept(Profile("t:1"), {}, []), None)
