"""What names heads. A new one is one file here and one line in `EMBEDDERS` or `TAG_RECOGNISERS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from core.characters import Gallery
from core.errors import Unavailable
from core.inference import Models
from core.pictures.recognisers.ccip import CcipEmbedder
from core.pictures.recognisers.character_tags import CharacterTagRecogniser
from core.pictures.recognisers.closed_set import ClosedSetRecogniser
from core.pictures.recognisers.faces import FaceEmbedder
from core.pictures.recognisers.fusion import FusedRecogniser, Source
from core.pictures.recognisers.gallery import GalleryRecogniser
from core.pictures.seams import Embedder, Recogniser
from core.pictures.taggers import PixaiTagger, WdTagger

EMBEDDERS: Mapping[str, Callable[[Models, str], Embedder]] = {
    "faces": FaceEmbedder,
    "ccip": CcipEmbedder,
}
"""By the manifest's `backend`, each made from the models and a model's id; they name faces through galleries."""

TAG_RECOGNISERS: Mapping[str, Callable[[Models, str], Source]] = {
    "wd": lambda models, model: CharacterTagRecogniser(models, model, WdTagger(models, model)),
    "pixai": lambda models, model: CharacterTagRecogniser(models, model, PixaiTagger(models, model)),
}
"""Likewise; they bring the characters they know."""


def make_recogniser(
    models: Models,
    chosen: Sequence[tuple[str, str]],
    galleries: Callable[[str], Sequence[Gallery]],
    *,
    more: Sequence[Source] = (),
    galleries_only: bool = False,
) -> Recogniser:
    """One recogniser, or several fused.

    Args:
        chosen: backend and id of each model.
        galleries: by the name of an embedder, the galleries it is to be asked with.
        more: further ones, such as the host's classifier.
        galleries_only: leaves out whatever names faces without a gallery.

    Raises:
        Unavailable: `model-missing`, a backend nobody registered or a model that is not there.
        ArtefactError: `gallery-other-model`: galleries were asked for, and none of the embedders made them.
    """
    sources: list[Source] = []
    without: list[GalleryRecogniser] = []
    for backend, model in chosen:
        if backend in EMBEDDERS:
            embedder = EMBEDDERS[backend](models, model)
            given = galleries(embedder.name)
            own = [gallery for gallery in given if gallery.embedder == embedder.name]
            if own:
                sources.append(GalleryRecogniser(embedder, own))
            else:
                without.append(GalleryRecogniser(embedder, given))
        elif backend not in TAG_RECOGNISERS:
            raise Unavailable("model-missing", model=model)
        elif not galleries_only:
            sources.append(TAG_RECOGNISERS[backend](models, model))
    if not galleries_only:
        sources += more
    # An embedder without a gallery names nobody, but it is the one that sees hair and eyes.
    if without and not any(isinstance(source, GalleryRecogniser) for source in sources):
        sources.insert(0, without[0])
    if not sources:
        raise Unavailable("model-missing", model="recogniser")
    return sources[0] if len(sources) == 1 else FusedRecogniser(sources)


__all__ = [
    "EMBEDDERS", "TAG_RECOGNISERS", "CcipEmbedder", "CharacterTagRecogniser", "ClosedSetRecogniser", "FaceEmbedder",
    "FusedRecogniser", "GalleryRecogniser", "Source", "make_recogniser",
]  # fmt: skip
