"""What watching a moving picture gives: tracks of faces, and who appears when."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.pictures.picture import Box, Candidate, Face, Findings
from core.pictures.video.tracking import PATIENCE, Path, Sighting, alike

_KNOWN_SHARE = 1 / 3
"""Share of its sightings, by weight, in which a face must have been given the name it gets: seen from behind or
blurred it is rightly called unknown, and a single lucky frame among many names nobody."""

_SURE = 0.6
"""Detection score from which a face is believed that was seen in one frame only."""

_MOST_CANDIDATES = 5


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One face through time. `verdict`: its clearest sighting, with the candidates all of them voted for."""

    number: int
    sightings: tuple[Sighting, ...]
    verdict: Face
    step: float

    @property
    def first(self) -> float:
        return self.sightings[0].second

    @property
    def last(self) -> float:
        return self.sightings[-1].second

    def at(self, second: float) -> Face | None:
        """The verdict where the face is then, between sightings on a straight line; None when out of sight."""
        if not self.first - self.step / 2 <= second <= self.last + self.step / 2:
            return None
        after = bisect_right([sighting.second for sighting in self.sightings], second)
        one = self.sightings[max(0, after - 1)]
        other = self.sightings[min(after, len(self.sightings) - 1)]
        gap = other.second - one.second
        if gap > max(PATIENCE, 2 * self.step):
            return None
        share = min(1.0, max(0.0, (second - one.second) / gap)) if gap > 0 else 0.0
        old, new = one.face.box, other.face.box
        box = Box(*(a + (b - a) * share for a, b in zip(_numbers(old), _numbers(new), strict=True)))
        return replace(self.verdict, box=box)


@dataclass(frozen=True, slots=True)
class Appearance:
    """Somebody in a moving picture. `character` is None for somebody unknown, who then has a `number` from 1.

    `first`, `last`: seconds of the first and last sighting. `seconds`: for how long in all. `tracks`: their numbers.
    """

    character: str | None
    series: str | None
    score: float
    number: int | None
    first: float
    last: float
    seconds: float
    tracks: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sightings:
    """`width`, `height`: of the frames that the boxes belong to. `seconds`: how much was watched; `cut`: there was
    more. `looks`: second and findings of every frame looked at. `appearances`: known ones, longest first, then
    unknown ones by number."""

    width: int
    height: int
    seconds: float
    cut: bool
    looks: tuple[tuple[float, Findings], ...]
    tracks: tuple[Track, ...]
    appearances: tuple[Appearance, ...]

    def faces(self, second: float) -> tuple[Face, ...]:
        """Every face that is in sight in that second, with the name its whole track got."""
        seen = (track.at(second) for track in self.tracks)
        return tuple(face for face in seen if face is not None)


def tracks_of(paths: Sequence[Path], step: float, looked: int) -> tuple[tuple[Track, ...], dict[int, Path]]:
    """Tracks numbered by first sighting, and the path of each. Faint faces seen only once are left out."""
    kept: list[tuple[Path, Face]] = []
    for path in sorted(paths, key=lambda path: path.sightings[0].second):
        verdict = vote(path.sightings)
        if len(path.sightings) == 1 and looked > 3 and verdict.unknown and verdict.score < _SURE:
            continue
        kept.append((path, verdict))
    tracks = tuple(
        Track(number, tuple(path.sightings), verdict, step)
        for number, (path, verdict) in enumerate(kept, start=1)
    )
    return tracks, {number: path for number, (path, _) in enumerate(kept, start=1)}


def vote(sightings: Sequence[Sighting]) -> Face:
    """One identity for a track: the mean of its sightings' probabilities, each weighted by detection score and size.

    Known when the winner was the name given in at least a third of the sightings by weight.
    """
    largest = max(sighting.face.box.area for sighting in sightings) or 1.0
    votes: dict[tuple[str, str | None, str], float] = defaultdict(float)
    named: dict[tuple[str, str | None, str], float] = defaultdict(float)
    total = 0.0
    for sighting in sightings:
        face = sighting.face
        weight = max(face.score, 0.05) * (face.box.area / largest) ** 0.5 + 1e-6
        total += weight
        for candidate in face.candidates:
            votes[candidate.character, candidate.series, candidate.gallery] += weight * candidate.score
        if not face.unknown and face.candidates:
            best = face.candidates[0]
            named[best.character, best.series, best.gallery] += weight
    ranked = sorted(votes, key=lambda who: (-votes[who], who[0]))[:_MOST_CANDIDATES]
    unknown = not ranked or named[ranked[0]] < _KNOWN_SHARE * total
    clearest = max(sightings, key=lambda s: (not s.face.unknown, s.face.score * s.face.box.area)).face
    candidates = tuple(Candidate(who[0], who[1], votes[who] / total, who[2]) for who in ranked)
    return replace(clearest, candidates=candidates, unknown=unknown)


def appearances_of(tracks: Sequence[Track], paths: dict[int, Path], seconds: float) -> tuple[Appearance, ...]:
    """Who appears when: tracks of one name are one person, and so are unknown ones that look alike and never meet."""
    known: dict[str, list[Track]] = defaultdict(list)
    strangers: list[list[Track]] = []
    for track in tracks:
        if not track.verdict.unknown:
            known[track.verdict.candidates[0].character].append(track)
            continue
        for group in strangers:
            if all(
                alike(paths[track.number], paths[other.number]) and not _meet(track, other) for other in group
            ):
                group.append(track)
                break
        else:
            strangers.append([track])
    appearances = [_appearance(group, None, seconds) for group in known.values()]
    appearances.sort(key=lambda who: -who.seconds)
    unknown = [_appearance(group, number, seconds) for number, group in enumerate(strangers, start=1)]
    return tuple(appearances + unknown)


def _appearance(group: Sequence[Track], number: int | None, seconds: float) -> Appearance:
    spans = [(max(0.0, t.first - t.step / 2), min(seconds or t.last, t.last + t.step / 2)) for t in group]
    shown = sum(max(0.0, end - start) for start, end in _joined(spans))
    best = max(group, key=lambda track: len(track.sightings)).verdict.candidates[:1]
    known = best[0] if best and number is None else None
    return Appearance(
        known.character if known else None,
        known.series if known else None,
        known.score if known else 0.0,
        number,
        min(track.first for track in group),
        max(track.last for track in group),
        shown,
        tuple(track.number for track in group),
    )


def _joined(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _meet(one: Track, other: Track) -> bool:
    """Two faces in one frame are two people."""
    return bool(
        {sighting.second for sighting in one.sightings} & {sighting.second for sighting in other.sightings}
    )


def _numbers(box: Box) -> tuple[float, float, float, float]:
    return box.x, box.y, box.w, box.h
