"""Telegram: the same commands in plain words, inline keyboards and inline mode, through python-telegram-bot."""

from bot.telegram.application import serve

__all__ = ["serve"]
