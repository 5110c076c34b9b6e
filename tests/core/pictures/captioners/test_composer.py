"""The composed caption: grammatical, true, and traceable."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.texts import LANGUAGES, Texts
from core.pictures import Box, Candidate, Face, Findings, Length, Picture, Tag, Trait
from core.pictures.captioners import Composer, Phrase, compose, plain_name, spoken
from core.pictures.captioners.composer import ALT_LIMIT
from core.pictures.tags import kinds, vocabulary

PICTURE = Picture(np.zeros((8, 8, 3), np.uint8), None, "", "PNG")
HAIR = (
    "aqua",
    "black",
    "blonde",
    "blue",
    "brown",
    "gray",
    "green",
    "orange",
    "pink",
    "purple",
    "red",
    "white",
)
EYES = ("aqua", "black", "blue", "brown", "green", "orange", "pink", "purple", "red", "yellow")


def face(x: float, hair: str, eyes: str, gender: str, name: str | None = None, score: float = 0.9) -> Face:
    traits = (Trait("hair", hair, score), Trait("eyes", eyes, score), Trait("gender", gender, score))
    candidates = (Candidate(name, None, 0.9),) if name else ()
    return Face(Box(x, 0, 40, 40), 0.9, candidates, name is None, traits)


def tags(*names: str, score: float = 0.8) -> tuple[Tag, ...]:
    return tuple(Tag(name, "general", score) for name in names)


def findings(*faces: Face, names: tuple[str, ...] = (), whole: bool = False) -> Findings:
    return Findings(100, 100, "", faces, whole, tags(*names))


def said(found: Findings, length: Length = "long", language: str = "en") -> str:
    return Composer().caption(PICTURE, found, Texts(language), length)


def test_one_girl_in_all_languages() -> None:
    found = findings(
        face(0, "blue", "red", "female"), names=("1girl", "long_hair", "smile", "outdoors", "white_dress")
    )
    assert said(found) == (
        "A girl with long blue hair and red eyes. She is smiling. She wears a dress. The scene is outdoors."
    )
    assert said(found, language="ja") == (
        "青いロングヘアと赤い目の女の子。笑っています。身につけているのはワンピースやドレスです。場面は屋外です。"
    )
    assert said(found, language="es") == (
        "Una chica con pelo largo azul y ojos rojos. Aparece sonriendo. Lleva un vestido. "
        "La escena transcurre al aire libre."
    )
    assert said(found, language="vi") == (
        "Một cô gái có tóc dài màu xanh dương và mắt màu đỏ. Cô ấy đang mỉm cười. "
        "Trang phục và phụ kiện gồm váy liền. Bối cảnh là ngoài trời."
    )


def test_people_stand_from_left_to_right_and_share_what_they_share() -> None:
    found = findings(
        face(60, "blue", "green", "female"),
        face(0, "blue", "red", "female"),
        face(30, "blue", "brown", "female"),
    )
    assert said(found) == (
        "Three girls with blue hair. From left to right: a girl with red eyes; a girl with brown eyes; "
        "a girl with green eyes."
    )
    mixed = findings(face(0, "red", "red", "female"), face(50, "red", "blue", "male", "kyo_sohma"))
    assert said(mixed) == (
        "A girl and a boy. They share red hair. From left to right: a girl with red eyes; Kyo Sohma with blue eyes."
    )
    assert said(mixed, "short") == "A girl and a boy. Among them: Kyo Sohma."


def test_names_only_when_known() -> None:
    known = face(0, "aqua", "aqua", "female", "hatsune_miku")
    assert said(findings(known), "alt") == "An illustration of Hatsune Miku with aqua hair and aqua eyes."
    guessed = Face(known.box, 0.9, known.candidates, True, known.traits)
    assert "Miku" not in said(findings(guessed), "alt")


def test_uncertain_traits_are_not_said() -> None:
    assert said(findings(face(0, "blue", "red", "female", score=0.5))) == "A character."
    weak = Findings(9, 9, "", (face(0, "blue", "red", "x"),), tags=tags("smile", "outdoors", score=0.4))
    assert said(weak) == "A character with blue hair and red eyes."


def test_a_trait_that_the_tagger_denies_is_not_said() -> None:
    weak = tags("blonde_hair", "1girl", score=0.3)
    found = Findings(100, 100, "", (face(0, "pink", "red", "male"),), tags=weak)
    assert said(found) == "A character with red eyes."
    two = Findings(
        100, 100, "", (face(0, "pink", "red", "male"), face(50, "blonde", "red", "female")), tags=weak
    )
    assert said(two, "short") == "A girl and another character. They share red eyes."


def test_nobody_knows_who_of_two_smiles() -> None:
    two = findings(face(0, "red", "red", "female"), face(50, "red", "red", "male"), names=("smile", "hat"))
    assert "smil" not in said(two)
    assert "The clothes include a hat." in said(two)


def test_a_picture_without_faces() -> None:
    assert said(findings(), "alt") == "A picture in which no drawn face was recognised."
    assert said(findings(names=("no_humans", "cat"))) == "An illustration without people. Also seen: a cat."
    whole = findings(face(0, "red", "red", "x", "nami_(one_piece)"), whole=True, names=("2girls",))
    assert said(whole) == "Two girls."


def test_adult_tags_are_never_said() -> None:
    found = findings(face(0, "red", "red", "female"), names=("nude", "large_breasts", "panties", "hat"))
    assert said(found) == "A girl with red hair and red eyes. She wears a hat."
    words = {*spoken.FEATURES, *spoken.STATES, *spoken.CLOTHES, *spoken.PLACES, *spoken.THINGS}
    assert not [name for name in words if vocabulary().is_adult(name)]


def test_names_are_readable() -> None:
    assert plain_name("monkey_d._luffy") == "Monkey D. Luffy"
    assert said(findings(face(0, "green", "yellow", "x", "c.c.", score=0.1))) == "C.c."


def test_spanish_and_minds_the_next_sound() -> None:
    found = findings(face(0, "red", "red", "female", "rin"), face(50, "blue", "blue", "female", "inori"))
    assert said(found, "short", "es") == "Rin e Inori."


def keys() -> Iterator[str]:
    yield from (f"caption-state-{name}" for name in spoken.STATES)
    yield from (f"caption-clothes-{name}" for name in spoken.CLOTHES)
    yield from (f"caption-place-{name}" for name in spoken.PLACES)
    yield from (f"caption-thing-{name}" for name in spoken.THINGS)
    yield from (f"caption-feature-{name}" for name in spoken.FEATURES)
    yield from (f"caption-framing-{name}" for name in spoken.FRAMINGS)
    yield from (f"caption-view-{name}" for name in spoken.VIEWS)
    for colour in kinds.COLOURS:
        yield from (f"caption-{kind}-{colour}" for kind in ("hair-shade", "eye-shade", "colour"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word_of_its_own(language: str) -> None:
    texts = Texts(language)
    assert [key for key in keys() if not texts.has_own(key)] == []


SPOKEN = sorted(
    {*spoken.STATES, *spoken.CLOTHES, *spoken.PLACES, *spoken.THINGS, *spoken.FEATURES, *spoken.FRAMINGS, *spoken.VIEWS,
     *spoken.LENGTHS, *spoken.TEXT, *spoken.COMICS, *spoken.SPEECH, *kinds.HAIR_COLOURS, *kinds.EYE_COLOURS,
     *kinds.BACKGROUND_COLOURS, *kinds.GIRLS, *kinds.BOYS, "1other", "solo", "no_humans", "multiple_girls",
     "multiple_boys", "simple_background", "greyscale", "monochrome", "dark", "blue_theme", "red_theme", "nude",
     "panties", "white_dress", "katana", "blue_sky"}
)  # fmt: skip
SCORES = st.floats(0, 1)
TAGS = st.lists(
    st.builds(Tag, st.sampled_from(SPOKEN), st.just("general"), SCORES),
    max_size=25,
    unique_by=lambda t: t.name,
)
NAMES = st.sampled_from(
    ["hatsune_miku", "c.c.", "monkey_d._luffy", "inori_(guilty)", "hibiki!", "l", "_", "hitagi"]
)
FACES = st.builds(
    lambda x, score, name, unknown, hair, eyes, gender, scores: Face(
        Box(x, 0, 30, 30), score, (Candidate(name, None, score),) if name else (), unknown,
        (Trait("hair", hair, scores[0]), Trait("eyes", eyes, scores[1]), Trait("gender", gender, scores[2])),
    ),
    st.floats(0, 500), SCORES, st.none() | NAMES, st.booleans(), st.sampled_from(HAIR), st.sampled_from(EYES),
    st.sampled_from(["female", "male", "other"]), st.tuples(SCORES, SCORES, SCORES),
)  # fmt: skip
FINDINGS = st.builds(
    lambda faces, whole, found: Findings(600, 400, "", tuple(faces[:1] if whole else faces), whole, tuple(found)),
    st.lists(FACES, max_size=8), st.booleans(), TAGS,
)  # fmt: skip
EXAMPLES = int(os.environ.get("CAPTION_EXAMPLES", "150"))
LENGTHS: tuple[Length, ...] = ("short", "long", "alt")


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FINDINGS, st.sampled_from(LENGTHS))
def test_any_findings_give_good_sentences_in_every_language(found: Findings, length: Length) -> None:
    for language in LANGUAGES:
        text = said(found, length, language)
        end = "。" if language == "ja" else "."
        assert text.endswith((end, "!", "C.c.")), text
        assert "  " not in text
        assert ".." not in text
        assert "。。" not in text
        assert not re.search(r"[ ][,.;:]|\{|\}|caption-|None", text), text
        assert length != "alt" or len(text) <= ALT_LIMIT
        if language == "en":
            assert not re.search(r"\b[Aa] ([aeio]|um)", text), text
            assert not re.search(r"\b[Aa]n [^aeiou]", text), text
            assert text[0].isupper() or text[0].isdigit()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FINDINGS, st.sampled_from(LENGTHS))
def test_every_phrase_is_traced_to_a_finding_that_holds_it(found: Findings, length: Length) -> None:
    scores = {tag.name: tag.score for tag in found.tags}
    for sentence in compose(found, length):
        assert sentence.all_sources(), sentence
        for phrase in sentence.inner():
            for source in phrase.sources:
                _holds(found, scores, source)
            _says_what_its_sources_say(found, phrase)


def _holds(found: Findings, scores: dict[str, float], source: str) -> None:
    """The source exists and is sure enough to be spoken of."""
    kind, _, rest = source.partition(":")
    if kind == "faces":
        return
    if kind == "tag":
        assert scores[rest] >= 0.5
        return
    index, _, what = rest.partition(":")
    one = found.faces[int(index)]
    if what == "name":
        assert not one.unknown
    elif what:
        trait = one.trait(what)
        assert trait is not None
        assert trait.score >= 0.6


def _says_what_its_sources_say(found: Findings, phrase: Phrase) -> None:
    words = vocabulary()
    tagged = {source[4:] for source in phrase.sources if source.startswith("tag:")}
    for stem in ("state", "clothes", "place", "thing", "feature", "framing", "view"):
        if phrase.key.startswith(f"caption-{stem}-") and phrase.key != "caption-clothes-seen":
            name = phrase.key.removeprefix(f"caption-{stem}-")
            assert all(name == tag or name in words.implied(tag) for tag in tagged)
            assert tagged
    if phrase.key.startswith(("caption-hair-shade-", "caption-eye-shade-")):
        colour = phrase.key.rpartition("-")[2]
        kind = "hair" if "hair" in phrase.key else "eyes"
        for source in phrase.sources:
            if source.startswith("tag:"):
                assert source == f"tag:{colour}_{kind}"
            else:
                trait = found.faces[int(source.split(":")[1])].trait(kind)
                assert trait is not None
                assert trait.value.replace("gray", "grey") == colour
    if phrase.key == "caption-name" and isinstance(phrase.arguments["name"], str):
        index = int(phrase.sources[0].split(":")[1])
        assert phrase.arguments["name"] == plain_name(found.faces[index].candidates[0].character)
    number = re.fullmatch(r"caption-(girl|boy|character)-(?:start|inside)", phrase.key)
    if number and phrase.arguments["count"] != 1 and found.faces and not found.whole:
        assert (
            len([source for source in phrase.sources if re.fullmatch(r"face:\d+", source)])
            == phrase.arguments["count"]
        )
