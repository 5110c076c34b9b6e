"""Who is asked: what is no address, where redirects may lead, and who is told the token."""

from __future__ import annotations

import socket

import aiohttp
import aiohttp.abc
import pytest

from core.errors import SettingsError, Unavailable
from core.inference import Model, ModelFile, ModelStore, Source, pull
from core.inference.hub import Hub, follow
from tests.core.inference.pulling import REPO, fetch, whole
from tests.doubles.hub import HubDouble


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
