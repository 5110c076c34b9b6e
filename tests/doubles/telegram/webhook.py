"""Delivery by webhook: POST with the secret header, in order within a chat, again until it is taken."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from tests.doubles.telegram.clock import Clock
from tests.doubles.telegram.errors import bad_request
from tests.doubles.telegram.updates import Entry, UpdateQueue

_LONGEST_WAIT = 60.0


@dataclass
class Webhook:
    """What setWebhook was told, and how delivery went."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_date: int = 0
    most_at_once: int = 0


@dataclass(frozen=True)
class Delivery:
    """One POST to the bot: `status` is 0 when nobody answered."""

    update_id: int
    status: int


def check_webhook(url: str, secret_token: str, max_connections: int, *, local_mode: bool) -> None:
    parts = urlsplit(url)
    if not local_mode:
        if parts.scheme != "https":
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if (parts.port or 443) not in (443, 80, 88, 8443):
            raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if not parts.hostname:
        raise bad_request("bad webhook: invalid webhook URL specified")
    if secret_token and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret_token):
        raise bad_request("secret token contains unallowed characters")
    if not 1 <= max_connections <= (100_000 if local_mode else 100):
        raise bad_request("max_connections is out of range")


class WebhookSender:
    def __init__(self, queue: UpdateQueue, clock: Clock) -> None:
        self.hook = Webhook()
        self.first_wait = 0.1  # seconds before the first repeat; doubles with each further one
        self.deliveries: list[Delivery] = []
        self._queue = queue
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def pump(self) -> None:
        """Start what may be sent now: the oldest update of each chat, up to `max_connections` at once."""
        if not self.hook.url:
            return
        self._queue.expire()
        busy = {entry.chat for entry in self._queue.pending if entry.in_flight}
        for entry in self._queue.pending:
            if len(busy) >= self.hook.max_connections:
                return
            if entry.chat in busy:
                continue
            busy.add(entry.chat)
            entry.in_flight = True
            self.hook.most_at_once = max(self.hook.most_at_once, len(busy))
            task = asyncio.ensure_future(self._deliver(entry))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, entry: Entry) -> None:
        hook = self.hook
        status, wait = await self._post(hook, entry)
        self.deliveries.append(Delivery(entry.update_id, status))
        if hook is self.hook and 200 <= status < 300:
            if entry in self._queue.pending:
                self._queue.pending.remove(entry)
            self._queue.on_poll()
        elif hook is self.hook:
            hook.last_error = f"Wrong response from the webhook: {status}" if status else "Connection refused"
            hook.last_error_date = int(self._clock.now())
            entry.attempts += 1
            await self._clock.sleep(wait or min(self.first_wait * 2 ** (entry.attempts - 1), _LONGEST_WAIT))
        entry.in_flight = False
        self.pump()

    async def _post(self, hook: Webhook, entry: Entry) -> tuple[int, float]:
        """The status (0: nobody answered) and the wait the answer asks for."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=60), connector=aiohttp.TCPConnector(limit=0)
            )
        headers = {"Content-Type": "application/json"}
        if hook.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret_token
        try:
            async with self._session.post(hook.url, data=json.dumps(entry.body()), headers=headers) as answer:
                await answer.read()
                asked = answer.headers.get("Retry-After", "")
                return answer.status, min(float(asked), 3600.0) if asked.isdigit() else 0.0
        except (aiohttp.ClientError, OSError, TimeoutError):
            return 0, 0.0

    async def close(self) -> None:
        self.hook = Webhook()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
