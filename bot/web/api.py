"""The JSON API. `openapi.json` beside this file is its documentation, served under `/api/openapi.json`."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from aiohttp import web

from bot.commands.complete import Suggestion
from bot.commands.declare import Option, Registry
from bot.commands.parse import parse, shorten
from bot.reply import Answer, File, Reply
from bot.request import Person, Place, Platform, Press, Request, Value
from bot.texts import Texts
from bot.web import words
from bot.web.guard import SETTINGS, Refusal, locale_of
from bot.web.progress import Shares
from bot.web.read import (
    AROUND,
    LARGE,
    MAX_BODY,
    Ask,
    Given,
    PressBody,
    Upload,
    body_of,
    person_of,
    query_of,
    room_for,
)
from bot.web.render import answer_json
from core.errors import OsusumeError, UserError

HANDLE = re.compile(r"[a-z2-7]{12}")
HERE = Place(platform=Platform(showing="help-showing-web"))
MAX_UPLOAD = MAX_BODY // 4 * 3 - LARGE
"""Bytes of a list that fit into a request as base64."""


class Answering(Protocol):
    """What the API needs of `bot.dispatch.Dispatcher`."""

    registry: Registry

    async def texts_for(self, person: str, locale: str | None, server: str | None = None) -> Texts: ...

    async def answer_line(
        self,
        line: str,
        person: Person,
        texts: Texts,
        place: Place,
        event: str | None,
        *,
        people: Callable[[str], str | None],
        files: Sequence[File],
        progress: Callable[[float], None],
    ) -> Answer | None: ...

    async def answer(self, request: Request) -> Answer | None: ...

    async def press(self, press: Press) -> Answer | None: ...

    async def complete(
        self, command: str, option: str, text: str, person: Person, place: Place, texts: Texts
    ) -> Sequence[Suggestion]: ...

    def sentence(self, problem: OsusumeError, texts: Texts) -> Reply: ...


DISPATCHER = web.AppKey("dispatcher", Answering)
SHARES = web.AppKey("shares", Shares)


async def ask(request: web.Request) -> web.Response:
    dispatcher, person = request.app[DISPATCHER], person_of(request)
    body = await body_of(request, Ask, _most(request))
    texts = await dispatcher.texts_for(person.key, locale_of(request))
    with request.app[SHARES].of(_event(person, body.event)) as told:
        answer = await _answer(dispatcher, body, person, texts, told)
    # The language is asked for again: the command may just have changed it.
    return await _answered(request, answer, await dispatcher.texts_for(person.key, locale_of(request)))


async def _answer(
    dispatcher: Answering, body: Ask, person: Person, texts: Texts, told: Callable[[float], None]
) -> Answer | None:
    event = _event(person, body.event)
    if body.line is not None:
        if body.pictures:
            _refuse_pictures(body.line, dispatcher.registry, texts)
        files = await asyncio.to_thread(_files, body.pictures) if body.pictures else ()
        return await dispatcher.answer_line(
            body.line, person, texts, HERE, event, people=person_called, files=files, progress=told
        )
    try:
        # Text is quick to take apart; base64 by the megabyte is not.
        asked = await asyncio.to_thread(_asked, body, dispatcher.registry, person, texts, event)
    except OsusumeError as problem:
        return Answer("", dispatcher.sentence(problem, texts))
    return await dispatcher.answer(replace(asked, progress=told))


async def progress(request: web.Request) -> web.Response:
    """How far one of the person's own events is."""
    person = person_of(request)
    (event,) = query_of(request, "event")
    return web.json_response({"percent": request.app[SHARES].percent(f"{person.key}:{event}")})


def _most(request: web.Request) -> int:
    """Bytes that a question with pictures may have."""
    return room_for(request.app[SETTINGS].picture_mebibytes << 20)


def _refuse_pictures(line: str, registry: Registry, texts: Texts) -> None:
    """
    Raises:
        Refusal: the line is a command that takes no pictures. What is no command gets its sentence elsewhere.
    """
    try:
        command = parse(line, registry, texts).command
    except OsusumeError:
        return
    if not any(option.kind == "pictures" for option in command.options):
        raise Refusal(400, "web-no-pictures", command=command.name)


def _files(uploads: Sequence[Upload]) -> tuple[File, ...]:
    return tuple(upload.file() for upload in uploads)


