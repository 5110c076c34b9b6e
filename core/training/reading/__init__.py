"""Data for training, in the forms that people have it, as one stream of samples."""

from core.training.reading.converting import convert
from core.training.reading.duplicates import NEAR, clusters, near_pairs
from core.training.reading.looking import Looked, colours, look
from core.training.reading.opening import READERS, DataSet, open_data
from core.training.reading.pictures import Pictures
from core.training.reading.problems import Problems
from core.training.reading.reader import Options
from core.training.reading.report import Report, make_report, write_contact_sheet
from core.training.reading.sample import (
    Image,
    InTable,
    InZip,
    LabelledBox,
    Sample,
    Split,
    TrueTag,
    name_of,
    split_named,
)  # fmt: skip
from core.training.reading.splitting import Part, Row, read_parts, split
from core.training.reading.writing import write_manifest

__all__ = [
    "NEAR", "READERS", "DataSet", "Image", "InTable", "InZip", "LabelledBox", "Looked", "Options", "Part", "Pictures",
    "Problems", "Report", "Row", "Sample", "Split", "TrueTag", "clusters", "colours", "convert", "look", "make_report",
    "name_of", "near_pairs", "open_data", "read_parts", "split", "split_named", "write_contact_sheet", "write_manifest",
]  # fmt: skip
