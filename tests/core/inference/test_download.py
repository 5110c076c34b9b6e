"""Pulling models from a hub that drops, truncates, corrupts and limits: the right file, or a clear no."""

from __future__ import annotations

from email.utils import formatdate
from pathlib import Path
from time import time

import pytest

from core.errors import Unavailable
from core.inference import Manifest, ModelStore, Source, State, pull
from tests.core.inference.pulling import EMPTY, REPO, WEIGHTS, fetch, opened, weights, whole
from tests.doubles.hub import ENDLESS, HubDouble, Stored


async def test_pull(store: ModelStore, hub: HubDouble) -> None:
    assert store.state("wd") is State.MISSING
    await fetch(store, hub)
    assert whole(store)
    assert [(seen.method, seen.host) for seen in hub.requests] == [
        ("HEAD", "127.0.0.1"), ("GET", "localhost"), ("HEAD", "127.0.0.1"), ("GET", "127.0.0.1"),
    ]  # fmt: skip
    assert store.checksum("wd", "model.onnx") == Stored(WEIGHTS).sha256
    asked = len(hub.requests)
    await fetch(store, hub)
    assert len(hub.requests) == asked, "what is here is not asked for again"


@pytest.mark.parametrize(
    "faults",
    [
        ["drop"],
        ["drop", "drop", "drop"],
        ["drop", "no-range"],
        ["drop", "416"],
        ["drop", "corrupt"],
        ["drop", "503", "drop"],
        ["no-length"],
        ["short", "short"],
        ["503", "500", "408"],
        ["expired"],
        ["404"],
        ["", "drop", "503"],
    ],
    ids="-".join,
)
async def test_faults_that_pass(store: ModelStore, hub: HubDouble, faults: list[str]) -> None:
    hub.faults = list(faults)
    await fetch(store, hub)
    assert hub.faults == []
    assert whole(store)
    failed = len(faults) - faults.count("no-length") - faults.count("no-range") - faults.count("")
    assert hub.waited[:failed] == ([2.0**n for n in range(failed)] if faults[0] else [1.0, 2.0])


async def test_resuming_asks_only_for_the_rest(store: ModelStore, hub: HubDouble) -> None:
    hub.faults = ["drop", "drop"]
    await fetch(store, hub)
    assert whole(store)
    bodies = hub.bodies("model.onnx")
    assert [body.range for body in bodies] == [None, "bytes=200000-", "bytes=300000-"]
    assert sum(body.sent for body in bodies) == len(WEIGHTS)


REFUSED = [
    (["truncate"], [], "pull-length"),
    (["corrupt"], [], "pull-content"),
    (["endless"], [], "pull-length"),
    (["drop", "truncate"], [], "pull-length"),
    (["503"] * 6, [], "pull-unreachable"),
    ([], ["502"] * 6, "pull-unreachable"),
    ([], ["loop"], "pull-redirects"),
    ([], ["round"], "pull-redirects"),
    ([], ["file:///etc/hosts"], "pull-redirects"),
    ([], ["401 GatedRepo"], "pull-gated"),
    ([], ["403 GatedRepo"], "pull-gated"),
    ([], ["401 RepoNotFound"], "pull-refused"),
    ([], ["404 EntryNotFound"], "pull-gone"),
    ([], ["404 RevisionNotFound"], "pull-gone"),
    ([], ["400 "], "pull-failed"),
    ([], ["429 t=9999"], "pull-limited"),
    ([], ["429 t=1"] * 20, "pull-limited"),
    ([], ["size=130"], "pull-length"),
    ([], ["etag=" + "f" * 64], "pull-content"),
]  # fmt: skip


@pytest.mark.parametrize("old", [None, b"x" * 400_000], ids=["nothing", "broken"])
@pytest.mark.parametrize(("faults", "refusals", "key"), REFUSED)
async def test_faults_that_do_not_pass(
    store: ModelStore, hub: HubDouble, faults: list[str], refusals: list[str], key: str, old: bytes | None
) -> None:
    if old:
        weights(store).parent.mkdir(parents=True)
        weights(store).write_bytes(old)
        assert store.state("wd") is State.BROKEN
    hub.faults, hub.refusals = list(faults), list(refusals)
    with pytest.raises(Unavailable) as refused:
        await fetch(store, hub)
    assert refused.value.key == key
    assert refused.value.arguments["model"] == "wd"
    assert "signed" not in str(refused.value)
    left = {path.name: path.read_bytes() for path in (store.home / "wd").iterdir()}
    assert left == ({"model.onnx": old} if old else {}), (
        "what was there stays, and nothing half-written is added"
    )
    hub.faults, hub.refusals = [], []
    await fetch(store, hub)
    assert whole(store)


async def test_more_than_is_stated_is_not_even_read(store: ModelStore, hub: HubDouble) -> None:
    hub.faults = ["endless"]
    with pytest.raises(Unavailable):
        await fetch(store, hub)
    assert len(WEIGHTS) < hub.bodies("model.onnx")[0].sent < ENDLESS // 2


async def test_what_came_is_kept_when_the_connection_stays_bad(store: ModelStore, hub: HubDouble) -> None:
    hub.faults = ["drop"] * 6
    with pytest.raises(Unavailable) as refused:
        await fetch(store, hub)
    assert refused.value.key == "pull-unreachable"
    assert store.state("wd") is State.PARTIAL
    assert not weights(store).exists()
    await fetch(store, hub)
    assert whole(store)
    assert sum(body.sent for body in hub.bodies("model.onnx")) == len(WEIGHTS)


async def test_rate_limit(store: ModelStore, hub: HubDouble) -> None:
    date = formatdate(time() + 100, usegmt=True)
    hub.refusals = ["429 t=7", "429 after=3", f"429 after={date}", "429 "]
    await fetch(store, hub)
    assert whole(store)
    assert hub.waited[:2] == [7, 3]
    assert 90 < hub.waited[2] <= 100
    assert hub.waited[3] == 30


async def test_offline(store: ModelStore, hub: HubDouble) -> None:
    with pytest.raises(Unavailable) as refused:
        await pull(store, ["wd"], Source(hub.endpoint, offline=True))
    assert (refused.value.key, refused.value.arguments) == ("pull-offline", {"models": "wd"})
    assert hub.requests == []
    await fetch(store, hub)
    await pull(store, ["wd"], Source(hub.endpoint, offline=True))  # all is here: nothing to say


async def test_full_disk(hub: HubDouble, tmp_path: Path) -> None:
    text = hub.row("wd", REPO).replace(f"bytes = {len(WEIGHTS)}", f"bytes = {10**15}")
    store = ModelStore(Manifest.parse(text + EMPTY), tmp_path, tmp_path / "models")
    with pytest.raises(Unavailable) as refused:
        await fetch(store, hub)
    assert refused.value.key == "pull-disk"
    assert int(refused.value.arguments["needed"]) >= 10**9
    assert hub.requests == []


async def test_a_folder_that_cannot_be_written(hub: HubDouble, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(Unavailable) as refused:
        await fetch(opened(hub, tmp_path / "models"), hub)
    assert refused.value.key == "models-folder"
    assert str(tmp_path) not in str(refused.value)
