"""What Telegram accepts, and how long the adapter waits. Source: the Bot API's documentation."""

TEXT = 4096
"""UTF-16 units of a message, after its markup was read."""
CAPTION = 1024
"""The same of a picture's caption."""
ENTITIES = 100
"""Bold parts, links and the like in one message."""
BUTTONS = 100
BUTTONS_IN_ROW = 8
BUTTON_LABEL = 64
"""Our own choice: longer labels are cut by the apps anyway."""
CALLBACK_ANSWER = 200
INLINE_RESULTS = 20
"""The API allows 50; twenty cards are as many as anybody scrolls."""
COMMAND_DESCRIPTION = 256
DOWNLOAD_BYTES = 20 * 1024 * 1024

ALBUM = 10
"""Pictures of one album, at least two."""
ALBUM_SECONDS = 1.0
"""How long after an album's last part another may come; the parts arrive one by one, and nothing marks the end."""
ALBUMS_KNOWN = 100

ACKNOWLEDGE_SECONDS = 2.0
"""How long a press may take before it is acknowledged empty; the query's own lifetime is not published."""
TYPING_AFTER_SECONDS = 1.0
TYPING_SECONDS = 4.0
"""A chat action is shown for up to five seconds."""
PROGRESS_SECONDS = 5.0
"""How often a message may show how far long work is. In a group twenty messages a minute are allowed in all, edits
included; the answer and those of others must find room."""
READ_SECONDS = 20.0
"""How long Telegram may take to answer a request."""
RETRY_SECONDS = (0.5, 2.0, 8.0)
"""Pauses before a request is made again that did not reach Telegram or met trouble there."""
AT_ONCE = 64
"""Updates of different people handled side by side."""
