"""The recommender: candidates by all signals over one catalogue, blended, ruled, varied and explained."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.catalogue import Catalogue
from core.recommend import compare as comparing
from core.recommend import explain
from core.recommend.blend import Part, Taste, blended, scaled, shares
from core.recommend.encoder import open_encoder
from core.recommend.group import least_misery, pleased
from core.recommend.hybrid import Hybrid
from core.recommend.labels import joined
from core.recommend.metadata import Metadata
from core.recommend.mood import Mood, MoodScores
from core.recommend.question import Comparison, Friend, Pick, Question, Reason, ReasonKind
from core.recommend.rules import Rules
from core.recommend.signals import Bools, Floats, Rows, Signal, TasteSignal, title_features
from core.recommend.start import Quality
from core.recommend.stories import Stories
from core.recommend.synopsis import Synopses
from core.recommend.taste import Taste as LearnedTaste
from core.recommend.variety import LEAST_POOL, POOL_PER_PICK, Variety, ranked
from core.recommend.vectors import Progress
from core.settings import Settings

MOST_FAVOURITES = 500
MOST_PICKS = 50
LIKED_FROM = 5.0
"""A favourite scored at or below this is a dislike."""
USUAL_SCORE = 8.0
"""What a favourite without a score counts as."""
SEASONING = 0.25
"""Weight of all favourites together where titles are named to go by, each of which weighs 1."""
ALIKE, ALIKE_UNKNOWN, TASTE_UNKNOWN = 0.4, 2.0, 0.4
MOOD = 1.6
POPULAR = 0.4
"""Weights of likeness to the named titles (where lists say much about them, and nothing; then taste weighs less as
well), of the mood and of popularity, against 1 for taste."""
FEW, LITTLE = 10, 0.4
"""So few favourites, of which the lists say so little, are compared by facts and stories as well."""
LEAN, NAMED_LEAN = 0.3, 0.55
"""Novelty of learned scores at novelty 0: for favourites, and where titles are named to go by."""
EXAMPLE_NOVELTY = 0.8
"""Novelty at which a mood's examples speak: what everybody watches says little about a mood."""
PROTOCOL_LENGTH = 20


class _Person(NamedTuple):
    """One of those who are asked for: name (empty: not named), what they like, their scaled scores (N,)."""

    name: str
    taste: Taste
    scores: Floats


