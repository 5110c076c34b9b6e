"""Build the embedded catalogue from the reference data: `python -m core.catalogue.build --help`."""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.catalogue.catalogue import Catalogue
from core.catalogue.pack import write_pack
from core.catalogue.record import Record

SOURCE = "MyAnimeList and AniList facts gathered from public data sets"
DATE = "2026-08-31"  # day of the newest facts in the reference
_COMMERCIAL = re.compile(r"\bCMs?\b")
_LENGTH = re.compile(r"(?:(\d+) hr\. ?)?(?:(\d+) min\.)?")
_HOURS_AT_MOST = 3
"""In the reference the length of some films is their number of hours: "2 hr 13 min" became 2."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the embedded catalogue and the counts in its card.")
    parser.add_argument("--reference", type=Path, required=True, help="folder that holds catalogue.jsonl.gz")
    parser.add_argument("--out", type=Path, required=True, help="catalogue file to write")
    parser.add_argument("--own", type=Path, help="folder of our own tables (default: the folder of --out)")
    arguments = parser.parse_args()
    own = arguments.own or arguments.out.parent
    write_pack(
        records_of(arguments.reference, own),
        arguments.out,
        source=SOURCE,
        date=DATE,
        entry_points={int(row["mal_id"]): row["reason"] for row in _table(own / "entry_points.csv")},
    )
    catalogue = Catalogue.open(arguments.out)
    size = arguments.out.stat().st_size
    card = arguments.out.parent / "README.md"
    if card.exists():
        update_card(card, catalogue, size)
    print(f"{len(catalogue)} titles, {size} bytes, version {catalogue.info.version}")


def records_of(reference: Path, own: Path) -> Iterator[Record]:
    """Every entry of the reference that people can look up, with our own synopses, abbreviations and
    franchise corrections. Left out: entries known by id and title only, and commercials."""
    abbreviations: dict[int, list[str]] = defaultdict(list)
    for row in _table(own / "abbreviations.csv"):
        abbreviations[int(row["mal_id"])].append(row["abbreviation"])
    synopses = {
        int(item["mal_id"]): str(item["synopsis"])
        for path in sorted((own / "synopses").glob("*.jsonl"))
        for item in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    }
    corrections = {
        int(row["mal_id"]): int(row["franchise_id"]) for row in _table(own / "franchise_corrections.csv")
    }
    lengths = _lengths(reference / "anime_2020.csv.gz")
    with gzip.open(reference / "catalogue.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            if is_looked_up(entry):
                mal_id = entry["mal_id"]
                if entry["type"] == "Movie" and (entry["duration_min"] or 0) in range(1, _HOURS_AT_MOST + 1):
                    entry["duration_min"] = lengths.get(mal_id)
                yield _record(entry, abbreviations[mal_id], synopses.get(mal_id), corrections.get(mal_id))


def _lengths(path: Path) -> dict[int, int]:
    """Minutes by MAL id, from the lengths written out ("2 hr. 13 min.") in the set of 2020."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        found = {int(row["MAL_ID"]): _LENGTH.match(row["Duration"]) for row in csv.DictReader(file)}
    minutes = {mal_id: 60 * int(m[1] or 0) + int(m[2] or 0) for mal_id, m in found.items() if m}
    return {mal_id: length for mal_id, length in minutes.items() if length}


def is_looked_up(entry: dict[str, Any]) -> bool:
    """Whether a reference entry is an anime that people can look up."""
    known = any(entry[key] for key in ("type", "genres", "year", "members"))
    return known and entry["type"] != "CM" and not _COMMERCIAL.search(entry["title"])


_SAME = (
    "mal_id",
    "anilist_id",
    "title",
    "title_english",
    "title_japanese",
    "type",
    "episodes",
    "status",
    "aired_from",
    "aired_to",
    "season",
    "year",
    "source",
    "score",
    "members",
    "members_2020",
    "image_url",
)
_LISTS = ("synonyms", "genres", "themes", "demographics", "tags", "studios", "producers")


def _record(
    entry: dict[str, Any], abbreviations: list[str], synopsis: str | None, franchise: int | None
) -> Record:
    season = entry["tvdb_season"]
    facts: dict[str, Any] = {key: entry[key] for key in _SAME}
    facts |= {key: tuple(entry[key] or ()) for key in _LISTS}
    return Record(
        **facts,
        abbreviations=tuple(abbreviations),
        minutes=entry["duration_min"],
        age_rating=entry["rating"],
        is_adult=entry["is_adult"] is not False,
        franchise_id=franchise or entry["franchise_id"],
        season_number=season if season and season > 0 else None,
        synopsis=synopsis,
    )


def _table(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def update_card(card: Path, catalogue: Catalogue, size: int) -> None:
    """Rewrite the table of counts between the card's two `counts` comments."""
    lines = ["| what | number |", "| --- | --- |"]
    lines += [f"| {name} | {count:,} |" for name, count in catalogue.info.counts.items()]
    lines += [f"| bytes | {size:,} |", f"| version | {catalogue.info.version} |"]
    table = "\n".join(lines)
    text = card.read_text(encoding="utf-8")
    pattern = r"(<!-- counts -->\n).*(<!-- /counts -->)"
    text = re.sub(pattern, lambda m: f"{m[1]}{table}\n{m[2]}", text, flags=re.DOTALL)
    card.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
