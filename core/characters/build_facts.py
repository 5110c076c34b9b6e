"""Build the facts about characters from the reference data: `python -m core.characters.build_facts --help`."""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from core.catalogue import Catalogue
from core.characters.facts import FORMAT_VERSION, Characters
from core.characters.join import (
    NamedCharacters,
    SeriesTable,
    Tags,
    Titles,
    japanese_name,
    qualifiers_of,
    read_csv,
)
from core.characters.names import fold, sound, to_display

_LEAST_POSTS = 100  # of a character that is in no list of ours
_LEAST_COSTUME = 2  # characters that wear it, for a costume to be known by its word
_LEAST_UNKNOWN = 500  # of a character whose series is not known


@dataclass(slots=True)
class Draft:
    """A character while it is being put together. `method` says what joined it to its series."""

    tag: str
    posts: int
    display: str = ""
    japanese: str | None = None
    aliases: list[str] = field(default_factory=list)
    series: str | None = None
    method: str = "none"
    gender: str | None = None
    hair: str | None = None
    eyes: str | None = None


class Builder:
    """Reads the reference and our own tables, and puts the characters together."""

    def __init__(self, reference: Path, own: Path, catalogue: Path) -> None:
        self.own = own
        self.reference = reference
        self.tags = Tags.read(reference / "tags")
        self.canonical = {alias: tag for tag, aliases in self.tags.aliases.items() for alias in aliases}
        self.titles = Titles(Catalogue.open(catalogue))
        self.series = SeriesTable(own, self.tags, self.titles)
        self.named = NamedCharacters(reference / "anime" / "characters.jsonl.gz", self.titles)
        self.members = {tag: self._known(slug) for tag, slug in _members(own / "members.txt").items()}
        self.labels = {row["label"]: row["tag"] for row in read_csv(own / "labels.csv")}
        self.costumes: Counter[str] = Counter()
        self._labels: set[str] = set()
        self._by_series: dict[tuple[str, str], list[Draft]] = defaultdict(list)
        self.drafts: dict[str, Draft] = {}

    def build(self) -> list[Draft]:
        wanted = {
            row["name"] for row in read_csv(self.reference / "tags" / "wd_v3_selected_tags.csv.gz")
            if row["category"] == "4"
        }  # fmt: skip
        wanted |= self.members.keys()
        for tag, posts in self.tags.characters.items():
            if posts >= _LEAST_POSTS or tag in wanted:
                base = self._base_of(tag)
                if base is None:
                    self._draft(tag, posts)
                elif base in self.drafts:
                    self.drafts[base].aliases.append(tag)
        for name in sorted(wanted - self.tags.characters.keys()):
            target = self.canonical.get(name)
            if target in self.drafts:
                self.drafts[target].aliases.append(name)
            elif self._base_of(name) is None:
                self._draft(name, 0)
        self._merge_twins()
        for row in read_csv(self.reference / "identities" / "characters.csv"):
            self._identity(row)
        self._looks()
        for draft in self.drafts.values():
            self._tidy(draft)
        kept = [
            d for d in self.drafts.values() if d.series or d.posts >= _LEAST_UNKNOWN or d.tag in self._labels
        ]
        return sorted(kept, key=lambda draft: (-draft.posts, draft.tag))

    def _known(self, name: str) -> str:
        slug = self.series.slug(name)
        if slug is None:
            raise KeyError(f"no series is called {name}")
        return slug

    def _draft(self, tag: str, posts: int) -> Draft:
        others = self.tags.other_names.get(tag, [])
        draft = Draft(tag, posts, to_display(tag), japanese_name(others, self.named.japanese))
        kept = [name for name in others if name != draft.japanese and not re.search(r"[(（]", name)]
        draft.aliases = [*self.tags.aliases.get(tag, ()), *kept[:3]]
        draft.series, draft.method = self._series_of(tag, others)
        self.drafts[tag] = draft
        return draft

    def _series_of(self, tag: str, others: list[str]) -> tuple[str | None, str]:
        """The series of a character tag and what told it; the surest way first."""
        if tag in self.members:
            return self.members[tag], "own table"
        name, qualifiers = qualifiers_of(tag)
        for qualifier in qualifiers:
            if (slug := self.series.slug(qualifier)) is not None:
                return slug, "qualifier"
        slugs = {
            self.series.slug(q)
            for other in others
            for q in qualifiers_of(other.replace("（", "(").replace("）", ")"))[1]
        }
        slugs |= {
            self.series.slug(q) for alias in self.tags.aliases.get(tag, ()) for q in qualifiers_of(alias)[1]
        }
        slugs.discard(None)
        if len(slugs) == 1:
            return slugs.pop(), "qualifier of another name"
        japanese = [re.sub(r"[(（].*$", "", other) for other in others]
        by_japanese, by_latin = self.named.by_japanese(japanese), self.named.by_latin(name)
        if by_japanese is not None and by_latin is not None:
            same = self._franchise(by_japanese) == self._franchise(by_latin)
            return (self.series.of_anime(by_latin), "both names") if same else (None, "names disagree")
        if by_japanese is not None:
            return self.series.of_anime(by_japanese), "Japanese name"
        if by_latin is not None:
            return self.series.of_anime(by_latin), "Latin name"
        return None, "none"

    def _franchise(self, mal_id: int) -> int:
        anime = self.titles.catalogue.by_mal_id(mal_id)
        return anime.franchise_id if anime else mal_id

    def _base_of(self, tag: str) -> str | None:
        """For the tag of a costume or another form of a character the tag of the character itself."""
        name, qualifiers = qualifiers_of(tag)
        if not qualifiers or tag in self.members:
            return None
        characters = self.tags.characters
        if self.series.slug(qualifiers[0]) is None:
            base = tag[: tag.rindex("_(" + qualifiers[0])]
            if base in characters and characters[base] >= _LEAST_POSTS:
                self.costumes[qualifiers[0]] += 1
                return self._base_of(base) or base
        elif len(qualifiers) > 1:
            base = f"{name}_({qualifiers[0]})"
            if base in characters:
                self.costumes.update(qualifiers[1:])
                return base
        return None

    def _merge_twins(self) -> None:
        """One character under two qualifiers of one series ("asuna_(sao)", "asuna_(sao-alo)") becomes one."""
        twins: dict[tuple[str, str], list[Draft]] = defaultdict(list)
        for draft in self.drafts.values():
            name, qualifiers = qualifiers_of(draft.tag)
            if draft.series and len(qualifiers) <= 1:
                named = not qualifiers or self.series.slug(qualifiers[0]) == draft.series
                if named:
                    twins[name, draft.series].append(draft)
        for group in twins.values():
            best = max(group, key=lambda draft: draft.posts)
            for other in group:
                if other is not best:
                    best.aliases += [other.tag, *other.aliases]
                    del self.drafts[other.tag]

    def _identity(self, row: dict[str, str]) -> None:
        """A character of the labelled pictures: its label must lead to it, and to the series written there."""
        label, slug = row["character"], row["series"]
        self._labels.add(label)
        tag = self.labels.get(label, label)
        tag = tag if tag in self.drafts else self.canonical.get(tag, tag)
        wanted = self._known(slug) if slug else None
        draft = self.drafts.get(tag) or self._same_person(row, wanted)
        if draft is None:
            draft = self._draft(tag, self.tags.characters.get(tag, 0))
        draft.display = row["display"]
        if label != draft.tag and label not in draft.aliases:
            draft.aliases.insert(0, label)
        if wanted and draft.series != wanted:
            draft.series, draft.method = wanted, "label"

    def _same_person(self, row: dict[str, str], slug: str | None) -> Draft | None:
        """The only character of the series whose name has the same words."""
        bare = sound(qualifiers_of(row["character"])[0])
        if slug is None:
            return None
        if not self._by_series:
            for draft in self.drafts.values():
                if draft.series:
                    self._by_series[draft.series, sound(qualifiers_of(draft.tag)[0])].append(draft)
        found = self._by_series.get((slug, bare), [])
        return found[0] if len(found) == 1 else None

    def _tidy(self, draft: Draft) -> None:
        """Leave out of the aliases what is found without them: costumes that are known by their word, and
        names that are the same however they are written."""
        tags = {fold(draft.tag)}
        names = {sound(draft.tag), sound(draft.display), sound(draft.japanese or "")}
        kept: list[str] = []
        for alias in draft.aliases:
            is_tag = alias in self.canonical or alias in self._labels or alias in self.tags.characters
            costumes = [q for q in qualifiers_of(alias)[1] if self.costumes[q] >= _LEAST_COSTUME]
            same = fold(alias) in tags if is_tag else sound(alias) in names
            if not costumes and not same:
                tags.add(fold(alias))
                names.add(sound(alias))
                kept.append(alias)
        draft.aliases = kept

    def _looks(self) -> None:
        """Gender, hair and eyes: those of our own table, else the gender that all of a series share."""
        own = {row["tag"]: row for row in read_csv(self.own / "looks.csv")}
        for tag, draft in self.drafts.items():
            row = next((own[name] for name in (tag, *draft.aliases) if name in own), None)
            facts = self.series.facts[draft.series] if draft.series else None
            draft.gender = (row and row["gender"]) or (facts and facts.gender) or None
            draft.hair = (row and row["hair"]) or None
            draft.eyes = (row and row["eyes"]) or None


