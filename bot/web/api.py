"""The JSON API. `openapi.json` beside this file is its documentation, served under `/api/openapi.json`."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Protocol, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.commands.complete import Suggestion
from bot.commands.declare import Command, Option, Registry
from bot.commands.parse import local_name, parse
from bot.reply import Answer, File, Json, Reply
from bot.request import Person, Place, Press, Request, Value
from bot.texts import LANGUAGES, Texts
from bot.web.guard import SETTINGS, Refusal, locale_of
from bot.web.render import answer_json
from core.errors import OsusumeError, UserError

MAX_BODY = 8 << 20
"""Bytes of a request; a list of 20,000 titles fits, base64 and all."""

LARGE = 64 << 10
"""Bytes from which reading or writing JSON would hold up the event loop."""

PERSON = re.compile(r"[A-Za-z0-9_-]{16,64}")
HANDLE = re.compile(r"[a-z2-7]{12}")
HERE = Place()


class Answering(Protocol):
    """What the API needs of `bot.dispatch.Dispatcher`."""

    registry: Registry

    async def texts_for(self, person: str, locale: str | None, server: str | None = None) -> Texts: ...

    async def answer(self, request: Request) -> Answer | None: ...

    async def press(self, press: Press) -> Answer | None: ...

    async def complete(
        self, command: str, option: str, text: str, person: Person, place: Place, texts: Texts
    ) -> Sequence[Suggestion]: ...

    def sentence(self, problem: OsusumeError, texts: Texts) -> Reply: ...


DISPATCHER = web.AppKey("dispatcher", Answering)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


Event = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


class Upload(_Body):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    media_type: Annotated[str, Field(max_length=100)] = "application/octet-stream"
    data: str

    def file(self) -> File:
        """Raises Refusal when the data is no base64."""
        try:
            return File(self.name, self.media_type, base64.b64decode(self.data, validate=True))
        except (binascii.Error, ValueError):
            raise Refusal(400, "web-bad-request", problem="file data: base64 is wanted") from None


class Ask(_Body):
    line: str | None = None
    command: Annotated[str, Field(max_length=100)] | None = None
    options: dict[str, str | int | float | bool | list[str] | Upload] = {}
    event: Event | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Ask:
        if (self.line is None) == (self.command is None):
            raise ValueError("either line or command is wanted")
        if self.line is not None and self.options:
            raise ValueError("options go with command, not with line")
        return self


class PressBody(_Body):
    token: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,16}\.p?[0-9]{1,6}$")]
    event: Event | None = None


B = TypeVar("B", bound=_Body)


async def ask(request: web.Request) -> web.Response:
    dispatcher, person = request.app[DISPATCHER], person_of(request)
    body = await _read(request, Ask)
    texts = await dispatcher.texts_for(person.key, locale_of(request))
    try:
        command, options = _asked(body, dispatcher.registry, texts)
    except OsusumeError as problem:
        return await _answered(request, Answer("", dispatcher.sentence(problem, texts)), texts)
    event = _event(person, body.event)
    answer = await dispatcher.answer(Request(command, person, texts, options, HERE, event))
    # The language is asked for again: the command may just have changed it.
    return await _answered(request, answer, await dispatcher.texts_for(person.key, locale_of(request)))


def _asked(body: Ask, registry: Registry, texts: Texts) -> tuple[str, dict[str, Value]]:
    """The command and options that a request means, friends' names made keys.

    Raises:
        UserError: the line is not understood, or no friend could have such a name.
        Refusal: an option that the command does not have, or of a wrong kind.
    """
    if body.line is not None:
        parsed = parse(body.line, registry, texts)
        command, options = parsed.command, dict[str, Value](parsed.options)
    else:
        known = registry.commands.get(body.command or "")
        if known is None:
            raise UserError("command-unknown", name=(body.command or "")[:60])
        command = known
        options = {name: _value(command.option(name), name, value) for name, value in body.options.items()}
    for option in command.options:
        if option.kind == "people" and option.name in options:
            options[option.name] = _friends(options[option.name])
    return command.name, options


def _value(option: Option | None, name: str, value: str | int | float | bool | list[str] | Upload) -> Value:
    if option is None:
        raise Refusal(400, "web-bad-request", problem=f"options: this command has no {name[:40]}")
    if option.kind == "file" and isinstance(value, Upload):
        return value.file()
    if option.kind == "people" and isinstance(value, list):
        return tuple(value)
    if option.kind == "flag" and isinstance(value, bool):
        return value
    counted = option.kind in ("integer", "number") or option.numeric
    if counted and isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if option.kind != "file" and isinstance(value, str):
        return value
    raise Refusal(400, "web-bad-request", problem=f"options: {name[:40]} is of another kind ({option.kind})")


def _friends(value: Value) -> tuple[str, ...]:
    """Public names as person keys. Only people of the playground: elsewhere, who may ask is the platform's business."""
    parts = (
        re.split(r"[\s,]+", value) if isinstance(value, str) else value if isinstance(value, tuple) else ()
    )
    names = [part.lower().removeprefix("@") for part in parts if part]
    for name in names:
        if not HANDLE.fullmatch(name):
            raise UserError("web-friend-unknown", name=name[:60])
    return tuple(f"web:{name}" for name in names)


async def press(request: web.Request) -> web.Response:
    dispatcher, person = request.app[DISPATCHER], person_of(request)
    body = await _read(request, PressBody)
    texts = await dispatcher.texts_for(person.key, locale_of(request))
    event = _event(person, body.event)
    return await _answered(
        request, await dispatcher.press(Press(body.token, person, texts, HERE, event)), texts
    )


