"""Which content is trusted: by a listed checksum, by its first digits, by what the hub says, by what came first."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import Unavailable
from core.inference import Manifest, ModelStore, Source, State, pull
from tests.core.inference.pulling import EMPTY, REPO, WEIGHTS, fetch, opened, weights, whole
from tests.doubles.hub import HubDouble, Stored


@pytest.mark.parametrize("linked", [True, False])
async def test_without_a_listed_sum_the_first_is_trusted(
    hub: HubDouble, tmp_path: Path, linked: bool
) -> None:
    store = opened(hub, tmp_path, sums=False)
    hub.refusals = [] if linked else ["unlinked"]
    await fetch(store, hub)
    assert whole(store)
    weights(store).write_bytes(b"something else")
    assert store.state("wd") is State.BROKEN
    with pytest.raises(Unavailable) as broken:
        opened(hub, tmp_path, sums=False).file("wd", "model.onnx")
    assert broken.value.key == "model-broken"

    hub.files[f"{REPO}/model.onnx"] = Stored(WEIGHTS[::-1])
    hub.refusals = [] if linked else ["unlinked"]
    with pytest.raises(Unavailable) as other:
        await fetch(store, hub)
    assert other.value.key == "pull-content"
    assert weights(store).read_bytes() == b"something else"
    store.remove("wd")
    await fetch(store, hub)
    assert weights(store).read_bytes() == WEIGHTS[::-1]


async def test_the_first_sum_is_written_down_by_the_pull(hub: HubDouble, tmp_path: Path) -> None:
    store = opened(hub, tmp_path, sums=False)
    await fetch(store, hub)
    weights(store).write_bytes(WEIGHTS[::-1])
    assert store.state("wd") is State.BROKEN


async def test_the_hub_names_a_sum_that_the_manifest_lacks(hub: HubDouble, tmp_path: Path) -> None:
    store = opened(hub, tmp_path, sums=False)
    hub.faults = ["corrupt"]
    with pytest.raises(Unavailable) as refused:
        await fetch(store, hub)
    assert refused.value.key == "pull-content"
    assert not weights(store).exists()


async def test_a_bound_where_the_length_is_not_listed(hub: HubDouble, tmp_path: Path) -> None:
    text = hub.row("wd", REPO, sums=False).replace("at_most = 1000000", "at_most = 399999")
    store = ModelStore(Manifest.parse(text + EMPTY), tmp_path, tmp_path / "models")
    with pytest.raises(Unavailable) as refused:
        await fetch(store, hub)
    assert refused.value.key == "pull-length"
    assert hub.bodies("model.onnx") == [], "the hub has said the length before a byte was fetched"
    hub.refusals, hub.faults = ["unlinked"], ["endless"]
    with pytest.raises(Unavailable) as refused:
        await fetch(store, hub)
    assert refused.value.key == "pull-length"
    assert not weights(store).exists()


@pytest.mark.parametrize("right", [True, False])
async def test_a_file_from_elsewhere_with_the_first_digits_of_its_sum(
    hub: HubDouble, tmp_path: Path, right: bool
) -> None:
    hub.files["releases/v1/net.pth"] = Stored(WEIGHTS)
    prefix = Stored(WEIGHTS).sha256[:8] if right else "00000000"
    url = hub.endpoint.replace("127.0.0.1", "localhost") + "/releases/v1/net.pth"
    text = f"""
    [[model]]
    id = "resnet"
    purposes = ["tagger"]
    backend = "test"
    licence = "MIT"
    files = [
        {{ path = "net.pth", at_most = 500000, sha256_prefix = "{prefix}", pickle = true, url = "{url}" }},
    ]
    """
    store = ModelStore(Manifest.parse(text + "[preset.embedded]"), tmp_path, tmp_path / "models")
    source = Source(hub.endpoint, "hf_secret")
    if right:
        hub.faults = ["drop"]
        await pull(store, ["resnet"], source, hub.told, hub.wait)
        assert store.file("resnet", "net.pth").read_bytes() == WEIGHTS
    else:
        with pytest.raises(Unavailable) as refused:
            await pull(store, ["resnet"], source, hub.told, hub.wait)
        assert refused.value.key == "pull-content"
        assert store.state("resnet") is State.MISSING
