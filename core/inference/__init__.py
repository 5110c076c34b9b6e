"""Models at run time: what there is, loading them within a budget, and a fair queue in front of them."""

from core.inference.models import ModelFiles, Models, Session
from core.inference.torch_runtime import import_torch

__all__ = ["ModelFiles", "Models", "Session", "import_torch"]
