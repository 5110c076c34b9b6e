"""What a user's own Discord client does before anything reaches the bot: finding, checking and resolving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .commands import (
    ATTACHMENT,
    BOOLEAN,
    CHANNEL,
    GROUP,
    INTEGER,
    MENTIONABLE,
    NUMBER,
    ROLE,
    STRING,
    SUB_COMMAND,
    USER,
)
from .errors import Json
from .limits import MAX_SAFE_INTEGER
from .messages import Component, Message
from .uploads import Upload
from .world import USE_COMMANDS, Channel, Role

if TYPE_CHECKING:
    from .user import User


class ClientRefused(AssertionError):
    """The user's own client would not let them do this; nothing was sent to the bot."""


def visible_names(node: Json, locale: str) -> tuple[str, ...]:
    """Names under which a user may call a command, option or choice: the localised and the plain one."""
    translated = (node.get("name_localizations") or {}).get(locale)
    return (translated, node["name"]) if translated else (node["name"],)


def find_command(user: User, channel: Channel, path: str, kind: int = 1) -> tuple[Json, list[Json]]:
    """The registered command for "group sub" or a menu's name, and the chain of subcommands below it."""
    registry = user.double.registry
    offered = (
        [*registry.listed(channel.guild_id), *registry.listed()] if channel.guild_id else registry.listed()
    )
    words = path.split() if kind == 1 else [path]
    for command in offered:
        if command["type"] == kind and words[0] in visible_names(command, user.locale):
            break
    else:
        names = sorted(command["name"] for command in offered if command["type"] == kind)
        raise ClientRefused(f"no command {words[0]!r}; there are: {', '.join(names) or 'none'}")
    reason = _hidden_because(user, channel, command)
    if reason:
        raise ClientRefused(f"/{command['name']} is not offered to {user.name} here: {reason}")
    chain: list[Json] = []
    node = command
    for word in words[1:]:
        nested = [option for option in node.get("options") or [] if option["type"] in (SUB_COMMAND, GROUP)]
        found = [option for option in nested if word in visible_names(option, user.locale)]
        if not found:
            raise ClientRefused(f"/{path}: {word!r} is none of {[option['name'] for option in nested]}")
        node = found[0]
        chain.append(node)
    if kind == 1 and any(option["type"] in (SUB_COMMAND, GROUP) for option in node.get("options") or []):
        raise ClientRefused(f"/{path} has subcommands and cannot be used by itself")
    return command, chain


def _hidden_because(user: User, channel: Channel, command: Json) -> str | None:
    guild = channel.guild
    installs = command.get("integration_types") or [0]
    by_guild = 0 in installs and (guild.bot_member if guild else channel.context == 1)
    by_user = 1 in installs and user.installed
    if not by_guild and not by_user:
        return "not installed here"
    contexts = command.get("contexts")
    if contexts is None:
        contexts = [0, 1] if command.get("dm_permission", True) else [0]
    if channel.context not in contexts:
        return f"context {channel.context} is not among {contexts}"
    if command.get("nsfw") and guild is not None and not channel.age_restricted:
        return "age-restricted command in an ordinary channel"
    if guild is not None and not guild.permissions_of(user) & USE_COMMANDS:
        return "no permission to use application commands"
    needed = command.get("default_member_permissions")
    if guild is not None and needed is not None:
        held = guild.permissions_of(user)
        if held & int(needed) != int(needed) or (int(needed) == 0 and not held & 8):
            return f"needs the permissions {needed}"
    return None


def option_of(node: Json, name: str, locale: str) -> Json:
    for option in node.get("options") or []:
        if name in visible_names(option, locale):
            return dict(option)
    raise ClientRefused(
        f"no option {name!r}; there are {[option['name'] for option in node.get('options') or []]}"
    )


def command_data(user: User, channel: Channel, path: str, given: Mapping[str, Any]) -> tuple[Json, Json]:
    """The command and the ``data`` of its interaction, checked as the client checks it."""
    command, chain = find_command(user, channel, path)
    leaf = chain[-1] if chain else command
    chosen = {
        option_of(leaf, name, user.locale)["name"]: value
        for name, value in given.items()
        if value is not None
    }
    resolved: Json = {}
    options: list[Json] = []
    for option in leaf.get("options") or []:
        if option["name"] in chosen:
            value = _option_value(user, channel, option, chosen[option["name"]], resolved)
            options.append({"name": option["name"], "type": option["type"], "value": value})
        elif option.get("required"):
            raise ClientRefused(f"/{path}: the option {option['name']!r} is required")
    return command, _data(command, chain, options, resolved)


def autocomplete_data(
    user: User, channel: Channel, path: str, focused: str, typed: str, given: Mapping[str, Any]
) -> tuple[Json, Json, int]:
    """As ``command_data`` while typing: partial, unchecked; also the type of the focused option."""
    command, chain = find_command(user, channel, path)
    leaf = chain[-1] if chain else command
    current = option_of(leaf, focused, user.locale)
    if not current.get("autocomplete"):
        raise ClientRefused(f"/{path}: the option {focused!r} has no autocomplete")
    others = {option_of(leaf, name, user.locale)["name"]: value for name, value in given.items()}
    options: list[Json] = []
    for option in leaf.get("options") or []:
        base = {"name": option["name"], "type": option["type"]}
        if option["name"] == current["name"]:
            options.append(base | {"value": typed, "focused": True})
        elif option["name"] in others:
            value = others[option["name"]]
            options.append(base | {"value": str(value.id) if hasattr(value, "id") else value})
    return command, _data(command, chain, options, {}), int(current["type"])


