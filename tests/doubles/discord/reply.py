"""What a user gets back from one interaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from .errors import Json
from .interactions import DEFER, DEFER_UPDATE, Interaction
from .messages import Component, Message
from .uploads import StoredFile

if TYPE_CHECKING:
    from .server import DiscordDouble


@dataclass(frozen=True)
class Choice:
    """One autocomplete choice: ``name`` as this user sees it."""

    name: str
    value: str | int | float


class Reply:
    """The live view of an interaction's outcome; later edits show here too."""

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction

    @property
    def double(self) -> DiscordDouble:
        return self.interaction.double

    @property
    def answered(self) -> bool:
        return self.interaction.answered

    @property
    def response_type(self) -> int | None:
        """The callback type: 4 message, 5 deferred, 6 deferred update, 7 update, 8 choices, 9 modal."""
        return self.interaction.response

    @property
    def acknowledged_after(self) -> float:
        """Real seconds from sending to the first response."""
        assert self.interaction.acknowledged is not None, "not acknowledged yet"
        return self.interaction.acknowledged - self.interaction.sent

    @property
    def deferred(self) -> bool:
        return self.interaction.response in (DEFER, DEFER_UPDATE)

    @property
    def message(self) -> Message:
        """The original response: the new message, or the clicked one after an update."""
        message = self.interaction.original
        assert message is not None, f"no message: callback type {self.interaction.response}"
        return message

    @property
    def message_id(self) -> int:
        return self.message.id

    @property
    def ephemeral(self) -> bool:
        return self.message.ephemeral

    @property
    def deleted(self) -> bool:
        return self.message.deleted

    @property
    def content(self) -> str:
        return self.message.content

    @property
    def embeds(self) -> list[Json]:
        return self.message.embeds

    @property
    def texts(self) -> str:
        """All visible text of the message, one piece a line."""
        return self.message.texts

    @property
    def components(self) -> list[Component]:
        return self.message.components

    @property
    def files(self) -> list[StoredFile]:
        return self.message.files

    @property
    def edits(self) -> list[Json]:
        """The bodies of the edits made through this interaction, oldest first."""
        return self.interaction.edits

    @property
    def followups(self) -> list[Message]:
        return self.interaction.followups

    @property
    def modal(self) -> Json:
        """The modal that was opened: ``custom_id``, ``title``, ``components``."""
        assert self.interaction.modal is not None, f"no modal: callback type {self.interaction.response}"
        return self.interaction.modal

    def button(self, label: str) -> Component:
        """The button with that label; an AssertionError lists those there are."""
        for one in self.components:
            if one.label == label:
                return one
        raise AssertionError(f"no button {label!r} among {[one.label for one in self.components]}")

    async def acknowledged(self) -> Reply:
        """Waits for the first response of any type."""
        await self._until(lambda: self.interaction.response is not None, "acknowledgement")
        return self

    async def final(self) -> Reply:
        """Waits until the user sees the outcome (a deferral counts once it is edited)."""
        await self._until(lambda: self.interaction.answered, "answer")
        return self

    async def until(self, predicate: Callable[[Reply], bool]) -> Reply:
        """Waits for a state, as in ``await reply.until(lambda r: "done" in r.content)``."""
        await self._until(lambda: self.interaction.original is not None and predicate(self), "wanted state")
        return self

    async def followup(self, index: int = 0) -> Message:
        """Waits for the followup message with that index."""
        await self._until(lambda: len(self.interaction.followups) > index, f"followup {index}")
        return self.interaction.followups[index]

    async def settled(self, quiet: float = 0.1) -> Reply:
        """Waits until no request of this interaction has come for ``quiet`` real seconds.

        A bot may always speak later; where the number of followups is known, ``followup(n)`` is exact.
        """
        await self.final()
        stirred = True
        while stirred or self.interaction.in_flight:
            stirred = await self.double.holds_within(quiet, partial(self._stirred_since, self._activity()))
        return self

    def _stirred_since(self, before: tuple[int, ...]) -> bool:
        return self._activity() != before

    def _activity(self) -> tuple[int, ...]:
        """Changes with every request made for this interaction."""
        shown = [one for one in (self.interaction.original, *self.interaction.followups) if one is not None]
        counts = (sum(one.edits for one in shown), sum(one.deleted for one in shown))
        return self.interaction.in_flight, len(shown), *counts

    async def _until(self, predicate: Callable[[], bool], what: str) -> None:
        name = self.interaction.data.get("name") or self.interaction.data.get("custom_id")
        await self.double.until(predicate, f"the {what} to {self.interaction.user.name}'s {name!r}")
