"""What tags a picture. A new one is one file here and one line in `TAGGERS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.inference import Models
from core.pictures.seams import Tagger
from core.pictures.taggers.danbooru_resnet import DanbooruResNetTagger
from core.pictures.taggers.labels import Thresholds
from core.pictures.taggers.network import NetworkTagger
from core.pictures.taggers.nsfwjs import NsfwjsTagger
from core.pictures.taggers.ours import OurTagger
from core.pictures.taggers.pixai import PixaiTagger
from core.pictures.taggers.rated import RatedTagger
from core.pictures.taggers.wd import WdTagger

TAGGERS: Mapping[str, Callable[[Models, str], Tagger]] = {
    "tags": OurTagger,
    "wd": WdTagger,
    "pixai": PixaiTagger,
    "danbooru-resnet": DanbooruResNetTagger,
    "nsfwjs": NsfwjsTagger,
    "network": NetworkTagger,
}
"""By the manifest's `backend`, each made from the models and a model's id."""

__all__ = [
    "TAGGERS",
    "DanbooruResNetTagger",
    "NetworkTagger",
    "NsfwjsTagger",
    "OurTagger",
    "PixaiTagger",
    "RatedTagger",
    "Thresholds",
    "WdTagger",
]
