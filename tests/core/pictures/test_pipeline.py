"""From the bytes of a picture to what is in it, with tiny models in place of the shipped ones."""

from __future__ import annotations

import io
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.texts import Texts
from core.characters import Enrolled, Gallery, ServerGalleries, save
from core.errors import ArtefactError, Unavailable, UserError
from core.osusume import Osusume
from core.pictures import Asked, Box, Candidate, Face, Findings, Part, Pipeline, likely_series
from core.settings import Settings, read_settings
from tests.tiny_models import drawn, tiny_models


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models(tmp_path_factory.mktemp("data"))


def settings_for(folder: Path, **changes: object) -> Settings:
    return read_settings(_env_file=None, home=folder / "home", **changes)


@pytest.fixture
async def osusume(shipped: Path, tmp_path: Path) -> AsyncIterator[Osusume]:
    async with Osusume.open(settings_for(tmp_path), data=shipped, warm=False) as opened:
        yield opened


@pytest.fixture
def pipeline(osusume: Osusume) -> Pipeline:
    return osusume.pictures.pipeline


def runs(osusume: Osusume) -> float:
    """How often any model was run."""
    return sum(
        sample.value
        for metric in osusume.counters.registry.collect()
        for sample in metric.samples
        if sample.name == "osusume_run_seconds_count"
    )


def wanted(*parts: Part) -> Asked:
    return Asked(frozenset(parts))


def who(findings: Findings) -> list[str | None]:
    return [None if face.unknown else face.candidates[0].character for face in findings.faces]


def test_a_picture_from_bytes_to_words(pipeline: Pipeline) -> None:
    seen = pipeline.look(drawn("green", "red", width=320, height=240), Asked())
    findings = seen.findings
    assert (findings.width, findings.height, findings.whole) == (320, 240, False)
    assert who(findings) == ["nagato_yuki", "makise_kurisu"], "from left to right, not by score"
    assert [face.score for face in findings.faces] == [pytest.approx(0.8), pytest.approx(0.9)]
    yuki, kurisu = findings.faces
    assert kurisu.box.overlap(Box(200, 60, 80, 80)) > 0.9
    assert yuki.box.overlap(Box(40, 60, 80, 80)) > 0.9
    assert [trait.value for trait in kurisu.traits if trait.kind == "gender"] == ["female"]
    assert kurisu.embedding is not None
    assert np.linalg.norm(kurisu.embedding) == pytest.approx(1, abs=1e-5)
    assert {tag.name for tag in findings.tags} >= {"smile", "sky", "red_hair", "green_hair"}
    assert set(findings.models) == {"detector", "recogniser", "tagger"}
    assert all("@" in name for name in findings.models.values())
    for length in ("short", "long", "alt"):
        assert "Makise Kurisu" in pipeline.caption(seen, Texts("en"), length)


def test_only_what_was_asked_is_run(osusume: Osusume, pipeline: Pipeline) -> None:
    heads = pipeline.look(drawn("red"), wanted("heads")).findings
    assert runs(osusume) == 1
    assert (len(heads.faces), heads.faces[0].candidates, heads.tags) == (1, (), ())
    names = pipeline.look(drawn("red"), wanted("heads", "names")).findings
    assert who(names) == ["makise_kurisu"]
    assert names.tags == ()
    assert runs(osusume) == 3


def test_the_same_picture_again_runs_no_model(osusume: Osusume, pipeline: Pipeline) -> None:
    first = pipeline.look(drawn("red"), Asked())
    before = runs(osusume)
    assert before == 3
    again = pipeline.look(drawn("red"), Asked())
    assert again.findings is first.findings
    assert runs(osusume) == before
    pipeline.look(drawn("red", number=1), Asked())
    assert runs(osusume) == 2 * before
    pipeline.look(drawn("red"), Asked(whole=True))
    assert runs(osusume) > 2 * before, "asked otherwise, it is looked at again"


