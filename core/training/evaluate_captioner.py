"""How good captions are: BLEU and chrF against those of people, and whether they claim what the tags deny.

The scores are sacrebleu's. CIDEr-D is left out: its one package was last released in 2020 and wants Java for the
tokens it counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.errors import UserError
from core.pictures.captioners import Generation
from core.pictures.captioners.blip import sentence
from core.training.captioner import Captioned, open_blip
from core.training.grounding import denied
from core.training.reading import Pictures
from core.training.sheets import write_sheet

CaptionOf = Callable[[NDArray[np.uint8], Captioned], str]


@dataclass(frozen=True)
class Said:
    """What was said of a picture: the caption, those of people, and the claims that its tags deny."""

    picture: Captioned
    caption: str
    references: tuple[str, ...]
    denied: tuple[str, ...]


def blip_captions(folder: Path, plan: Generation | None = None) -> CaptionOf:
    """Captions by the BLIP in a folder, generated as the program does.

    Raises:
        UserError, Unavailable: as `open_blip`.
    """
    processor, network = open_blip(folder)
    plan = plan or Generation()

    def caption_of(pixels: NDArray[np.uint8], _picture: Captioned) -> str:
        given = processor(images=pixels, text=plan.prompt or None, return_tensors="pt")
        with torch.inference_mode():
            found = network.generate(
                **given, num_beams=plan.beams, max_new_tokens=plan.long, do_sample=False,
                repetition_penalty=plan.repetition_penalty,
            )  # fmt: skip
        return sentence(str(processor.decode(found[0], skip_special_tokens=True)))

    return caption_of


def captions(
    pictures: Sequence[Captioned], caption_of: CaptionOf, complete: Collection[str] = ()
) -> list[Said]:
    """A caption for each picture that can be read; several captions of one picture are its references together.
    `complete`: see `denied`."""
    by_name: dict[str, list[Captioned]] = {}
    for one in pictures:
        by_name.setdefault(one.name, []).append(one)
    found: list[Said] = []
    with Pictures() as reader:
        for group in by_name.values():
            first = group[0]
            try:
                pixels = reader.pixels(first.image)
            except UserError:
                continue
            text = caption_of(pixels, first)
            wrong = tuple(denied(text, first.tags, complete)) if first.tags else ()
            found.append(Said(first, text, tuple(sentence(one.caption) for one in group), wrong))
    return found


def figures(found: Sequence[Said]) -> dict[str, Any]:
    """BLEU and chrF (0-100, of the whole set, letters in lower case), words a caption, and what tags deny.

    Raises:
        UserError: `training-data`, when there is nothing to measure on.
    """
    if not found:
        raise UserError("training-data", path="--data")
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    said = [one.caption for one in found]
    most = max(len(one.references) for one in found)
    references: Any = [  # None stands for "no further one", which its types do not say
        [one.references[at] if at < len(one.references) else None for one in found] for at in range(most)
    ]
    bleu, chrf = BLEU(lowercase=True), CHRF(lowercase=True)
    tagged = [one for one in found if one.picture.tags]
    claims = Counter(claim for one in tagged for claim in one.denied)
    return {
        "pictures": len(found),
        "bleu": bleu.corpus_score(said, references).score,
        "bleu_signature": str(bleu.get_signature()),
        "chrf": chrf.corpus_score(said, references).score,
        "words": float(np.mean([len(text.split()) for text in said])),
        "empty": sum(not text for text in said),
        "tagged": len(tagged),
        "denied": sum(bool(one.denied) for one in tagged),
        "denied_claims": dict(claims.most_common(20)),
    }


def sheet(found: Sequence[Said], path: Path) -> Path:
    """The worst captions, those that the tags deny first, as a contact sheet.

    Raises:
        UserError: as `write_sheet`.
    """
    from sacrebleu.metrics.chrf import CHRF

    score = CHRF(lowercase=True)
    worst = sorted(
        found,
        key=lambda one: (-len(one.denied), score.sentence_score(one.caption, list(one.references)).score),
    )
    with Pictures() as reader:
        shown = [
            (reader.pixels(one.picture.image), f"{', '.join(one.denied) or '-'}\n{one.caption}")
            for one in worst[:64]
        ]
    return write_sheet(shown, path)
