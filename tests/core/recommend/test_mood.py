from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.catalogue import Catalogue
from core.errors import ArtefactError
from core.recommend import Question, Recommender
from core.recommend.lexicon import LANGUAGES, Lexicon
from core.settings import Settings
from tests.core.recommend.conftest import DATA


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load(DATA / "recommend" / "mood.toml")


def read(lexicon: Lexicon, text: str) -> dict[str, bool]:
    return {found.concept.name: found.wanted for found in lexicon.read(text)[0]}


@pytest.mark.parametrize(
    "text",
    [
        "quiet, melancholic, ghosts, rural Japan",
        "静かで切ない、幽霊、田舎",
        "tranquilo, melancólico, fantasmas, Japón rural",
        "TRANQUILO, MELANCOLICO, FANTASMAS, JAPON RURAL",
        "yên tĩnh, u sầu, ma, làng quê Nhật Bản",
        "yen tinh, u sau, hon ma, lang que Nhat Ban",
    ],
)
def test_four_languages_say_the_same(lexicon: Lexicon, text: str) -> None:
    assert read(lexicon, text) == dict.fromkeys(("quiet", "melancholic", "ghosts", "rural"), True)


@pytest.mark.parametrize(
    ("text", "wanted", "ruled_out"),
    [
        ("funny school life without romance", {"funny", "school"}, {"romance"}),
        ("dark, but no gore or horror", {"dark"}, {"scary"}),
        ("not too scary", set(), {"scary"}),
        ("comedia escolar sin romance", {"funny", "school"}, {"romance"}),
        ("hài hước học đường, không lãng mạn", {"funny", "school"}, {"romance"}),
        ("怖くない妖怪", {"ghosts"}, {"scary"}),
        ("恋愛なしのロボット", {"mecha"}, {"romance"}),
        ("no romance, revenge", {"revenge"}, {"romance"}),
    ],
)
def test_what_is_not_wanted(lexicon: Lexicon, text: str, wanted: set[str], ruled_out: set[str]) -> None:
    found = read(lexicon, text)
    assert wanted <= {name for name, is_wanted in found.items() if is_wanted}
    assert ruled_out <= {name for name, is_wanted in found.items() if not is_wanted}


def test_words_inside_words_do_not_count(lexicon: Lexicon) -> None:
    assert read(lexicon, "warden artisan scart macabre") == {}


def test_what_is_ruled_out_is_not_searched_for(lexicon: Lexicon) -> None:
    assert lexicon.read("no romance, samurai")[1] == "samurai"
    assert lexicon.read("ninja y samurái sin comedia")[1] == "ninja y samurái"
    assert lexicon.read("")[1] == ""


def test_every_mood_has_words_in_every_language_and_known_names(shipped: Catalogue, lexicon: Lexicon) -> None:
    columns = (shipped.genres, shipped.themes, shipped.demographics, shipped.tags)
    names = {name for column in columns for name in column.vocab}
    for concept in lexicon.concepts.values():
        assert set(concept.labels) <= names, concept.name
        assert all(-1 <= weight <= 1 for weight in concept.labels.values())
        assert concept.facts is not None or concept.labels
        assert all(shipped.by_mal_id(title) is not None for title in concept.titles), concept.name


