"""Servers, channels and roles of the played Discord, and their payloads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .errors import Json
from .limits import DEFAULT_FILE_BYTES

if TYPE_CHECKING:
    from .messages import Message
    from .server import DiscordDouble
    from .user import User

ADMINISTRATOR, VIEW_CHANNEL, SEND_MESSAGES = 1 << 3, 1 << 10, 1 << 11
EMBED_LINKS, ATTACH_FILES, READ_HISTORY, MENTION_EVERYONE = 1 << 14, 1 << 15, 1 << 16, 1 << 17
EXTERNAL_EMOJIS, USE_COMMANDS, SEND_IN_THREADS, USE_EXTERNAL_APPS = 1 << 18, 1 << 31, 1 << 38, 1 << 50
EVERYTHING = (1 << 53) - 1
MEMBER_PERMISSIONS = (
    VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_HISTORY
    | EXTERNAL_EMOJIS
    | USE_COMMANDS
    | SEND_IN_THREADS
    | USE_EXTERNAL_APPS
)
GROUP_DM_PERMISSIONS = ATTACH_FILES | EMBED_LINKS | MENTION_EVERYONE
FILE_BYTES_BY_TIER = (DEFAULT_FILE_BYTES, DEFAULT_FILE_BYTES, 52_428_800, 104_857_600)
TEXT, DM, GROUP_DM, THREAD = 0, 1, 3, 11
GUILD_CONTEXT, BOT_DM_CONTEXT, PRIVATE_CONTEXT = 0, 1, 2


def timestamp(seconds: float) -> str:
    """ISO 8601 text of Unix seconds, as Discord writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


@dataclass(eq=False)
class Role:
    id: int
    name: str
    permissions: int = 0
    position: int = 1
    managed: bool = False

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "position": self.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": self.managed,
            "mentionable": False,
            "flags": 0,
        }


@dataclass(eq=False)
class Channel:
    """A text channel, thread, direct message or group; ``bot_permissions`` are the bot's own in it."""

    double: DiscordDouble
    id: int
    name: str
    type: int = TEXT
    guild: Guild | None = None
    nsfw: bool = False
    bot_permissions: int = MEMBER_PERMISSIONS
    parent: Channel | None = None
    recipients: list[User] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    archived: bool = False

    @property
    def age_restricted(self) -> bool:
        """A thread takes it from its parent."""
        return self.parent.age_restricted if self.parent else self.nsfw

    @property
    def context(self) -> int:
        """0 server, 1 direct message with the bot, 2 other private channel."""
        if self.guild is not None:
            return GUILD_CONTEXT
        return BOT_DM_CONTEXT if self.type == DM and len(self.recipients) == 1 else PRIVATE_CONTEXT

    @property
    def guild_id(self) -> int | None:
        return None if self.guild is None else self.guild.id

    @property
    def visible_to_bot(self) -> bool:
        """Whether the bot gets message events and may use the channel's own routes."""
        if self.guild is not None:
            return self.guild.bot_member and bool(self.bot_permissions & (VIEW_CHANNEL | ADMINISTRATOR))
        return self.context == BOT_DM_CONTEXT

    def add_thread(self, name: str = "thread") -> Channel:
        """A public thread under this channel."""
        assert self.guild is not None, "only a server channel has threads"
        thread = Channel(
            self.double,
            self.double.snowflake(),
            name,
            THREAD,
            self.guild,
            parent=self,
            bot_permissions=self.bot_permissions,
        )
        self.guild.channels.append(thread)
        return thread

    def message(self, message_id: int | str) -> Message | None:
        """The undeleted message with that id, or None."""
        return next((one for one in self.messages if one.id == int(message_id) and not one.deleted), None)

    async def next_message(
        self, after: Message | None = None, matching: Callable[[Message], bool] | None = None
    ) -> Message:
        """Waits for the bot's first public message, later than ``after`` when given."""

        def found() -> Message | None:
            for one in self.messages:
                later = after is None or one.id > after.id
                if later and one.author is self.double.bot and (matching is None or matching(one)):
                    return one
            return None

        await self.double.until(lambda: found() is not None, f"a message of the bot in #{self.name}")
        message = found()
        assert message is not None
        return message

    def payload(self, viewer_permissions: int | None = None) -> Json:
        """The channel object; ``viewer_permissions`` make the partial form of an interaction."""
        last = self.messages[-1].id if self.messages else None
        payload: Json = {
            "id": str(self.id),
            "type": self.type,
            "last_message_id": None if last is None else str(last),
            "flags": 0,
        }
        if self.guild is None:
            payload["recipients"] = [user.payload() for user in self.recipients]
            if self.type == GROUP_DM:
                payload |= {"name": self.name, "icon": None, "owner_id": str(self.recipients[0].id)}
            return payload
        payload |= {"guild_id": str(self.guild.id), "name": self.name, "rate_limit_per_user": 0}
        if self.type == THREAD:
            assert self.parent is not None
            payload |= {
                "parent_id": str(self.parent.id),
                "owner_id": str(self.guild.owner_id),
                "message_count": len(self.messages),
                "member_count": 1,
                "total_message_sent": len(self.messages),
                "thread_metadata": {
                    "archived": self.archived,
                    "auto_archive_duration": 1440,
                    "archive_timestamp": timestamp(self.double.now()),
                    "locked": False,
                },
            }
        else:
            payload |= {
                "parent_id": None,
                "nsfw": self.nsfw,
                "topic": None,
                "position": self.guild.channels.index(self),
                "permission_overwrites": self._overwrites(),
            }
        if viewer_permissions is not None:
            payload["permissions"] = str(viewer_permissions)
            payload.pop("permission_overwrites", None)
        return payload

    def _overwrites(self) -> list[Json]:
        """So that a client which computes the bot's permissions itself comes to ``bot_permissions``."""
        allow, deny = self.bot_permissions, EVERYTHING & ~self.bot_permissions
        return [{"id": str(self.double.bot.id), "type": 1, "allow": str(allow), "deny": str(deny)}]


