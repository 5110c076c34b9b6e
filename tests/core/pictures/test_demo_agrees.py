"""The pictures to try, through the shipped models: what is said of each agrees with the tags beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.texts import Texts
from core.osusume import Osusume
from core.pictures import Asked, Findings, Length, Pipeline
from core.pictures.captioners import compose
from core.pictures.captioners.composer import ALT_LIMIT
from core.pictures.captioners.phrases import sentences
from core.pictures.tags import present
from core.settings import read_settings
from tests.core.pictures.contradictions import contradictions

DEMO = Path(__file__).parents[3] / "data" / "demo"
PICTURES = sorted(path.name for path in DEMO.glob("*.webp"))
LENGTHS: tuple[Length, ...] = ("short", "long", "alt")


async def test_caption_and_tags_never_contradict_each_other(tmp_path: Path) -> None:
    assert len(PICTURES) == 8
    texts = Texts("en")

    def job(pipeline: Pipeline, name: str) -> tuple[Findings, dict[Length, str]]:
        """As commands do it: only tags that are shown are put into words."""
        seen = pipeline.look((DEMO / name).read_bytes(), Asked())
        tags = present(seen.findings.tags)
        seen = replace(seen, findings=replace(seen.findings, tags=(*tags.shown(), *tags.meta)))
        return seen.findings, {length: pipeline.caption(seen, texts, length) for length in LENGTHS}

    settings = read_settings(_env_file=None, home=tmp_path, picture_deadline=900, picture_seconds=3600)
    async with Osusume.open(settings, warm=False) as osusume:
        answers = {name: await osusume.pictures.run("somebody", partial(job, name=name)) for name in PICTURES}
    for name, (findings, captions) in answers.items():
        surely = replace(
            findings,
            faces=tuple(face if face.surely else replace(face, unknown=True) for face in findings.faces),
        )
        for length in LENGTHS:
            phrases = compose(surely, length)
            said = sentences(phrases, texts, ALT_LIMIT if length == "alt" else None)
            assert said == captions[length], "the traces are those of what was said"
            assert contradictions(surely, phrases) == [], (name, length, said)
    assert all(answers[name][0].faces for name in PICTURES if not name.startswith("lake")), (
        "heads to speak of"
    )
    lake, captions = answers["lake_at_dawn.webp"]
    assert not lake.faces
    assert "indoors" not in {tag.name for tag in lake.tags}
