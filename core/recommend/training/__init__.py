"""Offline: learning the taste file from users' lists and measuring it. Nothing at run time imports this package."""

from core.recommend.training.pipeline import train

__all__ = ["train"]
