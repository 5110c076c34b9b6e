"""The hub double is one that the hub's own client takes for the real one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.doubles.hub import REVISION, HubDouble, Stored

FILES = {
    "owner/tagger/model.onnx": Stored(b"weights" * 999),
    "owner/tagger/labels.csv": Stored(b"a\n", large=False),
}


@pytest.fixture
def download(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    return pytest.importorskip(
        "huggingface_hub", reason="the hub's own client is not installed"
    ).hf_hub_download


async def test_the_hubs_own_client_pulls_from_it(download: object, tmp_path: Path) -> None:
    assert callable(download)
    async with HubDouble(dict(FILES)).serve() as hub:
        for name, stored in FILES.items():
            path = await asyncio.to_thread(
                download, "owner/tagger", name.rpartition("/")[2],
                revision=REVISION, endpoint=hub.endpoint, cache_dir=tmp_path, token=False,
            )  # fmt: skip
            assert await asyncio.to_thread(Path(path).read_bytes) == stored.content
        # That client lets bodies be compressed and sends cookies back; ours must do neither.
        assert {complaint.partition(":")[0] for complaint in hub.wrong} <= {
            "compression asked for",
            "a cookie came back",
        }
        hub.wrong.clear()


async def test_it_is_gated_for_that_client_too(download: object, tmp_path: Path) -> None:
    from huggingface_hub.errors import GatedRepoError, RemoteEntryNotFoundError

    assert callable(download)
    async with HubDouble(dict(FILES), token="hf_right").serve() as hub:
        for token, name, error in (
            (False, "model.onnx", GatedRepoError),
            ("hf_right", "none.onnx", RemoteEntryNotFoundError),
        ):
            with pytest.raises(error):
                await asyncio.to_thread(
                    download, "owner/tagger", name,
                    revision=REVISION, endpoint=hub.endpoint, cache_dir=tmp_path, token=token,
                )  # fmt: skip
        hub.wrong.clear()
