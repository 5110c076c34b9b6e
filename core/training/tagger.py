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
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from core.errors import ArtefactError, UserError
from core.pictures.taggers.preparing import stretched
from core.training import head_looks
from core.training.tagger_model import Features, Linear, Tagger

SIZE = 256
FOLDS = 5
SEEDS = 5
REGULAR = 3.0
LEAST_PICTURES = 10
LEAST_GAIN = 0.20
LEAST_PRECISION = 0.5
_TOLERANCE = 0.002
_LEAST_STORED = 1024

_SEEN_LATER = {
    "school_uniform": ("hand_045.jpg", "hand_210.jpg"),
    "flower": ("hand_108.jpg", "hand_159.jpg", "hand_397.jpg"),
}

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Tagged:
    """A picture and the tags somebody gave it."""

    file: str
    pixels: NDArray[np.uint8]
    tags: frozenset[str]


@dataclass(frozen=True)
class Figures:
    """How a tag did, cross-validated. `surer`: share of resamplings in which it beats the base rate."""

    tag: str
    pictures: int
    base_rate: float
    average_precision: float
    surer: float
    precision: float
    recall: float
    f1: float
    threshold: float

    @property
    def shipped(self) -> bool:
        """The rule at the top."""
        always = 2 * self.base_rate / (1 + self.base_rate)
        return (
            self.pictures >= LEAST_PICTURES
            and self.average_precision >= self.base_rate + LEAST_GAIN
            and self.surer >= 0.95
            and self.precision >= LEAST_PRECISION
            and self.f1 > always
        )


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


def features_of(features: Features, pictures: Sequence[Tagged]) -> tuple[Floats, Floats]:
    """float64 [N, width] of the pictures and of their mirror images."""
    rows: list[Floats] = []
    mirrored: list[Floats] = []
    with torch.inference_mode():
        for picture in pictures:
            scaled = stretched(picture.pixels, SIZE, SIZE, Image.Resampling.BICUBIC)
            image = torch.from_numpy(scaled.astype(np.float32)).permute(2, 0, 1)
            found = features(torch.stack([image, image.flip(2)]))[0].numpy().astype(np.float64)
            rows.append(found[0])
            mirrored.append(found[1])
    return np.stack(rows), np.stack(mirrored)


def fitted(rows: Floats, mirrored: Floats, wanted: Bools) -> LogisticRegression:
    """Logistic regression on the pictures and their mirror images, both answers weighing the same."""
    model = LogisticRegression(C=REGULAR, max_iter=500, class_weight="balanced")
    return model.fit(np.concatenate([rows, mirrored]), np.concatenate([wanted, wanted]))


def folds_of(wanted: Bools, seed: int) -> NDArray[np.int64]:
    """A fold for every picture, pictures with the tag spread evenly."""
    chance = np.random.default_rng(seed)
    folds = np.zeros(len(wanted), np.int64)
    for value in (False, True):
        chosen = chance.permutation(np.flatnonzero(wanted == value))
        folds[chosen] = np.arange(len(chosen)) % FOLDS
    return folds


def out_of_fold(rows: Floats, mirrored: Floats, wanted: Bools, folds: NDArray[np.int64]) -> Floats:
    """The logit of every picture by a model that has not seen it."""
    logits = np.zeros(len(wanted))
    for fold in range(FOLDS):
        held = folds == fold
        logits[held] = fitted(rows[~held], mirrored[~held], wanted[~held]).decision_function(rows[held])
    return logits


def best_threshold(logits: Floats, wanted: Bools) -> float:
    """The cut with the best F1, in the middle between two pictures."""
    ordered = np.sort(logits)
    cuts = np.concatenate([[ordered[0] - 1], (ordered[1:] + ordered[:-1]) / 2])
    return float(cuts[int(np.argmax([_f1(logits >= cut, wanted)[2] for cut in cuts]))])


def _f1(said: Bools, wanted: Bools) -> tuple[float, float, float]:
    right = float((said & wanted).sum())
    precision = right / said.sum() if said.any() else 0.0
    recall = right / wanted.sum() if wanted.any() else 0.0
    return precision, recall, 2 * right / max(1.0, float(said.sum() + wanted.sum()))


def evaluate(tag: str, rows: Floats, mirrored: Floats, wanted: Bools) -> tuple[Figures, Floats]:
    """Cross-validated figures of one tag, and the logits of the first seed."""
    runs = [(folds_of(wanted, seed), seed) for seed in range(SEEDS)]
    logits = [out_of_fold(rows, mirrored, wanted, folds) for folds, _ in runs]
    precisions = [float(average_precision_score(wanted, found)) for found in logits]
    said = np.zeros(len(wanted), np.bool_)
    totals = []
    for (folds, _), found in zip(runs, logits, strict=True):
        for fold in range(FOLDS):
            held = folds == fold
            said[held] = found[held] >= best_threshold(found[~held], wanted[~held])
        totals.append(_f1(said.copy(), wanted))
    chance = np.random.default_rng(0)
    won = 0
    for _ in range(1000):
        drawn = chance.integers(0, len(wanted), len(wanted))
        if wanted[drawn].any():
            won += bool(average_precision_score(wanted[drawn], logits[0][drawn]) > wanted[drawn].mean())
    precision, recall, f1 = np.mean(totals, 0)
    return (
        Figures(
            tag, int(wanted.sum()), float(wanted.mean()), float(np.mean(precisions)), won / 1000,
            float(precision), float(recall), float(f1), best_threshold(np.mean(logits, 0), wanted),
        ),
        np.mean(logits, 0),
    )  # fmt: skip


