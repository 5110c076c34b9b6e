"""Every command, once, for every platform. Each feature file declares its own; here they are joined."""

from bot.commands import (
    anime,
    art,
    character,
    fav,
    picks,
    picture_buttons,
    pictures,
    privacy,
    recommend,
    settings,
)
from bot.commands.declare import Registry
from bot.commands.help import help_command

_COMMANDS = (
    *recommend.COMMANDS,
    *fav.COMMANDS,
    *anime.COMMANDS,
    *pictures.COMMANDS,
    *character.COMMANDS,
    *art.COMMANDS,
    *privacy.COMMANDS,
    *settings.COMMANDS,
)

REGISTRY = Registry(
    commands={command.name: command for command in (*_COMMANDS, help_command(_COMMANDS))},
    actions={
        **anime.ACTIONS,
        **fav.ACTIONS,
        **picks.ACTIONS,
        **picture_buttons.ACTIONS,
        **character.ACTIONS,
        **art.ACTIONS,
        **privacy.ACTIONS,
    },
)
