"""Make the text vectors that ship: `python -m core.recommend.build_texts --help`."""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path

import numpy as np
from rich.progress import track

from core.catalogue import Catalogue
from core.recommend.encoder import UniversalEncoder
from core.recommend.signals import Floats
from core.recommend.stories import DIMENSIONS
from core.recommend.text import composed
from core.recommend.vectors import BATCH, TextVectors


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Encode the texts of the catalogue into the small file that ships."
    )
    parser.add_argument("--catalogue", type=Path, required=True, help="catalogue file (npz)")
    parser.add_argument(
        "--reference",
        type=Path,
        help="catalogue.jsonl.gz with synopses to learn directions from; none is copied",
    )
    parser.add_argument("--out", type=Path, required=True, help="file to write (npz)")
    parser.add_argument("--dimensions", type=int, default=DIMENSIONS)
    arguments = parser.parse_args()
    catalogue = Catalogue.open(arguments.catalogue)
    synopses = read_synopses(arguments.reference) if arguments.reference else {}
    vectors, told = encode(catalogue, synopses)
    TextVectors.learn("universal", catalogue.mal_ids, vectors, told, arguments.dimensions).save(arguments.out)
    print(f"{len(catalogue)} titles, {int(told.sum())} with a story, {arguments.out.stat().st_size} bytes")


def read_synopses(path: Path) -> dict[int, str]:
    """MAL id to synopsis."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        entries = map(json.loads, lines)
        return {entry["mal_id"]: entry["synopsis"] for entry in entries if entry.get("synopsis")}


def encode(
    catalogue: Catalogue, synopses: dict[int, str]
) -> tuple[Floats, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """(N, 512) vectors and which of them (N,) were made from a synopsis: ours where there is one."""
    encoder = UniversalEncoder()
    told = np.zeros(len(catalogue), np.bool_)
    texts = []
    for row in range(len(catalogue)):
        anime = catalogue.anime(row)
        story = anime.synopsis or synopses.get(anime.mal_id)
        told[row] = story is not None
        texts.append(composed(catalogue, row, story))
    starts = range(0, len(texts), BATCH)
    parts = [
        encoder.encode(texts[start : start + BATCH]) for start in track(starts, "Encoding", total=len(starts))
    ]
    return np.concatenate(parts), told


if __name__ == "__main__":
    main()
