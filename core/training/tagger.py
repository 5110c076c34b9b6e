"""Trains the small whole-picture tagger: linear probes on frozen ImageNet features, for what a few pictures support.

`python -m core.training.tagger --data ../shared/data --out FOLDER`

A tag is shipped when, cross-validated by picture (5 folds, 5 seeds), on the pictures tagged by hand:

1. it has at least 10 pictures,
2. its average precision is at least its base rate + 0.20, averaged over the seeds,
3. in at least 95 % of 1,000 resamplings of the pictures its average precision beats the resampled base rate,
4. at thresholds chosen without the fold they are applied to, its precision is at least 0.5 and its F1 beats that of
   saying it always.

This rule was written down before the features of the final network were computed. Hair colours are left out: faces tell
them better. After a first run the false alarms of school_uniform, flower, simple_background and sitting (37 pictures,
tags whose labels are said to be incomplete) were looked at; five showed the tag plainly and were added to the labels.
Looking at false alarms alone favours precision a little.
"""

from __future__ import annotations

import argparse
import io
import json
import time
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import helper
from PIL import Image

from core.errors import ArtefactError, UserError
from core.pictures.taggers.preparing import stretched
from core.training import head_looks
from core.training.loop import OnStep
from core.training.stored_weights import store_in_bytes
from core.training.tag_probes import Figures, Floats, Probes, calibration, evaluate
from core.training.tagger_model import Features, Linear, Tagger

_TOLERANCE = 0.002

_SEEN_LATER = {
    "school_uniform": ("hand_045.jpg", "hand_210.jpg"),
    "flower": ("hand_108.jpg", "hand_159.jpg", "hand_397.jpg"),
}


@dataclass(frozen=True)
class TaggerConfig:
    """What a tagger is made of. Sizes are sides of what the network is shown, in pixels, multiples of 32.

    `seeds` divisions of the pictures into `folds` parts measure each tag; `regular` and `head_regular` are inverse
    strengths of the penalty. `faces` and `faces_of_gender` bound the labelled faces that the looks of heads are
    learned from beside named characters. The rest is the rule at the top.
    """

    size: int = 256
    head_size: int = 128
    folds: int = 5
    seeds: int = 5
    regular: float = 3.0
    head_regular: float = 10.0
    faces: int = 700
    faces_of_gender: int = 250
    least_pictures: int = 10
    least_gain: float = 0.20
    least_sure: float = 0.95
    least_precision: float = 0.5
    seed: int = 0

    @property
    def probes(self) -> Probes:
        return Probes(self.folds, self.regular, self.seed)

    def ships(self, found: Figures) -> bool:
        """The rule at the top."""
        always = 2 * found.base_rate / (1 + found.base_rate)
        return (
            found.pictures >= self.least_pictures
            and found.average_precision >= found.base_rate + self.least_gain
            and found.surer >= self.least_sure
            and found.precision >= self.least_precision
            and found.f1 > always
        )


@dataclass(frozen=True)
class Tagged:
    """A picture and the tags somebody gave it."""

    file: str
    pixels: NDArray[np.uint8]
    tags: frozenset[str]


def read(data: Path) -> list[Tagged]:
    """The pictures tagged by hand.

    Raises:
        UserError: `data-missing`, when the pack is not there.
    """
    try:
        with zipfile.ZipFile(data / "tagged" / "pictures_0.zip") as archive:
            lines = (data / "tagged" / "index.jsonl").read_text(encoding="utf-8").splitlines()
            rows = [json.loads(line) for line in lines]
            return [
                Tagged(
                    row["file"],
                    _pixels(archive.read(row["file"])),
                    frozenset((*row["tags"], *_added(row["file"]))),
                )
                for row in rows
                if row["by"].startswith("hand")
            ]
    except (OSError, KeyError) as problem:
        raise UserError("data-missing", path="tagged") from problem


def _added(file: str) -> list[str]:
    return [tag for tag, files in _SEEN_LATER.items() if file in files]


def _pixels(content: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image.convert("RGB"))


