"""The command parser, driven through what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import REGISTRY
from bot.commands.parse import MAX_LINE, parse, typed
from bot.texts import LANGUAGES, Texts
from core.errors import UserError

EN = Texts("en")


@pytest.mark.parametrize(
    ("line", "command", "options"),
    [
        ("/recommend", "recommend", {}),
        ("/recommend based_on:Mushishi", "recommend", {"based_on": "Mushishi"}),
        ('/recommend mood:"quiet, ghosts" count:3', "recommend", {"mood": "quiet, ghosts", "count": "3"}),
        ("/recommend like Mushishi, novelty high", "recommend", {"based_on": "Mushishi", "novelty": "high"}),
        (
            "/recommend like Sora yori mo, Tooi, count 3",
            "recommend",
            {"based_on": "Sora yori mo, Tooi", "count": "3"},
        ),
        ("/recommend something quiet and sad", "recommend", {"mood": "something quiet and sad"}),
        ("/recommend quiet, melancholic, ghosts", "recommend", {"mood": "quiet, melancholic, ghosts"}),
        ("/recommend cozy genre:Comedy, Drama", "recommend", {"mood": "cozy", "genre": "Comedy, Drama"}),
        ("/fav add Re:Zero", "fav add", {"title": "Re:Zero"}),
        (
            "/fav add Steins;Gate 0: the rest, all of it",
            "fav add",
            {"title": "Steins;Gate 0: the rest, all of it"},
        ),
        ("/fav add name: a title", "fav add", {"title": "name: a title"}),
        ("/fav add Mushishi score:9", "fav add", {"title": "Mushishi", "score": "9"}),
        ("/fav add title:Mushishi", "fav add", {"title": "Mushishi"}),
        ("/fav_add Mushishi", "fav add", {"title": "Mushishi"}),
        ("/fav@OsusumeBot add Mushishi", "fav add", {"title": "Mushishi"}),
        ("/FAV ADD Mushishi", "fav add", {"title": "Mushishi"}),
        ("/fav", "fav list", {}),
        ("/anime mushishi", "anime search", {"title": "mushishi"}),
        ("/anime search 進撃の巨人", "anime search", {"title": "進撃の巨人"}),
        ("help", "help", {}),
    ],
)
def test_reads(line: str, command: str, options: dict[str, str]) -> None:
    parsed = parse(line, REGISTRY, EN)
    assert (parsed.command.name, dict(parsed.options)) == (command, options)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("", "input-empty"),
        ("   \n", "input-empty"),
        ("/" + "x" * (MAX_LINE + 1), "input-long"),
        ("/dance", "command-unknown"),
        ("/fav add " + "y" * 2000, "value-long"),
    ],
)
def test_refuses(line: str, key: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(line, REGISTRY, EN)
    assert caught.value.key == key


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("/recommend count:many", "number-wrong"),
        ("/recommend count:0", "number-range"),
        ("/recommend count:nan", "number-wrong"),
        ("/recommend novelty:blue", "choice-wrong"),
        ("/fav add", "option-missing"),
    ],
)
def test_types_are_checked(line: str, key: str) -> None:
    parsed = parse(line, REGISTRY, EN)
    with pytest.raises(UserError) as caught:
        typed(parsed.command, parsed.options, EN)
    assert caught.value.key == key


@pytest.mark.parametrize(("word", "value"), [("high", "adventurous"), ("hidden gems", "gems"), ("0.4", 0.4)])
def test_novelty_in_words_and_numbers(word: str, value: str | float) -> None:
    parsed = parse(f"/recommend novelty:{word}", REGISTRY, EN)
    assert typed(parsed.command, parsed.options, EN)["novelty"] == value


_names = st.sampled_from(["", *(f"/{name}" for name in REGISTRY.commands)])


@given(_names, st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_never_anything_but_a_friendly_refusal(name: str, text: str, language: str) -> None:
    texts = Texts(language)
    try:
        parsed = parse(f"{name} {text}", REGISTRY, texts)
        typed(parsed.command, parsed.options, texts)
    except UserError as problem:
        sentence = texts(problem.key, **problem.arguments)
        assert sentence
        assert len(sentence) < 1200


@given(
    st.text(
        alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=80
    )
)
def test_a_title_stays_whole(title: str) -> None:
    """`/fav add NAME` takes the rest of the line, colons and all."""
    quotes = "\"'“”「」,、，"
    if title.strip(quotes) != title or title.lower().startswith(("title", "score", "note")):
        return
    assert parse(f"/fav add {title}", REGISTRY, EN).options["title"] == title
