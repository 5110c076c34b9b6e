"""Files: a new file_id whenever one is shown, one stable file_unique_id, paths that expire."""

from __future__ import annotations

import asyncio
import hashlib
import io
import itertools
import mimetypes
import warnings
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from PIL import Image

from tests.doubles.telegram import limits
from tests.doubles.telegram.clock import Clock
from tests.doubles.telegram.errors import Json, Refusal, bad_request

_FORMATS = ("JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP")
_EXTENSION = "photo has unsupported extension. Use one of .jpg, .jpeg, .gif, .png, .tif or .bmp"
_SIDES = (90, 320, 800, 1280)  # the longest sides of the sizes Telegram makes of a photo
_FOLDERS = {"photo": "photos", "document": "documents", "video": "videos", "animation": "animations"}
_CLASSES = {"photo": "Photo", "document": "Document", "video": "Video", "animation": "Animation"}


@dataclass
class StoredFile:
    """One file on the server. `size` is in bytes and may exceed what `data` holds, to play a huge file."""

    kind: str
    data: bytes
    size: int
    name: str = ""
    mime_type: str = ""
    width: int = 0
    height: int = 0
    unique_id: str = ""
    sizes: list[StoredFile] = field(default_factory=list)  # of a photo, smallest first


@dataclass(frozen=True)
class Upload:
    """A file as it arrived in a multipart body."""

    name: str
    data: bytes


def _photo_sizes(data: bytes) -> list[StoredFile]:
    """What Telegram makes of a picture: JPEGs of several sizes, without the rest of the file.

    Raises Refusal for bytes that are no picture and for sides Telegram does not take.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as opened:
                if opened.format not in _FORMATS:
                    raise bad_request(_EXTENSION)
                limits.check_photo_sides(*opened.size)
                picture = opened.convert("RGB")
    except Refusal:
        raise
    except Exception:
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    longest = max(picture.size)
    sides = [side for side in _SIDES if side < longest] + [min(longest, _SIDES[-1])]
    result = []
    for side in dict.fromkeys(sides):
        shown = picture.copy()
        shown.thumbnail((side, side), Image.Resampling.BILINEAR)
        buffer = io.BytesIO()
        shown.save(buffer, "JPEG", quality=85)
        bytes_ = buffer.getvalue()
        result.append(StoredFile("photo", bytes_, len(bytes_), width=shown.width, height=shown.height))
    return result


class FileStore:
    """Every file of the double, by each of the ids it was shown under."""

    def __init__(self, clock: Clock) -> None:
        self.path_lifetime = (
            3600.0  # seconds a getFile path stays valid; the real one promises at least an hour
        )
        self.web: dict[str, bytes] = {}
        self._clock = clock
        self._counter = itertools.count(1)
        self._by_id: dict[str, StoredFile] = {}
        self._paths: dict[str, tuple[float, StoredFile]] = {}

    async def photo(self, data: bytes) -> StoredFile:
        sizes = await asyncio.to_thread(_photo_sizes, data)
        source = hashlib.sha256(data).hexdigest()
        for size in sizes:
            size.unique_id = "AQAD" + hashlib.sha256(f"{source} {size.width}".encode()).hexdigest()[:12]
            size.sizes = sizes
        return sizes[-1]

    def document(
        self,
        data: bytes,
        name: str = "",
        mime_type: str = "",
        *,
        kind: str = "document",
        size: int | None = None,
    ) -> StoredFile:
        unique = "AgAD" + hashlib.sha256(kind.encode() + data + name.encode()).hexdigest()[:12]
        guessed = mime_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return StoredFile(kind, data, len(data) if size is None else size, name, guessed, unique_id=unique)

    async def uploaded(self, upload: Upload, kind: str) -> StoredFile:
        """A file the bot sent along with its request."""
        if not upload.data:
            raise bad_request("file must be non-empty")
        if len(upload.data) > limits.UPLOAD_BYTES:
            raise Refusal(413, "Request Entity Too Large")
        if kind != "photo":
            return self.document(upload.data, upload.name, kind=kind)
        if len(upload.data) > limits.PHOTO_BYTES:
            raise bad_request(
                f"file of size {len(upload.data)} bytes is too big for a photo; "
                f"the maximum size is {limits.PHOTO_BYTES} bytes"
            )
        guessed = mimetypes.guess_type(upload.name)[0]
        if guessed and PurePosixPath(upload.name).suffix.lower() not in (
            ".jpg",
            ".jpeg",
            ".gif",
            ".png",
            ".tif",
            ".bmp",
        ):
            raise bad_request(_EXTENSION)
        return await self.photo(upload.data)

    async def named(self, value: str, kind: str) -> StoredFile:
        """A file the bot names by its file_id or by an address the double was told about."""
        if "://" in value:
            data = self.web.get(value)
            if data is None or len(data) > (
                limits.WEB_PHOTO_BYTES if kind == "photo" else limits.WEB_FILE_BYTES
            ):
                raise bad_request("failed to get HTTP URL content")
            if kind == "photo":
                return await self.photo(data)
            return self.document(data, PurePosixPath(value).name, kind=kind)
        file = self._by_id.get(value)
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            raise bad_request(f"can't use file of type {_CLASSES[file.kind]} as {_CLASSES[kind]}")
        return file.sizes[-1] if file.sizes else file

    def show(self, file: StoredFile) -> Json:
        """The object a message carries, under a file_id of its own."""
        file_id = (
            f"{'AgAC' if file.kind == 'photo' else 'BQAC'}Ag{next(self._counter):06d}{file.unique_id[::-1]}"
        )
        self._by_id[file_id] = file
        shown: Json = {"file_id": file_id, "file_unique_id": file.unique_id, "file_size": file.size}
        if file.kind != "document":
            shown |= {"width": file.width or 1, "height": file.height or 1}
        if file.kind in ("video", "animation"):
            shown["duration"] = 1
        if file.kind != "photo":
            shown |= {"file_name": file.name, "mime_type": file.mime_type}
        return shown

    def by_id(self, file_id: str) -> StoredFile:
        """Raises Refusal for an id no message ever showed."""
        try:
            return self._by_id[file_id]
        except KeyError:
            raise bad_request("wrong file_id or the file is temporarily unavailable") from None

    def open_path(self, file_id: str) -> Json:
        """getFile: the description with a path that works for `path_lifetime` seconds."""
        file = self.by_id(file_id)
        if file.size > limits.DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        suffix = ".jpg" if file.kind == "photo" else PurePosixPath(file.name).suffix
        path = f"{_FOLDERS[file.kind]}/file_{next(self._counter)}{suffix}"
        self._paths[path] = (self._clock.now() + self.path_lifetime, file)
        return {
            "file_id": file_id,
            "file_unique_id": file.unique_id,
            "file_size": file.size,
            "file_path": path,
        }

    def at_path(self, path: str) -> bytes | None:
        """The bytes behind a path getFile gave, or None when there are none or the path is too old."""
        until, file = self._paths.get(path, (0.0, None))
        return file.data if file is not None and self._clock.now() < until else None