def menu_data(user: User, channel: Channel, name: str, target: User | Message) -> tuple[Json, Json]:
    """The command and ``data`` of a USER or MESSAGE context menu."""
    is_message = isinstance(target, Message)
    command, _ = find_command(user, channel, name, kind=3 if is_message else 2)
    resolved: Json = {}
    if isinstance(target, Message):
        # The target of a message command is given whole, whatever the intents.
        resolved["messages"] = {str(target.id): target.payload()}
    else:
        _resolve_user(channel, target, resolved)
    return command, _data(command, [], [], resolved) | {"target_id": str(target.id)}


def _data(command: Json, chain: list[Json], options: list[Json], resolved: Json) -> Json:
    for node in reversed(chain):
        options = [{"name": node["name"], "type": node["type"], "options": options}]
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if options:
        data["options"] = options
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data | ({"resolved": resolved} if resolved else {})


def _option_value(user: User, channel: Channel, option: Json, value: Any, resolved: Json) -> Any:
    from .user import User as UserClass

    kind, name = option["type"], option["name"]

    def need(fine: bool, what: str) -> None:
        if not fine:
            raise ClientRefused(f"option {name!r}: {value!r} is not {what}")

    choices = option.get("choices") or []
    if choices:
        for choice in choices:
            if value in visible_names(choice, user.locale) or value == choice["value"]:
                return choice["value"]
        raise ClientRefused(f"option {name!r}: {value!r} is none of {[choice['name'] for choice in choices]}")
    if kind == STRING:
        need(isinstance(value, str) and value != "", "a text")
        low, high = option.get("min_length") or 0, option.get("max_length") or 6000
        need(low <= len(value) <= high, f"a text of {low} to {high} characters")
    elif kind in (INTEGER, NUMBER):
        numbers = (int,) if kind == INTEGER else (int, float)
        need(isinstance(value, numbers) and not isinstance(value, bool), "a number")
        low, high = option.get("min_value", -MAX_SAFE_INTEGER), option.get("max_value", MAX_SAFE_INTEGER)
        need(low <= value <= high, f"between {low} and {high}")
    elif kind == BOOLEAN:
        need(isinstance(value, bool), "true or false")
    elif kind == USER or (kind == MENTIONABLE and isinstance(value, UserClass)):
        need(isinstance(value, UserClass), "a user")
        _resolve_user(channel, value, resolved)
        return str(value.id)
    elif kind in (ROLE, MENTIONABLE):
        need(isinstance(value, Role), "a role")
        resolved.setdefault("roles", {})[str(value.id)] = value.payload()
        return str(value.id)
    elif kind == CHANNEL:
        need(isinstance(value, Channel) and value.guild is channel.guild, "a channel of this server")
        need(
            not option.get("channel_types") or value.type in option["channel_types"],
            "a channel of the wanted type",
        )
        partial = value.payload(viewer_permissions=channel.guild.permissions_of(user) if channel.guild else 0)
        resolved.setdefault("channels", {})[str(value.id)] = partial
        return str(value.id)
    elif kind == ATTACHMENT:
        need(isinstance(value, Upload), "an upload")
        return resolve_upload(user, channel, value, option.get("file_types"), resolved)
    return value


def resolve_upload(
    user: User, channel: Channel, upload: Upload, file_types: list[str] | None, resolved: Json
) -> str:
    """Stores a user's file as an ephemeral attachment; returns its id."""
    ending = "." + upload.filename.rpartition(".")[2].lower()
    if file_types and ending not in {"." + one.lower().lstrip(".") for one in file_types}:
        raise ClientRefused(f"{upload.filename!r} is none of the file types {file_types}")
    if len(upload.data) > user.upload_bytes:
        raise ClientRefused(
            f"{upload.filename!r} is larger than the {user.upload_bytes} bytes {user.name} may upload"
        )
    stored = user.double.files.store(upload, channel.id, ephemeral=True)
    resolved.setdefault("attachments", {})[str(stored.id)] = user.double.files.payload(stored)
    return str(stored.id)


def _resolve_user(channel: Channel, target: User, resolved: Json) -> None:
    resolved.setdefault("users", {})[str(target.id)] = target.payload()
    if channel.guild is not None:
        member = channel.guild.member(target, partial=True)
        member["permissions"] = str(channel.guild.permissions_of(target))
        resolved.setdefault("members", {})[str(target.id)] = member


def find_component(
    message: Message,
    *,
    label: str | None,
    custom_id: str | None,
    emoji: str | None = None,
    select: bool = False,
) -> Component:
    """The one enabled button (or select) that a user means; ClientRefused when there is none."""
    offered = [one for one in message.components if (one.type != 2) == select]
    for one in offered:
        wanted = (label is None or label in (one.label, one.placeholder)) and (
            emoji is None or emoji == one.emoji
        )
        if wanted and (custom_id is None or custom_id == one.custom_id):
            if one.disabled:
                raise ClientRefused(f"{one.label or one.custom_id!r} is disabled")
            if one.url:
                raise ClientRefused(f"{one.label!r} is a link and sends no interaction")
            return one
    shown = [(one.label or one.emoji or one.placeholder, one.custom_id) for one in offered]
    raise ClientRefused(
        f"no such {'select' if select else 'button'} ({label or custom_id or emoji}); there are {shown}"
    )
