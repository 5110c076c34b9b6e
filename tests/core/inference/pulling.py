"""Pulling one small model of two files from the loopback hub."""

from __future__ import annotations

import random
from pathlib import Path

from core.inference import Manifest, ModelStore, Source, State, pull
from tests.doubles.hub import HubDouble

WEIGHTS = random.Random(7).randbytes(400_000)
LABELS = b"tag_id,name,category,count\n" * 20
REPO = "owner/tagger"
EMPTY = """
[preset.embedded]
tagger = []
[preset.best]
tagger = ["wd"]
"""


def opened(hub: HubDouble, home: Path, *, sums: bool = True) -> ModelStore:
    return ModelStore(Manifest.parse(hub.row("wd", REPO, sums=sums) + EMPTY), home / "none", home)


async def fetch(store: ModelStore, hub: HubDouble, token: str | None = None) -> None:
    await pull(store, ["wd"], Source(hub.endpoint, token), hub.told, hub.wait)


def weights(store: ModelStore) -> Path:
    return store.home / "wd" / "model.onnx"


def whole(store: ModelStore) -> bool:
    """Everything is there as it should be, and nothing else."""
    names = {path.name for path in (store.home / "wd").iterdir()} - {"pulled.json"}
    return (
        store.state("wd") is State.PULLED
        and names == {"model.onnx", "labels.csv"}
        and weights(store).read_bytes() == WEIGHTS
        and store.file("wd", "labels.csv").read_bytes() == LABELS
    )