def calibration(logits: Floats, wanted: Bools) -> tuple[float, float]:
    """Platt scaling on logits of pictures not seen: probability = sigmoid(slope * logit + offset)."""
    model = LogisticRegression(C=1.0).fit(logits[:, None], wanted)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def train(data: Path, out: Path) -> dict[str, Any]:
    """Write `tagger.onnx` and `tagger.json` (figures of every tag tried) to `out`; returns the figures.

    Raises:
        UserError: `data-missing`.
        ArtefactError: `export-differs`.
    """
    torch.manual_seed(0)
    pictures = read(data)
    features = Features()
    rows, mirrored = features_of(features, pictures)
    middle, spread = rows.mean(0), (rows.std(0) + 1e-6) * np.sqrt(rows.shape[1])
    rows, mirrored = (rows - middle) / spread, (mirrored - middle) / spread

    counts: dict[str, int] = {}
    for picture in pictures:
        for tag in picture.tags:
            counts[tag] = counts.get(tag, 0) + 1
    tried = sorted(
        tag for tag, count in counts.items() if (count >= 5 and not tag.endswith("_hair")) or _length(tag)
    )
    results: list[Figures] = []
    weights, biases, thresholds = [], [], []
    for tag in tried:
        wanted = np.asarray([tag in picture.tags for picture in pictures])
        if wanted.sum() < FOLDS:
            continue
        figures, logits = evaluate(tag, rows, mirrored, wanted)
        results.append(figures)
        if figures.shipped:
            model = fitted(rows, mirrored, wanted)
            slope, offset = calibration(logits, wanted)
            weight = slope * model.coef_[0] / spread
            weights.append(weight)
            biases.append(slope * float(model.intercept_[0]) + offset - float(weight @ middle))
            thresholds.append(round(1 / (1 + float(np.exp(-(slope * figures.threshold + offset)))), 4))
    shipped = [figures.tag for figures in results if figures.shipped]
    heads = head_looks.read(data)
    detailed = head_looks.features_of(features, data, heads)
    learned = {
        "hair": head_looks.learn(detailed, heads, "hair", head_looks.HAIR),
        "gender": head_looks.learn(detailed, heads, "gender", head_looks.GENDER),
    }
    network = Tagger(
        features,
        Linear(np.stack(weights), np.asarray(biases)),
        {name: one.linear for name, one in learned.items()},
    )
    out.mkdir(parents=True, exist_ok=True)
    told = {"tags": shipped, "thresholds": thresholds, "size": SIZE, "head_size": head_looks.SIZE}
    told |= {name: list(one.labels) for name, one in learned.items()}
    worst = export(network.eval(), out / "tagger.onnx", told, pictures)
    report = {
        "pictures": len(pictures),
        "shipped": shipped,
        "thresholds": thresholds,
        "stored_weights_differ_by": worst,
        "heads": {name: {"heads": one.heads, "accuracy": one.accuracy} for name, one in learned.items()},
        "tags": [asdict(figures) | {"shipped": figures.shipped} for figures in results],
    }
    (out / "tagger.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    return report


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
            (torch.zeros(2, 3, SIZE, SIZE),),
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
        size = (SIZE, head_looks.SIZE)[number % 2]
        scaled = stretched(picture.pixels, size, size, Image.Resampling.BICUBIC)
        image = scaled.transpose(2, 0, 1)[None].astype(np.float32)
        with torch.inference_mode():
            wanted = network(torch.from_numpy(image))
        found = session.run(outputs, {"image": image})
        worst = max(worst, *(float(np.abs(a - b.numpy()).max()) for a, b in zip(found, wanted, strict=True)))
    if worst > _TOLERANCE:
        raise ArtefactError("export-differs", difference=worst)
    return worst


def store_in_bytes(graph: onnx.ModelProto) -> None:
    """Large convolution weights as int8 with one scale an output channel; a cast and a product, folded when the file is
    loaded, give float32 back. A quarter of the size, the same arithmetic and speed."""
    ahead, kept = [], []
    for weight in graph.graph.initializer:
        value = numpy_helper.to_array(weight)
        if weight.data_type != TensorProto.FLOAT or value.ndim != 4 or value.size < _LEAST_STORED:
            kept.append(weight)
            continue
        scale = np.maximum(np.abs(value).max(axis=(1, 2, 3), keepdims=True), 1e-12) / 127
        bytes_, scales = f"{weight.name}.bytes", f"{weight.name}.scale"
        kept.append(numpy_helper.from_array(np.rint(value / scale).astype(np.int8), bytes_))
        kept.append(numpy_helper.from_array(scale.astype(np.float32), scales))
        ahead.append(helper.make_node("Cast", [bytes_], [f"{bytes_}.cast"], to=TensorProto.FLOAT))
        ahead.append(helper.make_node("Mul", [f"{bytes_}.cast", scales], [weight.name]))
    del graph.graph.initializer[:]
    graph.graph.initializer.extend(kept)
    nodes = [*ahead, *graph.graph.node]
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the pack tagged")
    parser.add_argument("--out", type=Path, required=True, help="folder for tagger.onnx and its figures")
    arguments = parser.parse_args()
    report = train(arguments.data, arguments.out)
    for row in report["tags"]:
        print("{tag:18} {pictures:3d} {base_rate:.2f} AP {average_precision:.2f} surer {surer:.2f} P {precision:.2f} "
              "R {recall:.2f} F1 {f1:.2f} {mark}".format(**row, mark="shipped" if row["shipped"] else ""))  # fmt: skip
    print(report["heads"])
    print("largest difference of the stored file:", report["stored_weights_differ_by"])


if __name__ == "__main__":
    main()
