"""The catalogue: what is known about every anime, and finding one by its name."""

from core.catalogue.catalogue import Catalogue, CatalogueInfo
from core.catalogue.columns import CodeColumn, ListColumn
from core.catalogue.filters import Filters, genre_names
from core.catalogue.folding import fold_plain
from core.catalogue.pack import write_pack
from core.catalogue.record import Anime, Record
from core.catalogue.scoring import Match
from core.catalogue.search import Resolution, TitleSearch

__all__ = [
    "Anime",
    "Catalogue",
    "CatalogueInfo",
    "CodeColumn",
    "Filters",
    "ListColumn",
    "Match",
    "Record",
    "Resolution",
    "TitleSearch",
    "fold_plain",
    "genre_names",
    "write_pack",
]
