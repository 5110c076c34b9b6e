"""Every command and every button, in a private chat."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from bot.commands import REGISTRY
from bot.texts import Texts
from tests.bot.telegram.conftest import Bot, MakeBot
from tests.doubles.telegram import Chat, Message, Person, TelegramDouble
from tests.tiny_models import drawn

TWELVE = (
    "Mushishi; Monster; Cowboy Bebop; Sousou no Frieren; Barakamon; Baccano!; Nana; Planetes; "
    "Usagi Drop; Shirobako; Hyouka; Dennou Coil"
)
MAL_XML = """<?xml version="1.0" encoding="UTF-8" ?>
<myanimelist><myinfo><user_export_type>1</user_export_type></myinfo>
<anime><series_animedb_id>457</series_animedb_id><series_title><![CDATA[Mushishi]]></series_title>
<my_score>10</my_score><my_status>Completed</my_status></anime>
<anime><series_animedb_id>19</series_animedb_id><series_title><![CDATA[Monster]]></series_title>
<my_score>0</my_score><my_status>Dropped</my_status></anime></myanimelist>"""

# Command: a line for it, and what the answer says.
LINES = {
    "recommend": ("/recommend like Mushishi, novelty high", "If you like Mushishi"),
    "compare": ("/compare", "/compare"),
    "fav add": ("/fav add Mushishi", "Mushishi is now among your favourites"),
    "fav remove": ("/fav_remove Mushishi", "You have no favourites yet"),
    "fav list": ("/fav", "You have no favourites yet"),
    "fav import": ("/fav import Mushishi; Cowboy Bebop", "Matched 2 titles"),
    "fav export": ("/fav_export mal", "Here is your list"),
    "fav clear": ("/fav clear", "You have no favourites yet"),
    "anime search": ("/anime mushi-shi", "Tap one for details"),
    "anime details": ("/anime details Fate/Zero", "TV · 13 episodes"),
    "anime random": ("/anime_random genre:Iyashikei", "Genres:"),
    "anime season": ("/anime season fall year:2005", "Fall 2005"),
    "privacy show": ("/privacy", "kept about you"),
    "privacy export": ("/privacy export", "Everything kept about you is in this file"),
    "privacy erase": ("/privacy erase", "Really erase everything"),
    "link": ("/link", "within ten minutes"),
    "settings me": ("/settings", "Your settings"),
    "settings server": ("/settings server adult:yes", "That works in a server or group"),
    "help": ("/help", "/anime season — What airs"),
    "identify": ("/identify", "Send a picture along"),
    "tag": ("/tag", "Send a picture along"),
    "caption": ("/caption", "Send a picture along"),
    "describe": ("/describe", "Send a picture along"),
    "character add": ("/character add Hinata", "Send a picture along"),
    "character list": ("/character", "Nobody was taught here yet"),
    "character remove": ("/character_remove Hinata", "Hinata"),
    "character info": ("/character info Hinata", "Hinata"),
    "character export": ("/character export", "Everything taught here"),
    "character log": ("/character log", "Nothing was taught here yet"),
    "character erase": ("/character erase", "Really forget every character"),
    "artchannel enable": ("/artchannel enable", "Art channels are for servers and groups"),
    "artchannel disable": ("/artchannel disable", "Art channels are for servers and groups"),
    "artchannel status": ("/artchannel", "Art channels are for servers and groups"),
    "artchannel settings": ("/artchannel_settings most:3", "Art channels are for servers and groups"),
    "artchannel ignore": ("/artchannel ignore @somebody", "I cannot tell who"),
    "artchannel optout": ("/artchannel optout", "Your pictures are left alone in every art channel"),
}


def test_every_command_is_tried() -> None:
    assert set(LINES) == set(REGISTRY.commands)


async def test_every_command(telegram: TelegramDouble, bot: Bot) -> None:
    for line, said in LINES.values():
        person = telegram.add_user("Ada")  # a new one each time, whose favourites are empty
        answer = await person.send(telegram.private(person), line)
        assert said in answer.text, line
    telegram.assert_clean()


# Action: (lines that lead to the button, the button, what the message or notice says after the press).
PRESSES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "anime.details": (("/anime search mushishi",), "Mushishi (2005", "Also in this series"),
    "anime.season": (("/anime season fall year:2005",), "›", "Fall 2005"),
    "fav.add": (("/fav add Kanon",), "Kanon (2006) (2006", "Kanon (2006) is now among"),
    "fav.undo-add": (("/fav add Mushishi",), "Undo", "Mushishi is no longer among"),
    "fav.remove": (("/fav import #10087; #356", "/fav remove fate"), "Fate/Zero", "Fate/Zero is no longer"),
    "fav.undo-remove": (("/fav add Mushishi", "/fav remove mushishi"), "Undo", "Mushishi is now among"),
    "fav.list": ((f"/fav import {TWELVE}", "/fav list sort:title"), "›", "11. "),
    "fav.clear": (("/fav add Mushishi", "/fav clear"), "Yes", "Your favourite is out"),
    "fav.undo-clear": (("/fav add Mushishi", "/fav clear", "press Yes"), "Undo", "Your favourite is back"),
    "fav.keep": (("/fav add Mushishi", "/fav clear"), "No", "everything stays"),
    "recommend.page": (("/recommend",), "›", "2 / 5"),
    "pick.favourite": (("/recommend",), "★ Favourite", "is now among your favourites"),
    "pick.seen": (("/recommend",), "Seen", "marked as seen"),
    "pick.dismiss": (("/recommend",), "Not for me", "not for you"),
    "pick.more": (("/fav add Mushishi",), "More like this", "If you like Mushishi"),
    "privacy.erase": (("/fav add Mushishi", "/privacy erase"), "Yes", "Everything kept about you is gone"),
    "privacy.keep": (("/privacy erase",), "No", "nothing was erased"),
    "pictures.guesses": (("photo red",), "Show guesses", "1. Makise Kurisu (Steins;Gate)"),
    "pictures.alt": (("photo red",), "Alt text", "An illustration of Makise Kurisu"),
    "pictures.more": (("photo red blue",), "More like these", "If you like"),
    "pictures.details": (("photo red blue",), "Details", "Which"),
    "pictures.favourite": (("photo red blue",), "Favourite", "Which series"),
    "pictures.wrong": (("photo red",), "That's wrong", "Who is it really?"),
    "pictures.correct": (("photo red", "to That's wrong"), "Nagato Yuki", "Shall I remember this face"),
    "pictures.learn": (("photo red", "to That's wrong", "to Nagato Yuki"), "Yes", "Remembered as Nagato Yuki"),
    "pictures.forget-it": (("photo red", "to That's wrong", "to Nagato Yuki"), "No", "nothing was kept"),
    "pictures.unlearn": (
        ("photo red", "to That's wrong", "to Nagato Yuki", "press Yes"), "Undo", "Forgotten again",
    ),
    "character.forget": (("photo yellow /character add Hinata",), "Undo", "Forgotten again"),
    "character.undo": (
        ("photo yellow /character add Hinata", "/character remove Hinata"), "Undo", "One face is back",
    ),
    "character.erase": (
        ("photo yellow /character add Hinata", "/character erase"), "Yes", "Forgotten: one face",
    ),
}  # fmt: skip
IN_ART_CHANNELS = {"art.fix", "art.groups", "art.offer", "art.remove", "art.add", "art.done"}
"""Pressed in test_art: they are only ever in groups and channels."""


def test_every_button_is_pressed() -> None:
    assert set(PRESSES) | IN_ART_CHANNELS == set(REGISTRY.actions)


async def led_to(ada: Person, chat: Chat, lines: tuple[str, ...]) -> Message:
    """The last answer. `photo red blue /identify` is a picture with a caption, `press` a button that changes the
    answer, `to` one that brings another."""
    answer: Message | None = None
    for line in lines:
        if line.startswith("press "):
            assert answer is not None
            await ada.click(answer, line.removeprefix("press "), expect="edit")
        elif line.startswith("to "):
            assert answer is not None
            answer = (await ada.click(answer, line.removeprefix("to "), expect="message")).messages[0]
        elif line.startswith("photo "):
            colours, _, command = line.removeprefix("photo ").partition("/")
            picture, caption = drawn(*colours.split()), f"/{command}" if command else ""
            answer = await ada.send_photo(chat, picture, caption=caption, patience=30)
        else:
            answer = await ada.send(chat, line)
    assert answer is not None
    return answer


async def test_every_button(telegram: TelegramDouble, bot: Bot) -> None:
    for action, (lines, button, said) in PRESSES.items():
        person = telegram.add_user("Ada")
        answer = await led_to(person, telegram.private(person), lines)
        click = await person.click(answer, button)
        shown = [click.answer_text, answer.plain, *(b.text for b in answer.buttons)]
        shown += [message.text for message in click.messages]
        assert any(said in text for text in shown), (action, shown)
    telegram.assert_clean()


# What goes beyond one line or press


async def test_start_from_a_link(telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat) -> None:
    assert "I recommend anime" in (await ada.start(chat, "from_a_friend")).text
    telegram.assert_clean()


async def test_plain_words_are_a_wish(telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat) -> None:
    assert (await ada.send(chat, "Mushishi")).text.startswith("If you like Mushishi:")
    mood = await ada.send(chat, "quiet, melancholic, ghosts, rural Japan", patience=30)
    assert mood.text.startswith("For “quiet, melancholic, ghosts, rural Japan”:")
    assert len([b for b in mood.buttons if b.text.strip("·").isdigit()]) == 5
    telegram.assert_clean()


async def test_marks_change_the_buttons_in_place(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    answer = await ada.send(chat, "/recommend")
    title = answer.text.split("\n")[2]
    click = await ada.click(answer, "★ Favourite", expect="edit")
    assert click.answer_text == f"★ {title} is now among your favourites."
    assert not click.alert
    assert answer.find("Favourited").text.startswith("✓")
    again = await ada.click(answer, "Favourited")
    assert "already" in again.answer_text
    await ada.click(answer, "Seen", expect="edit")
    assert answer.text.split("\n")[2] != title  # the next pick takes the place of what is known
    details = await ada.click(answer, "Details", expect="message")
    assert details.messages[0].find("MyAnimeList").url
    following = await ada.send(chat, "/recommend")
    assert following.text.split("\n")[2] != title
    telegram.assert_clean("not modified")


async def test_an_undo_pressed_twice_acts_once(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    answer = await ada.send(chat, "/fav add Mushishi")
    data = answer.find("Undo").callback_data or ""
    await ada.click(answer, "Undo", expect="edit")
    await ada.send(chat, "/fav add Mushishi")
    again = ada.forge(answer, data)
    await telegram.wait_until(lambda: again.answered, "an answer")
    assert again.answer_text in (
        "Done already.",
        "That button has expired. Ask again and you get fresh ones.",
    )
    assert "Mushishi" in (await ada.send(chat, "/fav list")).text
    telegram.assert_clean()


async def test_every_page_can_be_jumped_to(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    answer = await ada.send(chat, "/anime season fall year:2015")
    steps = answer.keyboard[-1]
    pages = int(steps[1].text.split("/")[1])
    assert pages > 8
    assert next(row for row in answer.keyboard if len(row) > 3)[-1].text == str(pages)
    first = answer.buttons[0].text
    await ada.click(answer, answer.keyboard[-2][-1].callback_data or "", expect="edit")
    assert answer.keyboard[-1][1].text == f"{pages} / {pages}"
    assert answer.buttons[0].text != first
    await ada.click(answer, "›", expect="edit")
    assert answer.buttons[0].text == first
    same = await ada.click(answer, f"1 / {pages}", expect="answer")  # nothing changes, nothing breaks
    assert same.answered
    telegram.assert_clean("message is not modified")


@pytest.mark.parametrize("caption", ["", "my list", "/fav import", "/fav_import@OsusumeBot"])
async def test_import_a_document(
    caption: str, telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    answer = await ada.send_document(chat, MAL_XML.encode(), "animelist.xml", caption=caption)
    assert answer.text.startswith("Matched 2 titles")
    assert "Dropped: 1" in answer.text
    assert "Mushishi" in (await ada.send(chat, "/fav list")).text
    telegram.assert_clean()


async def test_import_what_is_replied_to(telegram: TelegramDouble, bot: Bot, ada: Person) -> None:
    club = telegram.add_group("Club", members=[ada])
    private = telegram.private(ada)
    document = ada.post_document(club, MAL_XML.encode(), "animelist.xml")
    ada.post(club, "/fav import", reply_to=document)
    assert (await telegram.wait_message(private)).text.startswith("Matched 2 titles")
    assert not club.bot_messages
    telegram.assert_clean()


async def test_documents_that_cannot_be_read(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    large = await ada.send_document(chat, b"x", "list.xml", size=21 << 20)
    assert large.text == "list.xml is too large. Lists up to 20 MB can be read."
    telegram.force("download", status=404)
    lost = await ada.send_document(chat, MAL_XML.encode(), "animelist.xml")
    assert "could not fetch “animelist.xml”" in lost.text
    broken = await ada.send_document(chat, b"<myanimelist><anime>", "animelist.xml")
    assert broken.text
    assert len(chat.bot_messages) == 3
    telegram.assert_clean()


async def test_exports_are_documents(telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat) -> None:
    await ada.send(chat, "/fav add Mushishi score:9")
    has_file: Callable[[Message], bool] = lambda message: "document" in message.data  # noqa: E731
    for line, name in (
        ("/fav export", "osusume.json"),
        ("/fav export mal", "animelist.xml"),
        ("/privacy export", "osusume-everything.json"),
    ):
        message = await ada.send(chat, line, until=has_file)
        assert message.data["document"]["file_name"] == name
        assert message.file is not None
        assert b"457" in message.file.data
        if name.endswith("json"):
            json.loads(message.file.data)
    telegram.assert_clean()


async def test_link_two_accounts(telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat) -> None:
    bob = telegram.add_user("Bob")
    await ada.send(chat, "/fav add Mushishi")
    code = (await ada.send(chat, "/link")).text.split()[-1]
    joined = await bob.send(telegram.private(bob), f"/link {code}")
    assert joined.text == "Your accounts are linked. Together you have one favourite."
    wrong = await bob.send(telegram.private(bob), "/link NOSUCHCODE")
    assert wrong.text
    telegram.assert_clean()


async def test_titles_are_escaped(telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat) -> None:
    answer = await ada.send(chat, "/anime details #1368")
    title = "Detective Conan OVA 06: Follow the Vanished Diamond! Conan & Heiji vs. Kid!"
    assert answer.text.startswith(title)
    assert [e["type"] for e in answer.entities[:2]] == ["text_link", "bold"]
    assert answer.entities[1]["length"] == len(title)
    odd = await ada.send(chat, "/fav remove <b>x_*&amp;</b>")
    assert odd.text
    await ada.send(chat, "/fav add Mushishi note:<i>&lt;_*[")
    assert "“<i>&lt;_*[”" in (await ada.send(chat, "/fav list")).text
    telegram.assert_clean()


async def test_covers_are_link_previews(telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat) -> None:
    await ada.send(chat, "/anime details Mushishi")
    preview = json.loads(telegram.calls("sendMessage")[-1].parameters["link_preview_options"])
    assert preview["url"].startswith("https://")
    assert preview["show_above_text"] is True
    await ada.send(chat, "/help")
    assert json.loads(telegram.calls("sendMessage")[-1].parameters["link_preview_options"]) == {
        "is_disabled": True
    }
    telegram.assert_clean()


async def test_no_covers_when_the_host_wants_none(
    telegram: TelegramDouble, make_bot: MakeBot, ada: Person, chat: Chat
) -> None:
    await make_bot(covers=False).start()
    answer = await ada.send(chat, "/recommend", patience=30)
    await ada.click(answer, "›", expect="edit")
    cards = await ada.inline("mushishi")
    for request in telegram.calls("sendMessage", "editMessageText"):
        assert json.loads(request.parameters["link_preview_options"]) == {"is_disabled": True}
    assert all("thumbnail_url" not in card.raw for card in cards.results)
    telegram.assert_clean()


async def test_two_languages(telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat) -> None:
    yui = telegram.add_user("Yui", language_code="ja")
    home = telegram.private(yui)
    english, japanese = Texts("en"), Texts("ja")
    assert japanese.has_own("help-heading")
    assert (await ada.send(chat, "/help")).text.startswith(english("help-heading"))
    assert (await yui.send(home, "/help")).text.startswith(japanese("help-heading"))
    card = await yui.send(home, "/recommend like 蟲師, novelty high")
    assert japanese("button-more-like") in card.find("≈").text
    click = await yui.click(card, "★", expect="edit")
    assert japanese("fav-added", title="")[-6:] in click.answer_text
    assert (await ada.send(chat, "/settings me language:ja")).text.startswith(japanese("settings-changed"))
    assert (await ada.send(chat, "/fav list")).text == japanese("fav-list-empty")
    telegram.assert_clean()


async def test_long_answers_keep_everything(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    """Ten notes of 100 characters that count double fill more than one message."""
    for mal_id in (457, 19, 1, 52991, 22289, 2251, 877, 329, 10162, 25835, 12189, 2164):
        await bot.osusume.people.add_favourite(f"telegram:{ada.id}", mal_id, note="😀" * 100)
    answer = await ada.send(chat, "/fav list")
    assert answer.text.count("😀") == 1000
    telegram.assert_clean()


async def test_what_is_no_words_gets_a_word(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    contact = {"contact": {"phone_number": "1", "first_name": "Bob"}}
    message = telegram.state.add_message(chat, contact, sender=ada.account.json(), by_bot=False)
    since = len(telegram.state.events)
    telegram.state.deliver("message", message)
    assert "I read words and pictures" in (await ada.heard(chat, since)).text
    telegram.assert_clean()


async def test_odd_input_gets_one_friendly_sentence(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    wish = "/recommend " + "x" * 3900
    for line in ("/xyzzy", "/", "/fav frobnicate", "/recommend count:99", wish, "/@", "🙂", "/start@"):
        answer = await ada.send(chat, line, patience=30)
        assert answer.text, line
        assert "Something went wrong" not in answer.text, line
    telegram.assert_clean()


async def test_help_says_how_to_show_a_picture(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    said = (await ada.send(chat, "/help")).text
    assert "Simply send it to me" in said
    assert "/artchannel enable" in said
    telegram.assert_clean()
