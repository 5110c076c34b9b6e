"""What Telegram accepts. Source: the Bot API's documentation."""

TEXT = 4096
"""UTF-16 units of a message, after its markup was read."""
BUTTON_LABEL = 64
KEYBOARD_BUTTONS = 100
BUTTONS_IN_ROW = 8
CALLBACK_ANSWER = 200
INLINE_RESULTS = 20
"""The API allows 50; twenty cards are as many as anybody scrolls."""
INLINE_QUERY = 256
COMMAND_DESCRIPTION = 256
DOWNLOAD_BYTES = 20 * 1024 * 1024

ANSWER_SECONDS = 2.0
"""How long a press may take before it is acknowledged empty; the query's own lifetime is not published."""
TYPING_SECONDS = 4.0
"""A chat action is shown for up to five seconds."""
