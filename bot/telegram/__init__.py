"""Telegram: the same commands in plain words, inline keyboards and inline mode, through python-telegram-bot."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # otherwise the library warns of its own RetryAfter

from bot.telegram.application import serve

__all__ = ["serve"]