async def complete(request: web.Request) -> web.Response:
    dispatcher, person = request.app[DISPATCHER], person_of(request)
    command, option, text = _query(request, "command", "option", "text")
    known = dispatcher.registry.commands.get(command)
    if known is None or known.option(option) is None:
        raise Refusal(400, "web-bad-request", problem="command, option: there is no such option")
    texts = await dispatcher.texts_for(person.key, locale_of(request))
    found = await dispatcher.complete(command, option, text[:200], person, HERE, texts)
    return web.json_response({"suggestions": [{"label": one.label, "value": one.value} for one in found]})


async def commands(request: web.Request) -> web.Response:
    """The commands and the page's own words, in the person's language."""
    dispatcher, person = request.app[DISPATCHER], person_of(request)
    _query(request)
    texts = await dispatcher.texts_for(person.key, locale_of(request))
    return web.json_response(
        {
            "language": texts.language,
            "languages": {language: Texts(language)(f"choice-{language}") for language in LANGUAGES},
            "name": person.name,
            "max_upload": MAX_BODY // 4 * 3 - LARGE,
            "commands": [
                _command(one, texts) for one in dispatcher.registry.commands.values() if not one.admin
            ],
            "words": {word: texts(f"web-{word}", **_holes(holes)) for word, holes in WORDS.items()},
        }
    )


def _command(command: Command, texts: Texts) -> Json:
    return {
        "name": command.name,
        "shown": " ".join(local_name(part, texts) for part in command.name.split()),
        "description": texts(f"command-{command.key}"),
        "options": [_option(option, texts) for option in command.options],
        "rest": command.rest,
        "private": command.private,
        "bare": command.bare,
    }


def _option(option: Option, texts: Texts) -> Json:
    shown = f"optname-{option.name}"
    return {
        "name": option.name,
        "shown": texts(shown).lower() if texts.has(shown) else option.name,
        "description": texts(f"option-{option.name}"),
        "kind": option.kind,
        "required": option.required,
        "minimum": option.minimum,
        "maximum": option.maximum,
    }


WORDS: Mapping[str, tuple[str, ...]] = {
    word: tuple(holes)
    for word, *holes in (
        ["welcome"], ["intro"], ["try-mood"], ["try-mood-line"], ["try-favourite"], ["try-favourite-line"],
        ["try-season"], ["try-season-line"], ["placeholder"], ["send"], ["attach"], ["chat"], ["you"], ["typing"],
        ["only-you"], ["why"], ["page-of", "page", "pages"], ["previous"], ["next"], ["jump"], ["more"], ["less"],
        ["cards"], ["suggestions"], ["required"], ["download", "name"], ["file-gone"], ["drop"],
        ["file-large", "most"], ["offline"], ["again"], ["menu"], ["language"], ["theme"], ["theme-auto"],
        ["theme-light"], ["theme-dark"], ["clear"], ["no-log-in"], ["your-name"],
        ["kept"], ["copy"], ["copied"],
        ["hint-move"], ["hint-complete"], ["hint-close"],
    )
}  # fmt: skip
"""The page's own sentences (messages `web-<word>`) and the holes that the page fills in itself, written `{hole}`."""


def _holes(names: Sequence[str]) -> dict[str, str]:
    return {name: f"{{{name}}}" for name in names}


async def health(request: web.Request) -> web.Response:
    _query(request)
    return web.json_response({"status": "ok"})


def person_of(request: web.Request) -> Person:
    """Who asks: the id that the page made up is secret, since it is all there is; a digest of it is the public name.

    Raises:
        Refusal: the header is missing or malformed.
    """
    secret = request.headers.get("X-Osusume-Person", "")
    if not PERSON.fullmatch(secret):
        raise Refusal(400, "web-person-missing")
    name = base64.b32encode(hashlib.sha256(secret.encode()).digest()).decode().lower()[:12]
    return Person(f"web:{name}", name)


def _event(person: Person, event: str | None) -> str | None:
    """An event's name, apart from everybody else's."""
    return None if event is None else f"{person.key}:{event}"


def _query(request: web.Request, *names: str) -> list[str]:
    """The query's fields, each exactly once and no other."""
    query = request.query
    unknown = next((name for name in query if name not in names), None)
    if unknown is not None:
        raise Refusal(400, "web-bad-request", problem=f"{unknown[:40]}: there is no such field")
    for name in names:
        if len(query.getall(name, [])) != 1:
            raise Refusal(400, "web-bad-request", problem=f"{name}: wanted once")
    return [query[name] for name in names]


async def _read(request: web.Request, model: type[B]) -> B:
    """The body, checked.

    Raises:
        Refusal: it is no JSON (415), or not what is documented (400).
    """
    if request.content_type != "application/json":
        raise Refusal(415, "web-json-only")
    _query(request)
    raw = await request.read()
    try:
        if len(raw) > LARGE:
            return await asyncio.to_thread(model.model_validate_json, raw)
        return model.model_validate_json(raw)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part)[:40] for part in first["loc"][:3])
        said = first["msg"].removeprefix("Value error, ")
        raise Refusal(400, "web-bad-request", problem=f"{where}: {said}" if where else said) from None


async def _answered(request: web.Request, answer: Answer | None, texts: Texts) -> web.Response:
    if answer is None:
        raise Refusal(409, "web-answered-before")
    covers = request.app[SETTINGS].covers

    def render() -> str:
        return json.dumps(answer_json(answer, texts.language, covers=covers), ensure_ascii=False)

    body = await asyncio.to_thread(render) if answer.reply.files else render()
    return web.json_response(text=body)
