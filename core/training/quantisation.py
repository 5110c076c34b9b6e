"""Smaller files of an exported recogniser or classifier, each measured beside the file it was made from.

`float16` and `int8` store the weights in 16 or 8 bits and compute with them as float32: the size changes, the time
does not. `int8-dynamic` and `int8-static` compute with 8 bits too, with ranges found while running, or before on
pictures shown.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from core.errors import ArtefactError, UserError
from core.training.evaluate_recogniser import attributes
from core.training.faces import FacePacks, crop, is_validation
from core.training.loop import OnStep
from core.training.onnx_recogniser import OnnxRecogniser
from core.training.recognition_figures import by_gallery, by_neighbours, by_prototypes, top
from core.training.stored_weights import halve_weights, store_in_bytes
from core.whole_file import whole_file

KINDS = ("float16", "int8", "int8-dynamic", "int8-static")
SHOWN = 256
_QUANTISED = ("Conv", "Clip", "Relu", "Add", "Gemm", "MatMul")
_ATTRIBUTE_HEADS = "/heads/"  # of a recogniser: small
_TIMED, _UNTIMED = 30, 5

Pictures = NDArray[np.float32]


@dataclass(frozen=True)
class Subject:
    """What is made smaller: its `input`, `shown` float32 [N, 3, S, S] of what it learned from, and a function from a
    file to shares named right, by name, of what it did not learn from."""

    input: str
    shown: Pictures
    right: Callable[[Path], dict[str, float]]


def input_of(model: Path) -> str:
    """The input's name: `crops` of a recogniser, `pictures` of a classifier.

    Raises:
        ArtefactError: `model-neither`, when it is neither.
    """
    try:
        found = _opened(model).get_inputs()[0].name
    except Exception as problem:  # onnxruntime's errors share no base class but Exception
        raise ArtefactError("model-neither", file=model.name) from problem
    if found not in ("crops", "pictures"):
        raise ArtefactError("model-neither", file=model.name)
    return str(found)


def recogniser(model: Path, packs: FacePacks, seed: int = 0) -> Subject:
    """Top-1 over the characters of `identities`, and hair, eyes and gender; shown are crops of training groups.

    Raises:
        ArtefactError: `recogniser-broken`.
    """
    size = OnnxRecogniser(model).size
    faces = packs.identities()
    held = np.array([is_validation(face.group) for face in faces])
    names = np.array([face.character for face in faces])
    drawn = np.random.default_rng(seed).permutation(np.flatnonzero(~held))[:SHOWN]
    shown = np.stack([crop(faces[row].pixels, faces[row].square, size) for row in drawn])

    def right(file: Path) -> dict[str, float]:
        opened = OnnxRecogniser(file)
        vectors = opened.answers(faces).embedding
        found = {name: one.value for name, one in attributes(opened, packs).items()}
        for name, scores_of in (
            ("prototypes", by_prototypes),
            ("neighbours", by_neighbours),
            ("gallery", by_gallery),
        ):
            scores, known = scores_of(vectors[~held], names[~held], vectors[held])
            found[f"top-1, {name}"] = float(top(scores, known, names[held]).mean())
        return found

    return Subject("crops", shown.transpose(0, 3, 1, 2).astype(np.float32), right)


def classifier(model: Path, data: Path, format: str | None = None, seed: int = 0) -> Subject:
    """Top-1 of the pictures held back; shown are others.

    Raises:
        UserError: what reading the data raises; `training-data`, when nothing is held back.
        ArtefactError: `classifier-broken`.
    """
    from core.training import evaluate_classifier
    from core.training.labelled import asked, pixels_of, read_examples
    from core.training.reading import Pictures as Opened

    size = evaluate_classifier.open_classifier(model).size
    examples = read_examples(data, format)
    learnt = [example for example in examples if not example.held_back]
    drawn = np.random.default_rng(seed).permutation(len(learnt))[:SHOWN]
    shown = []
    with Opened() as pictures:
        for row in drawn:
            try:
                shown.append(asked(pixels_of(learnt[row], pictures), size).numpy())
            except UserError:
                continue  # the report of the data says which cannot be read
    if not shown:
        raise UserError("training-data", path=data.name)

    def right(file: Path) -> dict[str, float]:
        opened = evaluate_classifier.open_classifier(file)
        found = evaluate_classifier.answers(opened, [example for example in examples if example.held_back])
        return {"top-1": float(evaluate_classifier.figures(found, opened.labels)["top_1"])}

    return Subject("pictures", np.stack(shown).astype(np.float32), right)


def write_smaller(model: Path, kind: str, path: Path, subject: Subject) -> Path:
    """Write `model` as one of `KINDS`, with its metadata.

    Raises:
        ArtefactError: `export-differs`, when what was written gives no numbers.
    """
    if kind in ("float16", "int8"):
        graph = onnx.load(model)
        if kind == "float16":
            halve_weights(graph)
        else:
            store_in_bytes(graph, dimensions=(2, 3, 4))
    else:
        graph = _computing(model, kind, subject)
        told = {entry.key: entry.value for entry in onnx.load(model).metadata_props}
        onnx.helper.set_model_props(graph, told)
    onnx.checker.check_model(graph)
    with whole_file(path) as file:
        file.write(graph.SerializeToString())
    answers = _opened(path).run(None, {subject.input: subject.shown[:1]})
    if not all(np.isfinite(answer).all() for answer in answers):
        path.unlink()
        raise ArtefactError("export-differs", difference=float("nan"))
    return path


def _computing(model: Path, kind: str, subject: Subject) -> onnx.ModelProto:
    """The model computing with 8 bits: weights with a scale for each output channel."""
    with tempfile.TemporaryDirectory() as folder, _quiet():
        prepared, written = Path(folder) / "prepared.onnx", Path(folder) / "written.onnx"
        quant_pre_process(model, prepared, skip_symbolic_shape=True)
        if kind == "int8-dynamic":
            quantize_dynamic(prepared, written, per_channel=True, weight_type=QuantType.QInt8)
        else:
            quantize_static(
                prepared,
                written,
                _Reader(subject),
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=list(_QUANTISED),
                nodes_to_exclude=[
                    node.name for node in onnx.load(prepared).graph.node if _ATTRIBUTE_HEADS in node.name
                ],
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
            )
        return onnx.load(written)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The quantiser logs a line for every tensor it leaves alone."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


class _Reader(CalibrationDataReader):  # type: ignore[misc]  # the library has no types
    def __init__(self, subject: Subject, batch: int = 8) -> None:
        shown = subject.shown
        parts = (shown[start : start + batch] for start in range(0, len(shown), batch))
        self._given: Iterator[dict[str, Any]] = ({subject.input: part} for part in parts)

    def get_next(self) -> dict[str, Any] | None:
        return next(self._given, None)


def measured(path: Path, subject: Subject) -> dict[str, Any]:
    """Megabytes, milliseconds of one core for one and two pictures (median), and shares named right."""
    session = _opened(path)
    found: dict[str, Any] = {"megabytes": path.stat().st_size / 1e6}
    for count in (1, 2):
        given = {subject.input: np.resize(subject.shown, (count, *subject.shown.shape[1:]))}
        taken = []
        for run in range(_UNTIMED + _TIMED):
            before = time.thread_time()
            session.run(None, given)
            if run >= _UNTIMED:
                taken.append((time.thread_time() - before) * 1000)
        found[f"ms for {count}"] = float(np.median(taken))
    return found | subject.right(path)


def compared(
    model: Path, kinds: Sequence[str], out: Path, subject: Subject, on_step: OnStep
) -> list[dict[str, Any]]:
    """Write the kinds beside each other into `out`, and measure each and the model itself; each is a step."""
    rows = [{"file": model.name, "kind": "as it is", **measured(model, subject)}]
    for kind in kinds:
        on_step(len(rows), 1 + len(kinds), {})
        path = write_smaller(model, kind, out / f"{model.stem}.{kind}.onnx", subject)
        rows.append({"file": path.name, "kind": kind, **measured(path, subject)})
    on_step(len(rows), 1 + len(kinds), {})
    return rows


def _opened(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # everything then runs in the thread whose time is measured
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
