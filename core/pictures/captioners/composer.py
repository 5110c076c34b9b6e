"""A caption without weights: true sentences put together from what was found, each traceable to a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.pictures.captioners import spoken
from core.pictures.captioners.people import Names, Person, counted_phrase, described, seen, who
from core.pictures.captioners.phrases import Listed, Phrase, sentences
from core.pictures.picture import Findings, Picture, Tag, Trait
from core.pictures.seams import Length, Words
from core.pictures.tags import TagSettings, kinds, present, vocabulary

ALT_LIMIT = 1000
"""Most characters of an alternative text (Discord takes 1,024)."""

SPOKEN_FROM = 0.5
"""Score from which a tag is said."""

_EACH = 6
"""Up to so many people are described one by one."""


def plain_name(character: str) -> str:
    """A character tag for people, without what tells namesakes apart.

    >>> plain_name("hatsune_miku"), plain_name("nami_(one_piece)")
    ('Hatsune Miku', 'Nami')
    """
    return " ".join(
        word[:1].upper() + word[1:] for word in character.split("_(")[0].replace("_", " ").split()
    )


class Composer:
    """See `Captioner`. `names` turns a character tag into a name for people."""

    name = "composer"

    def __init__(self, names: Names = plain_name) -> None:
        self._names = names

    def caption(self, picture: Picture, findings: Findings, words: Words, length: Length) -> str:
        """As `Captioner.caption`; the picture itself is not looked at."""
        del picture
        return describe(findings, words, length, self._names)


def describe(findings: Findings, words: Words, length: Length, names: Names = plain_name) -> str:
    """What `compose` found to say, in somebody's language."""
    return sentences(compose(findings, length, names), words, ALT_LIMIT if length == "alt" else None)


def compose(findings: Findings, length: Length, names: Names = plain_name) -> tuple[Phrase, ...]:
    """One phrase a sentence. `short` says who; `long` all that is known; `alt` too, beginning with what kind of picture
    it is. Never empty."""
    tags = _spoken_tags(findings.tags)
    people = seen(_agreeing(findings), tags, names)
    found = [*_people(people, tags, length), *_states(people, tags, length)]
    if length != "short" or not people:
        found += [*_clothes(people, tags), *_framing(people, tags), *_scene(tags), *_look(tags)]
    if len(found) == 1 and found[0].key == "caption-illustration-plain":
        return (Phrase("caption-nothing", {}, ("faces",)),)
    return tuple(found)


def _agreeing(findings: Findings) -> Findings:
    """Without traits of faces that the tagger, which saw the whole picture, contradicts: a colour that is not among
    those it gave, a boy where it only counts girls, a girl where it only counts boys."""
    given = {tag.name for tag in findings.tags if tag.category == "general"}
    colours = {"hair": given & set(kinds.HAIR_COLOURS), "eyes": given & set(kinds.EYE_COLOURS)}
    girls = bool(given & {*kinds.GIRLS, "multiple_girls"})
    boys = bool(given & {*kinds.BOYS, "multiple_boys"})

    def denied(trait: Trait) -> bool:
        if trait.kind == "gender":
            return girls != boys and trait.value != ("female" if girls else "male")
        value = {"gray": "grey"}.get(trait.value, trait.value)
        return bool(colours[trait.kind]) and f"{value}_{trait.kind}" not in colours[trait.kind]

    faces = tuple(
        replace(face, traits=tuple(trait for trait in face.traits if not denied(trait)))
        for face in findings.faces
    )
    return replace(findings, faces=faces)


def _spoken_tags(tags: Sequence[Tag]) -> dict[str, Tag]:
    """Sure general tags, contradictions settled, nothing adult; with what they imply that has a word."""
    words = vocabulary()
    limits = dict.fromkeys((words.group(tag.name) for tag in tags), 500)
    settings = TagSettings(threshold=SPOKEN_FROM, limits=limits, most=500, implied=True)
    return {tag.name: tag for tag in present(tags, settings).general}


def _listed(stem: str, among: Sequence[str], tags: Mapping[str, Tag], most: int) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(f"{stem}-{name}", {}, sources) for name, sources in spoken.spoken_in(among, tags)[:most]
    )


def _people(people: Sequence[Person], tags: Mapping[str, Tag], length: Length) -> list[Phrase]:
    """Who is there: one sentence, for several people a second one from left to right."""
    illustration = length == "alt"

    def shown(what: Phrase) -> Phrase:
        return Phrase("caption-illustration" if illustration else "caption-shown", {"what": what}, ())

    if not people:
        several = next(
            (name for name in ("multiple_girls", "multiple_boys", "multiple_others") if name in tags), None
        )
        if several is not None:
            key = f"caption-several-{'inside' if illustration else 'start'}"
            return [shown(Phrase(key, {}, (f"tag:{several}",)))]
        if "no_humans" in tags:
            return [Phrase("caption-empty", {}, ("tag:no_humans",))]
        return [Phrase("caption-illustration-plain", {}, ("faces",))]
    start = not illustration
    if len(people) == 1:
        return [shown(described(who(people[0], start=start), people[0].features))]
    if all(person.name for person in people) and len(people) <= _EACH:
        first = Phrase(
            "caption-name", {"name": Listed(tuple(who(person, start=False) for person in people))}, ()
        )
    else:
        first = counted_phrase(people, start=start)
    named = tuple(who(person, start=False) for person in people if person.name)
    if named and len(named) < len(people) and (length == "short" or len(people) > _EACH):
        return [shown(first), Phrase("caption-among", {"people": Listed(named[:_EACH])}, ())]
    return [shown(first)] if len(people) > _EACH else _each(people, first, shown(first), length)


