"""Where nothing is known of a person yet: much watched and well liked."""

from __future__ import annotations

import numpy as np

from core.catalogue import Catalogue
from core.recommend.signals import Floats

PRIOR_VOTES = 20_000.0
"""Members' worth of the mean score mixed into every title's score: few votes say little."""

LEAST_TRUST = 0.35
TRUSTED = 100_000.0
"""Members from which a title's facts are taken at full worth."""


class Quality:
    """How well liked and how widely watched titles are, from the catalogue's own numbers."""

    def __init__(self, catalogue: Catalogue) -> None:
        members = catalogue.members
        known = ~np.isnan(catalogue.score)
        mean = float(catalogue.score[known].mean()) if known.any() else 0.0
        votes = np.where(known, members, 0)
        damped = (np.where(known, catalogue.score, mean) * votes + mean * PRIOR_VOTES) / (votes + PRIOR_VOTES)
        # 1 at nine points, 0 at the mean or below: few titles lie above that.
        self.liked: Floats = np.clip((damped - mean) / max(9.0 - mean, 1e-9), 0, 1).astype(np.float32)
        logs = np.log1p(members)
        self.watched: Floats = (logs / max(float(logs.max(initial=0)), 1e-9)).astype(np.float32)

        # Few or no members: little is known of such a title, so a fit of its few names is worth less.
        self.trust: Floats = (LEAST_TRUST + (1 - LEAST_TRUST) * np.clip(logs / np.log(TRUSTED), 0, 1)).astype(
            np.float32
        )

    def scores(self, novelty: float) -> Floats:
        """(N,) in 0..1: liked times watched, the latter to a power that falls from 6 to 0 as novelty rises to 1."""
        return np.asarray(self.liked * self.watched ** np.float32(6 * (1 - novelty)), np.float32)
