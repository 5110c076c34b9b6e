"""Data for training, in the forms that people have it, as one stream of samples."""

from core.training.reading.opening import READERS, DataSet, open_data
from core.training.reading.pictures import Pictures
from core.training.reading.problems import Problems
from core.training.reading.reader import Options
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

__all__ = [
    "READERS", "DataSet", "Image", "InTable", "InZip", "LabelledBox", "Options", "Pictures", "Problems", "Sample",
    "Split", "TrueTag", "name_of", "open_data", "split_named",
]  # fmt: skip