def _asked(body: Ask, registry: Registry, person: Person, texts: Texts, event: str | None) -> Request:
    """The request that a command taken apart means.

    Raises:
        UserError: there is no such command or person.
        Refusal: an option that the command does not have, or of a wrong kind.
    """
    name = body.command or ""
    command = registry.commands.get(name)
    if command is None:
        raise UserError("command-unknown", name=shorten(name))
    options: dict[str, Value] = {}
    names: dict[str, str] = {}
    for key, value in body.options.items():
        option = command.option(key)
        if option is None:
            raise Refusal(400, "web-bad-request", problem=f"options: this command has no {key[:40]}")
        if option.kind == "people" and isinstance(value, list):
            keys = [known for known in map(person_called, _strings(option, value)) if known is not None]
            names |= {known: known.partition(":")[2] for known in keys}
            options[key] = tuple(keys)
        else:
            options[key] = _value(option, value)
    return Request(command.name, person, texts, options, HERE, event, names)


def _value(option: Option, value: Given) -> Value:
    """A value of the option's kind; text is fine for all but people, files and pictures: it is read as if typed."""
    if isinstance(value, Upload):
        if option.kind == "file":
            if len(value.data) > MAX_BODY:
                raise Refusal(413, "web-body-large", most=MAX_BODY >> 20)
            return value.file()
    elif isinstance(value, list):
        uploads = [one for one in value if isinstance(one, Upload)]
        if option.kind == "pictures" and len(uploads) == len(value):
            if len(uploads) > (option.maximum or 1):
                raise Refusal(400, "web-pictures-many", most=int(option.maximum or 1))
            return _files(uploads)
    elif isinstance(value, bool):
        if option.kind == "flag":
            return value
    elif isinstance(value, int | float):
        if option.kind in ("integer", "number") or option.numeric:
            return value
    elif isinstance(value, str) and option.kind not in ("file", "pictures", "people"):
        return value
    raise _wrong_kind(option)


def _strings(option: Option, value: Sequence[str | Upload]) -> list[str]:
    strings = [one for one in value if isinstance(one, str)]
    if len(strings) != len(value):
        raise _wrong_kind(option)
    return strings


def _wrong_kind(option: Option) -> Refusal:
    return Refusal(400, "web-bad-request", problem=f"options.{option.name}: its kind is {option.kind}")


def person_called(name: str) -> str | None:
    """The key of somebody by their public name, None for no name.

    Only people of the playground are found: who may ask about others is for their own platform to say.

    Raises:
        UserError: `web-friend-unknown`.
    """
    handle = name.strip().lower().removeprefix("@")
    if not handle:
        return None
    if not HANDLE.fullmatch(handle):
        raise UserError("web-friend-unknown", name=shorten(name))
    return f"web:{handle}"


async def press(request: web.Request) -> web.Response:
    dispatcher, person = request.app[DISPATCHER], person_of(request)
    body = await body_of(request, PressBody)
    texts = await dispatcher.texts_for(person.key, locale_of(request))
    event = _event(person, body.event)
    return await _answered(
        request, await dispatcher.press(Press(body.token, person, texts, HERE, event)), texts
    )


def _event(person: Person, event: str | None) -> str | None:
    """An event's name, apart from everybody else's."""
    return None if event is None else f"{person.key}:{event}"


async def _answered(request: web.Request, answer: Answer | None, texts: Texts) -> web.Response:
    if answer is None:
        raise Refusal(409, "web-answered-before")
    covers = request.app[SETTINGS].covers

    def render() -> str:
        return json.dumps(answer_json(answer, texts.language, covers=covers), ensure_ascii=False)

    large = answer.reply.files or answer.reply.pictures
    return web.json_response(text=await asyncio.to_thread(render) if large else render())


async def complete(request: web.Request) -> web.Response:
    dispatcher, person = request.app[DISPATCHER], person_of(request)
    command, option, text = query_of(request, "command", "option", "text")
    known = dispatcher.registry.commands.get(command)
    if known is None or known.option(option) is None:
        raise Refusal(400, "web-bad-request", problem="command, option: there is no such option")
    texts = await dispatcher.texts_for(person.key, locale_of(request))
    found = await dispatcher.complete(command, option, text[:200], person, HERE, texts)
    return web.json_response({"suggestions": [{"label": one.label, "value": one.value} for one in found]})


async def commands(request: web.Request) -> web.Response:
    """The commands and the page's own words, in the person's language."""
    dispatcher, person = request.app[DISPATCHER], person_of(request)
    query_of(request)
    texts = await dispatcher.texts_for(person.key, locale_of(request))
    return web.json_response(
        {
            "language": texts.language,
            "languages": words.languages(),
            "name": person.name,
            "max_upload": MAX_UPLOAD,
            "max_pictures": (_most(request) - AROUND) // 4 * 3,
            "demo": words.demo(texts),
            "commands": words.commands(dispatcher.registry, HERE.platform, texts),
            "words": words.words(texts),
        }
    )


async def health(request: web.Request) -> web.Response:
    query_of(request)
    return web.json_response({"status": "ok"})
