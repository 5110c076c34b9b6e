"""BLIP: a caption by a network trained on photographs. English only; it knows no names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from core.errors import Unavailable
from core.inference import Models, import_torch
from core.pictures.picture import Findings, Picture
from core.pictures.seams import Length, Words

LIMIT = 1000
"""Most characters of a caption."""

_FILES = ("config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt")
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True, slots=True)
class Generation:
    """How a caption is searched for. `beams`: 1 is greedy and quickest. `short`, `long`: most new tokens, for a short
    caption and for the other two. `prompt`: the caption begins with these words. `repetition_penalty` above 1 keeps it
    from saying a thing twice."""

    beams: int = 3
    short: int = 24
    long: int = 50
    prompt: str = ""
    repetition_penalty: float = 1.1


class BlipCaptioner:
    """See `Captioner`. The model's folder holds a `BlipForConditionalGeneration` as transformers writes it, weights as
    `model.safetensors` or `pytorch_model.bin` (read without running any code of it). The network is never asked."""

    def __init__(self, models: Models, model: str, generation: Generation | None = None) -> None:
        self._models = models
        self._model = model
        self._generation = generation or Generation()

    @property
    def name(self) -> str:
        """Raises Unavailable as `caption` does."""
        return self._models.label(self._model, self._weights().name)

    def caption(self, picture: Picture, findings: Findings, words: Words, length: Length) -> str:
        """See `Captioner`. Also raises Unavailable `torch-missing`. The findings are not looked at."""
        del findings, words
        weights = self._weights()
        for file in _FILES:
            self._models.file(self._model, file)
        torch = import_torch()
        megabytes = weights.stat().st_size / 2**20 * 1.1
        plan = self._generation
        with (
            self._models.resource(self._model, lambda: load(weights), megabytes, self.name) as loaded,
            torch.inference_mode(),
        ):
            processor, network = loaded
            given = processor(images=picture.over(), text=plan.prompt or None, return_tensors="pt")
            found = network.generate(
                **given,
                num_beams=plan.beams,
                max_new_tokens=plan.short if length == "short" else plan.long,
                repetition_penalty=plan.repetition_penalty,
                do_sample=False,
            )
            text = str(processor.decode(found[0], skip_special_tokens=True))
        return sentence(text)

    def _weights(self) -> Path:
        for name in _WEIGHTS[:-1]:
            try:
                return self._models.file(self._model, name)
            except Unavailable as problem:
                if problem.key != "model-missing":
                    raise
        return self._models.file(self._model, _WEIGHTS[-1])


def sentence(text: str) -> str:
    """What the network says as a sentence: single spaces, a capital, a full stop, no more than the limit; empty when it
    said nothing.

    >>> sentence("a girl  with blue hair ")
    'A girl with blue hair.'
    """
    plain = re.sub(r"\s+([,.;!?])", r"\1", " ".join(text.split()))
    if not plain:
        return ""
    if len(plain) >= LIMIT:
        plain = plain[: LIMIT - 1].rsplit(" ", 1)[0]
    return plain[0].upper() + plain[1:] + ("" if plain[-1] in ".!?" else ".")


def load(weights: Path) -> tuple[Any, Any]:
    """The processor (with the image processor that needs no torchvision, so that pixels are the same everywhere) and
    the network, from the folder in which the weights lie.

    Raises:
        Unavailable: `torch-missing`, also when transformers is; `model-broken`.
    """
    import_torch()
    try:
        transformers = import_module("transformers")
        image_processor = import_module(
            "transformers.models.blip.image_processing_pil_blip"
        ).BlipImageProcessorPil
    except ModuleNotFoundError as problem:
        raise Unavailable("torch-missing") from problem
    folder = str(weights.parent)
    try:
        processor = transformers.BlipProcessor(
            image_processor.from_pretrained(folder, local_files_only=True),
            transformers.BertTokenizer.from_pretrained(folder, local_files_only=True),
        )
        network = transformers.BlipForConditionalGeneration.from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=weights.suffix == ".safetensors",
            weights_only=True,
        )
    except (
        Exception
    ) as problem:  # what transformers, safetensors and torch raise shares no base class but Exception
        raise Unavailable("model-broken", model=weights.parent.name) from problem
    return processor, network.eval()
