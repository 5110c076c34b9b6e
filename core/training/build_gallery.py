"""Build the shipped gallery: a prototype and a few exemplars of every character the packs show, and its calibration."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from core.characters import EXEMPLAR, PROTOTYPE, Calibration, Enrolled, Gallery, fit, normalised, save
from core.characters.building import outliers
from core.training.faces import Face, FacePacks, detector_heads, is_validation
from core.training.onnx_recogniser import OnnxRecogniser

EXEMPLARS = 12
STRANGERS_NAMED = 0.1
"""Share of faces of unknown characters that may be given a name."""

_ONE_SHOT_PART = 0.3  # of these, how many may be named as a character known by one picture
_LEAST = 0.2  # a name less probable than this is never given
_DRAWS = 2

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Answer:
    """The best candidate for a face: `score`, `lead` over the next, whether it is known by one picture only, whether
    it is `right`, whether the face was that of a `stranger`, by how many pictures its true character is known, and
    whether the model was `trained` on that character."""

    score: float
    lead: float
    one_shot: bool
    right: bool
    stranger: bool
    shots: int
    trained: bool


def gallery_faces(packs: FacePacks) -> list[Face]:
    """All faces of named characters; of characters only seen in pictures without exactly one head, the best guess."""
    faces = [*packs.identities(), *packs.gallery(), *packs.pictures()]
    known = {face.character for face in faces}
    return [*faces, *(found[0] for found in packs.named_pictures() if found[0].character not in known)]


def build(
    faces: Sequence[Face], vectors: Vectors, embedder: str, calibration: Calibration | None = None
) -> Gallery:
    """A gallery of faces with their vectors [faces, dimensions].

    Of every character outliers are dropped, the mean of the others is its prototype, and of more than 12 of them the
    ones nearest to the centres of 12 clusters are its exemplars.
    """
    names = np.array([face.character for face in faces])
    enrolled: list[Enrolled] = []
    parts: list[Vectors] = []
    labels: list[int] = []
    kinds: list[int] = []
    for at, name in enumerate(np.unique(names)):
        rows = np.flatnonzero(names == name)
        series = next((face.series for row in rows if (face := faces[int(row)]).series), None)
        kept = vectors[rows][~outliers(vectors[rows])]
        enrolled.append(Enrolled(str(name), series, len(kept)))
        chosen = _diverse(kept, EXEMPLARS)
        parts += [chosen, normalised(kept.mean(0, keepdims=True))]
        labels += [at] * (len(chosen) + 1)
        kinds += [EXEMPLAR] * len(chosen) + [PROTOTYPE]
    return Gallery(
        "shipped", embedder, enrolled, np.concatenate(parts), np.array(labels), np.array(kinds), calibration
    )


def _diverse(vectors: Vectors, count: int) -> Vectors:
    """Of each of `count` clusters (Ward's) the vector nearest to its centre."""
    if len(vectors) <= count:
        return vectors
    owners = fcluster(linkage(vectors.astype(np.float64), "ward"), count, "maxclust")
    chosen = []
    for cluster in np.unique(owners):
        rows = np.flatnonzero(owners == cluster)
        chosen.append(rows[np.argmax(vectors[rows] @ vectors[rows].mean(0))])
    return vectors[chosen]


def answers(faces: Sequence[Face], vectors: Vectors, new: Sequence[str] = (), seed: int = 0) -> list[Answer]:
    """What galleries of the training groups answer about faces they do not hold.

    Of characters that only the gallery pack shows, one picture at random is known and the others are asked about, in
    several draws. Every face is asked about as it is, and as a stranger, its character being left out; faces of the
    characters in `new`, which the model was never trained on, also where they are the only one, as strangers.
    """
    rng = np.random.default_rng(seed)
    names = np.array([face.character for face in faces])
    held = np.array([face.pack != "gallery" and is_validation(face.group) for face in faces])
    elsewhere = set(names[np.array([face.pack != "gallery" for face in faces])].tolist())
    found: list[Answer] = []
    for draw in range(_DRAWS):
        known = ~held
        for name in sorted(set(names.tolist()) - elsewhere):
            rows = np.flatnonzero(names == name)
            known[rows] = False
            known[rng.choice(rows)] = True
        gallery = build([face for face, there in zip(faces, known, strict=True) if there], vectors[known], "")
        shots_of = {character.name: character.shots for character in gallery.characters}
        asked = np.flatnonzero(~known & ((draw == 0) | ~held))
        for row, matches in zip(asked, gallery.nearest(vectors[asked], 10), strict=True):
            others = [match for match in matches if match.character.name != names[row]]
            for stranger, ranked in ((False, matches), (True, others)):
                if not stranger and names[row] not in shots_of:
                    continue
                best = ranked[0]
                answer = Answer(
                    best.score,
                    best.score - ranked[1].score,
                    best.character.shots == 1,
                    best.character.name == names[row],
                    stranger,
                    shots_of.get(str(names[row]), 0),
                    str(names[row]) not in new,
                )
                found.append(answer)
        strangers = np.flatnonzero(known & np.isin(names, list(new)) & ~np.isin(names, list(elsewhere)))
        if draw == 0 and len(
            strangers
        ):  # known by one picture, which is the face asked about: only as strangers
            for row, matches in zip(strangers, gallery.nearest(vectors[strangers], 10), strict=True):
                ranked = [match for match in matches if match.character.name != names[row]]
                best = ranked[0]
                found.append(
                    Answer(
                        best.score,
                        best.score - ranked[1].score,
                        best.character.shots == 1,
                        False,
                        True,
                        0,
                        False,
                    )
                )
    return found


def calibrated(found: Sequence[Answer]) -> tuple[Calibration, dict[str, float]]:
    """A calibration fitted to answers, its thresholds so that at most 10 % of strangers are named, and what it
    reaches on these answers. Where they are all right or all wrong, nothing can be fitted and the usual one stays."""
    score, lead = (np.array([getattr(answer, key) for answer in found]) for key in ("score", "lead"))
    one_shot, right, stranger = (
        np.array([getattr(answer, key) for answer in found]) for key in ("one_shot", "right", "stranger")
    )
    shots, trained = (np.array([getattr(answer, key) for answer in found]) for key in ("shots", "trained"))
    fitted = fit(score, lead, right) if right.any() and not right.all() else Calibration()
    likely = np.array([fitted.probability(a, b) for a, b in zip(score, lead, strict=True)])

    def threshold(rows: NDArray[np.bool_], part: float) -> float:
        """The probability that `part` of all strangers may pass among `rows`."""
        best = np.sort(likely[rows & stranger])[::-1]
        allowed = int(part * STRANGERS_NAMED * stranger.sum())
        return float(np.nextafter(best[allowed], 2)) if allowed < len(best) else 0.5

    several = max(_LEAST, threshold(~one_shot, 1 - _ONE_SHOT_PART))
    chosen = replace(fitted, threshold=several, one_shot=max(several, threshold(one_shot, _ONE_SHOT_PART)))
    named = likely >= np.where(one_shot, chosen.one_shot, chosen.threshold)
    many, few = ~stranger & (shots > 1), ~stranger & (shots == 1)
    bins = np.minimum((likely * 10).astype(int), 9)
    error = sum(
        abs(likely[bins == n].mean() - right[bins == n].mean()) * (bins == n).mean()
        for n in set(bins.tolist())
    )
    return chosen, {
        "strangers asked": float(stranger.sum()),
        "strangers called unknown": _share(~named[stranger]),
        "strangers never trained on, asked": float((stranger & ~trained).sum()),
        "strangers never trained on, called unknown": _share(~named[stranger & ~trained]),
        "known by several pictures, asked": float(many.sum()),
        "known by several pictures, named right": _share((named & right)[many]),
        "known by several pictures, right before the threshold": _share(right[many]),
        "known by one picture, asked": float(few.sum()),
        "known by one picture, named right": _share((named & right)[few]),
        "known by one picture, never trained on, asked": float((few & ~trained).sum()),
        "known by one picture, never trained on, named right": _share((named & right)[few & ~trained]),
        "names given that are right": _share(right[named]),
        "expected calibration error": float(error),
    }


def _share(rows: NDArray[np.bool_]) -> float:
    return float(rows.mean()) if len(rows) else 0.0


def build_shipped(model: OnnxRecogniser, packs: FacePacks, out: Path) -> dict[str, float]:
    """Write the gallery of all pictures, calibrated on the validation groups; what the calibration reaches."""
    faces = gallery_faces(packs)
    vectors = model.answers(faces).embedding
    trained = set(model.training.get("characters", []))
    new = sorted({face.character for face in faces} - trained)
    calibration, reached = calibrated(answers(faces, vectors, new))
    save(build(faces, vectors, f"faces@{model.sha256[:8]}", calibration), out)
    return reached


def main() -> None:
    """Command line: build and save the shipped gallery."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--detector", type=Path, help="ONNX file of the head detector; without it, the cascade"
    )
    parser.add_argument("--heads", type=Path, help="JSON file that keeps where heads were found")
    asked = parser.parse_args()
    packs = FacePacks(asked.data, detector_heads(asked.detector) if asked.detector else None, asked.heads)
    print(json.dumps(build_shipped(OnnxRecogniser(asked.model), packs, asked.out), indent=1))


if __name__ == "__main__":
    main()
