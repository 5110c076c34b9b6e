"""Interactions: payloads, the two clocks, the first response, and the webhook that follows it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from . import messages
from .components import validate_modal
from .errors import ApiError, FormErrors, Json
from .limits import DEFAULT_FILE_BYTES, EPHEMERAL, LOADING, validate_choices
from .uploads import Upload
from .world import GROUP_DM_PERMISSIONS, MEMBER_PERMISSIONS, USE_EXTERNAL_APPS, Channel

if TYPE_CHECKING:
    from .messages import Message
    from .server import DiscordDouble
    from .user import User

FIRST_RESPONSE_SECONDS = 3.0
TOKEN_SECONDS = 15 * 60.0
MAX_USER_INSTALL_FOLLOWUPS = 5
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
ALLOWED = {
    COMMAND: (MESSAGE, DEFER, MODAL),
    COMPONENT: (MESSAGE, DEFER, DEFER_UPDATE, UPDATE, MODAL),
    AUTOCOMPLETE: (CHOICES,),
    MODAL_SUBMIT: (MESSAGE, DEFER),
}


@dataclass(eq=False)
class Interaction:
    """One interaction and all that became of it.

    ``created`` is on the double's clock; ``sent`` and ``acknowledged`` are real, ``time.perf_counter``.
    """

    double: DiscordDouble
    id: int
    token: str
    type: int
    user: User
    channel: Channel
    data: Json
    created: float
    command: Json | None = None
    focused_type: int = 3
    source: Message | None = None
    opener: Interaction | None = None
    sent: float = field(default_factory=time.perf_counter)
    acknowledged: float | None = None
    response: int | None = None
    original: Message | None = None
    edits: list[Json] = field(default_factory=list)
    followups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] | None = None
    in_flight: int = 0

    @property
    def answered(self) -> bool:
        """True once the user sees the outcome: a message, an update, an edited deferral, a modal, choices."""
        if self.response == DEFER:
            return self.original is None or self.original.deleted or not self.original.loading
        if self.response == DEFER_UPDATE:
            return bool(self.edits or self.followups) or self.original is None or self.original.deleted
        return self.response is not None

    @property
    def file_bytes(self) -> int:
        """The ``attachment_size_limit`` of the payload: the better of the user's and the server's limit."""
        guild = self.channel.guild
        return max(self.user.file_bytes, DEFAULT_FILE_BYTES if guild is None else guild.file_bytes)

    @property
    def user_install_only(self) -> bool:
        return self.user.installed and (self.channel.guild is None or not self.channel.guild.bot_member)

    @property
    def owners(self) -> Json:
        """``authorizing_integration_owners``: by server ("0"), by user ("1")."""
        guild = self.channel.guild
        owners: Json = {"1": str(self.user.id)} if self.user.installed else {}
        if guild is not None and guild.bot_member:
            owners["0"] = str(guild.id)
        elif guild is None and self.channel.context == 1:
            owners["0"] = "0"
        return owners

    @property
    def app_permissions(self) -> int:
        guild = self.channel.guild
        if guild is None:
            return GROUP_DM_PERMISSIONS if self.channel.context == 2 else MEMBER_PERMISSIONS
        return self.channel.bot_permissions if guild.bot_member else GROUP_DM_PERMISSIONS

    def metadata(self) -> Json:
        """The ``interaction_metadata`` of messages that answer this interaction."""
        data: Json = {
            "id": str(self.id),
            "type": self.type,
            "user": self.user.payload(),
            "authorizing_integration_owners": self.owners,
        }
        if self.type == COMPONENT and self.source is not None:
            data["interacted_message_id"] = str(self.source.id)
        if self.type == MODAL_SUBMIT and self.opener is not None:
            data["triggering_interaction_metadata"] = self.opener.metadata()
        return data

    def payload(self) -> Json:
        """The INTERACTION_CREATE payload."""
        guild, channel = self.channel.guild, self.channel
        viewer = None if guild is None else guild.permissions_of(self.user)
        payload: Json = {
            "id": str(self.id),
            "application_id": str(self.double.application_id),
            "type": self.type,
            "data": self.data,
            "channel_id": str(channel.id),
            "channel": channel.payload(viewer),
            "token": self.token,
            "version": 1,
            "locale": self.user.locale,
            "app_permissions": str(self.app_permissions),
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": self.owners,
            "context": channel.context,
            "attachment_size_limit": self.file_bytes,
        }
        if guild is not None:
            payload |= {
                "guild_id": str(guild.id),
                "guild_locale": guild.locale,
                "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
                "member": guild.member(self.user) | {"permissions": str(viewer)},
            }
        else:
            payload["user"] = self.user.payload()
        if self.source is not None:
            payload["message"] = self.source.payload()
        return payload


class InteractionDesk:
    """Answers the callback and webhook routes."""

    def __init__(self, double: DiscordDouble) -> None:
        self._double = double
        self.by_token: dict[str, Interaction] = {}

    async def callback(self, number: str, token: str, body: Json, uploads: dict[int, Upload]) -> Json:
        """The first response; returns the callback response object (``with_response``)."""
        interaction = self.by_token.get(token)
        if interaction is None or str(interaction.id) != number:
            raise ApiError(10062)
        if interaction.response is not None:
            raise ApiError(40060)
        if self._double.now() - interaction.created > FIRST_RESPONSE_SECONDS:
            raise ApiError(10062)
        kind = body.get("type")
        allowed = ALLOWED[interaction.type]
        if interaction.type == MODAL_SUBMIT and interaction.source is not None:
            allowed = (*allowed, DEFER_UPDATE, UPDATE)
        errors = FormErrors()
        errors.choice(("type",), kind, allowed)
        errors.check()
        data: Json = body.get("data") or {}
        await self._respond(interaction, int(str(kind)), data, uploads)
        interaction.response = int(str(kind))
        interaction.acknowledged = time.perf_counter()
        return self._callback_response(interaction)

    async def _respond(
        self, interaction: Interaction, kind: int, data: Json, uploads: dict[int, Upload]
    ) -> None:
        if kind in (MESSAGE, DEFER):
            if kind == DEFER:
                errors = FormErrors(("data",))
                if int(data.get("flags") or 0) & ~EPHEMERAL:
                    errors.add(
                        ("flags",),
                        "MESSAGE_FLAGS_INVALID",
                        "Only EPHEMERAL can be set on a deferred response.",
                    )
                errors.check()
            interaction.original = await self._post(
                interaction, data, uploads, loading=kind == DEFER, root=("data",)
            )
        elif kind == DEFER_UPDATE:
            interaction.original = interaction.source
        elif kind == UPDATE:
            if interaction.source is None or interaction.source.deleted:
                raise ApiError(10008)
            messages.edit(
                interaction.source, data, uploads, root=("data",), file_bytes=interaction.file_bytes
            )
            interaction.original = interaction.source
            await self._double.announce_message("MESSAGE_UPDATE", interaction.source)
        elif kind == CHOICES:
            validate_choices(data.get("choices"), interaction.focused_type, ("data",))
            interaction.choices = list(data["choices"])
        elif kind == MODAL:
            errors = FormErrors(("data",))
            validate_modal(errors, data)
            errors.check()
            interaction.modal = data

    def _callback_response(self, interaction: Interaction) -> Json:
        described: Json = {"id": str(interaction.id), "type": interaction.type}
        resource: Json = {"type": interaction.response}
        if interaction.original is not None:
            described |= {
                "response_message_id": str(interaction.original.id),
                "response_message_loading": interaction.original.loading,
                "response_message_ephemeral": interaction.original.ephemeral,
            }
            if interaction.response in (MESSAGE, UPDATE):
                resource["message"] = interaction.original.payload()
        return {"interaction": described, "resource": resource}

    async def _post(
        self,
        interaction: Interaction,
        data: Json,
        uploads: dict[int, Upload],
        *,
        loading: bool = False,
        root: tuple[str, ...] = (),
    ) -> Message:
        flags = EPHEMERAL if self._forced_ephemeral(interaction) else 0
        if loading:
            message = messages.Message(
                self._double, self._double.snowflake(), interaction.channel, self._double.bot
            )
            message.created, message.interaction = self._double.now(), interaction
            message.flags = flags | LOADING | (int(data.get("flags") or 0) & EPHEMERAL)
            interaction.channel.messages.append(message)
        else:
            message = messages.create(
                self._double,
                interaction.channel,
                data,
                uploads,
                root=root,
                file_bytes=interaction.file_bytes,
                interaction=interaction,
                flags=flags,
            )
        await self._double.announce_message("MESSAGE_CREATE", message)
        return message

    def _forced_ephemeral(self, interaction: Interaction) -> bool:
        guild = interaction.channel.guild
        if guild is None or not interaction.user_install_only:
            return False
        return not guild.permissions_of(interaction.user) & USE_EXTERNAL_APPS

    def find(self, application: str, token: str) -> Interaction:
        """The interaction of a webhook token; 10015 if unknown or unanswered, 50027 after 15 minutes."""
        interaction = self.by_token.get(token)
        if interaction is None or application != str(self._double.application_id):
            raise ApiError(10015)
        if self._double.now() - interaction.created > TOKEN_SECONDS:
            raise ApiError(50027)
        if interaction.response in (None, CHOICES):
            raise ApiError(10015)
        return interaction

    def message(self, interaction: Interaction, which: str) -> Message:
        """``@original`` or the id of a message this interaction has made; 10008 otherwise."""
        known = [
            one
            for one in (interaction.original, *interaction.followups)
            if one is not None and not one.deleted
        ]
        for one in known:
            if (which == "@original" and one is interaction.original) or which == str(one.id):
                return one
        raise ApiError(10008)

    async def followup(self, interaction: Interaction, data: Json, uploads: dict[int, Upload]) -> Message:
        """A further message; while the deferred one still loads, that is filled instead (old behaviour)."""
        original = interaction.original
        if original is not None and original.loading and not original.deleted:
            return await self.edit(interaction, original, data, uploads)
        if interaction.user_install_only and len(interaction.followups) >= MAX_USER_INSTALL_FOLLOWUPS:
            raise ApiError(40094)
        message = await self._post(interaction, data, uploads)
        interaction.followups.append(message)
        return message

    async def edit(
        self, interaction: Interaction, message: Message, data: Json, uploads: dict[int, Upload]
    ) -> Message:
        messages.edit(message, data, uploads, file_bytes=interaction.file_bytes)
        interaction.edits.append(data)
        await self._double.announce_message("MESSAGE_UPDATE", message)
        return message

    async def delete(self, interaction: Interaction, message: Message) -> None:
        messages.delete(message)
        await self._double.announce_message("MESSAGE_DELETE", message)
