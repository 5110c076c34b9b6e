"""Pictures on Discord: attached, pointed at, answered, corrected, taught; and what goes wrong on the way."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image
from pydantic import SecretStr

from bot.discord import limits
from core.osusume import Osusume
from core.settings import read_settings
from tests.bot.discord.stage import TOKEN, Stage, playing
from tests.doubles.discord import Message, Upload
from tests.tiny_models import drawn, tiny_models

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def seeing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Osusume]:
    """A core with tiny picture models."""
    settings = read_settings(
        _env_file=None, home=tmp_path_factory.mktemp("home"), cooldown=0, discord_token=SecretStr(TOKEN)
    )
    data = tiny_models(tmp_path_factory.mktemp("data"))
    async with Osusume.open(settings, data=data) as osusume:
        yield osusume


@pytest_asyncio.fixture(loop_scope="session")
async def stage(seeing: Osusume) -> AsyncIterator[Stage]:
    async with playing(seeing) as stage:
        yield stage
        assert stage.double.violations == []


def picture(*colours: str, number: int = 0, name: str = "art.png") -> Upload:
    return Upload(name, drawn(*colours, number=number), "image/png")


async def test_a_picture_comes_back_with_names_series_and_alt_text(stage: Stage) -> None:
    reply = await stage.say(stage.bob, "identify", pictures=picture("red", "green"))
    assert "2 faces found" in reply.texts
    assert "Makise Kurisu" in reply.texts
    assert "Steins;Gate" in reply.texts
    assert "Nagato Yuki" in reply.texts
    (file,) = reply.files
    image = Image.open(io.BytesIO(file.data))
    assert min(image.size) >= 240
    assert not image.getexif()
    assert "Makise Kurisu" in (file.description or ""), "people who cannot see it are told"
    assert file.filename in reply.embeds[0]["image"]["url"]


async def test_unknown_faces_get_no_name_and_guesses_on_request(stage: Stage) -> None:
    reply = await stage.say(stage.bob, "identify", pictures=picture("yellow"))
    assert "Unknown" in reply.texts
    guesses = await stage.ada.click(reply, label="🔍 Show guesses")
    assert guesses.ephemeral
    assert "%" in guesses.texts


async def test_no_face_no_name(stage: Stage) -> None:
    reply = await stage.say(stage.bob, "identify", pictures=picture())
    assert "No anime face here" in reply.texts
    assert not reply.files


async def test_from_a_picture_to_more_like_its_series_in_one_tap(stage: Stage) -> None:
    reply = await stage.say(stage.bob, "identify", pictures=picture("red"))
    more = await stage.bob.click(reply, label="≈ More like this")
    assert "> " in more.embeds[0]["description"], "picks that say why"
    liked = await stage.bob.click(reply, label="★ Favourite")
    assert liked.ephemeral
    assert 9253 in await stage.favourites(stage.bob)


async def test_several_series_ask_which(stage: Stage) -> None:
    reply = await stage.say(stage.bob, "describe", pictures=picture("red", "blue"))
    more = await stage.bob.click(reply, label="≈ More like these")
    assert more.embeds
    which = await stage.bob.click(reply, label="★ Favourite")
    await stage.bob.select(which, which.components[0].options[1]["label"])
    assert await stage.favourites(stage.bob)


async def test_tags_captions_and_alt_text(stage: Stage) -> None:
    tags = await stage.say(stage.bob, "tag", pictures=picture("red"))
    assert "smile" in tags.texts
    prompt = await stage.say(stage.bob, "tag", pictures=picture("red"), style="prompt (commas)")
    assert "smile," in prompt.texts or ", smile" in prompt.texts
    caption = await stage.say(stage.bob, "caption", pictures=picture("red"))
    assert "Makise Kurisu" in caption.texts
    alt = await stage.say(stage.bob, "caption", pictures=picture("red"), length="alt text")
    assert "llustration" in alt.texts


async def test_blocked_tags_are_not_said(stage: Stage) -> None:
    await stage.say(stage.bob, "settings me", block="Smile")
    assert "smile" not in (await stage.say(stage.bob, "tag", pictures=picture("red"))).texts
    await stage.say(stage.bob, "settings me", block="-")
    assert "smile" in (await stage.say(stage.bob, "tag", pictures=picture("red"))).texts


async def test_message_menus_look_at_every_picture_of_a_message(stage: Stage) -> None:
    posted = await stage.ada.message(
        stage.channel,
        attachments=[picture("red"), picture("blue", name="b.png"), Upload("x.txt", b"x", "text/plain")],
    )
    reply = await stage.bob.context_menu(stage.channel, "Who is this?", posted)
    assert "Picture 2" in reply.texts
    assert "Makise Kurisu" in reply.texts
    assert "Ikari Shinji" in reply.texts
    assert len(reply.files) == 2
    assert "smile" in (await stage.bob.context_menu(stage.channel, "Tags", posted)).texts
    assert "llustration" in (await stage.bob.context_menu(stage.channel, "Alt text", posted)).texts
    bare = await stage.ada.message(stage.channel, "no picture here")
    assert "Send a picture along" in (await stage.bob.context_menu(stage.channel, "Tags", bare)).texts


async def test_one_bad_file_among_several_spoils_nothing(stage: Stage) -> None:
    reply = await stage.say(
        stage.bob,
        "identify",
        pictures=picture("red"),
        pictures_2=Upload("evil.png", b"%PDF-1.7 no picture", "image/png"),
        pictures_3=picture("green", name="c.png"),
    )
    assert "Makise Kurisu" in reply.texts
    assert "Nagato Yuki" in reply.texts
    assert "PDF" in reply.texts


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (Upload("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png"), "SVG"),
        (Upload("a.jpg", b"MZ\x90\x00" + bytes(100), "image/jpeg"), "program"),
        (Upload("a.png", drawn("red")[:300], "image/png"), "too early"),
        (Upload("a.png", b"", "image/png"), "empty"),
    ],
)
async def test_refusals_are_one_friendly_sentence(stage: Stage, upload: Upload, said: str) -> None:
    reply = await stage.say(stage.bob, "identify", pictures=upload)
    assert reply.ephemeral
    assert said.lower() in reply.texts.lower()
    assert "bug" not in reply.texts.lower()


async def test_too_large_a_file_is_not_even_fetched(stage: Stage) -> None:
    upload = Upload("big.png", drawn("red") + bytes(21 * 2**20), "image/png")
    reply = await stage.say(stage.bob, "identify", pictures=upload)
    assert "big.png" in reply.texts
    assert reply.ephemeral


async def test_a_correction_teaches_the_server_and_can_be_undone(stage: Stage) -> None:
    reply = await stage.say(stage.bob, "identify", pictures=picture("yellow", number=3))
    assert "Unknown" in reply.texts
    who = await stage.bob.click(reply, label="✎ That's wrong")
    chosen = who.components[0].options[0]["label"]
    asked = await stage.bob.select(who, chosen)
    assert "not the picture" in asked.texts, "it is said what is kept"
    learned = await stage.bob.click(asked, label="Yes, remember")
    assert "Remembered" in learned.texts
    name = chosen.split(" (")[0]
    again = await stage.say(stage.ada, "identify", pictures=picture("yellow", number=4))
    assert name in again.texts
    log = await stage.say(stage.ada, "character log")
    assert str(stage.bob.id) in log.texts
    undone = await stage.bob.click(learned, label="↩ Undo")
    assert "Forgotten" in undone.texts
    assert name not in (await stage.say(stage.ada, "identify", pictures=picture("yellow", number=5))).texts


async def test_a_server_teaches_its_own_characters(stage: Stage) -> None:
    refused = await stage.say(stage.bob, "character add", name="Yuzu", pictures=picture("magenta"))
    assert refused.ephemeral, "members do not change the gallery"
    several = await stage.say(stage.ada, "character add", name="Yuzu", pictures=picture("magenta", "green"))
    assert "Say which" in several.texts or "faces" in several.texts
    added = await stage.say(stage.ada, "character add", name="Yuzu", pictures=picture("magenta"))
    assert "Yuzu" in added.texts
    assert "Yuzu" in (await stage.say(stage.bob, "identify", pictures=picture("magenta", number=9))).texts
    assert "Yuzu" in (await stage.say(stage.bob, "character list")).texts
    assert "one face" in (await stage.say(stage.bob, "character info", name="Yuzu")).texts
    elsewhere = stage.double.add_guild("Elsewhere").add_channel("chat")
    await stage.double.announce(elsewhere.guild)  # type: ignore[arg-type]
    there = await stage.bob.slash(elsewhere, "identify", pictures=picture("magenta"))
    assert "Yuzu" not in there.texts, "what one server teaches, others do not see"
    exported = await stage.say(stage.ada, "character export")
    assert b"yuzu" in exported.files[0].data
    await stage.say(stage.ada, "character remove", name="Yuzu")
    assert "Yuzu" not in (await stage.say(stage.bob, "identify", pictures=picture("magenta"))).texts


async def test_animations_come_back_drawn_with_who_appears_when(stage: Stage) -> None:
    frames = [Image.open(io.BytesIO(drawn("red", number=number))) for number in range(8)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], duration=250, loop=0)
    reply = await stage.say(stage.bob, "identify", pictures=Upload("a.gif", stream.getvalue(), "image/gif"))
    assert "Makise Kurisu: 0:00" in reply.texts
    assert reply.files[0].filename.endswith((".gif", ".mp4"))


async def test_long_clips_show_how_far_they_are(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WAIT_SECONDS", 0.0)
    monkeypatch.setattr(limits, "PROGRESS_SECONDS", 0.0)
    frames = [Image.open(io.BytesIO(drawn("blue", number=number))) for number in range(12)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], duration=250, loop=0)
    reply = await stage.say(stage.bob, "identify", pictures=Upload("a.gif", stream.getvalue(), "image/gif"))
    await reply.until(lambda now: "Ikari Shinji" in now.texts)
    shown = [str(edit.get("content")) for edit in reply.edits]
    assert any("%" in text for text in shown)
    assert "%" not in reply.content, "the answer itself comes last"


async def test_busy_is_said_and_others_get_their_turn(stage: Stage, seeing: Osusume) -> None:
    queue = seeing.pictures.queue
    begun, go_on = asyncio.Semaphore(0), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold() -> None:
        loop.call_soon_threadsafe(begun.release)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()

    held = [
        asyncio.ensure_future(queue.run(f"other-{n}", hold)) for n in range(seeing.settings.picture_workers)
    ]
    for _ in held:
        await begun.acquire()
    crowd = [
        asyncio.ensure_future(queue.run(f"crowd-{n}", lambda: None))
        for n in range(seeing.settings.picture_queue)
    ]
    await asyncio.sleep(0)
    try:
        reply = await stage.say(stage.bob, "identify", pictures=picture("red"))
        assert "busy" in reply.texts
        assert reply.ephemeral
    finally:
        go_on.set()
        await asyncio.gather(*held, *crowd)
    assert "Makise" in (await stage.say(stage.bob, "identify", pictures=picture("red"))).texts


async def test_a_bug_in_a_model_is_one_apology_and_no_more(
    stage: Stage, seeing: Osusume, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(type(seeing.pictures.pipeline), "look", crash)
    reply = await stage.say(stage.bob, "identify", pictures=picture("red", number=77))
    assert "boom" not in reply.texts
    assert reply.ephemeral
    monkeypatch.undo()
    assert "Makise" in (await stage.say(stage.bob, "identify", pictures=picture("red", number=77))).texts


async def test_pressing_after_a_restart(stage: Stage, seeing: Osusume) -> None:
    reply = await stage.say(stage.bob, "identify", pictures=picture("green"))
    message: Message = reply.message
    async with playing(seeing, double=None) as later:
        assert later.double is not stage.double
    alt = await stage.bob.click(message, label="💬 Alt text")
    assert "Nagato Yuki" in alt.texts
