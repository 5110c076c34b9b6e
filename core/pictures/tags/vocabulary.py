"""What is known of tags: aliases, what implies what, groups, and what is not for everybody (tables of `data/tags/`)."""

from __future__ import annotations

import csv
import gzip
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from core.errors import ArtefactError
from core.pictures.picture import Category
from core.pictures.tags.kinds import KAOMOJI

_CATEGORIES: Mapping[str, Category] = {
    "character": "character", "copyright": "copyright", "artist": "artist", "meta": "meta",
}  # fmt: skip
TABLES = Path(__file__).resolve().parents[3] / "data" / "tags"


class Vocabulary:
    """The tables, read once. All names are danbooru tags: lower case, underscores."""

    def __init__(
        self,
        aliases: Mapping[str, str],
        implied: Iterable[tuple[str, str]],
        groups: Mapping[str, str],
        blocked: Iterable[str],
        categories: Mapping[str, Category],
    ) -> None:
        self._aliases = aliases
        self._categories = categories
        self._groups = groups
        self._parents: dict[str, set[str]] = {}
        for tag, other in implied:
            self._parents.setdefault(tag, set()).add(other)
        self._above: dict[str, frozenset[str]] = {}
        self.adult = frozenset(blocked)
        """Tags that are not shown where adult content has no place. Wide on purpose: underwear counts."""

    def canonical(self, name: str) -> str:
        """The tag that somebody means: spaces or underscores, any case and width, old names too.

        >>> vocabulary().canonical(" Long  Hair ")
        'long_hair'
        """
        plain = normalised(name)
        return plain if plain in KAOMOJI else self._aliases.get(plain, plain)

    def implied(self, tag: str) -> frozenset[str]:
        """Everything that follows from a tag, near and far, without the tag itself."""
        if tag not in self._above:
            found: set[str] = set()
            waiting = list(self._parents.get(tag, ()))
            while waiting:
                parent = waiting.pop()
                if parent not in found:
                    found.add(parent)
                    waiting.extend(self._parents.get(parent, ()))
            self._above[tag] = frozenset(found - {tag})
        return self._above[tag]

    def group(self, tag: str) -> str:
        """hair, eyes, expression, head, body, clothes, pose, framing, background, colour, style, count, creatures,
        objects, text or other."""
        return self._groups.get(tag, "other")

    def category(self, tag: str) -> Category:
        """The category of a tag that some tagger knows; general for every other."""
        return self._categories.get(tag, "general")

    def is_adult(self, tag: str) -> bool:
        return tag in self.adult or not self.adult.isdisjoint(self.implied(tag))


def normalised(name: str) -> str:
    """One spelling for one tag: NFKC, case folded, white space as single underscores. Faces of signs stay."""
    plain = name.strip()
    if plain.lower() in KAOMOJI:
        return plain.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold())
    words = "".join(" " if sign == "_" else sign for sign in folded if sign.isprintable()).split()
    return "_".join(words) or folded


@cache
def vocabulary() -> Vocabulary:
    """The shipped tables.

    Raises:
        ArtefactError: `data-broken`, when a table is missing or not readable.
    """
    return load(TABLES)


def load(folder: Path) -> Vocabulary:
    """As `vocabulary`, from a folder."""
    return Vocabulary(
        {row[0]: row[1] for row in _rows(folder / "aliases.csv.gz")},
        ((row[0], row[1]) for row in _rows(folder / "implications.csv.gz")),
        {row[0]: row[1] for row in _rows(folder / "groups.csv.gz")},
        (row[0] for row in _rows(folder / "blocked.csv.gz")),
        {row[0]: _CATEGORIES[row[1]] for row in _rows(folder / "categories.csv.gz")},
    )


def _rows(path: Path) -> list[list[str]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            return list(csv.reader(file))[1:]
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as problem:
        raise ArtefactError("data-broken", file=path.name) from problem
