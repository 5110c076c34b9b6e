"""Whether adult titles may appear: decided here for every command."""

from __future__ import annotations

from bot.request import Place
from core.osusume import Osusume


async def adult_allowed(osusume: Osusume, person: str, place: Place) -> bool:
    """Only where the server's setting, the platform's own age restriction and the person's preference all say so."""
    if place.server is None or not place.age_restricted:
        return False
    if not (await osusume.people.server(place.server)).adult:
        return False
    return (await osusume.people.preferences(person)).adult
