"""Who is in the picture and what each looks like, as far as the findings are sure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.pictures.captioners.phrases import Listed, Phrase
from core.pictures.captioners.spoken import FEATURES, LENGTHS, spoken_in
from core.pictures.counting import SURE_AMONG
from core.pictures.picture import Face, Findings, Tag
from core.pictures.tags import kinds

Gender = Literal["female", "male", "unsure"]
NOUNS: dict[Gender, str] = {"female": "girl", "male": "boy", "unsure": "character"}

SURE = {"hair": 0.6, "eyes": 0.7}
"""Score from which a colour is said: never one that would not be a tag."""

Names = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Person:
    """One person: `name` when known, `features` as phrases, `sources` of the gender and of being there."""

    name: str | None
    gender: Gender
    features: tuple[Phrase, ...]
    sources: tuple[str, ...]


def seen(findings: Findings, tags: Mapping[str, Tag], names: Names) -> tuple[Person, ...]:
    """One person a face, from left to right; from the tags alone where no face was found."""
    if findings.whole or not findings.faces:
        counted = _from_tags(tags)
        named = [(index, face) for index, face in enumerate(findings.faces) if _named(face, names)]
        if len(counted) > 1:
            return counted
        if named:
            index, face = named[0]
            gender, sources = _gender(index, face, tags)
            features = _features(index, face, tags, alone=True)
            return (Person(_named(face, names), gender, features, (f"face:{index}:name", *sources)),)
        features = _features(None, None, tags, alone=True)
        return tuple(Person(None, one.gender, features, one.sources) for one in counted)
    order = sorted(
        range(len(findings.faces)), key=lambda i: findings.faces[i].box.x + findings.faces[i].box.w / 2
    )
    alone = len(order) == 1
    same = _same_gender(tags, len(order))
    people = []
    for index in order:
        face = findings.faces[index]
        gender, sources = _gender(index, face, tags if alone else {})
        if gender == "unsure" and same is not None:
            gender, sources = same
        name = _named(face, names)
        sources = (f"face:{index}", *((f"face:{index}:name",) if name else ()), *sources)
        people.append(Person(name, gender, _features(index, face, tags, alone=alone), sources))
    return tuple(people)


def counted_phrase(people: Sequence[Person], *, start: bool) -> Phrase:
    """How many girls, boys and characters; `start`: it begins a sentence."""
    parts: list[Phrase] = []
    for gender, noun in NOUNS.items():
        group = [person for person in people if person.gender == gender]
        if group:
            sources = tuple(dict.fromkeys(source for person in group for source in person.sources))
            place = "start" if start and not parts else "inside"
            key = f"caption-{noun}-{place}" if noun != "character" or not parts else "caption-more-characters"
            parts.append(Phrase(key, {"count": len(group)}, sources))
    return parts[0] if len(parts) == 1 else Phrase("caption-name", {"name": Listed(tuple(parts))}, ())


def who(person: Person, *, start: bool) -> Phrase:
    """The name, or a girl, a boy, a character."""
    if person.name is not None:
        return Phrase("caption-name", {"name": person.name}, person.sources)
    return counted_phrase((person,), start=start)


def described(what: Phrase, features: Sequence[Phrase]) -> Phrase:
    """Somebody with features."""
    if not features:
        return what
    return Phrase("caption-person", {"who": what, "features": Listed(tuple(features))}, ())


def _named(face: Face, names: Names) -> str | None:
    """Whom the recogniser named; None when it is not sure, or the name is empty."""
    if face.unknown or not face.candidates:
        return None
    return " ".join(names(face.candidates[0].character).split()) or None


def _gender(index: int, face: Face, tags: Mapping[str, Tag]) -> tuple[Gender, tuple[str, ...]]:
    if "1girl" in tags and "1boy" not in tags:
        return "female", ("tag:1girl",)
    if "1boy" in tags and "1girl" not in tags:
        return "male", ("tag:1boy",)
    trait = face.trait("gender")
    if trait is not None and trait.score >= SURE_AMONG:
        if trait.value == "female":
            return "female", (f"face:{index}:gender",)
        if trait.value == "male":
            return "male", (f"face:{index}:gender",)
    return "unsure", ()


def _same_gender(tags: Mapping[str, Tag], count: int) -> tuple[Gender, tuple[str, ...]] | None:
    """When the tags count exactly as many girls (or boys) as there are faces, and nobody else."""
    girls = next((name for name in kinds.GIRLS if name in tags), None)
    boys = next((name for name in kinds.BOYS if name in tags), None)
    if girls == f"{count}girls" and boys is None and "multiple_boys" not in tags:
        return "female", (f"tag:{girls}",)
    if boys == f"{count}boys" and girls is None and "multiple_girls" not in tags:
        return "male", (f"tag:{boys}",)
    return None


def _from_tags(tags: Mapping[str, Tag]) -> tuple[Person, ...]:
    """As many as the tags count; nobody where they leave a number open."""
    people: list[Person] = []
    counts: tuple[tuple[Gender, tuple[str, ...]], ...] = (
        ("female", kinds.GIRLS), ("male", kinds.BOYS), ("unsure", kinds.OTHERS),
    )  # fmt: skip
    for gender, names in counts:
        several = f"multiple_{names[0].removeprefix('1')}s"
        if names[-1] in tags or (several in tags and tags.keys().isdisjoint(names)):
            return ()
        for number, name in enumerate(names[:-1], start=1):
            if name in tags:
                people += [Person(None, gender, (), (f"tag:{name}",))] * number
    return tuple(people)


def _features(
    index: int | None, face: Face | None, tags: Mapping[str, Tag], *, alone: bool
) -> tuple[Phrase, ...]:
    """Hair, eyes and what else sits on the head; tags speak of a person only when there is one."""
    hair = _colour(index, face, "hair", kinds.HAIR_COLOURS, tags if alone else {})
    eyes = _colour(index, face, "eyes", kinds.EYE_COLOURS, tags if alone else {})
    found: list[Phrase] = []
    length = next((name for name in LENGTHS if name in tags), None) if alone else None
    several = alone and "multicolored_hair" in tags
    if length is not None and hair is not None and not several:
        key, sources = f"caption-hair-{LENGTHS[length]}-shade", (f"tag:{length}",)
        found.append(Phrase(key, {"shade": hair}, sources))
    elif length is not None:
        found.append(Phrase(f"caption-hair-{LENGTHS[length]}", {}, (f"tag:{length}",)))
    elif hair is not None and not several:
        found.append(Phrase("caption-hair", {"shade": hair}, ()))
    if eyes is not None and not (alone and "heterochromia" in tags) and not (alone and "closed_eyes" in tags):
        found.append(Phrase("caption-eyes", {"shade": eyes}, ()))
    if alone:
        found.extend(
            Phrase(f"caption-feature-{name}", {}, tag) for name, tag in spoken_in(FEATURES, tags)[:4]
        )
    return tuple(found)


def _colour(
    index: int | None, face: Face | None, kind: str, among: Sequence[str], tags: Mapping[str, Tag]
) -> Phrase | None:
    """The colour that, for somebody alone, a tag gives (the tagger has seen the traits); else that of a sure trait."""
    ending = "_hair" if kind == "hair" else "_eyes"
    key = "caption-hair-shade" if kind == "hair" else "caption-eye-shade"
    tag = max((tags[name] for name in among if name in tags), key=lambda tag: tag.score, default=None)
    if tag is not None:
        return Phrase(f"{key}-{tag.name.removesuffix(ending)}", {}, (f"tag:{tag.name}",))
    trait = face.trait(kind) if face is not None else None
    if trait is None or trait.score < SURE[kind]:
        return None
    value = {"gray": "grey"}.get(trait.value, trait.value)
    return Phrase(f"{key}-{value}", {}, (f"face:{index}:{kind}",)) if f"{value}{ending}" in among else None
