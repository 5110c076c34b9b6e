"""The picture path as commands use it: jobs off the event loop, one failing alone, and what is too explicit for a
place."""

from __future__ import annotations

import asyncio
import io
import shutil
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.commands.pictures import caption, describe, identify, tag
from bot.reply import File, Reply
from bot.request import Person, Place, Platform, Request
from bot.texts import Texts
from core.errors import Unavailable, UserError
from core.osusume import Osusume
from core.pictures import Asked, Pipeline
from core.settings import Settings, read_settings
from tests.tiny_models import drawn, rate, tiny_models


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models(tmp_path_factory.mktemp("data"))


def narrow(home: Path, **changes: Any) -> Settings:
    """One picture at a time, two waiting."""
    return read_settings(_env_file=None, home=home, picture_workers=1, picture_queue=2, **changes)


@pytest.fixture
async def osusume(shipped: Path, tmp_path: Path) -> AsyncIterator[Osusume]:
    async with Osusume.open(narrow(tmp_path / "home"), data=shipped, warm=False) as opened:
        yield opened


@pytest.fixture
async def impatient(shipped: Path, tmp_path: Path) -> AsyncIterator[Osusume]:
    """A core in which nobody waits for long."""
    settings = narrow(tmp_path / "home", picture_deadline=0.05)
    async with Osusume.open(settings, data=shipped, warm=False) as opened:
        yield opened


@pytest.fixture
async def rated(shipped: Path, tmp_path: Path) -> AsyncIterator[Osusume]:
    """A core whose tagger rates: dark pictures are explicit."""
    data = tmp_path / "rating"
    shutil.copytree(shipped, data, symlinks=True)
    rate(data)
    settings = read_settings(_env_file=None, home=tmp_path / "home")
    async with Osusume.open(settings, data=data, warm=False) as opened:
        yield opened


async def test_jobs_run_off_the_event_loop_and_fail_alone(osusume: Osusume) -> None:
    def where(_: Pipeline) -> threading.Thread:
        return threading.current_thread()

    def crash(_: Pipeline) -> None:
        raise ZeroDivisionError

    def refuse(pipeline: Pipeline) -> None:
        pipeline.look(b"", Asked())

    crashed, refused, thread = await asyncio.gather(
        osusume.pictures.run("ada", crash), osusume.pictures.run("bob", refuse),
        osusume.pictures.run("eve", where), return_exceptions=True,
    )  # fmt: skip
    assert isinstance(crashed, ZeroDivisionError)
    assert isinstance(refused, UserError)
    assert refused.key == "picture-empty"
    assert isinstance(thread, threading.Thread)
    assert thread is not threading.current_thread()


async def test_busy_and_too_late_are_said(impatient: Osusume) -> None:
    go_on, begun = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold(_: Pipeline) -> None:
        loop.call_soon_threadsafe(begun.set)
        go_on.wait(120)

    running = asyncio.create_task(impatient.pictures.run("ada", hold))
    await begun.wait()
    waiting = [asyncio.create_task(impatient.pictures.run(f"{n}", lambda _: None)) for n in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="busy-ahead") as busy:
        await impatient.pictures.run("eve", lambda _: None)
    assert "3" in Texts("en")(busy.value.key, **busy.value.arguments)
    for late in waiting:
        with pytest.raises(Unavailable, match="deadline"):
            await late
    go_on.set()
    await running


def picture(colour: tuple[int, int, int], face: bool = True) -> bytes:
    """A picture all of one colour, with a small bright head."""
    image = Image.new("RGB", (160, 120), colour)
    if face:
        image.paste((235, 40, 40), (60, 40, 84, 64))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def request(data: bytes, place: Place, name: str = "describe") -> Request:
    files = (File("art.png", "image/png", data),)
    return Request(name, Person("discord:1", "Bob"), Texts("en"), {"pictures": files}, place)


def everything(reply: Reply) -> str:
    """All that is said."""
    return "\n".join([reply.text, *reply.items, *(f"{fact.label} {fact.value}" for fact in reply.facts)])


DARK, LIGHT = picture((10, 10, 10)), picture((120, 120, 120))
OPEN, RESTRICTED = Place(server="discord:9"), Place(server="discord:9", age_restricted=True)


@pytest.mark.parametrize("command", [describe, identify, tag, caption])
async def test_an_explicit_picture_is_not_described_nor_echoed(rated: Osusume, command: object) -> None:
    assert callable(command)
    reply = await command(request(DARK, OPEN), rated)
    assert "too explicit for this place" in everything(reply)
    assert not reply.pictures
    assert not reply.facts
    assert not reply.state, "nothing is kept that a button could tell"
    assert "Makise" not in everything(reply)
    assert "odd" not in everything(reply)
    assert reply.data == {"error": "That picture looks too explicit for this place, so I leave it alone."}


async def test_a_harmless_picture_of_the_same_head_is_answered(rated: Osusume) -> None:
    reply = await describe(request(LIGHT, OPEN), rated)
    assert "Makise Kurisu" in everything(reply)
    assert len(reply.pictures) == 1


async def test_where_only_adults_see_it_those_who_want_it_are_answered(rated: Osusume) -> None:
    refused = await describe(request(DARK, RESTRICTED), rated)
    assert "too explicit" in everything(refused), "they have not said that they want it"
    await rated.people.set_preferences("discord:1", adult=True)
    await rated.people.set_server("discord:9", adult=True)
    assert "Makise Kurisu" in everything(await describe(request(DARK, RESTRICTED), rated))
    assert "too explicit" in everything(await describe(request(DARK, OPEN), rated))


async def test_only_platforms_with_such_channels_speak_of_them(rated: Osusume) -> None:
    for limits in (True, False):
        place = Place("discord:9", platform=Platform(age_limits=limits))
        assert (
            "In an age-restricted channel" in everything(await tag(request(DARK, place), rated))
        ) == limits


async def test_among_several_only_the_explicit_one_is_left_out(rated: Osusume) -> None:
    files = (File("a.png", "image/png", DARK), File("b.png", "image/png", LIGHT))
    asked = Request("describe", Person("discord:1", "Bob"), Texts("en"), {"pictures": files}, OPEN)
    reply = await describe(asked, rated)
    assert "too explicit" in everything(reply)
    assert everything(reply).count("Makise Kurisu") >= 1
    assert len(reply.pictures) == 1


async def test_a_picture_named_as_a_whole_is_said_to_be(osusume: Osusume) -> None:
    reply = await identify(request(picture((150, 60, 60), face=False), OPEN, "identify"), osusume)
    assert "Makise Kurisu" in everything(reply)
    assert "as a whole" in everything(reply)
    assert not reply.pictures, "there is no box to draw"


async def test_cancelling_gives_the_worker_back(osusume: Osusume) -> None:
    task = asyncio.create_task(
        osusume.pictures.run("ada", lambda pipeline: pipeline.look(drawn("red"), Asked()))
    )
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    seen = await osusume.pictures.run("ada", lambda pipeline: pipeline.look(drawn("red"), Asked()))
    assert seen.findings.faces
