"""What a network tagger's training leaves behind, in the form that the program reads: weights, ONNX, tags with their
thresholds, card and row."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor, nn

from core.pictures.taggers.labels import CATEGORIES, Label
from core.pictures.taggers.network import INPUT, MODEL_FILE, OUTPUT, TAGS_FILE
from core.training.labelled import normalised
from core.training.picture_onnx import OPSET, file_lines, save_weights, write_onnx

if TYPE_CHECKING:
    from core.training.network_tagger import NetworkTaggerConfig, TrainedTagger

CHECKPOINT_FILE = "tagger.pth"
FIGURES_FILE = "figures.json"
ROW_FILE = "manifest.toml"
_NUMBERS = {category: number for number, category in CATEGORIES.items()}


class _Answers(nn.Module):
    """A tagger with its preparation before it and the sigmoid after it."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor) -> Tensor:
        answer: Tensor = self.network(normalised(pictures)).sigmoid()
        return answer


def write_all(
    trained: TrainedTagger, out: Path, config: NetworkTaggerConfig, counts: Mapping[Label, int], learnt: int
) -> None:
    """Write `tagger.pth` (to go on from), `model.onnx` and `selected_tags.csv` (as `NetworkTagger` reads them),
    `figures.json`, `card.md` and `manifest.toml`. `counts`: pictures by tag, of the `learnt` ones.

    Raises:
        ArtefactError: `export-differs`.
    """
    save_weights(trained.network, out / CHECKPOINT_FILE)
    with (out / TAGS_FILE).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "category", "count", "threshold"])
        for label, threshold in zip(trained.labels, trained.thresholds, strict=True):
            writer.writerow([label.name, _NUMBERS[label.category], counts[label], threshold])
    told = {"names": json.dumps(asdict(config.names)), "seed": str(config.seed)}
    differs = write_onnx(
        _Answers(trained.network), out / MODEL_FILE, size=config.size, names=(INPUT, OUTPUT), told=told
    )
    (out / FIGURES_FILE).write_text(json.dumps(trained.figures, indent=1), encoding="utf-8")
    (out / "card.md").write_text(card(trained, config, counts, learnt, differs), encoding="utf-8")
    (out / ROW_FILE).write_text(manifest_row(trained, out, config), encoding="utf-8")


def card(
    trained: TrainedTagger, config: NetworkTaggerConfig, counts: Mapping[Label, int], learnt: int, differs: float
) -> str:  # fmt: skip
    """What the tagger is, on what it was trained, and how good it is, as Markdown."""
    measured = "nothing was held back, so nothing was measured and every threshold is 0.5"
    if (found := trained.figures) is not None:
        precision = found["mean_average_precision"]
        measured = (
            f"{found['pictures']} pictures, none of a group trained on: mean average precision "
            f"{'-' if precision is None else f'{precision:.3f}'}; F1 micro and macro "
            f"{found['tuned_micro_f1']:.3f} and {found['tuned_macro_f1']:.3f} at thresholds tuned on others of these "
            f"pictures, {found['micro_f1']:.3f} and {found['macro_f1']:.3f} at 0.5; calibration error "
            f"{found['calibration_error']:.3f}. `{FIGURES_FILE}` has them by tag"
        )
    rows = "\n".join(f"| {name} | {value} |" for name, value in asdict(config).items() if value != "")
    return f"""# A tagger of {len(trained.labels)} tags ({config.backbone})

- **In**: RGB on a white square of {config.size} px (`{MODEL_FILE}`: `{INPUT}` float32 [N, 3, {config.size},
  {config.size}], 0-255). **Out**: `{OUTPUT}`, a probability for each line of `{TAGS_FILE}`, said from the threshold
  there on; of the ratings, where there are some, the likeliest one.
- **Trained on**: {learnt} pictures, {min(counts.values())} to {max(counts.values())} with a tag, for {trained.steps}
  steps.
- **Measured**: {measured}.
- **ONNX**: opset {OPSET}; a probability differs from torch's by at most {differs:.2g}.
- **Use**: `osusume train install` with this folder; then the bot and `osusume tag` use it. `osusume models use tags`
  goes back.

| setting | value |
| --- | --- |
{rows}
"""


def manifest_row(trained: TrainedTagger, out: Path, config: NetworkTaggerConfig) -> str:
    """A row for the list of models, with lengths and checksums of what lies in `out`."""
    name = f"tagger-{config.backbone.replace('_', '-')}"
    rates = any(label.category == "rating" for label in trained.labels)
    return f"""[[model]]
id = "{name}"
purposes = ["tagger"{', "rating"' if rates else ""}]
backend = "network"
embedded = true
licence = "say whose pictures these were"
files = [
{file_lines(out, (MODEL_FILE, TAGS_FILE), f"{name}/")}
]
"""
