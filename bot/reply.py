"""What a command answers: plain frozen values that every platform can render. No markup, no limits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

Json = JsonValue

Style = Literal["primary", "secondary", "success", "danger"]
Audience = Literal["owner", "anyone"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to press. Pressing runs `action` (see `bot.commands.declare`) with `arguments`.

    `audience`: `owner` is the person who was answered; with `anyone` the action is done for whoever presses.
    `once`: after the first press further presses do nothing. `url` makes it a plain link instead.
    """

    label: str
    action: str = ""
    arguments: Mapping[str, Json] = field(default_factory=dict)
    emoji: str | None = None
    detail: str | None = None
    style: Style = "secondary"
    audience: Audience = "owner"
    once: bool = False
    disabled: bool = False
    url: str | None = None

    @property
    def mark(self) -> str:
        """Four characters that tell what it does: a press meant for an earlier state of an answer is known by them."""
        meant = json.dumps([self.action, dict(self.arguments)], sort_keys=True)
        return hashlib.blake2s(meant.encode(), digest_size=2).hexdigest()


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Card:
    """One anime, as something worth looking at.

    `image_url` is a cover on its site; where it is None (or may not be fetched) adapters that show pictures use
    `core.pictures.tile` drawn from `title` and `mal_id`. `why` is the honest line that explains a pick.
    """

    title: str
    mal_id: int
    subtitle: str | None = None
    url: str | None = None
    image_url: str | None = None
    facts: tuple[Fact, ...] = ()
    body: str | None = None
    why: str | None = None
    footer: str | None = None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Pager:
    """Where we are among pages; going to page n (from 0) runs `action` with `arguments` and `page=n`.

    `labels` name the pages for a jump menu. When the reply has cards, page n is card n in focus: platforms that show
    one card at a time show `cards[page]`, the others may show all.
    """

    page: int
    pages: int
    action: str
    arguments: Mapping[str, Json] = field(default_factory=dict)
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """`description` is for people who cannot see a picture."""

    name: str
    media_type: str
    data: bytes
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer.

    `text` is plain text (line breaks allowed); `items` are lines of a list; `facts` are titled paragraphs; `pictures`
    are shown, `files` are handed over; `menu` is a question with alternatives (a chooser); `choices` belong to the
    whole answer. `private`: only the person who asked should see it.
    `update`: the answer replaces the message whose button was pressed (adapters that cannot, send it anew); when
    somebody else than its owner pressed, they get it for themselves instead, unless the answer is `shared`.
    `note` is a few words for a toast, shown beside an update. `state` is kept with the answer and handed to the
    actions of its choices. `data` is the machine-readable form for `--json` and the web API.
    """

    text: str = ""
    cards: tuple[Card, ...] = ()
    items: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    pictures: tuple[File, ...] = ()
    menu: tuple[Choice, ...] = ()
    choices: tuple[Choice, ...] = ()
    pager: Pager | None = None
    files: tuple[File, ...] = ()
    private: bool = False
    update: bool = False
    shared: bool = False
    note: str | None = None
    error: bool = False
    state: Mapping[str, Json] = field(default_factory=dict)
    data: Json = None

    def every_choice(self) -> Iterator[Choice]:
        """All choices in the order that numbers them: cards, menu, whole answer."""
        for card in self.cards:
            yield from card.choices
        yield from self.menu
        yield from self.choices


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that was kept, so that its buttons work after a restart. `id` is at most 16 ASCII characters."""

    id: str
    reply: Reply

    def token(self, choice: Choice) -> str:
        """What a button carries, at most 24 ASCII characters. The choice must be one of this reply's own objects."""
        for number, own in enumerate(self.reply.every_choice()):
            if own is choice:
                return f"{self.id}.{number}-{choice.mark}"
        raise ValueError("that choice is not of this reply")

    def page_token(self, page: int) -> str:
        return f"{self.id}.p{page}"
