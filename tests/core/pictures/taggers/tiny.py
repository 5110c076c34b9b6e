"""Small real taggers with the names and layouts of the published ones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from onnx import helper

from core.pictures import Picture
from tests.core.pictures.detectors.tiny import packed

SIZE = 32

WD_LABELS = """tag_id,name,category,count
9999999,general,9,10
9999998,sensitive,9,10
9999997,questionable,9,10
9999996,explicit,9,10
470575,1girl,0,5
1,blue_theme,0,5
2,red_theme,0,5
3,"dark,_""odd""_name",0,5
4,hatsune_miku,4,5
5,saber_(fate),4,5
"""
"""Outputs follow what the picture shows: 1girl its lightness, blue_theme its blue, red_theme its red, the odd name its
darkness; the rating leans to general when light, to explicit when dark; miku is as sure as blue, saber as red."""

PIXAI_LABELS = """id,tag_id,name,category,count,ips
0,470575,1girl,0,5,[]
1,1,blue_theme,0,5,[]
2,2,red_theme,0,5,[]
3,4,hatsune_miku,4,5,"[""vocaloid"", ""project_sekai""]"
4,5,saber_(fate),4,5,"[""fate_(series)""]"
"""

_LIGHT = (1 / 3, 1 / 3, 1 / 3, 0.0)


def _colours(rows: Sequence[Sequence[float]]) -> NDArray[np.float32]:
    """float32 [4, T]: what each output takes of red, green, blue and 1."""
    return np.asarray(rows, np.float32).T


WD_OUTPUTS = _colours(
    [_LIGHT, (0, 0, 0, 0.3), (0, 0, 0, 0.2), (-1 / 3, -1 / 3, -1 / 3, 1), _LIGHT, (0, 0, 1, 0), (1, 0, 0, 0),
     (-1 / 3, -1 / 3, -1 / 3, 1), (0, 0, 1, 0), (1, 0, 0, 0)]
)  # fmt: skip
PIXAI_OUTPUTS = _colours([_LIGHT, (0, 0, 1, 0), (1, 0, 0, 0), (0, 0, 1, 0), (1, 0, 0, 0)])


def wd_onnx(outputs: NDArray[np.float32] = WD_OUTPUTS) -> bytes:
    """`input` [N, S, S, 3] BGR 0-255 to `output` [N, T]."""
    bgr = np.concatenate([outputs[2::-1], outputs[3:]])  # the rows of blue, green, red and 1
    nodes = [
        helper.make_node("ReduceMean", ["input"], ["mean"], axes=[1, 2], keepdims=0),
        helper.make_node("Div", ["mean", "white"], ["shares"]),
        helper.make_node("MatMul", ["shares", "colours"], ["mixed"]),
        helper.make_node("Add", ["mixed", "always"], ["output"]),
    ]
    constants = {"white": np.float32(255), "colours": bgr[:3], "always": bgr[3]}
    return packed(nodes, constants, {"input": ["N", SIZE, SIZE, 3]}, {"output": ["N", outputs.shape[1]]}, {})


def pixai_onnx(outputs: NDArray[np.float32] = PIXAI_OUTPUTS) -> bytes:
    """`input` [N, 3, S, S] RGB from -1 to 1 to `embedding`, `logits` and `prediction`."""
    nodes = [
        helper.make_node("ReduceMean", ["input"], ["embedding"], axes=[2, 3], keepdims=0),
        helper.make_node("Mul", ["embedding", "half"], ["halved"]),
        helper.make_node("Add", ["halved", "half"], ["shares"]),
        helper.make_node("MatMul", ["shares", "colours"], ["mixed"]),
        helper.make_node("Add", ["mixed", "always"], ["prediction"]),
        helper.make_node("Neg", ["prediction"], ["logits"]),
    ]
    constants = {"half": np.float32(0.5), "colours": outputs[:3], "always": outputs[3]}
    tags = outputs.shape[1]
    shapes = {"embedding": ["N", 3], "logits": ["N", tags], "prediction": ["N", tags]}
    return packed(nodes, constants, {"input": ["N", 3, SIZE, SIZE]}, shapes, {})


def ours_onnx(
    tags: Mapping[str, tuple[float, float, float, float]], thresholds: Sequence[float], broken: bool = False
) -> bytes:
    """`image` [N, 3, S, S] RGB 0-255 to `tags` [N, T]."""
    outputs = _colours(list(tags.values()))
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["mean"], axes=[2, 3], keepdims=0),
        helper.make_node("Div", ["mean", "white"], ["shares"]),
        helper.make_node("MatMul", ["shares", "colours"], ["mixed"]),
        helper.make_node("Add", ["mixed", "always"], ["tags"]),
    ]
    constants = {"white": np.float32(255), "colours": outputs[:3], "always": outputs[3]}
    names = [*tags, "one_too_many"] if broken else list(tags)
    metadata = {"tags": json.dumps(names), "thresholds": json.dumps(list(thresholds))}
    return packed(nodes, constants, {"image": ["N", 3, SIZE, SIZE]}, {"tags": ["N", len(tags)]}, metadata)


RATING_LABELS = ("Drawing", "Hentai", "Neutral", "Porn", "Sexy")


def rating_onnx(shares: Sequence[float] | None = None) -> bytes:
    """`image` [N, 3, S, S] RGB 0-255 to `classes` [N, 5]: always `shares`, or a third each of how red it is for
    Hentai, how green for Drawing and how blue for Sexy, and the rest for Porn."""
    outputs = np.asarray([[0, 1, 0, -1, 0], [1, 0, 0, -1, 0], [0, 0, 0, -1, 1], [0, 0, 0, 1, 0]], np.float32)
    if shares is not None:
        outputs = np.concatenate([np.zeros((3, 5)), [shares]]).astype(np.float32)
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["mean"], axes=[2, 3], keepdims=0),
        helper.make_node("Div", ["mean", "scale"], ["part"]),
        helper.make_node("MatMul", ["part", "colours"], ["mixed"]),
        helper.make_node("Add", ["mixed", "always"], ["classes"]),
    ]
    scale = np.float32(3 * 255 if shares is None else 255)
    constants = {"scale": scale, "colours": outputs[:3], "always": outputs[3]}
    metadata = {"labels": json.dumps(RATING_LABELS)}
    return packed(nodes, constants, {"image": ["N", 3, SIZE, SIZE]}, {"classes": ["N", 5]}, metadata)


def heads_onnx() -> bytes:
    """As `ours_onnx` for pictures of any size, with `hair` (red, blue) and `gender` by how red and how light it is."""
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["mean"], axes=[2, 3], keepdims=0),
        helper.make_node("Div", ["mean", "white"], ["shares"]),
        helper.make_node("MatMul", ["shares", "red_blue"], ["hair"]),
        helper.make_node("MatMul", ["shares", "light"], ["lightness"]),
        helper.make_node("Identity", ["lightness"], ["tags"]),
        helper.make_node("Sub", ["one", "lightness"], ["darkness"]),
        helper.make_node("Concat", ["lightness", "darkness"], ["gender"], axis=1),
    ]
    constants: dict[str, NDArray[np.generic]] = {
        "white": np.asarray(255, np.float32),
        "red_blue": np.asarray([[1, 0], [0, 0], [0, 1]], np.float32), "one": np.asarray(1, np.float32),
        "light": np.full((3, 1), 1 / 3, np.float32),
    }  # fmt: skip
    told = {"tags": ["outdoors"], "thresholds": [0.9], "size": SIZE, "head_size": 16, "hair": ["red", "blue"],
            "gender": ["female", "male"]}  # fmt: skip
    shapes: dict[str, list[int | str | None]] = {"tags": ["N", 1], "hair": ["N", 2], "gender": ["N", 2]}
    metadata = {name: json.dumps(value) for name, value in told.items()}
    return packed(nodes, constants, {"image": ["N", 3, "H", "W"]}, shapes, metadata)


def plain(colour: tuple[int, int, int], width: int = 60, height: int = 40) -> Picture:
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[:] = colour
    return Picture(pixels, None, f"{colour}{width}{height}", "PNG")
