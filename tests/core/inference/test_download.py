"""Pulling models from a hub that drops, truncates, corrupts, redirects and limits: the right file, or a clear no."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator
from email.utils import formatdate
from pathlib import Path
from time import time

import aiohttp
import aiohttp.abc
import pytest

from core.errors import OsusumeError, SettingsError, Unavailable, UserError
from core.inference import Manifest, Model, ModelFile, ModelStore, Source, State, pull
from core.inference.hub import Hub, follow
from tests.doubles.hub import ENDLESS, REVISION, HubDouble, Stored


class Loopback(aiohttp.abc.AbstractResolver):
    """Every name is this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[aiohttp.abc.ResolveResult]:
        found = aiohttp.abc.ResolveResult(
            hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0
        )
        return [found]

    async def close(self) -> None: ...


ROOT = Path(__file__).parents[3]
WEIGHTS = random.Random(7).randbytes(400_000)
LABELS = b"tag_id,name,category,count\n" * 20
REPO = "owner/tagger"
EMPTY = """
[preset.embedded]
tagger = []
[preset.best]
tagger = ["wd"]
"""


@pytest.fixture
async def hub() -> AsyncIterator[HubDouble]:
    files = {f"{REPO}/model.onnx": Stored(WEIGHTS), f"{REPO}/sub/labels.csv": Stored(LABELS, large=False)}
    async with HubDouble(files).serve() as double:
        yield double


def opened(hub: HubDouble, home: Path, *, sums: bool = True) -> ModelStore:
    return ModelStore(Manifest.parse(hub.row("wd", REPO, sums=sums) + EMPTY), home / "none", home)


@pytest.fixture
def store(hub: HubDouble, tmp_path: Path) -> ModelStore:
    return opened(hub, tmp_path / "models")


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


async def test_nobody_listens(store: ModelStore, hub: HubDouble, unused_tcp_port: int) -> None:
    with pytest.raises(Unavailable) as refused:
        await pull(store, ["wd"], Source(f"http://127.0.0.1:{unused_tcp_port}"), wait=hub.wait)
    assert refused.value.key == "pull-unreachable"
    assert len(hub.waited) == 5


@pytest.mark.parametrize(
    "endpoint", ["", "hub", "hub.example", "ftp://hub.example", "https://", "https://[", "https://a:b"]
)
async def test_no_address(store: ModelStore, hub: HubDouble, endpoint: str) -> None:
    with pytest.raises(SettingsError) as refused:
        await pull(store, ["wd"], Source(endpoint), wait=hub.wait)
    assert refused.value.arguments["name"] == "OSUSUME_MODELS_ENDPOINT"
    assert hub.waited == []


async def test_rate_limit(store: ModelStore, hub: HubDouble) -> None:
    date = formatdate(time() + 100, usegmt=True)
    hub.refusals = ["429 t=7", "429 after=3", f"429 after={date}", "429 "]
    await fetch(store, hub)
    assert whole(store)
    assert hub.waited[:2] == [7, 3]
    assert 90 < hub.waited[2] <= 100
    assert hub.waited[3] == 30


async def test_the_token_goes_to_the_endpoint_alone(store: ModelStore, hub: HubDouble) -> None:
    hub.token = "hf_secret"
    with pytest.raises(Unavailable) as refused:
        await fetch(store, hub)
    assert refused.value.key == "pull-gated"
    assert refused.value.arguments["page"] == f"{hub.endpoint}/{REPO}"
    await fetch(store, hub, "hf_secret")
    assert whole(store)
    assert {seen.authorization for seen in hub.requests if seen.host == "localhost"} == {None}
    assert "hf_secret" not in repr(Source(hub.endpoint, "hf_secret"))
    assert not [
        path for path in store.home.rglob("*") if path.is_file() and b"hf_secret" in path.read_bytes()
    ]


