"""Bringing what hosts have into the catalogue: data sets, tables, AniList."""

from core.catalogue.importers.anilist import ADDRESS as ANILIST
from core.catalogue.importers.formats import Format, Options
from core.catalogue.importers.importing import Places, Progress, Report, Skipped, import_files
from core.catalogue.importers.mal_csv import FIELDS
from core.catalogue.importers.updating import update_from_anilist

__all__ = [
    "ANILIST",
    "FIELDS",
    "Format",
    "Options",
    "Places",
    "Progress",
    "Report",
    "Skipped",
    "import_files",
    "update_from_anilist",
]
