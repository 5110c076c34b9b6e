"""The shared command declarations as discord.py application commands."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import discord
from discord import app_commands

from bot.commands.declare import Command, Menu, Option, Registry
from bot.discord import limits
from bot.discord.render import cut
from bot.texts import LANGUAGES, Texts

Interaction = discord.Interaction[discord.Client]
Run = Callable[[Command, Interaction, dict[str, Any]], Awaitable[None]]
RunMenu = Callable[[Command, Menu, Interaction, discord.Message], Awaitable[None]]
Complete = Callable[[Command, str, Interaction, str], Awaitable[list[app_commands.Choice[str]]]]

LOCALES = {
    discord.Locale.japanese: "ja",
    discord.Locale.vietnamese: "vi",
    discord.Locale.spain_spanish: "es",
    discord.Locale.latin_american_spanish: "es",
}

_KINDS: dict[str, Any] = {
    "integer": int,
    "number": float,
    "flag": bool,
    "file": discord.Attachment,
    "pictures": discord.Attachment,
}
CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
INSTALLS = app_commands.AppInstallationType(guild=True, user=True)


class FluentTranslator(app_commands.Translator):
    """Names and descriptions from the message catalogues; a `locale_str` carries its key."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002
    ) -> str | None:
        language, key = LOCALES.get(locale), string.extras.get("key")
        if language is None or key is None:
            return None
        texts = Texts(language)
        if not texts.has_own(key):
            return None
        text = texts(key).split("|")[0]
        if string.extras.get("name"):
            ending = str(string.extras["ending"])
            return text.strip().lower().replace(" ", "-")[: limits.COMMAND_NAME - len(ending)] + ending
        return cut(text, limits.COMMAND_DESCRIPTION)


def _described(key: str) -> app_commands.locale_str:
    text = Texts(LANGUAGES[0])(key).split("|")[0]
    return app_commands.locale_str(cut(text, limits.COMMAND_DESCRIPTION), key=key)


def _named(name: str, key: str, ending: str = "") -> app_commands.locale_str:
    return app_commands.locale_str(name + ending, key=key, name=True, ending=ending)


def add_commands(
    tree: app_commands.CommandTree[Any], registry: Registry, run: Run, run_menu: RunMenu, complete: Complete
) -> None:
    """Puts every declared command on the tree; two-word names become subcommands, menus entries of messages."""
    groups: dict[str, app_commands.Group] = {}
    for command in registry.commands.values():
        for menu in command.menus:
            tree.add_command(_menu(command, menu, run_menu))
        first, _, second = command.name.partition(" ")
        if not second:
            made = _command(command, first, run, complete)
            made.allowed_contexts, made.allowed_installs = CONTEXTS, INSTALLS
            tree.add_command(made)
            continue
        if first not in groups:
            groups[first] = app_commands.Group(
                name=_named(first, f"name-{first}"),
                description=_described(f"group-{first}"),
                allowed_contexts=CONTEXTS,
                allowed_installs=INSTALLS,
            )
            tree.add_command(groups[first])
        groups[first].add_command(_command(command, second, run, complete))


def _command(
    command: Command, name: str, run: Run, complete: Complete
) -> app_commands.Command[Any, Any, Any]:
    async def callback(interaction: Interaction, **values: Any) -> None:
        await run(
            command,
            interaction,
            {key.rstrip("_"): value for key, value in values.items() if value is not None},
        )

    parameters = [
        inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Interaction)
    ]
    described, renamed, choices, completed = {}, {}, {}, {}
    for option, ending in _spread(command.options):
        parameter = f"{option.name}{ending}_"  # a Python keyword such as `with` is no parameter name
        optional = not option.required or ending != ""
        parameters.append(
            inspect.Parameter(
                parameter,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                annotation=_annotation(option),
                default=None if optional else inspect.Parameter.empty,
            )
        )
        described[parameter] = _described(f"option-{option.name}")
        renamed[parameter] = _named(option.name, f"optname-{option.name}", ending)
        if option.choices:
            choices[parameter] = [
                app_commands.Choice(name=_described(f"choice-{choice}"), value=choice)
                for choice in option.choices[: limits.CHOICES]
            ]
        elif option.kind in ("title", "titles", "genres"):
            completed[parameter] = _autocomplete(command, option.name, complete)
    parameters.sort(key=lambda p: p.default is None)
    callback.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    app_commands.describe(**described)(callback)
    app_commands.rename(**renamed)(callback)
    if choices:
        app_commands.choices(**choices)(callback)
    if completed:
        app_commands.autocomplete(**completed)(callback)
    return app_commands.Command(
        name=_named(name, f"name-{name}"),
        description=_described(f"command-{command.key}"),
        callback=callback,  # type: ignore[arg-type]
    )


def _menu(command: Command, menu: Menu, run: RunMenu) -> app_commands.ContextMenu:
    async def callback(interaction: Interaction, message: discord.Message) -> None:
        await run(command, menu, interaction, message)

    label = cut(Texts(LANGUAGES[0])(menu.label), limits.MENU_NAME)
    return app_commands.ContextMenu(
        name=app_commands.locale_str(label, key=menu.label),
        callback=callback,
        type=discord.AppCommandType.message,
        allowed_contexts=CONTEXTS,
        allowed_installs=INSTALLS,
    )


def _spread(options: Iterable[Option]) -> Iterable[tuple[Option, str]]:
    """(option, ending of its name); people and pictures become several options of one each."""
    for option in options:
        yield option, ""
        several = {"people": int(option.maximum or limits.FRIENDS), "pictures": limits.PICTURES}
        for number in range(2, several.get(option.kind, 1) + 1):
            yield option, f"_{number}"


def _annotation(option: Option) -> Any:
    kind = _KINDS.get(option.kind)
    if option.kind == "people":
        return discord.User
    if option.kind in ("integer", "number"):
        assert kind is not None
        low, high = option.minimum, option.maximum
        return app_commands.Range[
            kind, kind(low) if low is not None else None, kind(high) if high is not None else None
        ]
    if kind is not None:
        return kind
    return str


def _autocomplete(command: Command, option: str, complete: Complete) -> Any:
    async def callback(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await complete(command, option, interaction, current)

    return callback
