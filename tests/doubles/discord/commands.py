"""Application commands: schema rules and the registry (Discord: application commands)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from .errors import ApiError, FormErrors, Json, Path
from .limits import MAX_SAFE_INTEGER, validate_choice_list, validate_localizations

if TYPE_CHECKING:
    from .server import DiscordDouble

CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUB_COMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(
    1, 12
)
PER_SCOPE = {CHAT_INPUT: 100, USER_MENU: 15, MESSAGE_MENU: 15, 4: 1}
MAX_CHARACTERS = 8000
DAILY_CREATES = 200
# Devanagari and Thai letters carry combining marks that are no letters by category.
SCRIPTS = (range(0x0900, 0x0980), range(0xA8E0, 0xA900), range(0x0E01, 0x0E3B), range(0x0E40, 0x0E5C))


def is_command_name(name: str) -> bool:
    """``^[-_'\\p{L}\\p{N}\\p{sc=Deva}\\p{sc=Thai}]{1,32}$``, lower case where a lower case exists."""

    def allowed(letter: str) -> bool:
        in_script = any(ord(letter) in script for script in SCRIPTS)
        return letter in "-_'" or unicodedata.category(letter)[0] in "LN" or in_script

    return 1 <= len(name) <= 32 and all(map(allowed, name)) and name == name.lower()


def validate_command(errors: FormErrors, command: Json) -> None:
    """Adds an error for every field of one command that breaks a rule."""
    kind = command.get("type") or CHAT_INPUT
    errors.choice(("type",), kind, (CHAT_INPUT, USER_MENU, MESSAGE_MENU, 4))
    if kind == CHAT_INPUT:
        _name(errors, (), command)
        _description(errors, (), command)
        _options(errors, (), command.get("options") or [], depth=0)
    else:
        errors.length(("name",), command.get("name"), 1, 32)
        validate_localizations(errors, ("name_localizations",), command.get("name_localizations"), 1, 32)
        if command.get("description"):
            text = "Context menu commands cannot have description"
            errors.add(("description",), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID", text)
        if command.get("options"):
            text = "Context menu commands cannot have options"
            errors.add(("options",), "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS_INVALID", text)
    for key, allowed in (("contexts", (0, 1, 2)), ("integration_types", (0, 1))):
        for index, value in enumerate(command.get(key) or []):
            errors.choice((key, index), value, allowed)
    permissions = command.get("default_member_permissions")
    if permissions is not None and not str(permissions).isdigit():
        errors.add(
            ("default_member_permissions",), "PERMISSIONS_TYPE_CONVERT", "Permissions must be a bitset."
        )
    if command_characters(command) > MAX_CHARACTERS:
        text = f"Command exceeds maximum size ({MAX_CHARACTERS})"
        errors.add((), "APPLICATION_COMMAND_TOO_LARGE", text)


def command_characters(node: Json) -> int:
    """Characters of all names, descriptions and choice values; of the localisations the longest counts."""

    def longest(key: str) -> int:
        translated = (node.get(f"{key}_localizations") or {}).values()
        return max([len(str(node.get(key) or "")), *(len(str(text)) for text in translated)])

    own = longest("name") + longest("description") + len(str(node.get("value", "")))
    return own + sum(map(command_characters, [*(node.get("options") or []), *(node.get("choices") or [])]))


def _name(errors: FormErrors, path: Path, node: Json) -> None:
    named: dict[Path, object] = {("name",): node.get("name")}
    named |= {
        ("name_localizations", locale): text
        for locale, text in (node.get("name_localizations") or {}).items()
    }
    for at, name in named.items():
        errors.length((*path, *at), name, 1, 32)
        if isinstance(name, str) and 1 <= len(name) <= 32 and not is_command_name(name):
            errors.add((*path, *at), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    known = dict.fromkeys(node.get("name_localizations") or {}, "ok")
    validate_localizations(errors, (*path, "name_localizations"), known, 1, 32)


def _description(errors: FormErrors, path: Path, node: Json) -> None:
    errors.length((*path, "description"), node.get("description"), 1, 100)
    translated = node.get("description_localizations")
    validate_localizations(errors, (*path, "description_localizations"), translated, 1, 100)


def _options(errors: FormErrors, path: Path, options: list[Json], depth: int) -> None:
    """``depth``: 0 in a command, 1 in a group, 2 in a subcommand."""
    errors.size((*path, "options"), len(options), 0, 25)
    names: set[object] = set()
    optional_seen = False
    nested = [option.get("type") in (SUB_COMMAND, GROUP) for option in options]
    if any(nested) and not all(nested):
        text = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        errors.add((*path, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", text)
    allowed = {0: tuple(range(1, 12)), 1: (SUB_COMMAND,), 2: tuple(range(3, 12))}[depth]
    for index, option in enumerate(options):
        at: Path = (*path, "options", index)
        _name(errors, at, option)
        _description(errors, at, option)
        if option.get("name") in names:
            text = "Option with that name already exists"
            errors.add((*path, "options"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", text)
        names.add(option.get("name"))
        if not errors.choice((*at, "type"), option.get("type"), allowed):
            continue
        if option["type"] in (SUB_COMMAND, GROUP):
            _options(errors, at, option.get("options") or [], depth=2 if option["type"] == SUB_COMMAND else 1)
            continue
        if option.get("required") and optional_seen:
            text = "Required options must be placed before non-required options"
            errors.add(at, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", text)
        optional_seen = optional_seen or not option.get("required")
        _value_rules(errors, at, option)


def _value_rules(errors: FormErrors, at: Path, option: Json) -> None:
    kind = option["type"]
    choices = option.get("choices") or []
    if choices and kind not in (STRING, INTEGER, NUMBER):
        errors.add(
            (*at, "choices"), "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "This option type has no choices"
        )
    elif choices:
        validate_choice_list(errors, (*at, "choices"), choices, kind)
        if option.get("autocomplete"):
            text = "Autocomplete and choices are mutually exclusive"
            errors.add(at, "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", text)
    if option.get("autocomplete") and kind not in (STRING, INTEGER, NUMBER):
        text = "Autocomplete is for STRING, INTEGER and NUMBER options"
        errors.add((*at, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", text)
    lengths: dict[str, tuple[int, int]] = {"min_length": (0, 6000), "max_length": (1, 6000)}
    for key, (low, high) in lengths.items():
        if option.get(key) is not None and kind == STRING:
            errors.integer((*at, key), option[key], low, high)
    for key in ("min_value", "max_value"):
        value: Any = option.get(key)
        if value is None:
            continue
        if kind not in (INTEGER, NUMBER):
            errors.add(
                (*at, key),
                "APPLICATION_COMMAND_OPTIONS_MINMAX_INVALID",
                "Only for INTEGER and NUMBER options",
            )
        elif abs(value) > MAX_SAFE_INTEGER:
            errors.add((*at, key), "NUMBER_TYPE_MAX", f"Value should be within {MAX_SAFE_INTEGER}.")
    if len(option.get("file_types") or []) > 10:
        errors.size((*at, "file_types"), len(option["file_types"]), 0, 10)


class Registry:
    """The commands an application has registered, per scope: None is global, otherwise a guild id."""

    def __init__(self, double: DiscordDouble) -> None:
        self._double = double
        self._scopes: dict[int | None, dict[tuple[int, str], Json]] = {}
        self._creates: dict[int | None, list[float]] = {}

    def listed(self, scope: int | None = None) -> list[Json]:
        return list(self._scopes.get(scope, {}).values())

    def get(self, scope: int | None, command_id: str) -> Json:
        for command in self.listed(scope):
            if command["id"] == command_id:
                return command
        raise ApiError(10063)

    def replace(self, scope: int | None, commands: object) -> list[Json]:
        """Bulk overwrite: the whole set of one scope, all types."""
        errors = FormErrors()
        seen: set[tuple[int, str]] = set()
        if not isinstance(commands, list):
            errors.add((), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            errors.check()
            return []
        for index, command in enumerate(commands):
            validate_command(errors.at(index), command)
            key = (int(command.get("type") or CHAT_INPUT), str(command.get("name")))
            if key in seen:
                text = "Application command names must be unique"
                errors.add((index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", text)
            seen.add(key)
        errors.check()
        self._check_room(seen)
        old = self._scopes.get(scope, {})
        self._count_creates(scope, len(seen - old.keys()))
        self._scopes[scope] = {}
        for command in commands:
            self._store(scope, command, old)
        return self.listed(scope)

    def upsert(self, scope: int | None, command: Json) -> tuple[Json, bool]:
        """Creates or replaces by name and type; the flag says whether it is new."""
        errors = FormErrors()
        validate_command(errors, command)
        errors.check()
        key = (int(command.get("type") or CHAT_INPUT), str(command["name"]))
        held = self._scopes.setdefault(scope, {})
        new = key not in held
        self._check_room({*held, key})
        self._count_creates(scope, int(new))
        return self._store(scope, command, held), new

    def edit(self, scope: int | None, command_id: str, changes: Json) -> Json:
        old = self.get(scope, command_id)
        command = {**old, **changes}
        errors = FormErrors()
        validate_command(errors, command)
        errors.check()
        self.delete(scope, command_id)
        return self._store(scope, command, {(old["type"], command["name"]): old})

    def delete(self, scope: int | None, command_id: str) -> None:
        command = self.get(scope, command_id)
        del self._scopes[scope][command["type"], command["name"]]

    def _check_room(self, keys: set[tuple[int, str]]) -> None:
        for kind, most in PER_SCOPE.items():
            if sum(one == kind for one, _ in keys) > most:
                raise ApiError(30032, message=f"Maximum number of application commands reached ({most}).")

    def _count_creates(self, scope: int | None, count: int) -> None:
        now = self._double.now()
        recent = [at for at in self._creates.get(scope, []) if now - at < 86400]
        if len(recent) + count > DAILY_CREATES:
            raise ApiError(30034)
        self._creates[scope] = recent + [now] * count

    def _store(self, scope: int | None, command: Json, old: dict[tuple[int, str], Json]) -> Json:
        kind = int(command.get("type") or CHAT_INPUT)
        key = (kind, str(command["name"]))
        permissions = command.get("default_member_permissions")
        stored: Json = {
            "description": "",
            "name_localizations": None,
            "description_localizations": None,
            "nsfw": False,
            **command,
            "id": old[key]["id"] if key in old else str(self._double.snowflake()),
            "application_id": str(self._double.application_id),
            "version": str(self._double.snowflake()),
            "type": kind,
            "default_member_permissions": None if permissions is None else str(permissions),
        }
        if scope is None:
            stored["dm_permission"] = command.get("dm_permission", True)
            stored["contexts"] = command.get("contexts")
            stored["integration_types"] = command.get("integration_types") or [0]
        else:
            stored["guild_id"] = str(scope)
        self._scopes.setdefault(scope, {})[key] = stored
        self._double.notify()
        return stored
