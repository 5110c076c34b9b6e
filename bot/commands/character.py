"""/character: the characters that a server taught. Numbers that describe faces are kept, never pictures."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bot.commands.declare import Action, Command, Option
from bot.commands.naming import character_name
from bot.commands.picture_buttons import gallery_key
from bot.commands.pictures import asked
from bot.reply import Choice, File, Json, Reply
from bot.request import PressContext, Request
from core.errors import UserError
from core.osusume import Osusume
from core.pictures import Asked, Face, Pipeline, Seen, face_hash

MOST_PICTURES = 10
LISTED = 40


def _key(request: Request) -> str:
    return gallery_key(request.place, request.person.key)


async def _embedder(osusume: Osusume) -> str:
    """
    Raises:
        UserError: `character-cannot`: the model in use makes no vectors.
    """
    name = await osusume.work(osusume.embedder_name)
    if name is None:
        raise UserError("character-cannot")
    return name


async def add(request: Request, osusume: Osusume) -> Reply:
    """From pictures with exactly one face, or with the number of the face that is meant."""
    files, name = request.files("pictures"), request.text("name") or ""
    if not files:
        raise UserError("picture-missing")
    embedder, texts = await _embedder(osusume), request.texts
    wanted = await asked(osusume, request.place, request.person.key, "heads", "names")
    number = request.options.get("face")
    pictures = await osusume.open_pictures()
    # All are looked at before the first is kept: a refusal of one leaves nothing half done.
    chosen: list[tuple[NDArray[np.float32], str]] = []
    for file in files:
        seen = await pictures.run(request.person.key, _looker(file, wanted))
        face = _the_one(seen.findings.faces, number if isinstance(number, int) else None)
        if face.embedding is None:
            raise UserError("character-cannot")
        chosen.append((face.embedding, await osusume.work(face_hash, seen.picture, face.box)))
    lines: list[str] = []
    added: list[Json] = []
    display = name
    for embedding, looks in chosen:
        result = await osusume.server_galleries.add(
            _key(request), request.person.key, name, embedding, embedder, looks,
            series=request.text("series"), anyway=True,
        )  # fmt: skip
        display = result.display
        if result.face is None:
            lines.append(texts("character-known", name=result.display))
        else:
            added.append(result.face)
    if added:
        lines.insert(0, texts("character-added", name=display, count=len(added)))
    undo = tuple(
        Choice(texts("button-undo"), "character.forget", {"name": name, "faces": added}, emoji="↩")
        for _ in added[:1]
    )
    return Reply(text="\n".join(lines), choices=undo, data={"name": display, "added": len(added)})


def _looker(file: File, wanted: Asked) -> Callable[[Pipeline], Seen]:
    return lambda pipeline: pipeline.look(file.data, wanted)


def _the_one(faces: tuple[Face, ...], number: int | None) -> Face:
    """The face that is meant.

    Raises:
        UserError: `character-no-face`, `character-many-faces`, `character-face-number`.
    """
    if not faces:
        raise UserError("character-no-face")
    if number is None and len(faces) > 1:
        raise UserError("character-many-faces", count=len(faces))
    if number is not None and not 1 <= number <= len(faces):
        raise UserError("character-face-number", count=len(faces), given=number)
    return faces[(number or 1) - 1]


async def list_all(request: Request, osusume: Osusume) -> Reply:
    """Characters taught here with the number of their faces."""
    known = await osusume.server_galleries.list(_key(request), await _embedder(osusume))
    texts = request.texts
    if not known:
        return Reply(text=texts("character-none"), data=[])
    items = [
        texts("character-line", name=one.display, count=one.faces)
        + ("" if one.usable == one.faces else " " + texts("character-other-model"))
        for one in known[:LISTED]
    ]
    data: list[Json] = [
        {"character": one.character, "name": one.display, "series": one.series, "faces": one.faces}
        for one in known
    ]
    return Reply(text=texts("character-listed", count=len(known)), items=tuple(items), data=data)


async def remove(request: Request, osusume: Osusume) -> Reply:
    """Takes out a character or one of its faces, with a choice to undo it.

    Raises:
        UserError: `character-unknown`, `face-unknown`.
    """
    face = request.options.get("face")
    removed = await osusume.server_galleries.remove(
        _key(request), request.person.key, request.text("name") or "", face if isinstance(face, int) else None
    )
    texts = request.texts
    await osusume.open_characters()
    undo = Choice(texts("button-undo"), "character.undo", {"undo": removed.undo}, emoji="↩")
    text = texts("character-removed", name=character_name(osusume, removed.character), count=removed.faces)
    return Reply(text=text, choices=(undo,))


async def info(request: Request, osusume: Osusume) -> Reply:
    """The faces of one character, with their numbers and the days they were added.

    Raises:
        UserError: `character-unknown`.
    """
    character, faces = await osusume.server_galleries.info(_key(request), request.text("name") or "")
    await osusume.open_characters()
    texts = request.texts
    items = tuple(
        f"{face.face} · {datetime.datetime.fromtimestamp(face.added_at, datetime.UTC):%Y-%m-%d}"
        for face in faces
    )
    name = character_name(osusume, character, texts.language)
    return Reply(text=texts("character-line", name=name, count=len(faces)), items=items)


async def export(request: Request, osusume: Osusume) -> Reply:
    """What was taught here, as a JSON file for the asker alone."""
    data = await osusume.server_galleries.export(_key(request))
    file = File("osusume-gallery.json", "application/json", data)
    return Reply(text=request.texts("character-exported"), files=(file,), private=True)


async def log(request: Request, osusume: Osusume) -> Reply:
    """Who changed what, for moderators."""
    changes, texts = await osusume.server_galleries.log(_key(request)), request.texts
    await osusume.open_characters()
    items = tuple(
        texts(
            f"character-log-{change.action}",
            name=character_name(osusume, change.character, texts.language),
            count=change.faces,
            who=change.user.partition(":")[2],
            when=f"{datetime.datetime.fromtimestamp(change.at, datetime.UTC):%Y-%m-%d %H:%M}",
        )
        for change in changes
    )
    return Reply(text=texts("character-log" if items else "character-log-empty"), items=items, private=True)


async def erase(request: Request, _: Osusume) -> Reply:
    """Asks before everything taught here is erased; the choices do it or leave it."""
    yes = Choice(request.texts("button-erase"), "character.erase", style="danger", emoji="🗑")
    no = Choice(request.texts("button-keep"), "privacy.keep")
    return Reply(text=request.texts("character-erase-sure"), choices=(yes, no), private=True)


async def _erase_action(context: PressContext, osusume: Osusume) -> Reply:
    place = context.press.place
    if place.server is not None and not place.admin and not await context.press.looks_after():
        raise UserError("admin-only")
    count = await osusume.server_galleries.erase(gallery_key(place, context.press.person.key))
    return Reply(text=context.press.texts("character-erased", count=count), update=True)


async def _undo_action(context: PressContext, osusume: Osusume) -> Reply:
    press, undo = context.press, context.arguments.get("undo")
    if not isinstance(undo, str):
        raise UserError("button-expired")
    count = await osusume.server_galleries.undo(
        gallery_key(press.place, press.person.key), press.person.key, undo
    )
    return Reply(text=press.texts("character-back", count=count), update=True)


async def _forget_action(context: PressContext, osusume: Osusume) -> Reply:
    press, name, faces = context.press, context.arguments.get("name"), context.arguments.get("faces")
    if not isinstance(name, str) or not isinstance(faces, list):
        raise UserError("button-expired")
    for face in faces:
        if isinstance(face, int):
            key = gallery_key(press.place, press.person.key)
            await osusume.server_galleries.remove(key, press.person.key, name, face)
    return Reply(text=press.texts("learn-undone"), update=True)


_NAME = Option("name", required=True, maximum=100)
_FACE = Option("face", "integer", minimum=1, maximum=10_000_000)

COMMANDS = (
    Command(
        "character add",
        add,
        (
            _NAME,
            Option("pictures", "pictures", maximum=MOST_PICTURES),
            Option("face", "integer", minimum=1, maximum=100),
            Option("series", maximum=100),
        ),
        rest="name",
        admin=True,
    ),
    Command("character list", list_all, bare=True),
    Command("character remove", remove, (_NAME, _FACE), rest="name", admin=True),
    Command("character info", info, (_NAME,), rest="name"),
    Command("character export", export, private=True, admin=True),
    Command("character log", log, private=True, admin=True),
    Command("character erase", erase, private=True, admin=True),
)
ACTIONS: dict[str, Action] = {
    "character.undo": _undo_action,
    "character.forget": _forget_action,
    "character.erase": _erase_action,
}
