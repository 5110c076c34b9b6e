"""Fine-tuning BLIP on pictures with captions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from core.errors import UserError
from core.pictures.captioners.blip import load
from core.training.curves import curves_of
from core.training.faces import is_validation
from core.training.loop import CHECKPOINT, OnStep, Schedule, train
from core.training.reading import Image, Pictures, open_data

_IGNORED = -100  # what the loss leaves out
_TRIED = 20
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True)
class CaptionerConfig:
    """How a captioner is trained. `tokens`: most tokens of a caption, the rest of it is cut off. `frozen_vision`: only
    the part that writes learns, which needs less memory and fewer pictures."""

    batch: int = 4
    accumulate: int = 1
    steps: int = 2000
    rate: float = 1e-5
    warmup: int = 50
    weight_decay: float = 0.05
    ema: float = 0.99
    precision: Literal["float32", "bfloat16"] = "float32"
    tokens: int = 75
    frozen_vision: bool = False
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Captioned:
    """A picture with its caption and the tags that are known to hold."""

    image: Image
    caption: str
    name: str
    tags: tuple[str, ...] = ()
    held_back: bool = False


def read_captioned(data: Path, format: str | None = None) -> list[Captioned]:
    """Every picture of a data set that has a caption; one group in five is held back, unless the data says itself.

    Raises:
        UserError: `training-data`, when there are none; what `open_data` raises.
    """
    opened = open_data(data, format)
    found: list[Captioned] = []
    for sample in opened:
        if not sample.caption.strip():
            continue
        name = opened.name(sample)
        held = sample.split != "train" if sample.split else is_validation(sample.group or name)
        tags = tuple(tag.name for tag in sample.tags)
        found.append(Captioned(sample.image, " ".join(sample.caption.split()), name, tags, held))
    if not found:
        raise UserError("training-data", path=data.name)
    return found


def open_blip(folder: Path) -> tuple[Any, Any]:
    """The processor and the network in a folder as transformers writes it.

    Raises:
        UserError: `captioner-missing`, when there are no weights.
        Unavailable: `torch-missing`; `model-broken`.
    """
    for name in _WEIGHTS:
        if (folder / name).is_file():
            return load(folder / name)
    raise UserError("captioner-missing", path=folder.name)


class CaptionBatches:
    """`batch_at` for the training loop: `pixel_values` float32 [N, 3, S, S], `input_ids`, `attention_mask` and `labels`
    int64 [N, T]. A function of the seed and the batch's number; half of the pictures are mirrored."""

    def __init__(
        self, pairs: Sequence[Captioned], processor: Any, network: Any, config: CaptionerConfig
    ) -> None:
        self._pairs, self._processor, self._config = pairs, processor, config
        self._begin = int(network.config.text_config.bos_token_id)
        self._pictures = Pictures()

    def __call__(self, index: int) -> dict[str, Tensor]:
        """
        Raises:
            UserError: `training-picture`, when picture after picture cannot be read.
        """
        rng = np.random.default_rng((self._config.seed, index))
        chosen = [self._readable(rng) for _ in range(self._config.batch)]
        given = self._processor(
            images=[pixels for pixels, _ in chosen],
            text=[caption for _, caption in chosen],
            padding=True, truncation=True, max_length=self._config.tokens, return_tensors="pt",
        )  # fmt: skip
        tokens, mask = given["input_ids"], given["attention_mask"]
        tokens[:, 0] = self._begin  # as `generate` begins
        labels = tokens.masked_fill(mask == 0, _IGNORED)
        return {
            "pixel_values": given["pixel_values"], "input_ids": tokens, "attention_mask": mask, "labels": labels,
        }  # fmt: skip

    def _readable(self, rng: np.random.Generator) -> tuple[Any, str]:
        for _ in range(_TRIED):
            pair = self._pairs[int(rng.integers(len(self._pairs)))]
            mirrored = rng.random() < 0.5 and not _tells_sides(pair.caption)
            try:
                pixels = self._pictures.pixels(pair.image)
            except UserError:
                continue
            return np.ascontiguousarray(pixels[:, ::-1] if mirrored else pixels), pair.caption
        raise UserError("training-picture", name=pair.name)


def captioner_loss(model: nn.Module, batch: Any) -> tuple[Tensor, dict[str, float]]:
    """Cross-entropy of the next token."""
    loss: Tensor = model(**batch).loss
    return loss, {}


def train_captioner(
    data: Path,
    out: Path,
    model: Path,
    config: CaptionerConfig | None = None,
    *,
    format: str | None = None,
    budget_minutes: float | None = None,
    on_step: OnStep | None = None,
) -> Path:
    """Go on training the BLIP in the folder `model` and write the result to `out`/model, in the form that the program's
    captioner reads. A run that was killed goes on when started again with the same arguments.

    Raises:
        UserError: `training-data`, when no picture that is not held back has a caption; as `open_blip` and the loop.
    """
    config = config or CaptionerConfig()
    pairs = [pair for pair in read_captioned(data, format) if not pair.held_back]
    if not pairs:
        raise UserError("training-data", path=data.name)
    processor, network = open_blip(model)
    torch.manual_seed(config.seed)
    if config.frozen_vision:
        network.vision_model.requires_grad_(False)
    schedule = Schedule(
        steps=config.steps, batch=config.batch, rate=config.rate, warmup=config.warmup,
        weight_decay=config.weight_decay, ema=config.ema, accumulate=config.accumulate, precision=config.precision,
        seed=config.seed,
    )  # fmt: skip
    trained: Any = train(
        network,
        CaptionBatches(pairs, processor, network, config),
        captioner_loss,
        schedule,
        out,
        budget_minutes=budget_minutes,
        on_step=on_step,
    )
    folder = out / "model"
    trained.save_pretrained(folder)
    processor.tokenizer.save_pretrained(folder)
    (folder / "vocab.txt").write_bytes(_vocabulary(processor))
    processor.image_processor.save_pretrained(folder)
    curves_of(out)
    steps = int(torch.load(out / CHECKPOINT, map_location="cpu", weights_only=True, mmap=True)["step"])
    (out / "card.md").write_text(_card(pairs, config, steps), encoding="utf-8")
    return folder


def _vocabulary(processor: Any) -> bytes:
    """A token a line, in their order: the file that the program's reader asks for."""
    words: dict[str, int] = processor.tokenizer.get_vocab()
    return ("\n".join(sorted(words, key=lambda word: words[word])) + "\n").encode()


def _tells_sides(caption: str) -> bool:
    """Whether a mirrored picture would make it untrue."""
    return not {"left", "right"}.isdisjoint(caption.lower().replace(",", " ").replace(".", " ").split())


def _card(pairs: Sequence[Captioned], config: CaptionerConfig, steps: int) -> str:
    return f"""# A captioner (BLIP, fine-tuned)

- **In**: pictures as `preprocessor_config.json` prepares them. **Out**: one English caption.
- **Trained on**: {len(pairs)} pictures with captions, {steps} steps of {config.batch * config.accumulate}, rate
  {config.rate:g}, seed {config.seed}. Half of the pictures were mirrored, unless the caption speaks of left or right.
- **Measure it**: `osusume evaluate captioner --model FOLDER --data DATA`
"""