class Recommender:
    """Everything here is computed, nothing is kept about anybody; safe to call from several threads."""

    def __init__(
        self,
        catalogue: Catalogue,
        taste: LearnedTaste | None,
        stories: Stories,
        lexicon: Path,
        settings: Settings,
    ) -> None:
        """`taste` None: mode `hybrid`. `lexicon` is the file of mood words."""
        self._catalogue, self._settings = catalogue, settings
        self._stories = stories
        self._rules = Rules(catalogue)
        self._quality = Quality(catalogue)
        self._labels = joined(catalogue)
        self._variety = Variety(self._labels)
        self._lock = threading.Lock()
        self._hybrid: Hybrid | None = None
        self._learned: TasteSignal | None = None
        if taste is not None:
            aligned = taste.align(catalogue.mal_ids, title_features(catalogue))
            self._learned = TasteSignal(aligned, np.isin(catalogue.mal_ids, taste.mal_ids))
        else:
            Metadata.check(settings.hybrid_weights)
        self._mood = Mood(catalogue, stories, lexicon, self._likeness if self._learned else None)

    @classmethod
    def open(cls, catalogue: Catalogue, data_dir: Path, settings: Settings) -> Recommender:
        """Opens what the ordinary path needs; encoder, text vectors and FAISS are loaded when first asked for.

        Raises:
            ArtefactError: the learned file is missing or broken (mode `learned`).
            SettingsError: a hybrid weight names no known fact (mode `hybrid`).
        """
        taste = LearnedTaste.load(data_dir / "taste.npz") if settings.recommender == "learned" else None
        encoder = open_encoder(settings.encoder)
        stories = Stories(catalogue, data_dir / "texts.npz", settings.home / "cache", encoder)
        return cls(catalogue, taste, stories, data_dir / "mood.toml", settings)

    def recommend(self, question: Question) -> list[Pick]:
        """Up to `question.count` (1-50) picks, best first; fewer only where the rules and filters leave no more.

        Raises:
            UserError: `filter-unknown`, a filter names nothing of the catalogue.
            Unavailable: an encoder or a file that a mood needs cannot be had.
        """
        rules = self._rules
        everybody: tuple[Question | Friend, ...] = (question, *question.friends)
        lists = [rules.known(who.favourites, who.seen, who.dropped, who.dismissed) for who in everybody]
        based_on = rules.rows(question.based_on)
        may_show = rules.may_show(
            lists, filters=question.filters, adult=question.adult, min_members=question.min_members,
            next_seasons=question.next_seasons, named=based_on,
        )  # fmt: skip
        if not may_show.any():
            return []
        novelty = min(max(question.novelty, 0.0), 1.0)
        people = self._people(question, based_on, novelty, may_show)
        compared = self._compared(based_on, people)
        evidence = self._learned.evidence(compared.tolist()) if self._learned and len(compared) else 1.0
        parts: list[Part] = []
        if people:
            joint = least_misery([person.scores for person in people])
            parts.append(Part("people", _between(TASTE_UNKNOWN, 1.0, evidence), joint))
        if len(compared):
            alike = self.similarity.scores(compared.tolist(), None, novelty=novelty, new_franchise=False)
            fit = self._trusted(scaled(alike, may_show), novelty)
            parts.append(Part("alike", _between(ALIKE_UNKNOWN, ALIKE, evidence), fit))
        mood = self._mood.scores(question.mood) if question.mood and question.mood.strip() else None
        if mood is not None:
            parts.append(Part("mood", MOOD, scaled(self._trusted(mood.scores, novelty), may_show)))
        if not people:
            weight = POPULAR if parts else 1.0
            parts.append(Part("popular", weight, scaled(self._quality.scores(novelty), may_show)))
        picks = self._chosen(parts, may_show, question.count)
        return self._explained(picks, parts, people, compared, mood, may_show)

    def start(self, question: Question | None = None, count: int = 3) -> list[Pick]:
        """A good and varied start for somebody of whom nothing is known: titles to tap. Of `question` the rules
        (known titles, filters, adult) are kept."""
        asked = question or Question()
        return self.recommend(
            replace(
                asked,
                favourites=(),
                based_on=(),
                mood=None,
                friends=(),
                scores={},
                count=count,
                seen=asked.seen | set(asked.favourites),
            )
        )

    def batch(
        self, favourites: Sequence[int], mood: str | None = None, novelty: float | None = None
    ) -> tuple[list[int], list[int]]:
        """MAL ids for the evaluation protocol: `recommendations` (20; later seasons of the favourites allowed) and
        `new_franchise` (20; nothing of a favourite's franchise, one per franchise at its entry point)."""
        chosen = self._settings.novelty if novelty is None else novelty
        rows = self._rules.rows(favourites)
        lists: list[list[int]] = []
        fit = self._mood.scores(mood).scores if mood and mood.strip() else None
        for new_franchise in (False, True):
            may_show = (
                self._rules.may_show([self._rules.known(favourites, (), (), ())])
                if new_franchise
                else self._rules.continuing(rows)
            )
            parts: list[Part] = []
            if len(rows):
                scores = self._signal.scores(rows.tolist(), None, novelty=chosen, new_franchise=new_franchise)
                parts.append(Part("people", 1.0, scores if fit is None else scaled(scores, may_show)))
            if fit is not None:
                parts.append(Part("mood", MOOD, scaled(self._trusted(fit, chosen), may_show)))
            if not len(rows):
                weight = POPULAR if parts else 1.0
                parts.append(Part("popular", weight, scaled(self._quality.scores(chosen), may_show)))
            best = ranked(blended(parts), may_show, PROTOCOL_LENGTH)
            lists.append(self._catalogue.mal_ids[best].tolist())
        return lists[0], lists[1]

    def compare(self, first: Sequence[int], second: Sequence[int]) -> Comparison:
        """What two people's favourites (MAL ids) share and where they differ."""
        return comparing.compare(self._catalogue, self._rules, self._signal, self._labels, first, second)

    def complete(self, progress: Progress | None = None) -> int:
        """Encode the texts of titles that have no vector yet (imported ones; all, for another encoder): slow, in
        batches, saved as it goes. Returns how many. Raises Unavailable where the encoder cannot be had."""
        return self._stories.complete(progress)

    @property
    def similarity(self) -> Hybrid:
        """The hybrid of metadata and stories, opened when first asked for."""
        with self._lock:
            if self._hybrid is None:
                settings = self._settings
                vectors = self._stories.vectors
                self._hybrid = Hybrid(
                    Metadata(self._catalogue, settings.hybrid_weights),
                    None if vectors is None else Synopses(vectors).similarity,
                    settings.alpha,
                    self._catalogue.members,
                    "alike" if self._learned else "hybrid",
                )
            return self._hybrid

    def _trusted(self, fit: Floats, novelty: float) -> Floats:
        """Fits to a mood, lessened for titles that hardly anybody knows; less so the more novelty is wanted."""
        return np.asarray(
            np.clip(fit, 0, None) * self._quality.trust ** np.float32(1.5 - novelty), np.float32
        )

    def _compared(self, based_on: Rows, people: Sequence[_Person]) -> Rows:
        """The titles whose facts and stories are compared: those that the question goes by; else one person's few
        favourites where the lists say little about them, as they do about what is new."""
        if self._learned is None:
            return based_on[:0]
        if len(based_on) or len(people) != 1 or len(people[0].taste.liked) > FEW:
            return based_on
        liked = people[0].taste.liked
        return liked if self._learned.evidence(liked.tolist()) < LITTLE else based_on

    def _leaning(self, novelty: float, named: bool) -> float:
        """The novelty that learned scores are asked for. The protocol's lists are of 2016 and reward what everybody
        watched then; who asks for a suggestion knows that already."""
        if self._learned is None:
            return novelty
        least = NAMED_LEAN if named else LEAN
        return least + (1 - least) * novelty

    def _likeness(self, rows: Sequence[int]) -> Floats:
        return self._signal.scores(rows, None, novelty=EXAMPLE_NOVELTY, new_franchise=True)

    @property
    def _signal(self) -> Signal:
        return self._learned or self.similarity

    def _people(self, question: Question, based_on: Rows, novelty: float, may_show: Bools) -> list[_Person]:
        """Everybody of whom something is known, the one who asks first."""
        leaning = self._leaning(novelty, len(based_on) > 0)
        asking = self._taste(question.favourites, question.scores, question.dropped | question.dismissed)
        if len(based_on):
            weights = np.ones(len(based_on), np.float32)
            if len(asking.liked):
                share = SEASONING * len(based_on) / float(asking.weights.sum())
                weights = np.concatenate([weights, asking.weights * np.float32(share)])
            asking = Taste(np.concatenate([based_on, asking.liked]), weights, asking.disliked)
        tastes = [(question.asker, asking)]
        tastes += [
            (friend.name, self._taste(friend.favourites, friend.scores, friend.dropped | friend.dismissed))
            for friend in question.friends
        ]
        people: list[_Person] = []
        for name, taste in tastes:
            if len(taste.liked):
                scores = taste.scores(self._signal, novelty=leaning, new_franchise=False)
                if question.next_seasons:
                    scores = self._rules.lift_seasons(scores)
                people.append(_Person(name, taste, scaled(scores, may_show)))
        return people

    def _taste(
        self, favourites: Sequence[int], scores: Mapping[int, float], unwanted: Iterable[int]
    ) -> Taste:
        """Favourites by their scores: 8 or none weighs 1, 10 weighs 1.5, 6 weighs .5; 5 or less is a dislike."""
        listed = list(dict.fromkeys(favourites))[:MOST_FAVOURITES]
        liked = [title for title in listed if scores.get(title, 10.0) > LIKED_FROM]
        disliked = [title for title in listed if title not in set(liked)]
        rows = self._rules.rows(liked)
        ids = self._catalogue.mal_ids[rows].tolist()
        weights = [min(max((scores.get(title, USUAL_SCORE) - 4) / 4, 0.25), 1.5) for title in ids]
        return Taste(rows, np.array(weights, np.float32), self._rules.rows([*disliked, *sorted(unwanted)]))

    def _chosen(self, parts: Sequence[Part], may_show: Bools, count: int) -> list[tuple[int, float]]:
        """Rows with their scores, varied, best first."""
        count = min(max(count, 1), MOST_PICKS)
        scores = blended(parts)
        rows = ranked(scores, may_show, max(LEAST_POOL, POOL_PER_PICK * count))
        picked = self._variety.chosen(rows, scores[rows], count, self._settings.variety)
        return [(row, float(scores[row])) for row in picked]

    def _explained(
        self, picks: Sequence[tuple[int, float]], parts: Sequence[Part], people: Sequence[_Person], compared: Rows,
        mood: MoodScores | None, may_show: Bools,
    ) -> list[Pick]:  # fmt: skip
        rows = [row for row, _ in picks]
        told: list[list[Reason]] = [[] for _ in rows]
        parted = [shares(parts, row) for row in rows]
        for at, part in enumerate(parts):
            strengths = [share[at] for share in parted]
            for reasons in self._reasons(part.name, rows, strengths, people, compared, mood):
                for place, reason in enumerate(reasons):
                    told[place].append(reason)
        names, scores = [person.name for person in people], [person.scores for person in people]
        return [
            Pick(
                int(self._catalogue.mal_ids[row]),
                score,
                explain.in_order(told[place]),
                pleased(names, scores, may_show, row) if len(people) > 1 else (),
            )
            for place, (row, score) in enumerate(picks)
        ]

    def _reasons(
        self, part: str, rows: Sequence[int], strengths: Sequence[float], people: Sequence[_Person], compared: Rows,
        mood: MoodScores | None,
    ) -> Iterator[list[Reason]]:  # fmt: skip
        """Lists of one reason per row."""
        catalogue = self._catalogue
        if not rows:
            return
        if part == "popular":
            yield explain.from_popularity(catalogue, rows, strengths)
        elif part == "mood" and mood is not None:
            yield explain.from_mood(catalogue, rows, strengths, mood)
        elif part == "alike":
            named = Taste(compared, np.ones(len(compared), np.float32), compared[:0])
            yield explain.from_titles(catalogue, self.similarity, named, rows, strengths, "alike")
        else:
            for at, person in enumerate(people):
                each = [
                    strength * share
                    for strength, share in zip(
                        strengths, (self._share(people, at, row) for row in rows), strict=True
                    )
                ]
                kind: ReasonKind | None = "friend" if at and person.name else None
                yield explain.from_titles(catalogue, self._signal, person.taste, rows, each, kind)

    @staticmethod
    def _share(people: Sequence[_Person], at: int, row: int) -> float:
        whole = sum(float(person.scores[row]) for person in people)
        return float(people[at].scores[row]) / whole if whole > 0 else 1 / len(people)


def _between(nothing: float, everything: float, share: float) -> float:
    return nothing + (everything - nothing) * share
