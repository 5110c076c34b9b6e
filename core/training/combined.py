"""Several trained recognisers as one: their embeddings side by side, their probabilities averaged.

`python -m core.training.combined ONE.onnx OTHER.onnx --out recogniser.onnx`

Networks that were trained apart err on different faces: together they are right more often than each alone. Weights are
stored in 16 bits, so that two take the room of one.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnx.compose import add_prefix

from core.errors import UserError
from core.training.onnx_recogniser import OUTPUTS
from core.training.stored_weights import halve_weights

_SHARED = ("size", "expand", "pad", *OUTPUTS[1:])


def combine(recognisers: Sequence[Path], out: Path) -> Path:
    """Write one ONNX recogniser out of several, with the inputs, outputs and metadata of each.

    Its `embedding` is theirs in a row, each of length 1, divided by the root of how many there are: a cosine of two
    such vectors is the mean of the cosines of theirs.

    Raises:
        UserError: `recognisers-differ`, when they look at faces in different ways or know other attributes.
    """
    models = [onnx.load(path) for path in recognisers]
    told = [{entry.key: entry.value for entry in model.metadata_props} for model in models]
    if any(any(one.get(name) != told[0].get(name) for name in _SHARED) for one in told):
        raise UserError("recognisers-differ")
    graph = onnx.GraphProto(name="recogniser")
    graph.input.extend(models[0].graph.input)
    for number, model in enumerate(models):
        part = add_prefix(model, f"{number}/", rename_inputs=False).graph
        graph.initializer.extend(part.initializer)
        graph.node.extend(part.node)
    given = {name: [f"{number}/{name}" for number in range(len(models))] for name in OUTPUTS}
    share = numpy_helper.from_array(np.array(1 / math.sqrt(len(models)), np.float32), "share")
    graph.initializer.append(share)
    graph.node.append(helper.make_node("Concat", given["embedding"], ["in_a_row"], axis=1))
    graph.node.append(helper.make_node("Mul", ["in_a_row", share.name], ["embedding"]))
    graph.node.extend(helper.make_node("Mean", given[name], [name]) for name in OUTPUTS[1:])
    graph.output.extend(
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["batch", None]) for name in OUTPUTS
    )
    whole = helper.make_model(graph, opset_imports=models[0].opset_import, ir_version=models[0].ir_version)
    halve_weights(whole)
    trainings = [json.loads(one.get("training", "{}")) for one in told]
    helper.set_model_props(
        whole, {**{name: told[0][name] for name in _SHARED}, "training": json.dumps(_training(trainings))}
    )
    onnx.checker.check_model(whole, full_check=True)
    temporary = out.with_suffix(".partial")
    onnx.save(whole, temporary)
    temporary.replace(out)
    return out


def _training(trainings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """How each was trained; what any of them has seen counts as seen."""
    characters = sorted({name for one in trainings for name in one.get("characters", [])})
    left_out = [set(one.get("without_sources", [])) for one in trainings]
    return {
        "characters": characters,
        "without_sources": sorted(set.intersection(*left_out)),
        "combined": [{key: value for key, value in one.items() if key != "characters"} for one in trainings],
    }


def main() -> None:
    """Command line: combine recognisers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recognisers", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    print(combine(asked.recognisers, asked.out))


if __name__ == "__main__":
    main()
