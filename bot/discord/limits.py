"""What Discord accepts. Source: Discord's developer documentation (messages, embeds, components, commands)."""

CONTENT = 2000
NOTE = 300
"""Our own: what was just done, in small print under an answer."""

EMBEDS_TOGETHER = 6000
EMBED_TITLE = 256
EMBED_DESCRIPTION = 4096
FIELDS = 25
FIELD_NAME = 256
FIELD_VALUE = 1024
ROWS = 5
BUTTONS_IN_ROW = 5
BUTTON_LABEL = 80
OPTIONS_IN_SELECT = 25
OPTION_TEXT = 100
AUTOCOMPLETE = 25
AUTOCOMPLETE_TEXT = 100
CHOICES = 25
COMMAND_NAME = 32
COMMAND_DESCRIPTION = 100
FILES = 10
REQUEST_BYTES = 24 * 1024 * 1024
"""A little under the 25 MiB that one request may have."""

LIST_BYTES = 10 * 1024 * 1024
"""Our own bound on attached lists: the largest real ones have 2 MB."""

PICTURES = 4
"""Discord has no option that takes several files, so `pictures` becomes pictures, pictures_2 and so on."""

EMBEDS = 10
ALT = 1024
"""Characters of an attachment's description."""

MENU_NAME = 32

ADDRESS = 2048
BUTTON_ADDRESS = 512

WAIT_SECONDS = 1.0
"""How long an answer may take before it is announced with "thinking ..."; Discord allows 3 s in all."""

PROGRESS_SECONDS = 2.5
"""Between two edits that tell how far long work is: Discord limits edits of a message."""

PREFERENCE_SECONDS = 0.5
"""How long that announcement waits for the asker's preference; then the command's own privacy holds."""

FRIENDS = 3
"""Discord has no option that takes several people, so `with` becomes with, with_2, with_3."""
