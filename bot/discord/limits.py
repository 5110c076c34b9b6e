"""What Discord accepts. Source: Discord's developer documentation (messages, embeds, components, commands)."""

CONTENT = 2000
EMBEDS_TOGETHER = 6000
EMBED_TITLE = 256
EMBED_DESCRIPTION = 4096
FIELDS = 25
FIELD_NAME = 256
FIELD_VALUE = 1024
FOOTER = 2048
ROWS = 5
BUTTONS_IN_ROW = 5
BUTTON_LABEL = 80
OPTIONS_IN_SELECT = 25
OPTION_TEXT = 100
PLACEHOLDER = 150
AUTOCOMPLETE = 25
AUTOCOMPLETE_TEXT = 100
CHOICES = 25
COMMAND_DESCRIPTION = 100
FILE_BYTES = 10 * 1024 * 1024

ACKNOWLEDGE_SECONDS = 3.0
"""From receipt to the first answer; later the interaction is void."""

WAIT_SECONDS = 1.2
"""How long an answer may take before it is announced with "thinking ..."; well inside ACKNOWLEDGE_SECONDS."""

FRIENDS = 3
"""Discord has no option that takes several people, so `with` becomes with, with_2, with_3."""
