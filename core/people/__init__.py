"""People: favourites, marks, preferences, linked accounts, lists brought and taken away, privacy."""

from core.people.importing import ImportReport
from core.people.people import People
from core.people.profile import Entry, Mark, Preferences, Profile, ServerSettings, Status

__all__ = ["Entry", "ImportReport", "Mark", "People", "Preferences", "Profile", "ServerSettings", "Status"]
