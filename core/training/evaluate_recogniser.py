"""Evaluate an exported recogniser: closed set, new characters, strangers, across sources, hair and eyes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from core.training.faces import Face, FacePacks, detector_heads, is_validation
from core.training.onnx_recogniser import OnnxRecogniser
from core.training.recognition_figures import (
    Labels,
    Scores,
    Share,
    Vectors,
    by_gallery,
    by_neighbours,
    by_prototypes,
    colour_histograms,
    few_shot,
    identified,
    left_out,
    one_shot_across,
    share,
    top,
)

SPRITES = "Wh1teZz/danganronpa_sprite_bucket"
RATES = (0.01, 0.1)
ICONS = {"icon", "icon-big", "avatar"}
METHODS: Mapping[str, Scores] = {
    "prototypes": by_prototypes,
    "neighbours": by_neighbours,
    "gallery": by_gallery,
}
Figures = dict[str, Share]


def characters(faces: Sequence[Face]) -> Labels:
    """The names [N] of faces."""
    return np.array([face.character for face in faces], dtype=np.str_)


def _closed(
    prefix: str, scores_of: Scores, reference: tuple[Vectors, Labels], faces: Sequence[Face], vectors: Vectors
) -> Figures:
    """Top-1 and top-5 over the characters of the reference: all, without the sprites, by source."""
    scores, names = scores_of(*reference, vectors)
    wanted = characters(faces)
    right = top(scores, names, wanted)
    sources = np.array([face.source for face in faces])
    found = {
        f"{prefix}: top-1": share(right),
        f"{prefix}: top-5": share(top(scores, names, wanted, 5)),
        f"{prefix}: top-1 without sprites": share(right[sources != SPRITES]),
    }
    for source in sorted(set(sources.tolist())):
        found[f"{prefix}: {source}"] = share(right[sources == source])
    return found


def _by_source(faces: Sequence[Face], vectors: Vectors, left: str) -> Share | None:
    """One source asked about, all others as references: characters that both have, among all of the others'."""
    asked = np.array([face.source == left for face in faces])
    names = characters(faces)
    shared = asked & np.isin(names, names[~asked])
    if not shared.any():
        return None
    scores, known = by_prototypes(vectors[~asked], names[~asked], vectors[shared])
    return share(top(scores, known, names[shared]))


@dataclass(frozen=True)
class Embedded:
    """Faces with their vectors and names, row by row."""

    faces: Sequence[Face]
    vectors: Vectors

    @property
    def names(self) -> Labels:
        return characters(self.faces)

    def only(self, rows: NDArray[np.bool_]) -> Embedded:
        return Embedded([face for face, row in zip(self.faces, rows, strict=True) if row], self.vectors[rows])

    @property
    def pair(self) -> tuple[Vectors, Labels]:
        return self.vectors, self.names


def evaluate(model: OnnxRecogniser, packs: FacePacks) -> Figures:
    """All figures by name, in the order they are shown. Faces are embedded once; whatever is drawn has a seed."""

    def embedded(faces: Sequence[Face]) -> Embedded:
        return Embedded(faces, model.answers(faces).embedding)

    told: Mapping[str, Any] = model.training
    identities, gallery = embedded(packs.identities()), embedded(packs.gallery())
    shown = packs.named_pictures()
    pictures = embedded([face for faces in shown for face in faces])
    held = np.array([is_validation(face.group) for face in identities.faces])
    known, asked = identities.only(~held), identities.only(held)
    figures: Figures = {}

    for label, scores_of in METHODS.items():
        figures |= _closed(f"identities, {label}", scores_of, known.pair, asked.faces, asked.vectors)
    colours = colour_histograms(identities.faces)
    baseline = _closed(
        "colour histograms", by_neighbours, (colours[~held], known.names), asked.faces, colours[held]
    )
    figures |= {name: value for name, value in baseline.items() if "top-1" in name}

    common = gallery.only(np.isin(gallery.names, np.unique(identities.names)))
    scores, names = by_prototypes(*known.pair, common.vectors)
    figures["gallery pictures of characters in identities"] = share(top(scores, names, common.names))
    everything = _joined([identities, gallery, pictures])
    for source in told.get("without_sources", []):
        found = _by_source(everything.faces, everything.vectors, source)
        if found is not None:
            figures[f"source never trained on: {source}"] = found
    alone = pictures.only(np.array([len(faces) == 1 for faces in shown for _ in faces], bool))
    figures |= _across_sources(told, identities, gallery, alone)
    figures |= _whole_pictures(shown, pictures.vectors, known)
    figures |= _new_characters(told, identities, gallery, alone)
    figures |= _open_set(told, known, asked, gallery)
    figures |= attributes(model, packs)
    return {name: value for name, value in figures.items() if value.count}


def _across_sources(
    told: Mapping[str, Any], identities: Embedded, gallery: Embedded, pictures: Embedded
) -> Figures:
    """Each source asked about with a gallery of all the others, though the model learned from all of them: faces not
    trained on, of characters that another source shows too, among all characters of the other sources. Known are faces
    of training groups, and the pack `gallery`, which has none."""
    trained = set(told.get("characters", []))
    learnt_from = trained if told.get("all_characters") else trained - set(identities.names.tolist())
    parts = (
        (identities, *_held(identities)),
        (gallery, np.ones(len(gallery.faces), bool), ~np.isin(gallery.names, sorted(learnt_from))),
        (pictures, *_held(pictures)),
    )
    faces = _joined([part for part, _, _ in parts])
    usable, fresh = (np.concatenate([part[n] for part in parts]) for n in (1, 2))
    sources = np.array([face.source for face in faces.faces])
    found: Figures = {}
    right: list[NDArray[np.bool_]] = []
    for source in sorted(set(sources.tolist())):
        known = faces.only((sources != source) & usable)
        asked = faces.only((sources == source) & fresh & np.isin(faces.names, known.names))
        if len(asked.faces):
            scores, names = by_prototypes(*known.pair, asked.vectors)
            right.append(top(scores, names, asked.names))
            found[f"other sources known, asked: {source}"] = share(right[-1])
    if right:
        found["other sources known, each asked in turn"] = share(np.concatenate(right))
    return found


