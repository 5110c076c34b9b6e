"""Tags that follow from the faces that were found: how many, who is a girl or a boy, hair and eyes, framing."""

from __future__ import annotations

from collections.abc import Sequence

from core.pictures.counting import count_tags
from core.pictures.picture import Face, Tag

SURE_OF_COLOUR = {"hair": 0.25, "eyes": 0.7}
"""Hair is softly scored over ten colours: at 0.25, three in four are right on the pictures tagged by hand. Eyes were
learned from one uniform source, and on other art a colour that is not nearly certain is often wrong."""

_CLOSE_UP = 0.72
"""Share of the picture's height or width that a head fills in a close-up."""

_PORTRAIT = 1.1
_UPPER_BODY = 2.3
"""Heads of room below the chin: a drawn figure has its chest at about 1 and its waist at about 2.3."""


def face_tags(faces: Sequence[Face], width: int, height: int) -> tuple[Tag, ...]:
    """Everything that the faces say. Nothing when there are none: that no face was found is no proof of no humans."""
    if not faces:
        return ()
    return (*count_tags(faces), *colour_tags(faces), *framing_tags(faces, width, height))


def colour_tags(faces: Sequence[Face]) -> tuple[Tag, ...]:
    """Hair and eye colours; of several faces each colour once, with the best score."""
    best: dict[str, float] = {}
    for face in faces:
        for trait in face.traits:
            if trait.score >= SURE_OF_COLOUR.get(trait.kind, 2.0):
                value = {"gray": "grey"}.get(trait.value, trait.value)
                name = f"{value}_{trait.kind}"
                best[name] = max(best.get(name, 0.0), round(trait.score * face.score, 4))
    return tuple(Tag(name, "general", score) for name, score in best.items())


def framing_tags(faces: Sequence[Face], width: int, height: int) -> tuple[Tag, ...]:
    """Close-up, portrait or upper body, for one upright head with its lower edge away from the picture's.

    Only what geometry carries: how much room there is below the chin. Further down it depends on the pose.
    """
    if len(faces) != 1:
        return ()
    box = faces[0].box.within(width, height)
    if box.h <= 0 or box.w <= 0 or not 0.6 < box.w / box.h < 1.7:
        return ()
    if box.h >= _CLOSE_UP * height or box.w >= 0.9 * width:
        return (Tag("close-up", "general", 0.8),)
    below = (height - box.y - box.h) / box.h
    if below < _PORTRAIT:
        return (Tag("portrait", "general", 0.7),)
    if below < _UPPER_BODY:
        return (Tag("upper_body", "general", 0.7),)
    return ()
