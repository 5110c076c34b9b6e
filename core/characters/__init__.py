"""Who characters are: facts about them, and galleries of their faces."""

from core.characters.facts import Character, CharacterMatch, Characters, Series

__all__ = ["Character", "CharacterMatch", "Characters", "Series"]
