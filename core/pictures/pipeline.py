"""From the bytes of a picture to what is in it: read, find heads, name them, tag, put into words."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Literal

from core.characters import Gallery
from core.errors import Unavailable
from core.pictures.counting import agreed
from core.pictures.picture import Box, Detection, Face, Findings, Picture, Tag
from core.pictures.reading import Frames, Kind, Limits, read_frames, read_picture, sniff
from core.pictures.seams import Captioner, Detector, Length, Recogniser, SeesTraits, Tagger, Words

Part = Literal["heads", "names", "tags"]

MOVING = frozenset((Kind.GIF, Kind.PNG, Kind.WEBP, Kind.MP4, Kind.WEBM))
"""Formats that may hold more than one frame."""

WHOLE_CERTAINTY = 0.9
"""Probability from which a picture without a face is named as a whole: nothing vouches for a drawn face in it."""

OFF = "off"
"""Stands for the recogniser in findings that were made without one, because its model is missing or broken."""

SERIES_CERTAINTY = 0.6
"""Share of the evidence that one series must have to be called the picture's."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of a picture.

    `crops`: the picture is one face already. `whole`: name the picture as a whole, whatever faces it has.
    `taught`: the gallery of the server where it was asked. `galleries`: names of the galleries that may name a face;
    None for the shipped one, the host's and `taught`.
    """

    parts: frozenset[Part] = frozenset(("heads", "names", "tags"))
    crops: bool = False
    whole: bool = False
    taught: Gallery | None = None
    galleries: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A picture with what was found. `seconds`: from bytes to findings, without waiting in a queue.

    Whoever holds it drops it when the answer is drawn: pictures are not kept.
    """

    picture: Picture
    findings: Findings
    seconds: float


@dataclass(frozen=True, slots=True)
class Eyes:
    """The back ends in use. `recogniser` is made for the galleries that were asked for."""

    detector: Detector
    recogniser: Callable[[Asked], Recogniser]
    tagger: Tagger
    captioner: Captioner