def features_of(
    features: Features, pictures: Sequence[Tagged], size: int, done: Callable[[int], None] | None = None
) -> tuple[Floats, Floats]:
    """float64 [N, width] of the pictures and of their mirror images, scaled to unit deviation over the square root of
    the width; `done` is told how many pictures were looked at."""
    rows, mirrored = _raw_features(features, pictures, size, done)
    middle, spread = _scale(rows)
    return (rows - middle) / spread, (mirrored - middle) / spread


def _scale(rows: Floats) -> tuple[Floats, Floats]:
    return rows.mean(0), (rows.std(0) + 1e-6) * np.sqrt(rows.shape[1])


def _raw_features(
    features: Features, pictures: Sequence[Tagged], size: int, done: Callable[[int], None] | None
) -> tuple[Floats, Floats]:
    rows: list[Floats] = []
    mirrored: list[Floats] = []
    with torch.inference_mode():
        for picture in pictures:
            scaled = stretched(picture.pixels, size, size, Image.Resampling.BICUBIC)
            image = torch.from_numpy(scaled.astype(np.float32)).permute(2, 0, 1)
            found = features(torch.stack([image, image.flip(2)]))[0].numpy().astype(np.float64)
            rows.append(found[0])
            mirrored.append(found[1])
            if done is not None:
                done(1)
    return np.stack(rows), np.stack(mirrored)


class _Progress:
    """Counts pictures, heads and probes as steps."""

    def __init__(self, on_step: OnStep | None, total: int) -> None:
        self._on_step, self._made = on_step, 0
        self.total = total

    def __call__(self, count: int) -> None:
        self._made += count
        if self._on_step is not None:
            self._on_step(self._made, self.total, {})


