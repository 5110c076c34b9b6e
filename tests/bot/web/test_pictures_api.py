"""Pictures through the API: in as base64, out as they are shown; limits and refusals."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests.bot.web.visiting import Client
from tests.tiny_models import drawn

pytestmark = pytest.mark.asyncio(loop_scope="module")

BROKEN = b"\x89PNG\r\n\x1a\n" + b"nothing of a picture"


def upload(data: bytes, name: str = "picture.png", media_type: str = "image/png") -> dict[str, str]:
    return {"name": name, "media_type": media_type, "data": base64.b64encode(data).decode()}


def opened(picture: dict[str, Any]) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(picture["data"])))


async def test_a_picture_is_described_and_drawn_upon(looking: Client) -> None:
    given = drawn("red", "blue")
    answer = await looking.ask("/describe", pictures=[upload(given)])
    assert not answer["error"]
    characters = {face["candidates"][0]["character"] for face in answer["data"]["faces"]}
    assert characters == {"makise_kurisu", "ikari_shinji"}
    assert any("Makise Kurisu" in item for item in answer["items"])
    (picture,) = answer["pictures"]
    assert picture["description"] == answer["data"]["captions"]["alt"]
    assert picture["media_type"].startswith("image/")
    with opened(picture) as shown, Image.open(io.BytesIO(given)) as asked:
        assert shown.width * asked.height == shown.height * asked.width
        drawing = shown.convert("RGB").tobytes() != asked.resize(shown.size).convert("RGB").tobytes()
        assert drawing
    facts = {fact["label"]: fact["value"] for fact in answer["facts"]}
    assert facts["Caption"]
    assert "smile 90" in facts["Tags"]
    labels = {choice["label"]: choice["token"] for choice in answer["choices"]}
    guessed = await looking.press(labels["Show guesses"])
    assert "Makise Kurisu" in " ".join(guessed["items"])
    assert (await looking.press(labels["Alt text"]))["text"] == picture["description"]
    assert (await looking.press(labels["More like these"]))["cards"]


async def test_options_take_a_list_of_uploads(looking: Client) -> None:
    answer = await looking.command("tag", pictures=[upload(drawn("green"))], style="booru")
    assert "smile" in answer["items"][0]
    assert answer["pictures"] == []
    missing = await looking.command("tag", pictures=[])
    assert missing["error"]


async def test_a_broken_picture_among_others_keeps_its_place(looking: Client) -> None:
    files = [upload(drawn("red")), upload(BROKEN, "broken.png"), upload(drawn("green", number=3))]
    answer = await looking.ask("/identify", pictures=files)
    assert not answer["error"]
    assert len(answer["pictures"]) == 2
    assert len(answer["data"]) == 3
    assert set(answer["data"][1]) == {"error"}
    broken = answer["items"].index("Picture 2")
    assert answer["items"][broken + 1] == answer["data"][1]["error"]
    assert "Makise Kurisu" in answer["items"][1]
    assert "Picture 3" in answer["items"][broken:]


async def test_what_is_no_picture_gets_one_sentence(looking: Client) -> None:
    for data, name, kind in (
        (BROKEN, "broken.png", "image/png"),
        (b"Mushishi\nMonster\n", "list.txt", "text/plain"),
        (b"%PDF-1.7 whatever", "paper.png", "image/png"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "a.svg",
            "image/svg+xml",
        ),
        (b"", "empty.jpg", "image/jpeg"),
    ):
        answer = await looking.ask("/describe", pictures=[upload(data, name, kind)])
        assert answer["error"], name
        assert 0 < len(answer["text"]) < 300
        assert answer["pictures"] == []
    assert (await looking.ask("/describe"))["error"]


@pytest.mark.parametrize(
    "options",
    [
        {"pictures": "words"}, {"pictures": ["words"]}, {"pictures": 7}, {"pictures": upload(b"")},
        {"pictures": [upload(b""), "words"]}, {"whole": [upload(b"")]},
        {"pictures": [{"name": "a.png", "data": "not base64!"}]},
    ],
)  # fmt: skip
async def test_options_of_another_kind_and_wrong_base64_are_refused(
    looking: Client, options: dict[str, Any]
) -> None:
    status, answer = await looking.call("POST", "api/ask", json={"command": "identify", "options": options})
    assert status == 400
    assert "\n" not in answer["error"]
    for wrong in ("not base64!", "=", "AAA", "Ä"):
        body = {"line": "/identify", "pictures": [{"name": "a.png", "data": wrong}]}
        assert (await looking.call("POST", "api/ask", json=body))[0] == 400
    people = {"command": "compare", "options": {"with": [upload(b"")]}}
    assert (await looking.call("POST", "api/ask", json=people))[0] == 400


async def test_a_command_without_use_for_pictures_says_so(looking: Client) -> None:
    body = {"line": "/fav add Mushishi", "pictures": [upload(drawn("red"))]}
    status, answer = await looking.call("POST", "api/ask", json=body)
    assert status == 400
    assert "/fav add" in answer["error"]
    assert (await looking.ask("/fav list"))["data"] == []
    unknown = await looking.ask("/nonsense", pictures=[upload(drawn("red"))])
    assert unknown["error"]


async def _large(looking: Client, path: str, body: Any) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"}
    return await looking.call("POST", path, data=io.BytesIO(json.dumps(body).encode()), headers=headers)


async def _raw(looking: Client, path: str, size: int) -> int:
    """The status that a picture of `size` bytes gets there."""
    pictures = [{"name": "a.png", "data": "A" * (-(-size // 3) * 4)}]
    return (await _large(looking, path, {"line": "/tag", "pictures": pictures}))[0]


async def test_pictures_have_more_room_than_anything_else(looking: Client) -> None:
    """The host allows 8 MiB here."""
    _, known = await looking.call("GET", "api/commands")
    assert known["max_pictures"] >= 8 << 20
    assert await _raw(looking, "api/ask", 8 << 20) == 200  # one sentence: no picture at all
    assert await _raw(looking, "api/ask", 10 << 20) == 413
    assert await _raw(looking, "api/press", 8 << 20) == 413
    listed = {"name": "list.txt", "data": "QUFB" * (9 << 18)}
    status, answer = await _large(looking, "api/ask", {"command": "fav import", "options": {"file": listed}})
    assert status == 413
    assert "8 MB" in answer["error"]


async def test_others_are_answered_while_a_large_picture_comes_in(
    looking: Client, picture_site: str, session: aiohttp.ClientSession
) -> None:
    noise = Image.effect_noise((1500, 1500), 90).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, "PNG")
    body = {"line": "/tag", "pictures": [upload(buffer.getvalue())]}
    asked = asyncio.create_task(_large(looking, "api/ask", body))
    answered = 0
    while not asked.done():
        async with session.get(picture_site + "api/health") as response:
            assert response.status == 200
        answered += not asked.done()
    status, answer = await asked
    assert status == 200
    assert not answer["error"]
    assert answered > 1


async def test_what_one_taught_nobody_else_has(looking: Client, picture_site: str) -> None:
    other = Client(looking.session, picture_site, "b" * 32)
    group = upload(drawn("yellow", "blue"))
    taught = await looking.ask("/character add Hotaru", pictures=[upload(drawn("yellow"))])
    assert taught["data"] == {"name": "Hotaru", "added": 1}
    found = await looking.ask("/identify", pictures=[group])
    assert any("Hotaru" in item for item in found["items"])
    unknown = await other.ask("/identify", pictures=[group])
    assert not any("Hotaru" in item for item in unknown["items"])
    await looking.press(taught["choices"][0]["token"])
    forgotten = await looking.ask("/identify", pictures=[group])
    assert not any("Hotaru" in item for item in forgotten["items"])


async def test_pictures_to_try_are_served(
    looking: Client, picture_site: str, session: aiohttp.ClientSession
) -> None:
    _, known = await looking.call("GET", "api/commands")
    assert len(known["demo"]) == 8
    assert len({picture["label"] for picture in known["demo"]}) == 8
    for picture in known["demo"]:
        async with session.get(f"{picture_site}demo/{picture['name']}") as response:
            assert response.status == 200
            assert response.content_type == "image/webp"
            with Image.open(io.BytesIO(await response.read())) as shown:
                assert min(shown.size) >= 800
    async with session.get(f"{picture_site}demo/README.md") as response:
        assert response.status == 404
