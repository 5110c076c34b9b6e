"""The bot as `osusume telegram` runs it, on a loopback Bot API server. Catalogue and recommender are read once."""

from __future__ import annotations

import asyncio
import copy
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self, cast

import pytest
import pytest_asyncio

from bot.telegram import limits, serve
from core.art import ArtChannels, ArtPosts
from core.catalogue import Catalogue
from core.characters import ServerGalleries
from core.errors import SettingsError
from core.inference import Counters
from core.osusume import DATA, Osusume
from core.people import People
from core.settings import Settings
from core.storage import AnswerStore, Inbox, Storage
from tests.doubles.telegram import Chat, Person, TelegramDouble
from tests.tiny_models import tiny_models

ROOT = Path(__file__).parents[3]
TOKEN = "123:abc"
PROGRAM = "from bot.cli import main; main()"


def plain_settings(**values: Any) -> Settings:
    """Settings without the `.env` of whoever runs the tests."""
    return Settings(_env_file=None, **values)  # type: ignore[call-arg]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Presses are answered directly and nothing is sent twice, also on a busy machine."""
    monkeypatch.setattr(limits, "ACKNOWLEDGE_SECONDS", 60.0)
    monkeypatch.setattr(limits, "READ_SECONDS", 120.0)


def settings_for(telegram: TelegramDouble, home: Path, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "home": home,
        "telegram_token": TOKEN,
        "telegram_base_url": telegram.base_url,
        "telegram_base_file_url": telegram.base_file_url,
        "cooldown": 0,
    }
    return plain_settings(**(values | changes))


@pytest.fixture(scope="session")
def core_without_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Osusume]:
    """Catalogue, search and recommender, which take longer to open than most tests run; picture models are tiny."""
    settings = plain_settings()
    catalogue = Catalogue.open(DATA / "catalogue" / "catalogue.npz")
    data = tiny_models(tmp_path_factory.mktemp("data"))
    with ThreadPoolExecutor(2) as pool:
        osusume = Osusume(settings, cast(Storage, None), catalogue, pool, data)
        assert osusume.search
        assert osusume.recommender
        yield osusume


def with_database(core: Osusume, settings: Settings, storage: Storage) -> Osusume:
    osusume = copy.copy(core)
    osusume.settings, osusume.storage = settings, storage
    osusume.people, osusume.answers, osusume.inbox = People(storage), AnswerStore(storage), Inbox(storage)
    osusume.art, osusume.art_posts = ArtChannels(storage), ArtPosts(storage)
    osusume.server_galleries, osusume.counters = ServerGalleries(storage), Counters()
    return osusume


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in the newest form: making one takes longer than most tests. Beside it, later, what says that the
    command menus were sent."""
    home = tmp_path_factory.mktemp("empty")

    async def make() -> None:
        await (await Storage.open(plain_settings(home=home))).close()

    asyncio.run(make())
    return home / "osusume.db"


class Bot:
    """The bot in this process. It can be stopped and started again on the same folder, or killed."""

    def __init__(self, settings: Settings, core: Osusume) -> None:
        self.settings = settings
        self._core = core
        self._task: asyncio.Task[None] | None = None
        self._storage: Storage | None = None
        self.osusume: Osusume

    async def start(self) -> Self:
        self._storage = await Storage.open(self.settings)
        self.osusume = with_database(self._core, self.settings, self._storage)
        self._task = asyncio.create_task(serve(self.osusume, self.settings))
        return self

    async def stop(self) -> None:
        """As a signal does: what is being answered is finished first."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        if self._storage is not None:
            await self.osusume.close()
            await self._storage.close()
            self._storage = None

    @property
    def running(self) -> bool:
        return self._task is not None and not self._task.done()

    async def failure(self) -> SettingsError:
        """Why it ended by itself."""
        assert self._task is not None
        task, self._task = self._task, None
        with pytest.raises(SettingsError) as caught:
            await asyncio.wait_for(task, 120)
        return caught.value


