from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.inference import ModelStore
from tests.core.inference.pulling import LABELS, REPO, WEIGHTS, opened
from tests.doubles.hub import HubDouble, Stored


@pytest.fixture
async def hub() -> AsyncIterator[HubDouble]:
    files = {f"{REPO}/model.onnx": Stored(WEIGHTS), f"{REPO}/sub/labels.csv": Stored(LABELS, large=False)}
    async with HubDouble(files).serve() as double:
        yield double


@pytest.fixture
def store(hub: HubDouble, tmp_path: Path) -> ModelStore:
    return opened(hub, tmp_path / "models")
