"""Whatever a command answers, Telegram takes it: judged by the double's own parser and rules.

The long run: OSUSUME_EXAMPLES=100000 pytest tests/bot/telegram/test_render.py
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reply import Answer, Card, Choice, Fact, Pager, Reply
from bot.telegram.inline import results
from bot.telegram.render import cut, length, render, web_address
from tests.bot.replies import EXAMPLES, make_reply, texts
from tests.doubles.telegram import limits
from tests.doubles.telegram.entities import entity_text
from tests.doubles.telegram.queries import _checked
from tests.doubles.telegram.sending import formatted

seeds = st.integers(0, 2**40)

Taken = tuple[str, list[dict[str, Any]], list[list[dict[str, Any]]]]


def take(answer: Answer, *, covers: bool = True, captioned: bool = False) -> list[Taken]:
    """Text, entities and keyboard of each message as Telegram would show it; raises what Telegram would refuse.

    `captioned`: the first goes under a picture.
    """
    taken = []
    most = limits.CAPTION if captioned else limits.TEXT
    for number, message in enumerate(render(answer, covers=covers, first=most)):
        text, entities = formatted(message.html, "HTML", None)
        limits.check_text(text, entities)
        if captioned and number == 0:
            limits.check_caption(text, entities)
        markup = None if message.keyboard is None else json.loads(message.keyboard.to_json())
        checked = limits.check_markup(markup)
        assert (checked is None) == (markup is None)
        url = message.preview.to_dict().get("url")
        assert url is None or (covers and web_address(url))
        taken.append((text, entities, checked["inline_keyboard"] if checked else []))
    return taken


def words(text: str) -> str:
    """What a person reads, whatever the white space."""
    return "".join(text.split())


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    seed=seeds, covers=st.booleans(), captioned=st.booleans(),
    facts=st.lists(st.builds(Fact, st.sampled_from(["Tags", "<Alt> text"]), texts), max_size=8),
)  # fmt: skip
def test_telegram_takes_every_reply(seed: int, covers: bool, captioned: bool, facts: list[Fact]) -> None:
    reply = replace(make_reply(seed), facts=tuple(facts))
    taken = take(Answer("AbC_-1234xyz", reply), covers=covers, captioned=captioned)
    shown = words("".join(text for text, _, _ in taken))
    for part in (reply.text, *reply.items, *(fact.value for fact in facts)):
        assert words(part) in shown
    assert all(not keyboard for _, _, keyboard in taken[:-1])
    if reply.pager is not None and reply.pager.pages > 1:
        assert taken[-1][2][-1][1]["text"] == f"{reply.pager.page + 1} / {reply.pager.pages}"
    for button in (button for row in taken[-1][2] for button in row):
        assert ("url" in button) != (button.get("callback_data", "").startswith("o:AbC_-1234xyz."))


@settings(max_examples=max(1, EXAMPLES // 3), deadline=None)
@given(seed=seeds, covers=st.booleans())
def test_telegram_takes_every_card_inline(seed: int, covers: bool) -> None:
    for card in make_reply(seed).cards:
        (article,) = results([card], covers=covers)
        _checked(json.loads(article.to_json()), set())


@settings(max_examples=EXAMPLES, deadline=None)
@given(text=texts, most=st.integers(2, 300))
def test_cutting_keeps_within_bounds(text: str, most: int) -> None:
    short = cut(text, most)
    assert length(short) <= most
    assert (short == text.strip()) == (length(text.strip()) <= most)


def test_a_card_shows_everything_in_order() -> None:
    card = Card(
        "A <b> & _c_", 1, subtitle="B", url="https://a.example/1", image_url="https://a.example/c.jpg",
        body="Story.", facts=(Fact("Format", "TV"), Fact("Aired", "2005")), why="Because.", footer="Also",
        choices=(Choice("Go", "pick.seen", emoji="★"), Choice("Seen", "pick.seen", disabled=True)),
    )  # fmt: skip
    pager = Pager(1, 5, "recommend.page")
    reply = Reply(
        "Heading", cards=(card, card), choices=(Choice("Site", url="https://a.example"),), pager=pager
    )
    ((text, entities, keyboard),) = take(Answer("id", reply))
    assert text == "Heading\n\nA <b> & _c_\nB\nFormat: TV\nAired: 2005\nBecause.\n\nStory.\n\nAlso"
    assert [(entity["type"], entity_text(text, entity)) for entity in entities] == [
        ("text_link", "A <b> & _c_"),
        ("bold", "A <b> & _c_"),
        ("italic", "B"),
        ("blockquote", "Because."),
        ("italic", "Also"),
    ]
    assert [[button["text"] for button in row] for row in keyboard] == [
        ["★ Go", "✓ Seen"],
        ["Site"],
        ["1", "·2·", "3", "4", "5"],
        ["‹", "2 / 5", "›"],
    ]


@pytest.mark.parametrize(("length", "pieces"), [(900, 1), (1100, 2), (4000, 2), (6000, 3)])
def test_words_under_a_picture_go_on_below_it(length: int, pieces: int) -> None:
    reply = Reply("Two faces", facts=(Fact("Caption", "word " * (length // 5)), Fact("Tags", "red hair")))
    taken = take(Answer("id", reply), captioned=True)
    assert len(taken) == pieces
    text = taken[0][0]
    assert text.startswith("Two faces\n\nCaption: word word") or text == "Two faces"
    assert "Tags: red hair" in taken[-1][0]
    bold = [entity_text(text, entity) for text, found, _ in taken for entity in found]
    assert [label.strip() for label in bold] == ["Caption:", "Tags:"]
    assert words("".join(text for text, _, _ in taken)) == words("Two faces Caption: Tags: red hair").replace(
        "Tags:", "word" * (length // 5) + "Tags:"
    )


@pytest.mark.parametrize("text", ["x" * 9000, "word " * 2000, "😀" * 5000, "<&>" * 3000, "line\n" * 2000])
def test_long_texts_are_broken_between_words(text: str) -> None:
    card = Card("T", 1, why=text)
    taken = take(Answer("id", Reply(cards=(card,))))
    assert len(taken) > 1
    for plain, entities, _ in taken:
        if plain == "T":  # alone where the first part fills a message by itself
            continue
        quote = next(entity for entity in entities if entity["type"] == "blockquote")
        assert entity_text(plain, quote).strip() == plain.removeprefix("T\n").strip()
    assert words("".join(plain for plain, _, _ in taken)) == words("T" + text)
    if " " in text:
        assert all(plain.endswith("word") for plain, _, _ in taken)