def train(
    data: Path,
    out: Path,
    config: TaggerConfig | None = None,
    *,
    budget_minutes: float | None = None,
    on_step: OnStep | None = None,
) -> dict[str, Any]:
    """Write `tagger.onnx` and `tagger.json` (figures of every tag tried) to `out`; returns the figures.

    With `budget_minutes` the tags are measured on as many divisions of the pictures as fit, at most `config.seeds` and
    at least one: the features, the looks of heads and one division are always computed. `on_step` is told the
    pictures, heads and divisions of tags done so far, without values.

    Raises:
        UserError: `data-missing`; `tagger-none`, when no tag passes the rule.
        ArtefactError: `export-differs`.
    """
    started = time.monotonic()
    config = config or TaggerConfig()
    torch.manual_seed(config.seed)
    pictures = read(data)
    heads = head_looks.read(data, config.seed, config.faces, config.faces_of_gender)
    wanted = {
        tag: found
        for tag in _tried(pictures)
        if (found := np.asarray([tag in picture.tags for picture in pictures])).sum() >= config.folds
    }
    progress = _Progress(on_step, len(pictures) + len(heads) + len(wanted) * config.seeds)
    features = Features()
    rows, mirrored = _raw_features(features, pictures, config.size, progress)
    middle, spread = _scale(rows)
    rows, mirrored = (rows - middle) / spread, (mirrored - middle) / spread
    detailed = head_looks.features_of(features, data, heads, config.head_size, progress)
    learned = {
        "hair": head_looks.learn(detailed, heads, "hair", head_looks.HAIR, config.head_regular),
        "gender": head_looks.learn(detailed, heads, "gender", head_looks.GENDER, config.head_regular),
    }

    probes = config.probes
    logits: dict[str, list[Floats]] = {tag: [] for tag in wanted}
    rounds = 0
    while rounds < config.seeds:
        before = time.monotonic()
        for tag, given in wanted.items():
            logits[tag].append(probes.out_of_fold(rows, mirrored, given, probes.folds_of(given, rounds)))
            progress(1)
        rounds += 1
        now = time.monotonic()
        if budget_minutes is not None and now - started + (now - before) > budget_minutes * 60:
            break
    results: list[Figures] = []
    weights, biases, thresholds = [], [], []
    for tag, given in wanted.items():
        figures, mean = evaluate(probes, tag, logits[tag], given)
        results.append(figures)
        if config.ships(figures):
            model = probes.fitted(rows, mirrored, given)
            slope, offset = calibration(mean, given)
            weight = slope * model.coef_[0] / spread
            weights.append(weight)
            biases.append(slope * float(model.intercept_[0]) + offset - float(weight @ middle))
            thresholds.append(round(1 / (1 + float(np.exp(-(slope * figures.threshold + offset)))), 4))
    shipped = [figures.tag for figures in results if config.ships(figures)]
    if not shipped:
        raise UserError("tagger-none", pictures=len(pictures))
    network = Tagger(
        features,
        Linear(np.stack(weights), np.asarray(biases)),
        {name: one.linear for name, one in learned.items()},
    )
    out.mkdir(parents=True, exist_ok=True)
    told = {"tags": shipped, "thresholds": thresholds, "size": config.size, "head_size": config.head_size}
    told |= {name: list(one.labels) for name, one in learned.items()}
    worst = export(network.eval(), out / "tagger.onnx", told, pictures)
    report = {
        "pictures": len(pictures),
        "config": asdict(config),
        "seeds": rounds,
        "shipped": shipped,
        "thresholds": thresholds,
        "stored_weights_differ_by": worst,
        "heads": {name: {"heads": one.heads, "accuracy": one.accuracy} for name, one in learned.items()},
        "tags": [asdict(figures) | {"shipped": config.ships(figures)} for figures in results],
    }
    (out / "tagger.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    return report


def _tried(pictures: Sequence[Tagged]) -> list[str]:
    counts: dict[str, int] = {}
    for picture in pictures:
        for tag in picture.tags:
            counts[tag] = counts.get(tag, 0) + 1
    return sorted(
        tag for tag, count in counts.items() if (count >= 5 and not tag.endswith("_hair")) or _length(tag)
    )


def _length(tag: str) -> bool:
    return tag in ("long_hair", "short_hair")


def export(network: Tagger, path: Path, told: Mapping[str, Any], pictures: Sequence[Tagged]) -> float:
    """Write ONNX with 8-bit weights, computed with as float32, for pictures of any size; returns the largest difference
    of a probability.

    Raises:
        ArtefactError: `export-differs`, when that is more than 0.002 on the given pictures.
    """
    outputs = ["tags", *network.heads]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter without onnxscript calls itself deprecated
        torch.onnx.export(
            network,
            (torch.zeros(2, 3, told["size"], told["size"]),),
            str(path),
            input_names=["image"],
            output_names=outputs,
            dynamic_axes={
                "image": {0: "batch", 2: "height", 3: "width"},
                **{name: {0: "batch"} for name in outputs},
            },
            opset_version=17,
            dynamo=False,
        )
    graph = onnx.load(path)
    store_in_bytes(graph)
    helper.set_model_props(graph, {name: json.dumps(value) for name, value in told.items()})
    onnx.checker.check_model(graph)
    onnx.save(graph, path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    worst = 0.0
    for number, picture in enumerate(pictures[:40]):
        size = told[("size", "head_size")[number % 2]]
        scaled = stretched(picture.pixels, size, size, Image.Resampling.BICUBIC)
        image = scaled.transpose(2, 0, 1)[None].astype(np.float32)
        with torch.inference_mode():
            wanted = network(torch.from_numpy(image))
        found = session.run(outputs, {"image": image})
        worst = max(worst, *(float(np.abs(a - b.numpy()).max()) for a, b in zip(found, wanted, strict=True)))
    if worst > _TOLERANCE:
        raise ArtefactError("export-differs", difference=worst)
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the pack tagged")
    parser.add_argument("--out", type=Path, required=True, help="folder for tagger.onnx and its figures")
    parser.add_argument("--budget", type=float, help="minutes")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    report = train(asked.data, asked.out, TaggerConfig(seed=asked.seed), budget_minutes=asked.budget)
    for row in report["tags"]:
        print("{tag:18} {pictures:3d} {base_rate:.2f} AP {average_precision:.2f} surer {surer:.2f} P {precision:.2f} "
              "R {recall:.2f} F1 {f1:.2f} {mark}".format(**row, mark="shipped" if row["shipped"] else ""))  # fmt: skip
    print(report["heads"])
    print("largest difference of the stored file:", report["stored_weights_differ_by"])


if __name__ == "__main__":
    main()