async def left_over(bot: Bot) -> int:
    """Updates that were received and not answered when the bot was stopped."""
    await bot.stop()
    storage = await Storage.open(bot.settings)
    try:
        return len(await Inbox(storage).pending("telegram"))
    finally:
        await storage.close()


MakeBot = Callable[..., Bot]


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble(token=TOKEN) as double:
        yield double


@pytest_asyncio.fixture
async def make_bot(
    telegram: TelegramDouble,
    tmp_path: Path,
    core_without_database: Osusume,
    empty_database: Path,
) -> AsyncIterator[MakeBot]:
    """Makes a bot that is not yet started; changed settings may be given. `first`: it never ran before."""
    bots: list[Bot] = []
    sent = f"telegram-commands-{TOKEN.partition(':')[0]}.sha256"

    def make(*, first: bool = False, **changes: Any) -> Bot:
        settings = settings_for(telegram, tmp_path, **changes)
        if not first and not (tmp_path / "osusume.db").exists():
            shutil.copy(empty_database, tmp_path / "osusume.db")
            if empty_database.with_name(sent).exists():
                shutil.copy(empty_database.with_name(sent), tmp_path / sent)
        bots.append(Bot(settings, core_without_database))
        return bots[-1]

    yield make
    for bot in bots:
        await bot.stop()
    if (tmp_path / sent).exists():
        shutil.copy(tmp_path / sent, empty_database.with_name(sent))


@pytest_asyncio.fixture
async def bot(telegram: TelegramDouble, make_bot: MakeBot) -> Bot:
    """The bot, running."""
    running = await make_bot().start()
    await telegram.wait_ready()
    return running


@pytest.fixture
def ada(telegram: TelegramDouble) -> Person:
    return telegram.add_user("Ada", language_code="en")


@pytest.fixture
def chat(telegram: TelegramDouble, ada: Person) -> Chat:
    return telegram.private(ada)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def webhook(**changes: Any) -> dict[str, Any]:
    """The settings of webhook mode."""
    port = free_port()
    return {
        "telegram_mode": "webhook",
        "telegram_webhook_url": f"http://127.0.0.1:{port}/telegram/hook",
        "telegram_webhook_secret": "s3cret-word",
        "telegram_webhook_port": port,
    } | changes


class Process:
    """The program as a user starts it."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    async def end(self, how: signal.Signals | None = None) -> int:
        """Its exit code, once it has ended: by itself, or after a signal."""
        if how is not None and self._process.returncode is None:
            self._process.send_signal(how)
        return await self._process.wait()

    @property
    def said(self) -> str:
        """All that it wrote to standard output and error."""
        return self._log.read_text(encoding="utf-8")


@asynccontextmanager
async def program(
    telegram: TelegramDouble, home: Path, data: Path | None = None, /, **changes: str
) -> AsyncIterator[Process]:
    """`osusume telegram` in a process of its own, with `data` in place of what ships."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OSUSUME_")}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        "OSUSUME_HOME": str(home),
        "OSUSUME_TELEGRAM_TOKEN": TOKEN,
        "OSUSUME_TELEGRAM_BASE_URL": telegram.base_url,
        "OSUSUME_TELEGRAM_BASE_FILE_URL": telegram.base_file_url,
        "OSUSUME_COOLDOWN": "0",
    } | {f"OSUSUME_{name.upper()}": value for name, value in changes.items()}
    other = f"import pathlib, core.osusume; core.osusume.DATA = pathlib.Path({str(data)!r}); " if data else ""
    command = (sys.executable, "-c", other + PROGRAM, "telegram")
    with tempfile.NamedTemporaryFile(dir=home, suffix=".log", delete=False) as log:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=home, env=environment, stdout=log, stderr=asyncio.subprocess.STDOUT
        )
    started = Process(process, Path(log.name))
    try:
        yield started
    finally:
        await started.end(signal.SIGKILL)
