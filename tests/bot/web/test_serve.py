"""Starting and stopping."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from bot.web import serve
from core.errors import SettingsError
from core.osusume import Osusume
from core.settings import read_settings


async def _accepts(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        return False
    writer.close()
    return True


async def test_stopping_finishes_the_answer_under_way_and_takes_no_more(tmp_path: Path) -> None:
    settings = read_settings(home=tmp_path, web_port=0)
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with Osusume.open(settings) as osusume, asyncio.timeout(120):
        served = asyncio.create_task(serve(osusume, settings, ready=address.set_result))
        site = await address
        sent, trace = asyncio.Event(), aiohttp.TraceConfig()

        async def on_sent(*_: object) -> None:
            sent.set()

        trace.on_request_chunk_sent.append(on_sent)
        person = {"X-Osusume-Person": "a" * 16}
        async with aiohttp.ClientSession(headers=person, trace_configs=[trace]) as session:
            async with osusume.storage.write():  # nothing else can be written meanwhile, so the answer waits
                asked = asyncio.create_task(
                    session.post(site + "api/ask", json={"line": "/fav add Mushishi"})
                )
                await session.get(
                    site + "api/health"
                )  # sent later, so the question is there when this is answered
                served.cancel()
                while await _accepts(int(site.rstrip("/").rpartition(":")[2])):
                    pass
                assert not asked.done()
            answer = await asked
            assert answer.status == 200
            assert (await answer.json())["cards"][0]["mal_id"] == 457
        with pytest.raises(asyncio.CancelledError):
            await served


async def test_a_taken_port_is_one_clear_error(tmp_path: Path) -> None:
    async with Osusume.open(read_settings(home=tmp_path)) as osusume:
        taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = taken.sockets[0].getsockname()[1]
        async with taken:
            with pytest.raises(SettingsError, match="web-address-taken"):
                await serve(osusume, read_settings(home=tmp_path, web_port=port))
