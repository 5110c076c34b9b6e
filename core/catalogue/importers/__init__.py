"""Bringing what hosts have into the catalogue: data sets, tables, AniList."""

from core.catalogue.importers.formats import Format, Options
from core.catalogue.importers.importing import Places, Progress, Report, Skipped, import_files

__all__ = ["Format", "Options", "Places", "Progress", "Report", "Skipped", "import_files"]