@pytest.mark.parametrize(
    "broken", ["[quiet\n", '[quiet]\nen = "a"\n', "[quiet]\nen=1\nja=1\nes=1\nvi=1\n", "quiet = 3\n"]
)
def test_a_broken_lexicon_is_named(tmp_path: Path, broken: str) -> None:
    (tmp_path / "mood.toml").write_text(broken)
    with pytest.raises(ArtefactError) as problem:
        Lexicon.load(tmp_path / "mood.toml")
    assert problem.value.key == "lexicon-broken"
    assert len(LANGUAGES) == 4


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (
            (
                "quiet, melancholic, ghosts, rural Japan",
                "静かで切ない、幽霊、田舎",
                "tranquilo, melancólico, fantasmas, Japón rural",
                "yên tĩnh, u sầu, ma, làng quê Nhật Bản",
            ),
            {457, 4081, 10408, 9989},  # Mushishi, Natsume Yuujinchou, Hotarubi no Mori e, AnoHana
        ),
        (
            (
                "cozy camping in nature", "癒されるキャンプと自然", "acampada acogedora en la naturaleza",
                "cắm trại ấm áp giữa thiên nhiên",
            ),
            {34798, 17549, 22789},  # Yuru Camp, Non Non Biyori, Barakamon
        ),
        (
            ("girls in a band", "女の子のバンド", "una banda de chicas", "ban nhạc nữ"),
            {47917, 5680, 27989, 15051},  # Bocchi, K-On, Euphonium, Love Live
        ),
        (("vampires and romance", "吸血鬼と恋愛", "vampiros y romance", "ma cà rồng và tình yêu"), {3457, 50346, 5081}),
        (("baseball", "野球", "béisbol", "bóng chày"), {5941, 2159, 18689, 5040}),
        (
            ("giant robots in a war", "戦争と巨大ロボ", "robots gigantes en guerra", "robot khổng lồ và chiến tranh"),
            {41457, 1575, 80},
        ),
    ],
)  # fmt: skip
def test_a_mood_finds_what_fans_would_name(
    recommender: Recommender, texts: tuple[str, ...], expected: set[int]
) -> None:
    for text in texts:
        picked = {pick.mal_id for pick in recommender.recommend(Question(mood=text, count=8))}
        assert len(picked & expected) >= 2, text


def test_what_is_not_wanted_is_not_shown(recommender: Recommender, shipped: Catalogue) -> None:
    for text in (
        "funny school, no romance",
        "comedia escolar sin romance",
        "学園コメディ、恋愛なし",
        "hài hước học đường không lãng mạn",
    ):
        picks = recommender.recommend(Question(mood=text, count=10))
        animes = [shipped.by_mal_id(pick.mal_id) for pick in picks]
        assert not any("Romance" in anime.genres for anime in animes if anime), text


def test_plain_facts(recommender: Recommender, shipped: Catalogue) -> None:
    for text in ("a sad movie", "película triste", "悲しい映画", "phim lẻ buồn"):
        for pick in recommender.recommend(Question(mood=text, count=5)):
            anime = shipped.by_mal_id(pick.mal_id)
            assert anime is not None
            assert anime.type == "Movie", text


def test_a_mood_and_favourites_together(recommender: Recommender) -> None:
    alone = {pick.mal_id for pick in recommender.recommend(Question(mood="romance", count=10))}
    calm = recommender.recommend(Question(mood="romance", favourites=(28735, 1142, 877), count=10))
    assert {reason.kind for pick in calm for reason in pick.reasons} >= {"mood", "taste"}
    assert {pick.mal_id for pick in calm} != alone


def test_words_that_nobody_knows_still_get_an_answer(recommender: Recommender) -> None:
    for text in ("blargh", "…", "ひひひ", "a" * 5000, "\x00\n\t"):
        assert len(recommender.recommend(Question(mood=text))) == 5


def test_without_an_encoder_the_known_words_still_work(
    shipped: Catalogue, settings: Settings, tmp_path: Path
) -> None:
    settings = settings.model_copy(update={"home": tmp_path, "encoder": str(tmp_path / "no-such-model")})
    recommender = Recommender.open(shipped, DATA / "recommend", settings)
    picked = {pick.mal_id for pick in recommender.recommend(Question(mood="quiet, ghosts", count=10))}
    assert picked & {457, 4081}


def test_scores_are_finite(recommender: Recommender) -> None:
    picks = recommender.recommend(Question(mood="no romance"))
    assert all(np.isfinite(pick.score) for pick in picks)
