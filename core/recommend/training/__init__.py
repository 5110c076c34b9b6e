"""Offline: learning the taste file from users' lists, and measuring it. Nothing at run time imports this."""

from core.recommend.training.evaluation import Report, SystemFactory, evaluate, to_json
from core.recommend.training.pipeline import train
from core.recommend.training.protocol import Answer, System

__all__ = ["Answer", "Report", "System", "SystemFactory", "evaluate", "to_json", "train"]
