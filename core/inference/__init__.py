"""Models at run time: what there is, loading them within a budget, and a fair queue in front of them."""

from core.inference.cancellation import Cancellation, Cancelled, cancelled, stop_if_cancelled
from core.inference.counters import Counters, Endpoint
from core.inference.download import Progress, Source, pull
from core.inference.hub import ENDPOINT
from core.inference.manifest import Cost, Manifest, Model, ModelFile, Purpose
from core.inference.models import ModelFiles, Models, Session
from core.inference.queue import InferenceQueue
from core.inference.store import Capability, ModelStore, State
from core.inference.torch_runtime import import_torch

__all__ = [
    "ENDPOINT", "Cancellation", "Cancelled", "Capability", "Cost", "Counters", "Endpoint", "InferenceQueue",
    "Manifest", "Model", "ModelFile", "ModelFiles", "ModelStore", "Models", "Progress", "Purpose", "Session",
    "Source", "State", "cancelled", "import_torch", "pull", "stop_if_cancelled",
]  # fmt: skip