async def test_nothing_is_remembered_where_the_host_says_so(shipped: Path, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, picture_memory_minutes=0)
    async with Osusume.open(settings, data=shipped, warm=False) as osusume:
        osusume.pictures.pipeline.look(drawn("red"), Asked())
        before = runs(osusume)
        osusume.pictures.pipeline.look(drawn("red"), Asked())
        assert runs(osusume) == 2 * before


def test_a_crop_is_one_face(osusume: Osusume, pipeline: Pipeline) -> None:
    findings = pipeline.look(drawn("red", "blue", width=64, height=48), Asked(crops=True)).findings
    (face,) = findings.faces
    assert face.box == Box(0, 0, 64, 48)
    assert not findings.whole
    assert "detector" not in findings.models


def test_whole_when_asked(pipeline: Pipeline) -> None:
    findings = pipeline.look(drawn("red", "blue"), Asked(whole=True)).findings
    (face,) = findings.faces
    assert findings.whole
    assert (face.box.w, face.box.h) == (findings.width, findings.height)
    assert face.candidates, "guesses stay, sure or not"


def dim(colour: tuple[int, int, int]) -> bytes:
    """A picture without a head that the detector would see."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(buffer, "PNG")
    return buffer.getvalue()


async def test_no_face_is_named_only_when_very_sure(shipped: Path, tmp_path: Path) -> None:
    """Pictures without a head: just like somebody, like nobody, and a little like somebody."""
    async with Osusume.open(settings_for(tmp_path), data=shipped, warm=False) as osusume:
        pipeline = osusume.pictures.pipeline
        like = pipeline.look(dim((150, 60, 60)), Asked())
        assert like.findings.whole
        assert who(like.findings) == ["makise_kurisu"]
        assert like.findings.faces[0].candidates[0].score >= 0.9
        nobody = pipeline.look(dim((120, 110, 20)), Asked()).findings
        assert (nobody.faces, nobody.whole) == ((), False)
        assert nobody.guess is not None, "for data, whom it is most like"
        assert nobody.guess.unknown
        assert len(nobody.guess.candidates) == 3
        # The same picture given as a face crop is named from a lower probability on.
        between = pipeline.look(dim((150, 141, 60)), Asked(crops=True)).findings
        assert 0.5 < between.faces[0].candidates[0].score < 0.9
        assert who(between) == ["makise_kurisu"]
        assert pipeline.look(dim((150, 141, 60)), Asked()).findings.faces == ()


async def test_what_a_server_taught_counts_at_once(osusume: Osusume, pipeline: Pipeline) -> None:
    galleries = ServerGalleries(osusume.storage)
    asked = replace(Asked(), taught=await osusume.taught("discord:1"))
    first = pipeline.look(drawn("magenta"), asked).findings
    assert who(first) == [None]
    vector, embedder = first.faces[0].embedding, osusume.embedder_name()
    assert vector is not None
    assert embedder is not None
    await galleries.add("discord:1", "discord:7", "yuzu", vector, embedder, "00" * 8, series="citrus")
    asked = replace(asked, taught=await osusume.taught("discord:1"))
    taught = pipeline.look(drawn("magenta"), asked).findings
    assert who(taught) == ["yuzu"], "though the picture was remembered"
    assert taught.faces[0].candidates[0].gallery == "server"
    elsewhere = replace(asked, taught=await osusume.taught("discord:2"))
    assert who(pipeline.look(drawn("magenta"), elsewhere).findings) == [None]
    alone = replace(asked, galleries=("shipped",))
    assert who(pipeline.look(drawn("magenta"), alone).findings) == [None], (
        "only the galleries that were named"
    )


def own_gallery(osusume: Osusume, name: str, embedder: str | None = None) -> None:
    look = osusume.pictures.pipeline.look(drawn("cyan"), wanted("heads", "names")).findings
    vector = look.faces[0].embedding
    assert vector is not None
    gallery = Gallery(
        name,
        embedder or osusume.embedder_name() or "",
        [Enrolled("rei", "eva", 3)],
        vector[None],
        np.zeros(1, int),
    )
    target = osusume.galleries.path(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    save(gallery, target)


def test_a_gallery_alone_and_together(osusume: Osusume, pipeline: Pipeline) -> None:
    own_gallery(osusume, "mine")

    def asked(*names: str) -> list[str | None]:
        galleries = tuple(names) or None
        return [
            one
            for colour in ("red", "cyan")
            for one in who(pipeline.look(drawn(colour), replace(Asked(), galleries=galleries)).findings)
        ]

    assert asked("mine") == [None, "rei"]
    assert asked("shipped") == ["makise_kurisu", None]
    assert asked("shipped", "mine") == ["makise_kurisu", "rei"]
    assert asked() == ["makise_kurisu", "rei"], "both, unless some are named"
    with pytest.raises(UserError, match="gallery-unknown"):
        asked("gone")


def test_a_gallery_of_another_model_is_refused_when_named(osusume: Osusume, pipeline: Pipeline) -> None:
    own_gallery(osusume, "old", "ccip@12345678")
    with pytest.raises(ArtefactError, match="gallery-other-model"):
        pipeline.look(drawn("red"), replace(Asked(), galleries=("old",)))
    assert who(pipeline.look(drawn("red"), Asked()).findings) == ["makise_kurisu"]


@pytest.mark.parametrize("broken", [False, True])
@pytest.mark.parametrize("file", ["detector", "recogniser", "tagger"])
async def test_a_missing_or_broken_model_disables_what_needs_it(
    shipped: Path, tmp_path: Path, file: str, broken: bool
) -> None:
    data = tmp_path / "thin"
    shutil.copytree(shipped, data, symlinks=True)
    path = data / "models" / f"{file}.onnx"
    path.unlink()
    if broken:
        path.write_bytes(b"no model at all")
    async with Osusume.open(settings_for(tmp_path), data=data) as osusume:
        pipeline = osusume.pictures.pipeline
        said = "model-broken" if broken else "model-missing"
        model = {"detector": "heads", "recogniser": "faces", "tagger": "tags"}[file]
        if file == "tagger":
            tags = {tag.name for tag in pipeline.look(drawn("red"), Asked()).findings.tags}
            assert "red_hair" in tags, "what needs no weights is still there"
            assert "sky" not in tags
            return
        for part in ("heads", "names"):
            asked = Asked(frozenset(("heads",) if part == "heads" else ("heads", "names")))
            if file == "recogniser" and part == "heads":
                assert len(pipeline.look(drawn("red"), asked).findings.faces) == 1
                continue
            with pytest.raises(Unavailable, match=said) as raised:
                pipeline.look(drawn("red"), asked)
            assert raised.value.arguments["model"] == model
            assert model in Texts("en")(raised.value.key, **raised.value.arguments)
        if file == "detector":
            crop = pipeline.look(drawn("red", width=40, height=40), Asked(crops=True)).findings
            assert len(crop.faces) == 1, "a crop needs no detector"


def face(*candidates: tuple[str, float], unknown: bool = False) -> Face:
    found = tuple(Candidate(f"{series}-{score}", series, score) for series, score in candidates)
    return Face(Box(0, 0, 9, 9), 1.0, found, unknown)


@pytest.mark.parametrize(
    ("faces", "series"),
    [
        ((), None),
        ((face(("fate", 0.9), ("eva", 0.05)),), "fate"),
        ((face(("fate", 0.9)), face(("fate", 0.8)), face(("eva", 0.3), ("fate", 0.2))), "fate"),
        ((face(("fate", 0.9)), face(("eva", 0.9))), None),
        ((face(("fate", 0.9), unknown=True),), None),
        ((face(("fate", 0.3)),), None),
    ],
)
def test_the_likely_series(faces: tuple[Face, ...], series: str | None) -> None:
    found = likely_series(Findings(9, 9, "", faces))
    assert (found[0] if found else None) == series
    if found:
        assert 0.6 <= found[1] <= 1


def test_refusals_are_typed(pipeline: Pipeline) -> None:
    for data, key in (
        (b"", "picture-empty"),
        (b"%PDF-1.7", "picture-is-pdf"),
        (drawn("red")[:90], "truncated"),
    ):
        with pytest.raises(UserError, match=key):
            pipeline.look(data, Asked())