def _each(people: Sequence[Person], first: Phrase, shown: Phrase, length: Length) -> list[Phrase]:
    """Several people: what they share once, then everybody from left to right with what sets them apart."""
    keys = [{_meaning(feature) for feature in person.features} for person in people]
    common = set.intersection(*keys)
    shared = [feature for feature in people[0].features if _meaning(feature) in common]
    uniform = len({person.gender for person in people}) == 1 and not any(person.name for person in people)
    if shared:
        sources = tuple(
            dict.fromkeys(
                source
                for person in people
                for feature in person.features
                if _meaning(feature) in common
                for source in feature.all_sources()
            )
        )
        shared = [Phrase(feature.key, feature.arguments, sources) for feature in shared]
    found = [shown]
    if shared and uniform:
        found = [Phrase(shown.key, {"what": described(first, shared)}, ())]
    elif shared:
        found.append(Phrase("caption-shared", {"features": Listed(tuple(shared))}, ()))
    apart = [[feature for feature in person.features if _meaning(feature) not in common] for person in people]
    if length != "short" and (
        any(apart) or (any(p.name for p in people) and not all(p.name for p in people))
    ):
        everyone = tuple(
            described(who(person, start=False), own) for person, own in zip(people, apart, strict=True)
        )
        found.append(Phrase("caption-order", {"people": Listed(everyone, "people")}, ("faces",)))
    return found


def _meaning(feature: Phrase) -> tuple[str, ...]:
    """What a feature says, wherever it was found."""
    return tuple(part.key for part in feature.inner())


def _states(people: Sequence[Person], tags: Mapping[str, Tag], length: Length) -> list[Phrase]:
    """What somebody alone does; of several nobody knows who smiles."""
    states = _listed("caption-state", spoken.STATES, tags, 2 if length == "short" else 5)
    if len(people) != 1 or not states:
        return []
    return [
        Phrase(
            "caption-states",
            {"gender": people[0].gender, "states": Listed(states, "chain")},
            people[0].sources,
        )
    ]


def _clothes(people: Sequence[Person], tags: Mapping[str, Tag]) -> list[Phrase]:
    clothes = _listed("caption-clothes", spoken.CLOTHES, tags, 5)
    if not clothes:
        return []
    if len(people) == 1:
        arguments = {"gender": people[0].gender, "clothes": Listed(clothes)}
        return [Phrase("caption-wears", arguments, people[0].sources)]
    return [Phrase("caption-clothes-seen", {"clothes": Listed(clothes)}, ())]


def _framing(people: Sequence[Person], tags: Mapping[str, Tag]) -> list[Phrase]:
    found = [*_listed("caption-framing", spoken.FRAMINGS, tags, 1)] if people else []
    return [*found, *_listed("caption-view", spoken.VIEWS, tags, 1)]


def _scene(tags: Mapping[str, Tag]) -> list[Phrase]:
    """Place, background and things."""
    found: list[Phrase] = []
    if places := _listed("caption-place", spoken.PLACES, tags, 3):
        found.append(Phrase("caption-place", {"places": Listed(places, "chain")}, ()))
    backgrounds = [name for name in kinds.BACKGROUND_COLOURS if name in tags]
    if "transparent_background" in backgrounds:
        found.append(Phrase("caption-background-transparent", {}, ("tag:transparent_background",)))
    elif len(backgrounds) == 1:
        colour = Phrase(
            f"caption-colour-{backgrounds[0].removesuffix('_background')}", {}, (f"tag:{backgrounds[0]}",)
        )
        found.append(Phrase("caption-background", {"colour": colour}, ()))
    elif "simple_background" in tags and not backgrounds:
        found.append(Phrase("caption-background-simple", {}, ("tag:simple_background",)))
    if things := _listed("caption-thing", spoken.THINGS, tags, 6):
        found.append(Phrase("caption-things", {"things": Listed(things)}, ()))
    return found


def _look(tags: Mapping[str, Tag]) -> list[Phrase]:
    """Colours, darkness, text."""
    found: list[Phrase] = []
    if "greyscale" in tags:
        found.append(Phrase("caption-greyscale", {}, ("tag:greyscale",)))
    elif "monochrome" in tags:
        found.append(Phrase("caption-monochrome", {}, ("tag:monochrome",)))
    else:
        themes = [colour for colour in kinds.COLOURS if f"{colour}_theme" in tags][:3]
        if themes:
            colours = tuple(Phrase(f"caption-colour-{name}", {}, (f"tag:{name}_theme",)) for name in themes)
            key = "caption-tone" if len(themes) == 1 else "caption-tones"
            found.append(Phrase(key, {"colours": Listed(colours)}, ()))
    if "dark" in tags:
        found.append(Phrase("caption-dark", {}, ("tag:dark",)))
    for key, among in (("comic", spoken.COMICS), ("speech", spoken.SPEECH), ("text", spoken.TEXT)):
        holder = next((name for name in among if name in tags), None)
        if holder is not None:
            found.append(Phrase(f"caption-{key}", {}, (f"tag:{holder}",)))
    return found
