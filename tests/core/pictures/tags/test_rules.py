"""What people see of a tagger's output."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.pictures import Tag
from core.pictures.picture import Category
from core.pictures.tags import (
    LIMITS,
    TagList,
    TagSettings,
    booru,
    chips,
    normalised,
    people,
    present,
    prompt,
    rows,
    vocabulary,
)  # fmt: skip
from core.pictures.tags.kinds import EYE_COLOURS, HAIR_COLOURS, KAOMOJI


def general(*names: str, **scored: float) -> list[Tag]:
    """Tags with falling scores, then those with their own."""
    falling = [Tag(name, "general", 0.9 - 0.01 * index) for index, name in enumerate(names)]
    return falling + [Tag(name, "general", score) for name, score in scored.items()]


def names(found: TagList) -> set[str]:
    return {tag.name for tag in found.general}


def test_specific_tags_push_out_what_they_imply() -> None:
    found = present(
        general("black_thighhighs", "thighhighs", "blue_hair", "ponytail", "hair_ribbon", "hair_ornament")
    )
    assert names(found) == {"black_thighhighs", "blue_hair", "ponytail", "hair_ribbon"}
    all_kept = present(general("black_thighhighs", "thighhighs"), TagSettings(implied=True))
    assert names(all_kept) == {"black_thighhighs", "thighhighs"}


def test_implications_reach_over_several_steps() -> None:
    assert vocabulary().implied("katana") >= {"sword", "weapon"}
    assert names(present(general("absurdly_long_hair", "very_long_hair", "long_hair"))) == {
        "absurdly_long_hair"
    }


@pytest.mark.parametrize(
    ("tag", "implied"),
    [("parted_lips", "open_mouth"), ("heart_hands", "heart"), ("blue_thighhighs", "blue_thighhighs"),
     ("white_tank_top", "white_shirt"), ("straddling", "spread_legs"), ("single_wing", "wings")],
)  # fmt: skip
def test_doubtful_implications_were_left_out(tag: str, implied: str) -> None:
    assert implied not in vocabulary().implied(tag)


def test_old_names_become_today_s() -> None:
    assert vocabulary().canonical("!!!") == "!!"
    found = present([Tag("blond_hair", "general", 0.5), Tag("blonde_hair", "general", 0.7)])
    assert [(tag.name, tag.score) for tag in found.general] == [("blonde_hair", 0.7)]


def test_one_hair_and_one_eye_colour_for_one_person() -> None:
    found = present(general("1girl", "solo", "blue_hair", "aqua_hair", "red_eyes", "brown_eyes"))
    assert names(found) == {"1girl", "solo", "blue_hair", "red_eyes"}


@pytest.mark.parametrize("reason", ["multicolored_hair", "two-tone_hair", "gradient_hair", "2girls"])
def test_two_hair_colours_may_stand_with_a_reason(reason: str) -> None:
    assert {"blue_hair", "pink_hair"} <= names(present(general("blue_hair", "pink_hair", reason)))


def test_two_eye_colours_with_heterochromia() -> None:
    assert {"blue_eyes", "red_eyes"} <= names(
        present(general("1girl", "blue_eyes", "red_eyes", "heterochromia"))
    )


@pytest.mark.parametrize(
    ("given_tags", "expected"),
    [
        ({"1girl": 0.9, "2girls": 0.4}, {"1girl"}),
        ({"2girls": 0.9, "multiple_girls": 0.95, "1girl": 0.3}, {"2girls"}),
        ({"1girl": 0.9, "multiple_girls": 0.3, "solo": 0.8}, {"1girl", "solo"}),
        ({"solo": 0.5, "2girls": 0.9}, {"2girls"}),
        ({"solo": 0.9, "2girls": 0.4}, {"solo"}),
        ({"1girl": 0.95, "1boy": 0.9, "solo": 0.4}, {"1girl", "1boy"}),
        ({"1girl": 0.95, "1boy": 0.4, "solo": 0.9}, {"1girl", "solo"}),
        ({"no_humans": 0.9, "1girl": 0.3, "solo": 0.2}, {"no_humans"}),
        ({"no_humans": 0.3, "1girl": 0.9}, {"1girl"}),
    ],
)
def test_counts_agree(given_tags: dict[str, float], expected: set[str]) -> None:
    assert names(present(general(**given_tags))) == expected


def test_what_excludes_itself() -> None:
    tags = {"1girl": 0.9, "open_mouth": 0.6, "closed_mouth": 0.7, "sitting": 0.8, "standing": 0.4, "indoors": 0.3,
            "outdoors": 0.9, "portrait": 0.5, "full_body": 0.4}  # fmt: skip
    assert names(present(general(**tags))) == {"1girl", "closed_mouth", "sitting", "outdoors", "portrait"}
    assert names(present(general(outdoors=0.9, indoors=0.6, night=0.9, day=0.2))) == {"night"}, (
        "neither is sure"
    )
    two = present(general("2girls", "open_mouth", "closed_mouth", "sitting", "standing"))
    assert {"open_mouth", "closed_mouth", "sitting", "standing"} <= names(two)


def test_grey_pictures_have_no_coloured_hair() -> None:
    assert names(present(general("1girl", "greyscale", "blue_hair", "white_hair"))) == {
        "1girl",
        "greyscale",
        "white_hair",
    }


def test_hair_does_not_swamp_expression() -> None:
    hair = [
        "long_hair",
        "blunt_bangs",
        "ponytail",
        "ahoge",
        "sidelocks",
        "hair_bun",
        "hair_intakes",
        "wavy_hair",
        "braid",
    ]
    found = present(general("1girl", *hair, "smile", "blush"))
    assert len([tag for tag in found.general if vocabulary().group(tag.name) == "hair"]) == LIMITS["hair"]
    assert {"smile", "blush"} <= names(found)


def test_rating_character_and_series_stand_apart_and_artists_are_not_named() -> None:
    found = present(
        [Tag("general", "rating", 0.6), Tag("sensitive", "rating", 0.7), Tag("saber_(fate)", "character", 0.9),
         Tag("fate_(series)", "copyright", 0.8), Tag("somebody", "artist", 0.9), Tag("highres", "meta", 1.0),
         Tag("smile", "general", 0.5)]
    )  # fmt: skip
    assert found.rating == Tag("sensitive", "rating", 0.7)
    assert [tag.name for tag in found.shown()] == ["saber_(fate)", "fate_(series)", "smile"]
    assert [tag.name for tag in found.meta] == ["highres"]
    assert "somebody" not in json.dumps(rows(found))


@pytest.mark.parametrize(
    "typed", ["open_mouth", "open mouth", "  Open   MOUTH ", "ｏｐｅｎ＿ｍｏｕｔｈ", "OPEN_MOUTH"]
)
def test_blacklist_takes_names_as_people_type_them(typed: str) -> None:
    assert names(present(general("1girl", "open_mouth"), TagSettings(blocked=frozenset({typed})))) == {
        "1girl"
    }


def test_blacklist_takes_the_specific_with_the_general_and_old_names() -> None:
    weapons = present(general("1girl", "katana"), TagSettings(blocked=frozenset({"weapon"})))
    assert names(weapons) == {"1girl"}
    assert names(present(general("1girl", "arms_up"), TagSettings(blocked=frozenset({"Arms raised"})))) == {
        "1girl"
    }


def test_adult_tags_need_leave() -> None:
    tags = general("1girl", "black_panties", "large_breasts", "nude", "tail", "bikini")
    assert names(present(tags)) == {"1girl", "tail", "bikini"}
    assert {"black_panties", "large_breasts", "nude"} <= names(present(tags, TagSettings(adult=True)))


def test_formats() -> None:
    found = present([Tag("saber_(fate)", "character", 0.91234), *general("long_hair", "^_^")])
    assert dict(chips(found)) == {"saber (fate)": 0.91234, "long hair": 0.9, "^_^": 0.89}
    assert prompt(found) == "saber \\(fate\\), long hair, ^_^"
    assert booru(found) == "saber_(fate) long_hair ^_^"
    assert rows(found)[0] == {"tag": "saber_(fate)", "category": "character", "score": 0.9123}


@pytest.mark.parametrize("face", sorted(KAOMOJI))
def test_faces_of_signs_stay_as_they_are(face: str) -> None:
    assert normalised(face) == face
    assert [name for name, _ in chips(present(general(face)))] == [face]


CATEGORIES: tuple[Category, ...] = ("rating", "general", "character", "copyright", "artist", "meta")
NAMES = st.sampled_from(
    [*HAIR_COLOURS, *EYE_COLOURS, *KAOMOJI, "1girl", "2girls", "6+girls", "1boy", "multiple_boys", "solo", "no_humans",
     "katana", "sword", "nude", "comic", "greyscale", "closed_eyes", "outdoors", "indoors", "portrait", "full_body"]
)  # fmt: skip
TAGS = st.lists(
    st.builds(Tag, NAMES | st.text(max_size=12), st.sampled_from(CATEGORIES), st.floats(0, 1)), max_size=40
)


@settings(max_examples=300, deadline=None)
@given(TAGS, st.booleans(), st.frozensets(NAMES, max_size=3), st.integers(0, 10))
def test_any_tags_give_an_orderly_list(
    tags: list[Tag], adult: bool, blocked: frozenset[str], most: int
) -> None:
    found = present(tags, TagSettings(adult=adult, blocked=blocked, most=most))
    shown = [tag.name for tag in found.shown()]
    assert len(found.general) <= most
    assert len(set(shown)) == len(shown) or {tag.category for tag in found.shown()} != {"general"}
    assert not blocked & {tag.name for tag in found.general}
    assert adult or not any(vocabulary().is_adult(name) for name in shown)
    assert {tag.category for tag in found.general} <= {"general"}
    if not {"comic"} & {tag.name for tag in tags} and people(names(found)) == 1 and not blocked:
        assert len(names(found) & set(HAIR_COLOURS)) <= 1
    again = present(
        [*found.general, *found.characters, *found.series],
        TagSettings(adult=adult, blocked=blocked, most=most),
    )
    assert set(again.general) == set(found.general)


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(name: str) -> None:
    assert normalised(normalised(name)) == normalised(name)
