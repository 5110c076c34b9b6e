"""Recommendations: what somebody asks for, what they get, and why."""

from core.recommend.question import Comparison, Friend, Pick, Question, Reason, ReasonKind
from core.recommend.recommender import Recommender
from core.recommend.vectors import Progress

__all__ = ["Comparison", "Friend", "Pick", "Progress", "Question", "Reason", "ReasonKind", "Recommender"]
