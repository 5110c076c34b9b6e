"""What the detector sees while it learns: pictures warped, cut into panels, pasted together and recoloured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import torch
from torch import Tensor

from core.training.detection_data import Boxes, HeadPicture, Pixels
from core.training.detector_loss import assign, unsure_cells
from core.training.synthesis import Page, Rng, drawn_background, no_boxes, paste_face

_KEPT_SIDE = 480  # decoded pictures are kept at this longest side
_SEEN = 0.6  # a head of which at least this part is visible is to be found
_HINTED = 0.15  # below _SEEN and above this it teaches nothing
_SMALLEST = 11.0  # pixels; smaller heads teach nothing


@dataclass(frozen=True)
class FaceCrop:
    """A face crop as stored, and its head as x0, y0, x1, y1 in parts of its width and height."""

    encoded: bytes
    box: tuple[float, float, float, float]

    def pixels(self) -> Pixels:
        found = cv2.imdecode(np.frombuffer(self.encoded, np.uint8), cv2.IMREAD_COLOR)
        assert found is not None, "a face crop of the pack is broken"
        return np.ascontiguousarray(found[:, :, ::-1]).astype(np.uint8, copy=False)


class Batches:
    """Batches by number: the same number and seed give the same pictures.

    `shares` says how often a page is one picture, panels, pasted faces or without any head.
    """

    def __init__(
        self,
        pictures: Sequence[HeadPicture],
        faces: Sequence[FaceCrop],
        *,
        batch: int,
        seed: int,
        sizes: Sequence[int] = (320,),
        shares: tuple[float, float, float, float] = (0.5, 0.2, 0.15, 0.15),
    ) -> None:
        self.heads = [picture for picture in pictures if len(picture.boxes)]
        self.empty = [picture for picture in pictures if not len(picture.boxes) and not len(picture.unsure)]
        self.faces = list(faces)
        self.batch, self.seed, self.sizes = batch, seed, tuple(sizes)
        self.shares = np.cumsum(np.array(shares) / sum(shares))
        self._kept = lru_cache(maxsize=None)(_shrunk)

    def __call__(self, index: int) -> dict[str, Tensor]:
        """Batch `index`: images float32 [N, 3, S, S], closeness [N, A], heads [N, A, 4], unsure [N, A]."""
        size = self.sizes[int(np.random.default_rng((self.seed, index)).integers(len(self.sizes)))]
        pages = [
            self.page(np.random.default_rng((self.seed, index, place)), size) for place in range(self.batch)
        ]
        return collate(pages)

    def page(self, rng: Rng, size: int) -> Page:
        """One training picture of `size` by `size` pixels."""
        kind = int(np.searchsorted(self.shares, rng.random()))
        if kind == 0 and self.heads:
            page = self._single(rng, size)
        elif kind == 1 and self.heads:
            page = self._panels(rng, size)
        elif kind == 2 and self.faces:
            page = self._pasted(rng, size)
        else:
            page = self._headless(rng, size)
        _erase(rng, page)
        page.pixels = recolour(rng, page.pixels)
        return page

    def _single(self, rng: Rng, size: int) -> Page:
        page = Page(self._background(rng, size, size))
        self._lay(rng, page, (0, 0, size, size), self._pick(rng, self.heads), near=rng.random() < 0.5)
        return page

    def _panels(self, rng: Rng, size: int) -> Page:
        """Two to six panels with a gutter, as in a comic or a mosaic; some hold no head."""
        page = Page(np.full((size, size, 3), int(rng.choice([0, 114, 255, 255])), np.uint8))
        gutter = int(rng.integers(0, 8))
        for x0, y0, x1, y1 in _split(rng, (0, 0, size, size), int(rng.integers(2, 7))):
            room = (x0 + gutter, y0 + gutter, x1 - gutter, y1 - gutter)
            choice = rng.random()
            if choice < 0.8:
                self._lay(rng, page, room, self._pick(rng, self.heads), near=rng.random() < 0.5)
            else:
                page.pixels[room[1] : room[3], room[0] : room[2]] = self._background(
                    rng, room[3] - room[1], room[2] - room[0]
                )
        return page

    def _pasted(self, rng: Rng, size: int) -> Page:
        page = Page(self._background(rng, size, size))
        for _ in range(int(rng.integers(1, 7))):
            face = self.faces[int(rng.integers(len(self.faces)))]
            pixels = face.pixels()
            if rng.random() < 0.5:
                pixels = recolour(rng, pixels)
            x0, y0, x1, y1 = face.box
            if rng.random() < 0.5:
                pixels, x0, x1 = np.ascontiguousarray(pixels[:, ::-1]), 1 - x1, 1 - x0
            paste_face(
                rng,
                page,
                pixels,
                (x0, y0, x1, y1),
                float(np.exp(rng.uniform(np.log(14), np.log(size * 0.6)))),
            )
        return page

    def _headless(self, rng: Rng, size: int) -> Page:
        """A picture without a head, or one with heads cut so that none is left."""
        if self.heads and rng.random() < 0.3:
            page = Page(self._background(rng, size, size))
            self._lay(rng, page, (0, 0, size, size), self._pick(rng, self.heads), near=rng.random() < 0.5)
            for x0, y0, x1, y1 in np.concatenate([page.boxes, page.unsure]).astype(int):
                high, wide = y1 - y0, x1 - x0
                x0, y0 = max(0, x0 - wide // 8), max(0, y0 - high // 8)
                x1, y1 = min(size, x1 + wide // 8), min(size, y1 + high // 8)
                if x1 - x0 > 1 and y1 - y0 > 1:
                    page.pixels[y0:y1, x0:x1] = self._background(rng, y1 - y0, x1 - x0)
            page.boxes, page.unsure = no_boxes(), no_boxes()
            return page
        return Page(self._background(rng, size, size))

    def _background(self, rng: Rng, height: int, width: int) -> Pixels:
        """Something without a head, uint8 [height, width, 3]."""
        choice = rng.random()
        if choice < 0.1:
            return np.full((height, width, 3), rng.integers(0, 256, 3), np.uint8)
        if choice < 0.35 or not self.empty:
            return drawn_background(rng, height, width)
        pixels, _ = self._kept(self._pick(rng, self.empty))
        rows, columns = pixels.shape[:2]
        scale = max(height / rows, width / columns) * float(np.exp(rng.uniform(0, 1.2)))
        matrix = _matrix(rng, scale, (width / 2, height / 2), (columns / 2, rows / 2), turned=0.2)
        slack_x, slack_y = (columns * scale - width) / 2, (rows * scale - height) / 2
        matrix[0, 2] += rng.uniform(-slack_x, slack_x)
        matrix[1, 2] += rng.uniform(-slack_y, slack_y)
        found = cv2.warpAffine(
            pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
        return found.astype(np.uint8, copy=False)

    def _lay(
        self, rng: Rng, page: Page, room: tuple[int, int, int, int], picture: HeadPicture, *, near: bool
    ) -> None:
        """Warp a picture into a part of the page: whole, about fitting, or (`near`) around one of its heads."""
        left, top, right, bottom = room
        width, height = right - left, bottom - top
        if min(width, height) < 16:
            return
        pixels, scaled = self._kept(picture)
        rows, columns = pixels.shape[:2]
        boxes, unsure = picture.boxes * scaled, picture.unsure * scaled
        if near and len(boxes):
            head = boxes[int(rng.integers(len(boxes)))]
            most = np.log(min(width, height) * 0.98)
            wanted = float(np.exp(rng.uniform(min(np.log(16), most), most)))
            scale = wanted / max(4.0, float(np.sqrt((head[2] - head[0]) * (head[3] - head[1]))))
            scale = min(scale, 4.0)
            anchor = (float(head[0] + head[2]) / 2, float(head[1] + head[3]) / 2)
            margin = np.clip(wanted / np.array([width, height]) / 2 * 0.8, 0, 0.5)
            spot = rng.uniform(margin, 1 - margin) * np.array([width, height])
        else:
            scale = min(width / columns, height / rows) * float(np.exp(rng.uniform(np.log(0.7), np.log(1.6))))
            anchor = (columns / 2, rows / 2)
            spot = np.array([width, height]) * rng.uniform(0.35, 0.65, 2)
        if scale < 0.5:  # halve first: a bilinear warp alone would leave jagged lines
            smaller = max(scale, 0.05)
            pixels = cv2.resize(
                pixels,
                (max(2, int(columns * smaller)), max(2, int(rows * smaller))),
                interpolation=cv2.INTER_AREA,
            ).astype(np.uint8, copy=False)
            shrunk = np.array([pixels.shape[1] / columns, pixels.shape[0] / rows] * 2, np.float32)
            boxes, unsure = boxes * shrunk, unsure * shrunk
            anchor = (anchor[0] * float(shrunk[0]), anchor[1] * float(shrunk[1]))
            scale, (rows, columns) = scale / smaller, pixels.shape[:2]
        matrix = _matrix(rng, scale, (float(spot[0]), float(spot[1])), anchor, turned=0.35)
        patch = page.pixels[top:bottom, left:right].copy()
        cv2.warpAffine(
            pixels,
            matrix,
            (width, height),
            dst=patch,
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_TRANSPARENT,
        )
        page.pixels[top:bottom, left:right] = patch
        heads, doubtful = _warped(boxes, matrix, width, height)
        other, doubtful_other = _warped(unsure, matrix, width, height)
        offset = np.array([left, top, left, top], np.float32)
        page.boxes = np.concatenate([page.boxes, heads + offset])
        page.unsure = np.concatenate(
            [page.unsure, *(part + offset for part in (doubtful, other, doubtful_other))]
        )

    @staticmethod
    def _pick(rng: Rng, pictures: Sequence[HeadPicture]) -> HeadPicture:
        return pictures[int(rng.integers(len(pictures)))]


def collate(pages: Sequence[Page]) -> dict[str, Tensor]:
    """Pages of one size as the tensors the loss asks for."""
    rows: dict[str, list[Tensor]] = {"images": [], "closeness": [], "heads": [], "unsure": []}
    for page in pages:
        height, width = page.pixels.shape[:2]
        heads = torch.from_numpy(page.boxes)
        closeness, index = assign(heads, height, width)
        rows["images"].append(torch.from_numpy(page.pixels).permute(2, 0, 1))
        rows["closeness"].append(closeness)
        rows["heads"].append(heads[index] if len(heads) else torch.zeros(len(index), 4))
        rows["unsure"].append(unsure_cells(torch.from_numpy(page.unsure), height, width))
    found = {name: torch.stack(values) for name, values in rows.items()}
    found["images"] = found["images"].float().contiguous(memory_format=torch.channels_last)
    return found


def recolour(rng: Rng, pixels: Pixels) -> Pixels:
    """Change colour, sharpness and compression, never the place of anything."""
    value = pixels.astype(np.float32)
    if rng.random() < 0.8:
        value = value * rng.uniform(0.7, 1.3) + rng.uniform(-30, 30)
        value = (value - 128) * rng.uniform(0.6, 1.35) + 128
    if rng.random() < 0.2:
        value = value * rng.uniform(0.7, 1.3, 3).astype(np.float32)
    found = value.clip(0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        hsv = cv2.cvtColor(found, cv2.COLOR_RGB2HSV).astype(np.int16)
        hsv[..., 0] = (hsv[..., 0] + int(rng.integers(-18, 19))) % 180
        hsv[..., 1] = (hsv[..., 1] * rng.uniform(0.4, 1.4)).clip(0, 255)
        found = cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB).astype(np.uint8)
    if rng.random() < 0.12:
        found = np.repeat(cv2.cvtColor(found, cv2.COLOR_RGB2GRAY)[:, :, None], 3, 2).astype(np.uint8)
    if rng.random() < 0.1:
        found = (255 * np.power(found / 255.0, rng.uniform(0.5, 2.2))).astype(np.uint8)
    choice = rng.random()
    if choice < 0.1:
        found = cv2.GaussianBlur(found, (0, 0), float(rng.uniform(0.4, 1.8))).astype(np.uint8)
    elif choice < 0.2:
        rows, columns = found.shape[:2]
        part = rng.uniform(0.4, 0.9)
        small = cv2.resize(
            found, (max(2, int(columns * part)), max(2, int(rows * part))), interpolation=cv2.INTER_AREA
        )
        found = cv2.resize(small, (columns, rows), interpolation=cv2.INTER_LINEAR).astype(np.uint8)
    elif choice < 0.28:
        found = (found + rng.normal(0, rng.uniform(2, 14), found.shape)).clip(0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        done, packed = cv2.imencode(".jpg", found, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 92))])
        if done:
            found = cv2.imdecode(packed, cv2.IMREAD_COLOR).astype(np.uint8)  # type: ignore[union-attr]
    return found


def _erase(rng: Rng, page: Page) -> None:
    """Hide a part of some heads: hands, hats, blindfolds and speech balloons do so too."""
    for x0, y0, x1, y1 in page.boxes:
        if rng.random() > 0.12:
            continue
        wide, high = (x1 - x0) * rng.uniform(0.2, 0.6), (y1 - y0) * rng.uniform(0.15, 0.45)
        left, top = rng.uniform(x0, x1 - wide), rng.uniform(y0, y1 - high)
        rows, columns = slice(max(0, int(top)), int(top + high)), slice(max(0, int(left)), int(left + wide))
        page.pixels[rows, columns] = rng.integers(0, 256, 3)


def _split(rng: Rng, room: tuple[int, int, int, int], count: int) -> list[tuple[int, int, int, int]]:
    x0, y0, x1, y1 = room
    if count < 2 or max(x1 - x0, y1 - y0) < 80:
        return [room]
    first = int(rng.integers(1, count))
    part = float(rng.uniform(0.35, 0.65))
    if x1 - x0 > y1 - y0 or (x1 - x0 == y1 - y0 and rng.random() < 0.5):
        middle = int(x0 + (x1 - x0) * part)
        rooms = (x0, y0, middle, y1), (middle, y0, x1, y1)
    else:
        middle = int(y0 + (y1 - y0) * part)
        rooms = (x0, y0, x1, middle), (x0, middle, x1, y1)
    return _split(rng, rooms[0], first) + _split(rng, rooms[1], count - first)


def _matrix(
    rng: Rng,
    scale: float,
    spot: tuple[float, float],
    anchor: tuple[float, float],
    *,
    turned: float,
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """An affine map [2, 3] that scales, turns and perhaps mirrors, and takes `anchor` to `spot`."""
    angle = np.deg2rad(rng.uniform(-30, 30) if rng.random() < turned else rng.normal(0, 2))
    stretch = float(np.exp(rng.normal(0, 0.05)))
    mirror = -1.0 if rng.random() < 0.5 else 1.0
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.diag([scale * stretch * mirror, scale / stretch])
    shift = np.array(spot) - linear @ np.array(anchor)
    return np.concatenate([linear, shift[:, None]], 1)


def _warped(
    boxes: Boxes, matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]], width: int, height: int
) -> tuple[Boxes, Boxes]:
    """Boxes after the map, cut to the picture: those to be found, and those too much cut or too small."""
    if not len(boxes):
        return no_boxes(), no_boxes()
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2 @ matrix[:, :2].T + matrix[:, 2]
    # a head is an ellipse rather than a rectangle: turned, it grows less
    half = np.sqrt((((boxes[:, None, 2:] - boxes[:, None, :2]) / 2 * matrix[None, :, :2]) ** 2).sum(-1))
    whole = np.concatenate([centres - half, centres + half], 1)
    cut = whole.clip(0, [width, height, width, height])
    seen = (cut[:, 2:] - cut[:, :2]).prod(1) / (whole[:, 2:] - whole[:, :2]).prod(1).clip(1e-6)
    large = (cut[:, 2:] - cut[:, :2]).min(1) >= _SMALLEST
    kept, hinted = (seen >= _SEEN) & large, (seen >= _HINTED) & ~((seen >= _SEEN) & large)
    return cut[kept].astype(np.float32), cut[hinted].astype(np.float32)


def _shrunk(picture: HeadPicture) -> tuple[Pixels, float]:
    """The picture at a longest side of at most _KEPT_SIDE, and the factor it was scaled by."""
    pixels = picture.pixels()
    factor = min(1.0, _KEPT_SIDE / max(pixels.shape[:2]))
    if factor < 1:
        size = (round(pixels.shape[1] * factor), round(pixels.shape[0] * factor))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return pixels, factor
