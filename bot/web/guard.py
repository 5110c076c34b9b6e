"""Who may talk to the playground: it has no log-in, so other sites and rebound names are kept out."""

from __future__ import annotations

import ipaddress
import logging
import socket
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.texts import LANGUAGES, Texts
from core.errors import Argument, OsusumeError
from core.settings import Settings

log = logging.getLogger("osusume")


def texts_of(request: web.Request) -> Texts:
    """The language that the request asks for, else the host's. Weights are not read: browsers send the best first."""
    return Texts(locale_of(request) or request.app[SETTINGS].language)


def locale_of(request: web.Request) -> str | None:
    for tag in request.headers.get("Accept-Language", "")[:200].split(","):
        first = tag.split(";")[0].strip().split("-")[0].lower()
        if first in LANGUAGES:
            return first
    return None


SETTINGS = web.AppKey("settings", Settings)


class Refusal(Exception):
    """A request that gets one sentence (message `key`) and a status instead of an answer."""

    def __init__(self, status: int, key: str, **arguments: str | int) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.arguments = arguments


def known_host(header: str, listening: str) -> bool:
    """Whether a Host header names this server. Against DNS rebinding, which needs a name of the attacker's own.

    A number cannot be rebound, so any is fine where the server listens beyond loopback.
    """
    try:
        name = urlsplit(f"//{header}").hostname
    except ValueError:
        return False
    if not name or "@" in header:
        return False
    if name in ("localhost", listening.lower()):
        return True
    on_loopback = is_loopback(listening)
    try:
        return ipaddress.ip_address(name).is_loopback or not on_loopback
    except ValueError:
        own = socket.gethostname().lower()
        return not on_loopback and name in (own, f"{own}.local")


def is_loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def same_site(request: web.Request) -> bool:
    """Whether a request comes from the page itself or from a program that is no browser."""
    origin, fetched = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin is not None and origin not in (f"http://{request.host}", f"https://{request.host}"):
        return False
    return fetched in (None, "same-origin", "none")


@web.middleware
async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Lets in what may come in; answers everything else, and every failure, as JSON with one sentence."""
    try:
        if not known_host(request.headers.get("Host", ""), request.app[SETTINGS].web_host):
            raise Refusal(403, "web-host-refused")
        if request.path.startswith("/api/") and not same_site(request):
            raise Refusal(403, "web-origin-refused")
        return await handler(request)
    except Refusal as refusal:
        return _sentence(request, refusal.status, refusal.key, **refusal.arguments)
    except web.HTTPRequestEntityTooLarge:
        return _sentence(request, 413, "web-body-large", most=request.client_max_size >> 20)
    except web.HTTPMethodNotAllowed as problem:
        answer = _sentence(request, 405, "web-method-wrong")
        answer.headers["Allow"] = ", ".join(sorted(problem.allowed_methods))
        return answer
    except web.HTTPException as problem:
        return _sentence(request, problem.status, "web-not-found" if problem.status == 404 else "web-refused")
    except OsusumeError as problem:
        return _sentence(request, 503, problem.key, **problem.arguments)
    except Exception:
        log.exception("a bug while answering %s", request.path)
        return _sentence(request, 500, "web-broken")


def _sentence(request: web.Request, status: int, key: str, **arguments: Argument) -> web.Response:
    return web.json_response({"error": texts_of(request)(key, **arguments)}, status=status)


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    """Headers on every response: nothing is run or fetched but our own files, and covers where they are on."""
    # Pictures and videos of answers, and those about to be sent, are blobs of the page's own.
    pictures = "img-src 'self' data: blob:" + (" https:" if request.app[SETTINGS].covers else "")
    response.headers.update(
        {
            "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            f"{pictures}; media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-cache" if not request.path.startswith("/api/") else "no-store",
        }
    )
