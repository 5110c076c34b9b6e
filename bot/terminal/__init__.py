"""The terminal: one command at a time (`ask`), or a chat with history and completion."""