@pytest.mark.parametrize(
    ("endpoint", "asked", "sent"),
    [
        ("http://hub.example", "http://hub.example", False),  # anybody on the way could read it
        ("http://127.0.0.1", "http://127.0.0.1", True),
        ("http://127.0.0.1", "http://elsewhere.example", False),
        ("http://127.0.0.1", "http://localhost", False),
    ],
)
async def test_where_the_token_goes(hub: HubDouble, endpoint: str, asked: str, sent: bool) -> None:
    port = hub.endpoint.rpartition(":")[2]
    url = f"{asked}:{port}/file"
    model = Model(
        id="x",
        purposes=["tagger"],
        backend="x",
        licence="MIT",
        files=[ModelFile(path="file", at_most=9, url=url)],
    )
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=Loopback())) as session:
        with pytest.raises(Unavailable):
            await Hub(session, f"{endpoint}:{port}", "hf_secret", hub.wait).resolve(model, model.files[0])
    assert [seen.authorization for seen in hub.requests] == ["Bearer hf_secret" if sent else None]
    hub.wrong.clear()  # the hub was asked for what it has not


@pytest.mark.parametrize(
    ("url", "location", "onward"),
    [
        ("https://a.example/x/y", "/z", "https://a.example/z"),
        ("https://a.example/x", "https://b.example/x?s=1", "https://b.example/x?s=1"),
        ("http://a.example/x", "https://a.example/x", "https://a.example/x"),
        ("https://a.example/x", "http://b.example/x", None),
        ("https://a.example/x", "", None),
        ("https://a.example/x", "/x", None),
        ("https://a.example/x", "file:///etc/hosts", None),
        ("https://a.example/x", "https://", None),
        ("https://a.example/x", "https://[", None),
        ("https://a.example/x", "https://b.example:99999/", None),
    ],
)
def test_redirects(url: str, location: str, onward: str | None) -> None:
    assert follow(url, location) == onward


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


async def test_two_at_once(store: ModelStore, hub: HubDouble) -> None:
    results = await asyncio.gather(fetch(store, hub), fetch(store, hub), return_exceptions=True)
    refused = [result for result in results if isinstance(result, OsusumeError)]
    assert [(type(error), error.key) for error in refused] == [(UserError, "pull-busy")]
    assert results.count(None) == 1
    assert whole(store)


async def test_killed_in_the_middle(store: ModelStore, hub: HubDouble, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(hub.row("wd", REPO) + EMPTY)
    hub.faults = ["stall"]
    child = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__).with_name("puller.py")), manifest, store.home, hub.endpoint, "wd",
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert child.stdout
    async for line in child.stdout:
        if line.split() == [b"model.onnx", b"200000"]:
            break
    with pytest.raises(UserError) as busy:
        await fetch(store, hub)
    assert busy.value.key == "pull-busy"
    child.send_signal(signal.SIGKILL)
    assert await child.wait() == -signal.SIGKILL

    assert store.state("wd") is State.PARTIAL
    await fetch(store, hub)
    assert whole(store)
    bodies = hub.bodies("model.onnx")
    assert [body.range for body in bodies] == [None, "bytes=200000-"]
    assert sum(body.sent for body in bodies) == len(WEIGHTS)


async def test_cancelled_in_the_middle(store: ModelStore, hub: HubDouble) -> None:
    hub.faults = ["stall"]
    half = asyncio.Event()

    def heard(model: str, file: str, done: int, total: int | None) -> None:
        if done == 200_000:
            half.set()

    task = asyncio.create_task(pull(store, ["wd"], Source(hub.endpoint), heard, hub.wait))
    await half.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await fetch(store, hub)
    assert whole(store)
    assert hub.bodies("model.onnx")[-1].range == "bytes=200000-"


async def test_all_of_it_came_but_it_was_not_moved(store: ModelStore, hub: HubDouble) -> None:
    hub.faults = ["drop"]
    (store.home / "wd").mkdir(parents=True)
    address = f"{hub.endpoint}/{REPO}/resolve/{REVISION}/model.onnx"
    (store.home / "wd" / "model.onnx.part").write_bytes(WEIGHTS)
    (store.home / "wd" / "model.onnx.part.json").write_text(f'{{"url": "{address}"}}')
    hub.faults = []
    await fetch(store, hub)
    assert whole(store)
    assert hub.bodies("model.onnx") == []


async def test_a_part_of_something_else_is_not_continued(store: ModelStore, hub: HubDouble) -> None:
    (store.home / "wd").mkdir(parents=True)
    (store.home / "wd" / "model.onnx.part").write_bytes(b"x" * 1000)
    (store.home / "wd" / "model.onnx.part.json").write_text('{"url": "http://127.0.0.1/other"}')
    await fetch(store, hub)
    assert whole(store)
    assert [body.range for body in hub.bodies("model.onnx")] == [None]
