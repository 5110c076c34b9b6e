"""Who a candidate is, in words: facts for known characters, the label itself for a server's own."""

from __future__ import annotations

from collections.abc import Sequence

from core.catalogue import Anime
from core.osusume import Osusume
from core.pictures import Candidate, Face
from core.pictures.drawing import Label


def character_name(osusume: Osusume, tag: str, language: str = "en") -> str:
    """The name people know; the Japanese one for Japanese readers."""
    known = osusume.characters.by_tag(tag)
    if known is None:
        return osusume.characters.display(tag)
    return known.japanese or known.display if language == "ja" else known.display


def series_name(osusume: Osusume, candidate: Candidate) -> str | None:
    """The series of a candidate as a title, None where nobody knows it."""
    known = osusume.characters.by_tag(candidate.character)
    if known is not None and known.series_title:
        return known.series_title
    series = osusume.characters.series(candidate.series) if candidate.series else None
    return series.title if series is not None else (candidate.series or "").replace("_", " ").strip() or None


def anime_of(osusume: Osusume, candidate: Candidate) -> Anime | None:
    """The title to begin with in the candidate's series; None where there is no anime of it."""
    known = osusume.characters.by_tag(candidate.character)
    mal_id = known.mal_id if known is not None else None
    if mal_id is None and candidate.series:
        series = osusume.characters.series(candidate.series)
        mal_id = series.mal_id if series is not None else None
    return osusume.catalogue.by_mal_id(mal_id) if mal_id is not None else None


def series_of(osusume: Osusume, faces: Sequence[Face]) -> tuple[Anime, ...]:
    """The anime of everybody who is known, in the order of the faces, each once."""
    found: dict[int, Anime] = {}
    for face in faces:
        if face.unknown or not face.candidates:
            continue
        anime = anime_of(osusume, face.candidates[0])
        if anime is not None:
            found.setdefault(anime.mal_id, anime)
    return tuple(found.values())


def face_label(osusume: Osusume, face: Face, language: str, number: int | None = None) -> Label:
    """What is written at a face in a picture: a name, or the number it has in words."""
    if face.unknown or not face.candidates:
        return Label(face.box, None if number is None else f"{number} ?")
    best = face.candidates[0]
    name = character_name(osusume, best.character, language) + ("" if face.surely else "?")
    return Label(face.box, name, best.score, best.character)