class Pipeline:
    """Runs the back ends one after another; synchronous, called in worker threads by several requests at once."""

    def __init__(self, eyes: Eyes, limits: Limits, remembered: int, minutes: float) -> None:
        """`remembered` findings are kept for `minutes`, by the digest of the picture; never a picture."""
        self._eyes = eyes
        self._limits = limits
        self._remembered = remembered
        self._seconds = minutes * 60
        self._known: OrderedDict[tuple[object, ...], tuple[float, Findings]] = OrderedDict()
        self._lock = Lock()

    def look(self, data: bytes, asked: Asked) -> Seen:
        """Reads a picture and finds what was asked.

        Raises:
            UserError: the bytes are no picture that can be read; the key says why.
            Unavailable: `model-missing` or `model-broken`.
        """
        start = time.perf_counter()
        picture = read_picture(data, self._limits)
        findings = self.find(picture, asked)
        return Seen(picture, findings, time.perf_counter() - start)

    def find(self, picture: Picture, asked: Asked) -> Findings:
        """As `look`, for a picture that was read before (a frame of a video)."""
        recogniser, unnamed = None, False
        if "names" in asked.parts:
            try:
                recogniser = self._eyes.recogniser(asked)
                recogniser.name  # noqa: B018 - raises where its model is missing
            except Unavailable:
                if "tags" not in asked.parts:
                    raise
                recogniser, unnamed = None, True  # tags and words do without names
        tagger = self._eyes.tagger
        # A model that this question does not need may be missing: then its name cannot be had.
        names = (
            "" if asked.crops or asked.whole else self._eyes.detector.name,
            recogniser.name if recogniser else "",
            tagger.name if "tags" in asked.parts or isinstance(tagger, SeesTraits) else "",
        )
        key = (
            picture.digest, picture.width, picture.height, asked.parts, asked.crops, asked.whole, asked.galleries,
            *names,
        )  # fmt: skip
        known = self._recall(key)
        if known is None:
            known = self._find(picture, asked, recogniser)
            if unnamed:
                known = replace(known, models={**known.models, "recogniser": OFF})
            self._remember(key, known)
        return known

    def frames(self, data: bytes) -> Frames | None:
        """The frames of a moving picture; None for a still one, or bytes that `look` will refuse.

        Raises:
            UserError: it moves, but cannot be read.
        """
        if sniff(data) not in MOVING:
            return None
        frames = read_frames(data, self._limits)
        return frames if frames.count != 1 else None

    def caption(self, seen: Seen, words: Words, length: Length) -> str:
        """The findings in words.

        Raises:
            Unavailable: `model-missing` or `model-broken`.
        """
        faces = tuple(face if face.surely else replace(face, unknown=True) for face in seen.findings.faces)
        return self._eyes.captioner.caption(seen.picture, replace(seen.findings, faces=faces), words, length)

    def _find(self, picture: Picture, asked: Asked, recogniser: Recogniser | None) -> Findings:
        models: dict[str, str] = {}
        everything = Detection(Box(0, 0, picture.width, picture.height), 1.0)
        heads: Sequence[Detection]
        if asked.crops or asked.whole:
            heads = (everything,)
        else:
            # From left to right: so a number in words can be found in the picture.
            found = self._eyes.detector.detect(picture)
            heads = sorted(found, key=lambda head: head.box.x + head.box.w / 2)
            models["detector"] = self._eyes.detector.name
        faces = tuple(Face(head.box, head.score) for head in heads)
        whole, guess = asked.whole, None
        if recogniser is not None:
            models["recogniser"] = recogniser.name
            if faces:
                faces = recogniser.recognise(picture, heads)
            else:
                (guess,) = (_sure(face) for face in recogniser.recognise(picture, (everything,)))
                whole = not guess.unknown
                faces, guess = ((guess,), None) if whole else ((), guess)
        tagger = self._eyes.tagger
        if recogniser is not None and not whole and isinstance(tagger, SeesTraits):
            faces = tagger.with_traits(picture, faces)
        tags: tuple[Tag, ...] = ()
        if "tags" in asked.parts:
            models["tagger"] = tagger.name
            tags = tagger.tag(picture, () if whole and not asked.crops else faces)
            if whole and not asked.crops:
                _, tags = agreed((), tags)
            else:
                faces, tags = agreed(faces, tags)
        return Findings(picture.width, picture.height, picture.digest, faces, whole, tags, guess, models)

    def _recall(self, key: tuple[object, ...]) -> Findings | None:
        with self._lock:
            found = self._known.get(key)
            if found is None:
                return None
            if time.monotonic() - found[0] > self._seconds:
                del self._known[key]
                return None
            self._known.move_to_end(key)
            return found[1]

    def _remember(self, key: tuple[object, ...], findings: Findings) -> None:
        if self._seconds <= 0:
            return
        with self._lock:
            self._known[key] = time.monotonic(), findings
            while len(self._known) > self._remembered:
                self._known.popitem(last=False)


def _sure(face: Face) -> Face:
    best = face.candidates[0].score if face.candidates else 0.0
    return replace(face, unknown=face.unknown or best < WHOLE_CERTAINTY)


def likely_series(findings: Findings) -> tuple[str, float] | None:
    """The series most of the evidence speaks for and its share, None when unsure or nobody is known.

    Every face votes with the probabilities of its candidates; a face that is unknown votes for nothing.
    """
    votes: dict[str, float] = {}
    for face in findings.faces:
        if face.unknown:
            continue
        for candidate in face.candidates:
            if candidate.series:
                votes[candidate.series] = votes.get(candidate.series, 0.0) + candidate.score
    if not votes:
        return None
    series = max(votes, key=lambda name: votes[name])
    known = sum(not face.unknown for face in findings.faces)
    share = min(1.0, votes[series] / max(sum(votes.values()), known))
    return (series, share) if share >= SERIES_CERTAINTY else None
