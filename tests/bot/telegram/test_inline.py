"""Inline mode: cards in any chat."""

from __future__ import annotations

from tests.bot.telegram.conftest import Bot
from tests.doubles.telegram import Person, TelegramDouble


async def test_cards(telegram: TelegramDouble, bot: Bot, ada: Person) -> None:
    cards = await ada.inline("mushishi")
    assert cards.results[0].title == "Mushishi"
    assert "26 episodes" in cards.results[0].description
    assert 1 < len(cards.results) <= 20
    assert cards.is_personal  # they are in the asker's language
    elsewhere = telegram.add_group("Friends", members=[ada], with_bot=False)
    message = ada.choose(cards, 0, elsewhere)
    assert message.text.startswith("Mushishi")
    assert message.entities[0]["url"] == "https://myanimelist.net/anime/457"
    telegram.assert_clean()


async def test_nothing_typed_and_odd_things_typed(telegram: TelegramDouble, bot: Bot, ada: Person) -> None:
    assert len((await ada.inline("")).results) == 20
    for text in ("x" * 256, "<b>&_*", "🙂", "   ", "蟲師", "aot s3 p2"):
        assert (await ada.inline(text)).results
    telegram.assert_clean()


async def test_typing_on_meanwhile(telegram: TelegramDouble, bot: Bot, ada: Person) -> None:
    """An answer that comes too late is refused; that is nobody's fault."""
    gate = telegram.hold("answerInlineQuery")
    telegram.settings.inline_lifetime = -1
    telegram.state.queue.push(
        "inline_query",
        {"id": "1", "from": ada.account.json(), "query": "mushi", "offset": ""},
        f"inline {ada.id}",
    )
    await telegram.wait_until(lambda: telegram.violations, "the refusal")
    gate.release()
    telegram.settings.inline_lifetime = 15
    assert (await ada.inline("mushishi")).results
    telegram.assert_clean("query is too old")
