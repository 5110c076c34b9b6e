"""People: favourites, marks, preferences, linked accounts, lists brought and taken away, privacy."""

from core.people.people import People
from core.people.profile import Entry, Mark, Preferences, Profile, ServerSettings, Status

__all__ = ["Entry", "Mark", "People", "Preferences", "Profile", "ServerSettings", "Status"]
