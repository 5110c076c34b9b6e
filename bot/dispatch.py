"""From a request to a kept answer: the one way through which every platform goes."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from pydantic import TypeAdapter

from bot.commands import REGISTRY
from bot.commands.complete import Suggestion, complete
from bot.commands.declare import Command
from bot.commands.parse import Parsed, parse, shorten, typed
from bot.reply import Answer, File, Json, Reply
from bot.request import Person, Place, Press, PressContext, Request, Value, nothing_lacking, untold
from bot.texts import Texts
from core.errors import OsusumeError, UserError
from core.osusume import Osusume

log = logging.getLogger("osusume")

REMEMBERED = 10_000
"""People whose last command is remembered for the cooldown; a bound on memory, not a promise."""

_reply_json = TypeAdapter(Reply)


class Dispatcher:
    """Runs commands and presses against the core; turns every error into one friendly sentence."""

    def __init__(self, osusume: Osusume, *, pause: float | None = None) -> None:
        """`pause`: seconds between two commands of one person; None takes the setting."""
        self.osusume = osusume
        self._pause = osusume.settings.cooldown if pause is None else pause
        self.registry = REGISTRY
        self._last: OrderedDict[str, float] = OrderedDict()

    async def texts_for(self, person: str, locale: str | None, server: str | None = None) -> Texts:
        """A person's own setting, else the server's, else what the platform says, else the host's setting."""
        own = (await self.osusume.people.preferences(person)).language
        if own is None and server is not None:
            own = (await self.osusume.people.server(server)).language
        return Texts(own or locale or self.osusume.settings.language)

    async def is_private(self, command: Command, person: str) -> bool:
        """Whether only the asker should see the answer: known before any work, since platforms ask early."""
        return command.private or (await self.osusume.people.preferences(person)).private

    async def answer_line(
        self,
        line: str,
        person: Person,
        texts: Texts,
        place: Place,
        event: str | None,
        *,
        people: Callable[[str], str | None],
        files: Sequence[File] = (),
        read: Callable[[str], Sequence[File]] | None = None,
        lacking: Callable[[], Awaitable[Sequence[str]]] = nothing_lacking,
        progress: Callable[[float], None] = untold,
    ) -> Answer | None:
        """As `answer`, for a command written as text.

        `people` gives the key of a person that the text names, None for nobody known; `files` are what came along;
        `read` opens files that the text names, where the asker's own files are at hand; `lacking` and `progress` as in
        `Request`.
        """
        try:
            parsed = parse(line, self.registry, texts)
            options, names = _with_people(parsed, people)
            options |= _with_files(parsed, files, read)
        except OsusumeError as problem:
            return Answer("", self.sentence(problem, texts))
        return await self.answer(
            Request(parsed.command.name, person, texts, options, place, event, names, lacking, progress)
        )

    async def answer(self, request: Request) -> Answer | None:
        """The kept answer to a command; None when this event was answered before."""
        try:
            return await self._answered(request)
        except OsusumeError as problem:  # the storage fails: nothing can be kept, but it can be said
            return Answer("", self.sentence(problem, request.texts))

    async def _answered(self, request: Request) -> Answer | None:
        if request.event is not None and not await self.osusume.inbox.begin(
            request.event, request.person.key
        ):
            return None
        try:
            reply = await self._run(request)
        except OsusumeError as problem:
            reply = self.sentence(problem, request.texts)
        except Exception:
            reply = self.apology(request.texts, f"/{request.command}")
        answer = await self.keep(request.person, reply)
        if request.event is not None:
            await self.osusume.inbox.done(request.event)
        return answer

    async def _run(self, request: Request) -> Reply:
        command = self.registry.commands.get(request.command)
        if command is None:
            raise UserError("command-unknown", name=request.command)
        if command.admin and request.place.server is not None and not request.place.admin:
            raise UserError("admin-only")
        options = typed(command, request.options, request.texts)
        self._cool_down(request.person.key)
        reply = await command.handler(replace(request, options=options), self.osusume)
        if not reply.private and await self.is_private(command, request.person.key):
            reply = replace(reply, private=True)
        return reply

    def _cool_down(self, person: str) -> None:
        pause, now = self._pause, time.monotonic()
        last = self._last.get(person)
        if last is not None and now - last < pause:
            raise UserError("cooldown", seconds=max(1, round(pause - (now - last))))
        self._last[person] = now
        self._last.move_to_end(person)
        while len(self._last) > REMEMBERED:
            self._last.popitem(last=False)

    async def press(self, press: Press) -> Answer | None:
        """The answer to a pressed button; None when this very event was answered before."""
        try:
            return await self._press_answered(press)
        except OsusumeError as problem:
            return Answer("", self.sentence(problem, press.texts))

    async def _press_answered(self, press: Press) -> Answer | None:
        if press.event is not None and not await self.osusume.inbox.begin(press.event, press.person.key):
            return None
        kept_as, owner = None, press.person
        try:
            answer_id, action, arguments, state, owner_key, once = await self._pressed(press)
            by_owner = owner_key == press.person.key
            if once is not None and not await self.osusume.answers.press_once(
                answer_id, once, press.person.key
            ):
                reply = Reply(note=press.texts("pressed-already"), update=False, private=True)
            else:
                context = PressContext(press, arguments, state, by_owner)
                reply = await self.registry.actions[action](context, self.osusume)
                if reply.update and (by_owner or reply.shared):
                    kept_as = answer_id
                elif reply.update:
                    reply = replace(reply, update=False, private=True)
        except OsusumeError as problem:
            reply = self.sentence(problem, press.texts)
        except Exception:
            reply = self.apology(press.texts, "a button")
        answer = await self.keep(owner, reply, kept_as)
        if press.event is not None:
            await self.osusume.inbox.done(press.event)
        return answer

    async def _pressed(
        self, press: Press
    ) -> tuple[str, str, dict[str, Json], dict[str, Json], str, str | None]:
        """What a token stands for: (answer id, action, arguments, state, owner, name under which it acts once)."""
        answer_id, _, which = press.token.partition(".")
        stored = await self.osusume.answers.load(answer_id)
        if stored is None or stored.expired:
            raise UserError("button-expired")
        reply = _reply_json.validate_json(stored.reply_json)
        by_owner = stored.owner == press.person.key
        if which.startswith("p") and reply.pager is not None and which[1:].isascii() and which[1:].isdigit():
            if not by_owner:
                raise UserError("button-not-yours")
            page = min(int(which[1:]), reply.pager.pages - 1)
            return (
                answer_id,
                reply.pager.action,
                {**reply.pager.arguments, "page": page},
                dict(reply.state),
                stored.owner,
                None,
            )
        choices = list(reply.every_choice())
        written = re.fullmatch(r"(0|[1-9][0-9]{0,3})-([0-9a-f]{4})", which)
        if written is None:
            raise UserError("button-expired")
        number = int(written[1])
        if number >= len(choices) or choices[number].mark != written[2]:
            raise UserError("pressed-already")  # the answer shows something else by now
        choice = choices[number]
        if choice.audience == "owner" and not by_owner:
            raise UserError("button-not-yours")
        once = which if choice.once else None
        return answer_id, choice.action, dict(choice.arguments), dict(reply.state), stored.owner, once

    async def keep(self, owner: Person, reply: Reply, kept_as: str | None = None) -> Answer:
        """Stores the reply when it has buttons; an update keeps its answer's id, so older buttons follow it."""
        if reply.pager is None and next(reply.every_choice(), None) is None:
            return Answer(kept_as or "", reply)
        stored = _reply_json.dump_json(replace(reply, files=(), pictures=(), data=None)).decode()
        if kept_as is not None:
            await self.osusume.answers.replace(kept_as, stored)
            return Answer(kept_as, reply)
        return Answer(
            await self.osusume.answers.save(owner.key, stored, self.osusume.settings.answer_days), reply
        )

    async def complete(
        self, command: str, option: str, text: str, person: Person, place: Place, texts: Texts
    ) -> Sequence[Suggestion]:
        """What could stand in an option, best first, at most 25; never raises."""
        try:
            return await complete(
                self.osusume, self.registry.commands[command], option, text, person, place, texts
            )
        except Exception:
            log.exception("completing %s of /%s failed", option, command)
            return ()

    def sentence(self, problem: OsusumeError, texts: Texts) -> Reply:
        """An expected error as one friendly sentence, for the asker alone."""
        arguments = dict(problem.arguments)
        if "option" in arguments and texts.has_own(f"optname-{arguments['option']}"):
            arguments["option"] = texts(f"optname-{arguments['option']}")
        return Reply(text=texts(problem.key, **arguments), private=True, error=True)

    def apology(self, texts: Texts, what: str) -> Reply:
        """A bug: logged whole under a number, which the one apology shows."""
        number = secrets.token_hex(3)
        log.exception("bug %s while answering %s", number, what)
        return Reply(text=texts("bug", number=number), private=True, error=True)


