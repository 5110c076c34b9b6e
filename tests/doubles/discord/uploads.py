"""Files: request bodies with uploads, stored files, and the signed, expiring addresses of the file server."""

from __future__ import annotations

import hashlib
import hmac
import json
import mimetypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from .errors import ApiError, FormErrors, Json
from .limits import MAX_REQUEST_BYTES

if TYPE_CHECKING:
    from .server import DiscordDouble

SECRET = b"signing key of the double"


@dataclass(frozen=True)
class Upload:
    """A file somebody sends; ``content_type``, ``width`` and ``height`` are hints and may lie."""

    filename: str
    data: bytes
    content_type: str | None = None
    width: int | None = None
    height: int | None = None
    description: str | None = None


@dataclass(frozen=True)
class StoredFile:
    """A file the server keeps; ``path`` is its place on the file server."""

    id: int
    path: str
    upload: Upload
    filename: str
    description: str | None
    ephemeral: bool

    @property
    def data(self) -> bytes:
        return self.upload.data

    @property
    def content_type(self) -> str | None:
        return self.upload.content_type or mimetypes.guess_type(self.filename)[0]


class FileServer:
    """Plays the CDN: ``lifetime`` is the validity of a signed address in seconds of the double's clock."""

    def __init__(self, double: DiscordDouble) -> None:
        self._double = double
        self._files: dict[str, StoredFile] = {}
        self.lifetime = 86400.0

    def store(
        self,
        upload: Upload,
        channel_id: int,
        *,
        filename: str | None = None,
        description: str | None = None,
        ephemeral: bool = False,
    ) -> StoredFile:
        number = self._double.snowflake()
        folder = (
            f"ephemeral-attachments/{self._double.application_id}"
            if ephemeral
            else f"attachments/{channel_id}"
        )
        name = (filename or upload.filename).replace(" ", "_")
        path = f"/{folder}/{number}/{quote(name)}"
        stored = StoredFile(number, path, upload, name, description or upload.description, ephemeral)
        self._files[path] = stored
        return stored

    def forget(self, stored: StoredFile) -> None:
        """Removes a file, so that even a fresh address answers 404."""
        self._files.pop(stored.path, None)

    def address(self, stored: StoredFile) -> str:
        """A fresh signed address."""
        issued = int(self._double.now())
        expires = int(self._double.now() + self.lifetime)
        mark = _signature(stored.path, expires, issued)
        return f"{self._double.base_url}{stored.path}?ex={expires:x}&is={issued:x}&hm={mark}&"

    def payload(self, stored: StoredFile) -> Json:
        """The attachment object, freshly signed."""
        address = self.address(stored)
        payload: Json = {
            "id": str(stored.id),
            "filename": stored.filename,
            "size": len(stored.data),
            "url": address,
            "proxy_url": address,
        }
        optional = {
            "content_type": stored.content_type,
            "description": stored.description,
            "width": stored.upload.width,
            "height": stored.upload.height,
            "ephemeral": stored.ephemeral or None,
        }
        return payload | {key: value for key, value in optional.items() if value is not None}

    def answer(self, request: web.Request) -> web.Response:
        """200 with the bytes, or 404 for an unknown, unsigned, badly signed or expired address."""
        stored = self._files.get(request.rel_url.raw_path)
        query = request.query
        try:
            expires, issued = int(query.get("ex", ""), 16), int(query.get("is", ""), 16)
        except ValueError:
            expires, issued = 0, 0
        signed = hmac.compare_digest(
            query.get("hm", ""), _signature(request.rel_url.raw_path, expires, issued)
        )
        if stored is None or not signed or self._double.now() >= expires:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=stored.data, content_type=stored.content_type or "application/octet-stream")


def _signature(path: str, expires: int, issued: int) -> str:
    return hmac.new(SECRET, f"{path}?{expires}&{issued}".encode(), hashlib.sha256).hexdigest()


async def read_body(request: web.Request) -> tuple[Any, dict[int, Upload]]:
    """The JSON body (None when empty) and the files by their n of ``files[n]``; raises ApiError."""
    kind = request.content_type
    if kind == "multipart/form-data":
        return await _read_multipart(request)
    raw = await request.read()
    if len(raw) > MAX_REQUEST_BYTES:
        raise ApiError(40005)
    if not raw:
        return None, {}
    if kind == "application/json":
        return _loads(raw), {}
    if kind == "application/x-www-form-urlencoded":
        return dict(await request.post()), {}
    errors = FormErrors()
    expected = "{'application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'}"
    errors.add((), "CONTENT_TYPE_INVALID", f'Expected "Content-Type" header to be one of {expected}.')
    errors.check()
    return None, {}


async def _read_multipart(request: web.Request) -> tuple[Any, dict[int, Upload]]:
    body: Any = {}
    uploads: dict[int, Upload] = {}
    total = 0
    errors = FormErrors()
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise ApiError(50035)
        data = bytes(await part.read())
        total += len(data)
        name = part.name or ""
        index = name.removeprefix("files[").removesuffix("]")
        if name == "payload_json":
            body = _loads(data)
        elif name == f"files[{index}]" and index.isdigit():
            if not part.filename:
                errors.add(("files", index), "BASE_TYPE_REQUIRED", "A file part needs a filename")
            uploads[int(index)] = Upload(part.filename or "", data)
        else:
            errors.add((name,), "UNKNOWN_FORM_FIELD", "Expected payload_json or files[n]")
    if total > MAX_REQUEST_BYTES:
        raise ApiError(40005)
    errors.check()
    return body, uploads


def _loads(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise ApiError(50109) from None
