"""Every command through Discord, Telegram, web and terminal: each says everything that the answer holds.

The same people say the same things on each platform, each with its own database, and beside them to the dispatcher
itself, whose plain reply is what the platforms' messages are compared with.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.commands import REGISTRY
from bot.discord import limits as discord_limits
from bot.dispatch import Dispatcher
from bot.reply import File, Reply
from bot.request import Person, Place
from bot.telegram import limits as telegram_limits
from bot.terminal.asking import by_name
from bot.texts import Texts
from tests.parity.voices import (
    PICTURES,
    Voice,
    in_the_terminal,
    line,
    on_discord,
    on_telegram,
    on_the_web,
    opened,
)
from tests.tiny_models import drawn


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is announced before it is answered, also on a busy machine."""
    monkeypatch.setattr(discord_limits, "WAIT_SECONDS", 60.0)
    monkeypatch.setattr(telegram_limits, "ACKNOWLEDGE_SECONDS", 60.0)
    monkeypatch.setattr(telegram_limits, "READ_SECONDS", 120.0)


SCRIPT: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("ada", "fav list", {}),
    ("ada", "recommend", {}),
    ("ada", "fav add", {"title": "Mushishi"}),
    ("ada", "fav add", {"title": "Mushishi"}),
    ("ada", "fav add", {"title": "no such title whatsoever"}),
    ("ada", "fav import", {"text": "Monster; Cowboy Bebop; Nichijou"}),
    ("bob", "fav add", {"title": "Monster"}),
    ("ada", "fav list", {"sort": "title"}),
    ("ada", "recommend", {"count": 3}),
    ("ada", "recommend", {"based_on": "Steins;Gate", "novelty": "familiar", "count": 2}),
    ("ada", "recommend", {"mood": "quiet, ghosts, rural Japan", "count": 2}),
    ("ada", "recommend", {"genre": "no such genre"}),
    ("ada", "recommend", {"count": 2, "with": "bob"}),
    ("ada", "compare", {"with": "bob"}),
    ("ada", "anime search", {"title": "fullmetal alchemist"}),
    ("ada", "anime search", {"genre": "Horror", "min_score": 8}),
    ("ada", "anime details", {"title": "aot s3 p2"}),
    ("ada", "anime season", {"season": "fall", "year": 2023}),
    ("ada", "anime random", {"genre": "Sports", "type": "TV", "from_year": 2023, "exclude": "Comedy, Drama"}),
    ("ada", "fav remove", {"title": "Mushishi"}),
    ("ada", "fav export", {"format": "mal"}),
    ("ada", "fav clear", {}),
    ("ada", "settings me", {"novelty": "adventurous"}),
    ("ada", "settings server", {"adult": "yes"}),
    ("ada", "link", {}),
    ("ada", "link", {"code": "WRONG123"}),
    ("ada", "privacy show", {}),
    ("ada", "privacy export", {}),
    ("ada", "privacy erase", {}),
    ("ada", "help", {}),
    ("ada", "identify", {"pictures": "red"}),
    ("ada", "identify", {}),
    ("ada", "tag", {"pictures": "green", "style": "booru"}),
    ("ada", "caption", {"pictures": "blue", "length": "long"}),
    ("bob", "describe", {"pictures": "red"}),
    ("bob", "character add", {"name": "Hinata", "pictures": "yellow"}),
    ("bob", "identify", {"pictures": "yellow"}),
    ("bob", "character list", {}),
    ("bob", "character info", {"name": "Hinata"}),
    ("bob", "character export", {}),
    ("bob", "character log", {}),
    ("bob", "character remove", {"name": "Hinata"}),
    ("bob", "character erase", {}),
    ("ada", "artchannel optout", {}),
)
ELSEWHERE = {
    "artchannel enable",
    "artchannel disable",
    "artchannel status",
    "artchannel settings",
    "artchannel ignore",
}
"""Only in servers and groups, which not every platform has: each platform's own tests try them."""

LABEL = 50
"""Characters of an alternative that every platform has room for on a button."""

BY_CHANCE = {"anime random", "link", "character log"}
"""What differs each time, or on each platform: only that an answer comes is compared."""

VOICES: dict[str, Callable[[Path], AbstractAsyncContextManager[Voice]]] = {
    "discord": on_discord,
    "telegram": on_telegram,
    "web": on_the_web,
    "terminal": in_the_terminal,
}


def test_every_command_is_in_the_script() -> None:
    assert {command for _, command, _ in SCRIPT} | ELSEWHERE == set(REGISTRY.commands)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def replies(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[list[Reply]]:
    """The plain replies to the script."""
    said = []
    async with opened(tmp_path_factory.mktemp("plain")) as (osusume, _):
        dispatcher = Dispatcher(osusume)
        for who, command, options in SCRIPT:
            answer = await dispatcher.answer_line(
                line(command, options),
                Person(f"terminal:{who}", who),
                Texts("en"),
                Place(),
                None,
                people=by_name,
                files=[File("picture.png", "image/png", drawn(options[PICTURES]))]
                if PICTURES in options
                else (),
            )
            assert answer is not None
            said.append(answer.reply)
    yield said


@pytest.mark.parametrize("platform", VOICES)
@pytest.mark.asyncio(loop_scope="module")
async def test_platform_says_it_all(
    platform: str, replies: list[Reply], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with VOICES[platform](tmp_path) as voice:
        for (who, command, options), reply in zip(SCRIPT, replies, strict=True):
            shown = await voice.say(who, command, options)
            assert letters(shown), command
            if command not in BY_CHANCE:
                missing = [piece for piece in pieces(reply) if letters(piece) not in letters(shown)]
                assert not missing, f"{line(command, options)} on {platform}: {missing}\n{shown[:2000]}"


def pieces(reply: Reply) -> Iterator[str]:
    """Every sentence, line, card and alternative of a reply; of cards the one in focus."""
    yield reply.text
    if (
        "kept about you" not in reply.text
    ):  # how much is kept differs: some platforms deliver twice, some do not
        yield from reply.items
    for fact in reply.facts:
        yield from (fact.label, fact.value)
    for card in reply.cards[:1]:
        yield card.title
        yield from (fact.value for fact in card.facts)
        yield from (text for text in (card.subtitle, card.why, card.body, card.footer) if text)
    yield from (choice.label[:LABEL] for choice in reply.menu)


def letters(text: str) -> str:
    """What is said without how it is shown: letters and digits only."""
    try:
        text = " ".join(_strings(json.loads(text)))
    except ValueError:
        text = text.encode().decode("unicode_escape") if "\\u" in text else text
    return re.sub(r"[\W_]", "", text.casefold())


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