def _held(faces: Embedded) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which are in a training group, and which are not."""
    held = np.array([is_validation(face.group) for face in faces.faces], bool)
    return ~held, held


def _joined(parts: Sequence[Embedded]) -> Embedded:
    return Embedded(
        [face for part in parts for face in part.faces], np.concatenate([part.vectors for part in parts])
    )


def _whole_pictures(shown: Sequence[Sequence[Face]], vectors: Vectors, known: Embedded) -> Figures:
    """Pictures of one known character that are in no training group: the best answer over all heads found."""
    scores, names = by_gallery(*known.pair, vectors)
    at, right = 0, dict[str, list[bool]]()
    for faces in shown:
        rows, at = scores[at : at + len(faces)], at + len(faces)
        if is_validation(faces[0].group) and faces[0].character in names:
            best = names[np.unravel_index(rows.argmax(), rows.shape)[1]]
            right.setdefault(faces[0].pack, []).append(bool(best == faces[0].character))
    return {f"whole pictures, {pack}": share(np.array(found)) for pack, found in right.items()}


def _new_characters(
    told: Mapping[str, Any], identities: Embedded, gallery: Embedded, pictures: Embedded
) -> Figures:
    """Few-shot figures on characters that were never trained on."""
    figures: Figures = {}
    trained = set(told.get("characters", [])) or set(identities.names.tolist())
    many = _joined([identities, pictures])
    for label, faces in (("", many), ("gallery, ", gallery)):
        new = faces.only(np.array([name not in trained for name in faces.names], bool))
        for ways, shots in ((10, 5), (10, 1), (50, 1)):
            found = few_shot(*new.pair, ways=ways, shots=shots)
            if found is not None:
                figures[f"new characters, {label}{ways}-way {shots}-shot"] = found
    is_icon = np.array([face.kind in ICONS for face in gallery.faces], bool)
    new_rows = np.array([name not in trained for name in gallery.names], bool)
    for label, chosen in (("new characters", new_rows), ("all characters", np.ones(len(new_rows), bool))):
        icons = gallery.only(chosen & is_icon)
        found = one_shot_across(icons.pair, gallery.only(chosen & ~is_icon).pair, ways=10)
        if found is not None:
            figures[f"{label}, one icon known, portrait asked, 10-way"] = found
        found = few_shot(*icons.pair, ways=10, shots=1)
        if found is not None:
            figures[f"{label}, icons, 10-way 1-shot"] = found
    return figures


def _open_set(told: Mapping[str, Any], known: Embedded, asked: Embedded, gallery: Embedded) -> Figures:
    """Known faces named right at fixed rates of unknown ones that get a name."""
    figures: Figures = {}
    for label, scores_of in METHODS.items():
        for rate, found in left_out(scores_of, known.pair, asked.pair, rates=RATES).items():
            figures[f"open set, {label}, characters left out, {rate:.0%} named wrongly"] = found
    trained = set(told.get("characters", [])) | set(known.names.tolist())
    strangers = gallery.only(np.array([name not in trained for name in gallery.names], bool))
    if len(strangers.faces):
        for label, scores_of in METHODS.items():
            scores, names = scores_of(*known.pair, asked.vectors)
            unknown = scores_of(*known.pair, strangers.vectors)[0].max(1)
            right = top(scores, names, asked.names)
            for rate in RATES:
                value = identified(scores.max(1), right, unknown, rate)
                figures[f"open set, {label}, strangers never trained on, {rate:.0%} named wrongly"] = Share(
                    value, len(asked.faces)
                )
    return figures


def attributes(model: OnnxRecogniser, packs: FacePacks) -> Figures:
    """Hair, eyes and gender of faces in no training group."""
    faces = [face for face in packs.attributes() if is_validation(face.group)]
    answers = model.answers(faces)
    figures: Figures = {}
    for name in ("hair", "eyes", "gender"):
        rows = np.array([bool(getattr(face, name)) for face in faces], bool)
        wanted = np.array([getattr(face, name) for face in faces], np.str_)[rows]
        given = np.array(model.labels[name])[getattr(answers, name)[rows].argmax(1)]
        figures[f"{name}"] = share(wanted == given)
    return figures


def main() -> None:
    """Command line: print all figures as a table or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--detector", type=Path, help="ONNX file of the head detector; without it, the cascade"
    )
    parser.add_argument("--heads", type=Path, help="JSON file that keeps where heads were found")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    model = OnnxRecogniser(asked.model)
    packs = FacePacks(asked.data, detector_heads(asked.detector) if asked.detector else None, asked.heads)
    with Console(stderr=True).status("embedding faces"):
        figures = evaluate(model, packs)
    if asked.json:
        print(json.dumps({name: asdict(value) for name, value in figures.items()}, indent=1))
        return
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, str(value))
    Console().print(table)


if __name__ == "__main__":
    main()
