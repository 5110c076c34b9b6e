"""A person on Discord: everything a test lets them do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import client, messages
from .components import STRING_SELECT
from .errors import Json
from .forms import modal_data, picked_values
from .interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Interaction
from .limits import DEFAULT_FILE_BYTES
from .messages import Message
from .reply import Choice, Reply
from .uploads import Upload
from .world import DM, Channel

if TYPE_CHECKING:
    from .server import DiscordDouble


@dataclass(eq=False)
class User:
    """``installed``: has the app as a user install; ``file_bytes``: upload limit the user brings to answers.

    ``upload_bytes`` is what they may upload themselves; ``dms_closed`` makes direct messages of the bot fail.
    """

    double: DiscordDouble
    id: int
    name: str
    locale: str = "en-US"
    installed: bool = False
    is_bot: bool = False
    file_bytes: int = DEFAULT_FILE_BYTES
    upload_bytes: int = 500 * 1024 * 1024
    dms_closed: bool = False
    _dm: Channel | None = None

    @property
    def dm(self) -> Channel:
        """The direct-message channel with the bot."""
        if self._dm is None:
            self._dm = Channel(self.double, self.double.snowflake(), "", DM, recipients=[self])
            self.double.private_channels.append(self._dm)
        return self._dm

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def payload(self) -> Json:
        payload: Json = {
            "id": str(self.id),
            "username": self.name,
            "global_name": None if self.is_bot else self.name.title(),
            "discriminator": "0",
            "avatar": None,
            "avatar_decoration_data": None,
            "public_flags": 0,
        }
        return payload | ({"bot": True} if self.is_bot else {})

    async def slash(self, channel: Channel, command: str, /, **options: Any) -> Reply:
        """Uses ``/command sub`` and waits for the final answer; raises ClientRefused or NoAnswer."""
        return await (await self.start_slash(channel, command, **options)).final()

    async def start_slash(self, channel: Channel, command: str, /, **options: Any) -> Reply:
        """As ``slash`` without waiting; go on with ``reply.acknowledged()``, ``reply.final()`` and so on."""
        definition, data = client.command_data(self, channel, command, options)
        return await self._send(COMMAND, channel, data, command=definition)

    async def autocomplete(
        self, channel: Channel, command: str, option: str, typed: str, /, **others: Any
    ) -> list[Choice]:
        """The choices shown while ``typed`` stands in ``option``; ``others`` were entered before."""
        definition, data, kind = client.autocomplete_data(self, channel, command, option, typed, others)
        reply = await self._send(AUTOCOMPLETE, channel, data, command=definition, focused_type=kind)
        await reply.final()
        choices = reply.interaction.choices or []
        return [Choice(client.visible_names(choice, self.locale)[0], choice["value"]) for choice in choices]

    async def context_menu(self, channel: Channel, name: str, /, target: User | Message) -> Reply:
        """Uses a user or message context-menu command on ``target`` and waits for the answer."""
        definition, data = client.menu_data(self, channel, name, target)
        return await (await self._send(COMMAND, channel, data, command=definition)).final()

    async def click(
        self,
        on: Reply | Message,
        *,
        label: str | None = None,
        custom_id: str | None = None,
        emoji: str | None = None,
    ) -> Reply:
        """Presses a button and waits for the outcome: an update, also a deferred one, or a new message."""
        return await (await self.start_click(on, label=label, custom_id=custom_id, emoji=emoji)).final()

    async def start_click(
        self,
        on: Reply | Message,
        *,
        label: str | None = None,
        custom_id: str | None = None,
        emoji: str | None = None,
    ) -> Reply:
        """As ``click`` without waiting."""
        message = self._reachable(on)
        button = client.find_component(message, label=label, custom_id=custom_id, emoji=emoji)
        data = {"custom_id": button.custom_id, "component_type": button.type, "id": button.raw.get("id")}
        return await self._send(COMPONENT, message.channel, data, source=message)

    async def forge_click(
        self, on: Reply | Message, custom_id: str, values: Sequence[str] | None = None
    ) -> Reply:
        """Sends a component interaction that no honest client would send; does not wait."""
        message = on.message if isinstance(on, Reply) else on
        data: Json = {"custom_id": custom_id, "component_type": 2 if values is None else STRING_SELECT}
        if values is not None:
            data["values"] = list(values)
        return await self._send(COMPONENT, message.channel, data, source=message)

    async def select(self, on: Reply | Message, *picks: Any, custom_id: str | None = None) -> Reply:
        """Picks options (label, value, or a User, Role, Channel) in a select and waits for the outcome."""
        message = self._reachable(on)
        found = client.find_component(message, label=None, custom_id=custom_id, select=True)
        resolved: Json = {}
        values = picked_values(self, message.channel, found.raw, picks, resolved)
        data: Json = {"custom_id": found.custom_id, "component_type": found.type, "values": values}
        data |= {"resolved": resolved} if resolved else {}
        return await (await self._send(COMPONENT, message.channel, data, source=message)).final()

    async def submit(self, opened: Reply, fields: Mapping[str, Any]) -> Reply:
        """Submits the modal that ``opened`` shows; ``fields`` by custom id or label. Waits for the answer."""
        opener = opened.interaction
        assert opener.user is self, "only who opened the modal sees it"
        data = modal_data(self, opener.channel, opened.modal, fields)
        source = opener.source if opener.type == COMPONENT else None
        return await (
            await self._send(MODAL_SUBMIT, opener.channel, data, source=source, opener=opener)
        ).final()

    async def message(
        self,
        channel: Channel,
        content: str = "",
        *,
        attachments: Sequence[Upload] = (),
        reply_to: Message | None = None,
    ) -> Message:
        """Writes a message in a channel."""
        double = self.double
        written = Message(
            double, double.snowflake(), channel, self, content, created=double.now(), reply_to=reply_to
        )
        written.files = [double.files.store(upload, channel.id) for upload in attachments]
        channel.messages.append(written)
        await double.announce_message("MESSAGE_CREATE", written)
        return written

    async def edit(
        self, message: Message, content: str | None = None, *, attachments: Sequence[Upload] | None = None
    ) -> None:
        """Changes an own message; ``attachments`` replace those it has (a client can only take some away)."""
        assert message.author is self, "only who wrote a message edits it"
        if content is not None:
            message.content = content
        if attachments is not None:
            message.files = [self.double.files.store(upload, message.channel.id) for upload in attachments]
        message.edited = self.double.now()
        await self.double.announce_message("MESSAGE_UPDATE", message)

    async def delete(self, message: Message) -> None:
        """Deletes a message, as a moderator or author would."""
        messages.delete(message)
        await self.double.announce_message("MESSAGE_DELETE", message)

    def _reachable(self, on: Reply | Message) -> Message:
        message = on.message if isinstance(on, Reply) else on
        if message.deleted:
            raise client.ClientRefused("the message is deleted")
        if message.ephemeral and (message.interaction is None or message.interaction.user is not self):
            raise client.ClientRefused(f"{self.name} does not see this ephemeral message")
        return message

    async def _send(
        self,
        kind: int,
        channel: Channel,
        data: Json,
        *,
        command: Json | None = None,
        focused_type: int = 3,
        source: Message | None = None,
        opener: Interaction | None = None,
    ) -> Reply:
        double = self.double
        number, token = double.snowflake(), double.new_token()
        interaction = Interaction(
            double,
            number,
            token,
            kind,
            self,
            channel,
            data,
            double.now(),
            command=command,
            focused_type=focused_type,
            source=source,
            opener=opener,
        )
        double.desk.by_token[token] = interaction
        await double.gateway.dispatch("INTERACTION_CREATE", interaction.payload(), channel.guild_id)
        return Reply(interaction)
