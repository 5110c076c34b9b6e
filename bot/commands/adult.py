"""Whether adult titles may appear: decided here for every command."""

from __future__ import annotations

from typing import Literal

from bot.request import Place
from core.osusume import Osusume


async def adult_lacking(
    osusume: Osusume, person: str, place: Place
) -> Literal["place", "server", "person"] | None:
    """What does not allow it: the platform's own age restriction of this place, the server's setting, the person's
    preference; the first of them that does not. None where all three say so."""
    if place.server is None or not place.age_restricted:
        return "place"
    if not (await osusume.people.server(place.server)).adult:
        return "server"
    return None if (await osusume.people.preferences(person)).adult else "person"


async def adult_allowed(osusume: Osusume, person: str, place: Place) -> bool:
    """Only where the server's setting, the platform's own age restriction and the person's preference all say so."""
    return await adult_lacking(osusume, person, place) is None