def check(builder: Builder, characters: Characters) -> dict[str, str]:
    """How many of each source's names lead to a character, and to one with a series, as "found / with series /
    with anime / of all"."""
    reference = builder.reference
    selected = read_csv(reference / "tags" / "wd_v3_selected_tags.csv.gz")
    posts = builder.tags.characters
    sources: dict[str, list[str]] = {
        "labelled pictures": [r["character"] for r in read_csv(reference / "identities" / "characters.csv")],
        "WD v3 tagger": [row["name"] for row in selected if row["category"] == "4"],
        "character tags, 500 posts or more": [tag for tag, count in posts.items() if count >= 500],
        "character tags, 100 posts or more": [tag for tag, count in posts.items() if count >= 100],
        "aliases of those": [a for a, tag in builder.canonical.items() if posts.get(tag, 0) >= 100],
    }
    counts: dict[str, str] = {}
    for source, names in sources.items():
        found = [character for name in names if (character := characters.by_tag(name)) is not None]
        series = sum(character.series is not None for character in found)
        anime = sum(character.mal_id is not None for character in found)
        counts[source] = f"{len(found):,} / {series:,} / {anime:,} / {len(names):,}"
    return counts


def write(builder: Builder, drafts: list[Draft], out: Path) -> None:
    """Write the facts: a gzip of JSON lines, the first with the series, each other a character as a list."""
    used = {draft.series for draft in drafts if draft.series}
    facts = builder.series.facts
    called = {name: slug for name, slug in builder.series.called().items() if slug in used and name.isascii()}
    info = {
        "format": FORMAT_VERSION,
        "series": {slug: [facts[slug].title, facts[slug].mal_id, facts[slug].kind] for slug in sorted(used)},
        "series_aliases": dict(sorted(called.items())),
        "costumes": sorted(word for word, count in builder.costumes.items() if count >= _LEAST_COSTUME),
    }
    lines = [json.dumps(info, ensure_ascii=False, separators=(",", ":"))]
    for draft in drafts:
        shown = None if draft.display == to_display(draft.tag) else draft.display
        row: list[object] = [draft.tag, shown, draft.japanese, draft.series, draft.posts]
        row += [draft.gender, draft.hair, draft.eyes, draft.aliases]
        lines.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
    out.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))