def _with_people(
    parsed: Parsed, people: Callable[[str], str | None]
) -> tuple[dict[str, Value], dict[str, str]]:
    """The options with people's names replaced by their keys, and the names to show for those keys.

    Raises:
        UserError: `person-unknown` naming who is not known.
    """
    options: dict[str, Value] = dict(parsed.options)
    names: dict[str, str] = {}
    for option in parsed.command.options:
        if option.kind != "people":
            continue
        written = [part for part in re.split(r"[\s,、]+", parsed.options.get(option.name, "")) if part]
        keys: dict[str, None] = {}
        for name in written:
            key = people(name)
            if key is None:
                raise UserError("person-unknown", name=shorten(name))
            keys[key] = None
            names[key] = name.lstrip("@") or key.partition(":")[2]
        if keys:
            options[option.name] = tuple(keys)
    return options, names


def _with_files(
    parsed: Parsed, files: Sequence[File], read: Callable[[str], Sequence[File]] | None
) -> dict[str, Value]:
    """The options that take what came along, and those whose text names files.

    Raises:
        UserError: as `read` does.
    """
    options: dict[str, Value] = {}
    for option in parsed.command.options:
        if option.kind == "file" and files:
            options[option.name] = files[0]
        elif option.kind == "pictures":
            named = parsed.options.get(option.name)
            found = (*files, *(read(named) if read is not None and named else ()))
            options[option.name] = found[: int(option.maximum or 1)]
    return options
