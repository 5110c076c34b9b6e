"""Puts the picture path together from the models that the host chose."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.characters import Eyes as GalleryEyes
from core.characters import Gallery, GalleryShelf
from core.errors import Unavailable
from core.inference import Models, ModelStore, Purpose
from core.pictures.captioners import CAPTIONERS, Composer
from core.pictures.detectors import DETECTORS, CascadeDetector, MergedDetector, TiledDetector
from core.pictures.pipeline import Asked, Eyes, Pipeline
from core.pictures.reading import Limits, read_picture
from core.pictures.recognisers import EMBEDDERS, ClosedSetRecogniser, Source, make_recogniser
from core.pictures.seams import Captioner, Detector, Recogniser, Tagger
from core.pictures.taggers import TAGGERS, RatedTagger
from core.settings import Settings

REMEMBERED = 1000
"""Pictures whose findings are remembered; some kilobytes each."""

SEEN_SIDE = 400
"""Pixels that detectors see of a picture's longest side, roughly: one more than twice as long is also seen in parts."""

Chosen = tuple[tuple[str, str], ...]
"""Backend and id of each model."""


def open_pipeline(
    settings: Settings, store: ModelStore, models: Models, shelf: GalleryShelf, names: Callable[[str], str]
) -> Pipeline:
    """The pipeline as settings and `osusume models use` want it. No model is loaded yet; one that is missing or broken
    says so when it is first needed."""
    recognisers = _chosen(store, "recogniser")
    more: list[Source] = []
    if settings.classifier is not None and settings.classifier_labels is not None:
        more.append(ClosedSetRecogniser(models, settings.classifier, settings.classifier_labels))

    def recogniser(asked: Asked) -> Recogniser:
        def galleries(embedder: str) -> Sequence[Gallery]:
            found = shelf.galleries(asked.galleries, embedder)
            return [*found, asked.taught] if asked.taught is not None and asked.galleries is None else found

        only = asked.galleries is not None
        return make_recogniser(models, recognisers, galleries, more=more, galleries_only=only)

    eyes = Eyes(
        _detector(settings, store, models),
        recogniser,
        _tagger(store, models),
        _captioner(store, models, names),
    )
    return Pipeline(eyes, Limits.of(settings), REMEMBERED, settings.picture_memory_minutes)


def embedder_name(store: ModelStore, models: Models) -> str | None:
    """What the vectors of a server's own gallery are made by; None where no model makes any.

    Raises:
        Unavailable: `model-missing` or `model-broken`.
    """
    for backend, model in _chosen(store, "recogniser"):
        if backend in EMBEDDERS:
            return EMBEDDERS[backend](models, model).name
    return None


def _chosen(store: ModelStore, purpose: Purpose) -> Chosen:
    """What serves a purpose; where nothing is here, what ships, so that its absence is said by name."""
    ids = store.in_use(purpose) or store.manifest.presets["embedded"][purpose]
    return tuple((store.row(model).backend, model) for model in ids)


def _detector(settings: Settings, store: ModelStore, models: Models) -> Detector:
    if settings.lbpcascade is not None:
        return CascadeDetector(settings.lbpcascade)
    found: list[Detector] = []
    for backend, model in _chosen(store, "detector"):
        if backend not in DETECTORS:
            raise Unavailable("model-missing", model=model)
        found.append(TiledDetector(DETECTORS[backend](models, model), SEEN_SIDE))
    return found[0] if len(found) == 1 else MergedDetector(found)


def _tagger(store: ModelStore, models: Models) -> Tagger:
    """The chosen tagger; where it gives no ratings and another model is to, both. A tagger that rates is not overruled
    by the small rating model that ships, only by one that the host chose."""
    backend, model = _chosen(store, "tagger")[0]
    if backend not in TAGGERS:
        raise Unavailable("model-missing", model=model)
    tagger = TAGGERS[backend](models, model)
    rates = "rating" in store.row(model).purposes
    ratings = store.in_use("rating") or store.chosen("rating")
    for row in (store.row(other) for other in ratings):
        if row.id != model and row.backend in TAGGERS and not (rates and row.embedded):
            return RatedTagger(tagger, TAGGERS[row.backend](models, row.id), required=not row.embedded)
    return tagger


def _captioner(store: ModelStore, models: Models, names: Callable[[str], str]) -> Captioner:
    """The composer, unless a model was chosen and is here."""
    for backend, model in ((store.row(model).backend, model) for model in store.in_use("captioner")):
        if backend in CAPTIONERS:
            return CAPTIONERS[backend](models, model)
    return Composer(names)


def gallery_eyes(settings: Settings, store: ModelStore, models: Models) -> GalleryEyes:
    """What `build_gallery` sees with: the detector and embedder in use.

    Raises:
        Unavailable: `model-missing`, `model-broken`, `embedder-missing` (the recogniser in use makes no vectors).
    """
    limits, detector = Limits.of(settings), _detector(settings, store, models)
    found = [(backend, model) for backend, model in _chosen(store, "recogniser") if backend in EMBEDDERS]
    if not found:
        raise Unavailable("embedder-missing")
    backend, model = found[0]
    embedder = EMBEDDERS[backend](models, model)
    return GalleryEyes(
        reads=lambda data: read_picture(data, limits),
        finds=lambda picture: [head.box for head in detector.detect(picture)],
        embeds=embedder.embed,
        embedder=embedder.name,
        detector=detector.name,
    )
