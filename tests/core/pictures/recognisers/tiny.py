"""Small real models with the names, layouts and metadata of the real ones: they go by the colours of what they see."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from core.pictures import Box, Picture
from tests.core.pictures.detectors.tiny import Folder, packed

HAIR = (
    "aqua",
    "black",
    "blonde",
    "blue",
    "brown",
    "gray",
    "green",
    "orange",
    "pink",
    "purple",
    "red",
    "white",
)
EYES = ("aqua", "black", "blue", "brown", "green", "orange", "pink", "purple", "red", "yellow")
FACTS = {
    "size": "64", "expand": "1.2", "pad": "edge", "hair": json.dumps(HAIR), "eyes": json.dumps(EYES),
    "gender": '["female", "male"]',
}  # fmt: skip

PEOPLE: Mapping[str, tuple[int, int, int]] = {
    "akane_(story)": (220, 40, 40),
    "midori_(story)": (40, 220, 40),
    "aoi_(other_(story))": (40, 40, 220),
}
"""Characters and the colour each is made of."""


def faces_model(facts: Mapping[str, str] = FACTS, size: int = 64) -> bytes:
    """Hair red, green or blue, eyes likewise, female where it is more red than blue."""
    hair, eyes, gender = (np.full((3, count), -1, np.float32) for count in (12, 10, 2))
    for n, colour in enumerate(("red", "green", "blue")):
        hair[n, HAIR.index(colour)] = eyes[n, EYES.index(colour)] = 1
    gender[:, 0], gender[:, 1] = (1, 0, 0), (0, 0, 1)
    return colour_recogniser({"hair": hair, "eyes": eyes, "gender": gender}, facts, size)


def colour_recogniser(
    judges: Mapping[str, NDArray[np.float32]], facts: Mapping[str, str], size: int
) -> bytes:
    """In the form of our own recogniser. Vector: mean colours less 128, and a little more; each trait is what float32
    [3, labels] of `judges` make of them."""
    spread = np.concatenate([np.eye(3), 0.01 * np.random.default_rng(0).normal(size=(3, 13))], axis=1)
    constants: dict[str, NDArray[np.generic]] = {
        "middle": np.asarray(128, np.float32), "scale": np.asarray(0.05, np.float32),
        "spread": spread.astype(np.float32), **{f"to_{name}": judge for name, judge in judges.items()},
    }  # fmt: skip
    nodes = [
        helper.make_node("ReduceMean", ["crops"], ["mean"], axes=[2, 3], keepdims=0),
        helper.make_node("Sub", ["mean", "middle"], ["centred"]),
        helper.make_node("MatMul", ["centred", "spread"], ["long"]),
        helper.make_node("LpNormalization", ["long"], ["embedding"], axis=1, p=2),
        helper.make_node("Mul", ["centred", "scale"], ["evidence"]),
    ]
    outputs: dict[str, list[int | str | None]] = {"embedding": ["n", 16]}
    for name, judge in judges.items():
        nodes.append(helper.make_node("MatMul", ["evidence", f"to_{name}"], [f"{name}_logits"]))
        nodes.append(helper.make_node("Softmax", [f"{name}_logits"], [name], axis=1))
        outputs[name] = ["n", judge.shape[1]]
    return packed(nodes, constants, {"crops": ["n", 3, size, size]}, outputs, facts)


def ccip_model() -> bytes:
    """Features that are not of length 1: mean colours of four quarters, 768 of them."""
    weights = np.random.default_rng(1).normal(size=(12, 768)).astype(np.float32) * 3
    nodes = [
        helper.make_node("AveragePool", ["input"], ["quarters"], kernel_shape=[192, 192], strides=[192, 192]),
        helper.make_node("Flatten", ["quarters"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["output"]),
    ]
    return packed(nodes, {"weights": weights}, {"input": ["n", 3, 384, 384]}, {"output": ["n", 768]}, {})


def _judging(mean: str, channels: tuple[int, int, int], middle: float, steepness: float) -> tuple[
    list[onnx.NodeProto], dict[str, NDArray[np.generic]]
]:  # fmt: skip
    """Probabilities of 4 + 2 + 3 tags from mean colours whose channels are in the order given."""
    weights = np.zeros((3, 9), np.float32)
    for n, channel in enumerate(channels):
        weights[:, 6 + n] = -steepness
        weights[channel, 6 + n] = 2 * steepness
    constants: dict[str, NDArray[np.generic]] = {
        "judge": weights, "middle": np.asarray(middle, np.float32),
        "against": np.asarray([3, -3, -3, -3, 1, 1, -2, -2, -2], np.float32),
    }  # fmt: skip
    nodes = [
        helper.make_node("Sub", [mean, "middle"], ["centred"]),
        helper.make_node("MatMul", ["centred", "judge"], ["weighed"]),
        helper.make_node("Add", ["weighed", "against"], ["logits"]),
        helper.make_node("Sigmoid", ["logits"], ["likely"]),
    ]
    return nodes, constants


def wd_model() -> bytes:
    nodes, constants = _judging("mean", (2, 1, 0), 128, 0.05)  # BGR
    first = helper.make_node("ReduceMean", ["input"], ["mean"], axes=[1, 2], keepdims=0)
    last = helper.make_node("Identity", ["likely"], ["output"])
    return packed([first, *nodes, last], constants, {"input": ["n", 448, 448, 3]}, {"output": ["n", 9]}, {})


def pixai_model() -> bytes:
    nodes, constants = _judging("mean", (0, 1, 2), 0, 6)
    first = helper.make_node("ReduceMean", ["input"], ["mean"], axes=[2, 3], keepdims=0)
    more = [
        helper.make_node("Identity", ["likely"], ["prediction"]),
        helper.make_node("Identity", ["mean"], ["embedding"]),
    ]
    outputs: dict[str, list[int | str | None]] = {
        "embedding": ["n", 3],
        "logits": ["n", 9],
        "prediction": ["n", 9],
    }
    return packed([first, *nodes, *more], constants, {"input": ["n", 3, 448, 448]}, outputs, {})


def put_tagger(folder: Folder, model: str, kind: str) -> None:
    folder.put(model, "model.onnx", wd_model() if kind == "wd" else pixai_model())
    ratings = [("general", 9), ("sensitive", 9), ("questionable", 9), ("explicit", 9)]
    rows = [*ratings, ("1girl", 0), ("solo", 0), *((name, 4) for name in PEOPLE)]
    if kind == "wd":
        lines = [
            "tag_id,name,category,count",
            *(f"{n},{name},{number},1" for n, (name, number) in enumerate(rows)),
        ]
    else:
        rows[:4] = [(f"tag{n}", 0) for n in range(4)]  # it has no ratings
        lines = ["id,tag_id,name,category,count,ips"]
        for n, (name, number) in enumerate(rows):
            series = '"[""the_story"", ""x""]"' if name == "akane_(story)" else "[]"
            lines.append(f"{n},{n},{name},{number},1,{series}")
    folder.put(model, "selected_tags.csv", "\n".join(lines) + "\n")


HEADS = [Box(30, 40, 60, 60), Box(150, 60, 80, 70), Box(290, 30, 60, 80)]


def group_picture(order: tuple[int, ...] = (0, 1, 2), shade: int = 0) -> Picture:
    """Three heads of the characters' colours at `HEADS`, far enough apart that surroundings show one each."""
    pixels = np.full((200, 400, 3), 128, np.uint8)
    colours = list(PEOPLE.values())
    for head, who in zip(HEADS, order, strict=True):
        x, y = int(head.x), int(head.y)
        reach = 30
        colour = np.clip(np.asarray(colours[who]) + shade, 0, 255)
        pixels[max(0, y - reach) : y + int(head.h) + 100, x - reach : x + int(head.w) + reach] = colour
    return Picture(pixels, None, f"{order}{shade}", "PNG")