def _members(path: Path) -> dict[str, str]:
    """Series by tag from our own table: a line `slug: tag tag ...` for each series."""
    members: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            slug, tags = line.split(": ", 1)
            members |= dict.fromkeys(tags.split(), slug)
    return members


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Build the facts about characters and the counts in their card."
    )
    parser.add_argument(
        "--reference", type=Path, required=True, help="folder with tags/, anime/, identities/"
    )
    parser.add_argument("--out", type=Path, default=Path("data/characters/characters.jsonl.gz"))
    parser.add_argument("--catalogue", type=Path, default=Path("data/catalogue/catalogue.npz"))
    parser.add_argument("--check", action="store_true", help="only print the coverage of the file at --out")
    parser.add_argument(
        "--sample", type=int, metavar="SEED", help="print 150 joins at random, to look through"
    )
    arguments = parser.parse_args()
    builder = Builder(arguments.reference, arguments.out.parent, arguments.catalogue)
    drafts = builder.build()
    if arguments.sample is not None:
        joined = [draft for draft in drafts if draft.series]
        for draft in random.Random(arguments.sample).sample(joined, 150):  # noqa: S311 - no secret
            facts = builder.series.facts[draft.series or ""]
            print(draft.tag, draft.japanese, facts.slug, facts.title, facts.mal_id, draft.method, sep="\t")
        return
    if not arguments.check:
        write(builder, drafts, arguments.out)
    characters = Characters.open(arguments.out)
    rows = [("characters", f"{len(characters):,}"), ("series", f"{characters.series_count:,}")]
    rows += [
        (f"joined by {method}", f"{count:,}")
        for method, count in Counter(d.method for d in drafts).most_common()
    ]
    rows += list(check(builder, characters).items())
    rows += [("bytes", f"{arguments.out.stat().st_size:,}")]
    table = "\n".join(
        ["| what | number |", "| --- | --- |", *(f"| {name} | {number} |" for name, number in rows)]
    )
    print(table)
    card = arguments.out.parent / "README.md"
    if card.exists() and not arguments.check:
        pattern = r"(<!-- counts -->\n).*(<!-- /counts -->)"
        text = card.read_text(encoding="utf-8")
        card.write_text(
            re.sub(pattern, lambda m: f"{m[1]}{table}\n{m[2]}", text, flags=re.DOTALL), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