@dataclass(eq=False)
class Guild:
    """A server. ``bot_member`` False: the bot is not in it, only users' own installations reach it."""

    double: DiscordDouble
    id: int
    name: str
    locale: str = "en-US"
    premium_tier: int = 0
    bot_member: bool = True
    owner_id: int = 1
    channels: list[Channel] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    permissions: dict[int, int] = field(default_factory=dict)
    nicknames: dict[int, str] = field(default_factory=dict)

    def add_channel(
        self, name: str = "general", *, nsfw: bool = False, bot_permissions: int = MEMBER_PERMISSIONS
    ) -> Channel:
        """A text channel; announce it with ``double.announce(guild)`` when the bot is already connected."""
        number = self.double.snowflake()
        channel = Channel(self.double, number, name, TEXT, self, nsfw=nsfw, bot_permissions=bot_permissions)
        self.channels.append(channel)
        return channel

    def add_role(self, name: str, permissions: int = 0) -> Role:
        role = Role(self.double.snowflake(), name, permissions, position=len(self.roles) + 1)
        self.roles.append(role)
        return role

    def permissions_of(self, user: User) -> int:
        """A member's permissions, MEMBER_PERMISSIONS unless set in ``guild.permissions[user.id]``."""
        held = self.permissions.get(user.id, MEMBER_PERMISSIONS)
        return EVERYTHING if held & ADMINISTRATOR else held

    @property
    def file_bytes(self) -> int:
        """Upload limit in bytes by boost tier."""
        return FILE_BYTES_BY_TIER[self.premium_tier]

    def member(self, user: User, *, partial: bool = False) -> Json:
        """The member object; ``partial`` is the form of ``resolved`` (no user, deaf, mute)."""
        payload: Json = {
            "roles": [],
            "joined_at": timestamp(self.double.now()),
            "premium_since": None,
            "nick": self.nicknames.get(user.id),
            "avatar": None,
            "banner": None,
            "pending": False,
            "communication_disabled_until": None,
            "flags": 0,
        }
        if not partial:
            payload |= {"user": user.payload(), "deaf": False, "mute": False}
        return payload

    def payload(self) -> Json:
        """The guild object of GUILD_CREATE."""
        everyone = Role(self.id, "@everyone", MEMBER_PERMISSIONS, position=0)
        threads = [channel for channel in self.channels if channel.type == THREAD]
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "splash": None,
            "discovery_splash": None,
            "owner_id": str(self.owner_id),
            "afk_channel_id": None,
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "roles": [role.payload() for role in (everyone, *self.roles)],
            "emojis": [],
            "stickers": [],
            "features": [],
            "mfa_level": 0,
            "application_id": None,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "vanity_url_code": None,
            "description": None,
            "banner": None,
            "premium_tier": self.premium_tier,
            "premium_subscription_count": 0,
            "preferred_locale": self.locale,
            "public_updates_channel_id": None,
            "nsfw_level": 0,
            "premium_progress_bar_enabled": False,
            "safety_alerts_channel_id": None,
            "incidents_data": None,
            "joined_at": timestamp(self.double.now()),
            "large": False,
            "unavailable": False,
            "member_count": 2,
            "voice_states": [],
            "members": [self.member(self.double.bot)],
            "channels": [channel.payload() for channel in self.channels if channel.type == TEXT],
            "threads": [thread.payload() for thread in threads],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }
