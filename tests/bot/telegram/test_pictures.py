"""Pictures sent to the bot: asked about with a command, a caption or a reply, in albums, and answered as pictures."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PIL import Image

from bot.commands import REGISTRY
from bot.reply import File, Reply
from bot.request import PressContext
from bot.telegram import limits
from core.pictures import Pipeline
from tests.bot.telegram.conftest import Bot, MakeBot, left_over
from tests.doubles.telegram import Chat, Person, TelegramDouble
from tests.doubles.telegram.sending import file_content
from tests.tiny_models import drawn

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _short_albums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ALBUM_SECONDS", 0.5)


@pytest.fixture
def club(telegram: TelegramDouble, ada: Person) -> Chat:
    return telegram.add_group("Art club", members=[ada], privacy=False)


class Held:
    """Holds every look at a picture back until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go = threading.Event()
        look = Pipeline.look

        def held(pipeline: Pipeline, *arguments: object) -> object:
            self.go.wait(20)
            return look(pipeline, *arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(Pipeline, "look", held)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    holding = Held(monkeypatch)
    yield holding
    holding.go.set()


async def test_a_picture_is_described(telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat) -> None:
    answer = await ada.send_photo(chat, drawn("red", "blue"), patience=30)
    assert answer.photo is not None
    assert answer.caption.startswith("2 faces found\n\n1. Makise Kurisu · Steins;Gate")
    assert "\n2. Ikari Shinji · Neon Genesis Evangelion" in answer.caption
    assert "\n\nCaption: Makise Kurisu and Ikari Shinji." in answer.caption
    bold = [entity for entity in answer.entities if entity["type"] == "bold"]
    assert [answer.caption[e["offset"] : e["offset"] + e["length"]] for e in bold] == ["Caption: ", "Tags: "]
    with Image.open(io.BytesIO(answer.photo.data)) as shown:
        assert shown.size[0] >= 320
    guesses = await ada.click(answer, "Show guesses", expect="message")
    assert "1. Makise Kurisu (Steins;Gate) " in guesses.messages[0].text
    alt = await ada.click(answer, "Alt text", expect="message")
    assert alt.messages[0].text.startswith("An illustration of Makise Kurisu and Ikari Shinji.")
    likes = await ada.click(answer, "More like these", expect="message")
    assert likes.messages[0].text.startswith("If you like")
    chosen = await ada.click(answer, "Favourite", expect="message")
    kept = await ada.click(chosen.messages[0], "Steins;Gate", expect="answer")
    assert "Steins;Gate is now among your favourites" in kept.answer_text
    assert answer.edits == 0
    telegram.assert_clean()


async def test_presses_leave_the_picture_where_it_is(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    answer = await ada.send_photo(chat, drawn("red"), caption="/identify", patience=30)
    before = answer.caption
    kept = await ada.click(answer, "Favourite")
    assert "Steins;Gate is now among your favourites" in kept.answer_text
    details = await ada.click(answer, "Details", expect="message")
    assert details.messages[0].find("MyAnimeList")
    assert answer.photo is not None
    assert answer.caption == before
    telegram.assert_clean()


async def test_words_under_a_picture_are_edited(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def shorter(context: PressContext, _: object) -> Reply:
        return Reply("Edited.", update=True, state=context.state)

    monkeypatch.setitem(REGISTRY.actions, "pictures.alt", shorter)
    for inaccessible in (False, True):
        answer = await ada.send_photo(chat, drawn("red"), caption="/identify", patience=30)
        await ada.click(answer, "Alt text", expect="edit", inaccessible=inaccessible)
        assert answer.caption == "Edited."
        assert answer.photo is not None
    assert len(chat.bot_messages) == 2
    telegram.assert_clean("no text in the message to edit")


@pytest.mark.parametrize(
    ("caption", "said"),
    [
        ("/identify", "One face found\n\n1. Makise Kurisu"),
        ("/tag", "Tags: "),
        ("/tag style:prompt", "red hair"),
        ("/caption@OsusumeBot length:short", "Caption: Makise Kurisu with red hair"),
        ("who is this?", "One face found\n\n1. Makise Kurisu"),
    ],
)
async def test_commands_in_a_caption(
    caption: str, said: str, telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    answer = await ada.send_photo(chat, drawn("red"), caption=caption, patience=30)
    assert said in answer.plain
    telegram.assert_clean()


async def test_files_videos_and_animations(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    """Whatever Telegram makes of a file, its bytes count."""
    sent = (("a.png", "PNG", "document"), ("b.bin", "WEBP", "document"), ("c.gif", "GIF", "animation"))
    for number, (name, form, kind) in enumerate(sent):
        data = drawn("green", number=number, file=form)
        answer = await ada.send_document(
            chat, data, name, caption="/identify", kind=kind, patience=30,  # type: ignore[arg-type]
        )  # fmt: skip
        assert "Nagato Yuki" in answer.caption, name
    plain = await ada.send_document(chat, drawn("green", number=9), "d.webp", mime_type="image/webp")
    assert "Nagato Yuki" in plain.caption
    unreadable = await ada.send_document(chat, b"\0\0\0\x18ftypmp42" + bytes(50), "e.mp4", kind="video")
    assert unreadable.text
    assert "Something went wrong" not in unreadable.text
    telegram.assert_clean()


async def test_what_is_no_picture(telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat) -> None:
    renamed = await ada.send_document(chat, PDF, "art.jpg", mime_type="image/jpeg", patience=30)
    assert renamed.text == "That is a PDF. Save the page you mean as PNG or JPEG and send that."
    large = await ada.send_document(chat, b"x", "art.png", size=21 << 20)
    assert large.text.startswith("That file is 21 MB; I can read up to 20 MB.")
    telegram.force("download", status=404)
    lost = await ada.send_photo(chat, drawn("red"))
    assert "could not fetch “photo.jpg”" in lost.text
    nobody = await ada.send_photo(chat, drawn())
    assert "No anime face here" in nobody.text
    assert nobody.photo is None
    none = await ada.send(chat, "/identify")
    assert none.text == "Send a picture along, or reply to a message that has one."
    assert (await ada.send(chat, "/tag", reply_to=none)).text == none.text
    telegram.assert_clean()


async def test_replying_to_a_picture(telegram: TelegramDouble, bot: Bot, ada: Person, club: Chat) -> None:
    bob = telegram.add_user("Bob")
    club.members.append(bob.account)
    posted = await bob.post_photo(club, drawn("blue"), caption="look")
    document = bob.post_document(club, drawn("red"), "x.png")
    answer = await ada.send(club, "/identify", reply_to=posted, patience=30)
    assert "Ikari Shinji" in answer.caption
    assert answer.reply_to is not None
    assert "Makise Kurisu" in (await ada.send(club, "/caption", reply_to=document)).text
    asked = await ada.send(club, "@OsusumeBot who is that?", reply_to=posted)
    assert "Ikari Shinji" in asked.caption
    mentioned = await ada.send_photo(club, drawn("green"), caption="hm, @osusumebot?")
    assert "Nagato Yuki" in mentioned.caption
    assert len(club.bot_messages) == 4
    telegram.assert_clean()


async def test_pictures_in_a_group_are_left_alone(
    telegram: TelegramDouble, bot: Bot, ada: Person, club: Chat
) -> None:
    for caption in ("", "nice?", "/identify@OtherBot", "@OtherBot look"):
        await ada.post_photo(club, drawn("red"), caption=caption)
    await ada.post_album(club, [drawn("red"), drawn("blue")])
    answer = await ada.send(club, "/anime@OsusumeBot mushishi")
    assert club.bot_messages == [answer]
    assert not telegram.calls("getFile")
    telegram.assert_clean()


async def test_covered_pictures_stay_covered(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    file = await telegram.state.files.photo(drawn("red"))
    content = file_content(telegram.state, file) | {"has_media_spoiler": True}
    message = telegram.state.add_message(chat, content, sender=ada.account.json(), by_bot=False, file=file)
    telegram.state.deliver("message", message)
    answer = await telegram.wait_message(chat, patience=30)
    assert answer.data["has_media_spoiler"] is True
    telegram.assert_clean()


async def test_wrong_learned_and_undone(telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat) -> None:
    """Yellow is nobody; a member says who it is, it is learned, and taken back."""
    answer = await ada.send_photo(chat, drawn("yellow"), caption="/identify", patience=30)
    assert "1. Unknown" in answer.caption
    asked = (await ada.click(answer, "That's wrong", expect="message")).messages[0]
    chosen = (await ada.click(asked, "Makise Kurisu", expect="message")).messages[0]
    await ada.click(chosen, "Yes", expect="edit")
    assert "Makise Kurisu" in chosen.text
    named = await ada.send_photo(chat, drawn("yellow", number=1), caption="/identify")
    assert "1. Makise Kurisu" in named.caption
    await ada.click(chosen, "Undo", expect="edit")
    forgotten = await ada.send_photo(chat, drawn("yellow", number=2), caption="/identify")
    assert "1. Unknown" in forgotten.caption
    telegram.assert_clean()


async def test_a_taught_character_is_found_again(
    telegram: TelegramDouble, bot: Bot, make_bot: MakeBot, ada: Person, club: Chat
) -> None:
    refused = await ada.send_photo(club, drawn("yellow"), caption="/character_add Hinata", patience=30)
    assert refused.plain == "Only those who manage this server can change that."
    club.admins.add(ada.id)
    added = await ada.send_photo(club, drawn("yellow"), caption="/character add Hinata")
    assert added.text == "I know one more face of Hinata now."
    crowd = await ada.send_photo(club, drawn("red", "blue"), caption="/character add Rin")
    assert "face" in crowd.text
    found = await ada.send_photo(club, drawn("yellow", "blue", number=1), caption="/identify")
    assert "1. Hinata" in found.caption
    assert "2. Ikari Shinji" in found.caption
    await bot.stop()
    await make_bot().start()
    still = await ada.send_photo(club, drawn("yellow", number=2), caption="/identify", patience=30)
    assert "1. Hinata" in still.caption
    listed = await ada.send(club, "/character list")
    assert "Hinata" in listed.text
    await ada.click(added, "Undo", expect="edit")
    gone = await ada.send_photo(club, drawn("yellow", number=3), caption="/identify")
    assert "1. Unknown" in gone.caption
    telegram.assert_clean()


async def test_a_correction_in_a_group_goes_to_who_pressed(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat, club: Chat
) -> None:
    answer = await ada.send_photo(club, drawn("yellow"), caption="/identify@OsusumeBot", patience=30)
    await ada.click(answer, "That's wrong", expect="answer")
    asked = await telegram.wait_message(chat)
    assert asked.find("Makise Kurisu")
    assert club.bot_messages == [answer]
    telegram.assert_clean()


async def test_busy(
    telegram: TelegramDouble, make_bot: MakeBot, ada: Person, chat: Chat, held: Held,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(limits, "TYPING_SECONDS", 0.2)  # each sign of life has the test look again
    bot = await make_bot(picture_workers=1, picture_queue=1).start()
    others = [telegram.add_user(f"P{number}") for number in range(2)]
    for other in others:
        await other.post_photo(telegram.private(other), drawn("red"), caption="/identify")
    queue = bot.osusume.pictures.queue
    await telegram.wait_until(lambda: queue.running + queue.waiting == 2, "both to have come", 30)
    busy = await ada.send_photo(chat, drawn("blue"), caption="/identify")
    assert busy.text.startswith("I am busy")
    held.go.set()
    for other in others:
        await telegram.wait_message(telegram.private(other), patience=30)
    telegram.assert_clean()


async def test_work_shows(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat, held: Held,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(limits, "TYPING_AFTER_SECONDS", 0.05)
    await ada.post_photo(chat, drawn("red"))
    await telegram.wait_until(lambda: chat.actions, "a sign of life", 30)
    assert chat.actions[0][0] == "upload_photo"
    held.go.set()
    assert (await telegram.wait_message(chat, patience=30)).photo
    telegram.assert_clean()


async def test_a_model_that_crashes(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def broken(*_: object) -> object:
        raise RuntimeError("broken on purpose")

    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, "look", broken)
        failed = await ada.send_photo(chat, drawn("red"), patience=30)
    assert "Something went wrong on my side" in failed.text
    assert "broken on purpose" in caplog.text
    assert (await ada.send_photo(chat, drawn("red"))).photo
    telegram.assert_clean()


async def test_where_pictures_may_not_be_sent(
    telegram: TelegramDouble, bot: Bot, ada: Person, club: Chat
) -> None:
    club.forbidden.add("photos")
    answer = await ada.send_photo(club, drawn("red"), caption="/identify@OsusumeBot", patience=30)
    assert "Makise Kurisu" in answer.text
    assert answer.buttons
    await ada.post_album(club, [drawn("red"), drawn("blue")], caption="/identify@OsusumeBot")
    both = await telegram.wait_message(club, lambda message: "Picture 2" in message.text)
    assert both.buttons
    telegram.assert_clean("not enough rights to send photos")


@pytest.mark.parametrize("form", ["photo", "video", "gif", "webp"])
async def test_every_kind_of_picture_is_shown(
    form: str, telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = {"photo": "image/png", "video": "video/mp4", "gif": "image/gif", "webp": "image/webp"}
    data = drawn("red", file={"webp": "WEBP", "gif": "GIF"}.get(form, "PNG"))
    made = File(f"a.{form}", kinds[form], data)

    async def answering(*_: object) -> Reply:
        return Reply("Here", pictures=(made,) * 2 if telegram.calls("sendMessage") else (made,))

    command = replace(REGISTRY.commands["help"], handler=answering)
    monkeypatch.setitem(REGISTRY.commands, "help", command)
    shown = await ada.send(chat, "/help", patience=30)
    kind = {"photo": "photo", "video": "video", "gif": "animation", "webp": "document"}[form]
    assert kind in shown.data
    assert shown.caption == "Here"
    await ada.send(chat, "/fav list")
    last = await ada.send(chat, "/help", until=lambda message: message.text == "Here")
    both = [message for message in chat.bot_messages if kind in message.data][1:]
    assert len(both) == 2
    assert chat.bot_messages[-1] is last
    telegram.assert_clean()


async def test_a_photo_that_telegram_refuses_is_a_file(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    telegram.force("sendPhoto", status=400, description="Bad Request: PHOTO_INVALID_DIMENSIONS")
    answer = await ada.send_photo(chat, drawn("red"), patience=30)
    assert answer.document is not None
    assert "Makise Kurisu" in answer.caption
    assert answer.buttons
    telegram.assert_clean("PHOTO_INVALID_DIMENSIONS")


async def test_a_picture_that_comes_twice_is_answered_once(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    telegram.deliver_twice()
    answer = await ada.send_photo(chat, drawn("red"), patience=30)
    telegram.deliver_again()
    listed = await ada.send(chat, "/fav list")
    assert chat.bot_messages == [answer, listed]
    telegram.assert_clean()


async def test_nothing_of_a_picture_is_kept(
    telegram: TelegramDouble, bot: Bot, ada: Person, chat: Chat
) -> None:
    await ada.send_photo(chat, drawn("red"), caption="a-secret-caption", patience=30)
    await telegram.wait_taken()
    await ada.send(chat, "/fav list")
    assert await left_over(bot) == 0
    data = (bot.settings.home / "osusume.db").read_bytes()
    assert b"a-secret-caption" not in data
    assert b"\xff\xd8\xff" not in data
