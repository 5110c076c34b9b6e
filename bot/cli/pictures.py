"""`osusume detect|identify|tag|caption|describe|embed`: pictures and folders of pictures, one line each."""

from __future__ import annotations

import asyncio
import io
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.session import print_json, with_core
from bot.commands.naming import character_name, series_name
from bot.texts import Texts
from core.errors import OsusumeError, UserError
from core.osusume import Osusume
from core.pictures import Asked, Length, Part, Pipeline, Seen
from core.pictures.drawing import Label, Room, annotate, pack
from core.pictures.reading import Limits
from core.pictures.tags import LIMITS, TagSettings, present, readable, rows

AT_ONCE = 4
"""Pictures handed to the queue ahead of the one being printed: workers never wait for the disk."""

EVERYTHING = TagSettings(implied=True, limits=dict.fromkeys(LIMITS, 10_000), most=10_000, characters=1000)
"""For data: what the tagger is sure of, also what follows from another tag; nothing is cut."""

Paths = Annotated[list[Path], typer.Argument(help="Pictures, and folders of them.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Out = Annotated[Path | None, typer.Option(help="Folder for pictures with boxes and names drawn in.")]
Crops = Annotated[bool, typer.Option("--crops", help="Each picture is one face already.")]
Galleries = Annotated[
    list[str] | None,
    typer.Option("--gallery", help="Ask only this gallery; repeat for more; `shipped` is ours."),
]
Language = Annotated[str | None, typer.Option(help="en, ja, vi or es.")]

Row = dict[str, object]


def add(app: typer.Typer) -> None:
    """Registers these commands."""
    for command in (detect, identify, tag, caption, describe, embed):
        app.command()(command)


def detect(paths: Paths, as_json: AsJson = False, out: Out = None) -> None:
    """Find heads: boxes and scores."""
    _run(paths, Asked(frozenset(("heads",))), None, as_json, out, None)


def identify(
    paths: Paths, as_json: AsJson = False, out: Out = None, crops: Crops = False, gallery: Galleries = None
) -> None:
    """Name every face, with its series."""
    _run(paths, _asked(("heads", "names"), crops, gallery), None, as_json, out, None)


def tag(paths: Paths, as_json: AsJson = False, crops: Crops = False) -> None:
    """Tags with scores."""
    _run(paths, _asked(("heads", "names", "tags"), crops), None, as_json, None, None)


def caption(
    paths: Paths,
    as_json: AsJson = False,
    length: Annotated[str, typer.Option(help="short, long or alt.")] = "long",
    language: Language = None,
    crops: Crops = False,
) -> None:
    """A sentence that describes the picture."""
    _run(paths, _asked(("heads", "names", "tags"), crops), _length(length), as_json, None, language)


def describe(
    paths: Paths,
    as_json: AsJson = False,
    out: Out = None,
    length: Annotated[str, typer.Option(help="short, long or alt.")] = "long",
    language: Language = None,
    crops: Crops = False,
    gallery: Galleries = None,
) -> None:
    """Everything: faces and names, tags, a caption."""
    asked = _asked(("heads", "names", "tags"), crops, gallery)
    _run(paths, asked, _length(length), as_json, out, language)


def embed(paths: Paths, as_json: AsJson = False, crops: Crops = False) -> None:
    """Each face's embedding, L2-normalised."""
    _run(paths, _asked(("heads", "names"), crops), None, as_json, None, None, embeddings=True)


def _asked(parts: Sequence[Part], crops: bool, gallery: Sequence[str] | None = None) -> Asked:
    return Asked(frozenset(parts), crops=crops, galleries=tuple(gallery) if gallery else None)


def _length(name: str) -> Length:
    if name == "short":
        return "short"
    if name in ("long", "alt"):
        return "long" if name == "long" else "alt"
    raise UserError("length-wrong", given=name[:20])


def found(paths: Sequence[Path]) -> Iterator[Path]:
    """The files given and those in the folders given, sorted, without hidden ones."""
    for path in paths:
        if path.is_dir():
            inside = (file for file in path.rglob("*") if file.is_file())
            yield from sorted(
                f for f in inside if not any(p.startswith(".") for p in f.relative_to(path).parts)
            )
        else:
            yield path


def _run(
    paths: Sequence[Path],
    asked: Asked,
    length: Length | None,
    as_json: bool,
    out: Path | None,
    language: str | None,
    *,
    embeddings: bool = False,
) -> None:
    files = list(found(paths))
    if not files:
        raise UserError("pictures-none")
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    drawn = drawn_stems(files)

    async def work(osusume: Osusume) -> bool:
        from rich.console import Console
        from rich.progress import Progress

        texts = Texts(language or osusume.settings.language)
        limits = Limits.of(osusume.settings)

        def answer(pipeline: Pipeline, data: bytes) -> tuple[Seen, str | None, float]:
            began = time.perf_counter()
            seen = pipeline.look(data, asked)
            text = pipeline.caption(_shown(seen), texts, length) if length is not None else None
            return seen, text, time.perf_counter() - began

        def job(path: Path) -> Callable[[Pipeline], Row]:
            def look(pipeline: Pipeline) -> Row:
                try:
                    limits.check_bytes(path.stat().st_size)
                    data = path.read_bytes()
                except OSError as problem:
                    raise UserError("path-unreadable", file=path.name) from problem
                seen, text, seconds = answer(pipeline, data)
                if out is not None:
                    _draw(osusume, seen, out / drawn[path], texts)
                return row(str(path), seen, text, seconds, embeddings=embeddings)

            return look

        # Models are loaded, and found missing, before the first picture is timed.
        await (await osusume.open_pictures()).run("blank", lambda pipeline: answer(pipeline, _blank()))
        fine = True
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=len(files) < 2) as progress:
            task = progress.add_task("", total=len(files))
            async for path, result in _in_order(osusume, files, job):
                progress.advance(task)
                if isinstance(result, OsusumeError):
                    fine = False
                    result = {"image": str(path), "error": texts(result.key, **result.arguments)}
                if as_json:
                    print_json(result)
                else:
                    for line in _lines(osusume, result, texts):
                        print(line)
        return fine

    if not with_core(work):
        sys.exit(1)


async def _in_order(
    osusume: Osusume, files: Sequence[Path], job: Callable[[Path], Callable[[Pipeline], Row]]
) -> AsyncIterator[tuple[Path, Row | OsusumeError]]:
    """Results in the order of the files, a few of them worked on ahead."""
    pending: list[asyncio.Task[Row]] = []
    for index, path in enumerate(files):
        while len(pending) < AT_ONCE and index + len(pending) < len(files):
            ahead = files[index + len(pending)]
            pending.append(asyncio.create_task(osusume.pictures.run(str(ahead), job(ahead))))
        try:
            yield path, await pending.pop(0)
        except OsusumeError as problem:
            yield path, problem


def _shown(seen: Seen) -> Seen:
    """Only tags that may be shown may be put into words."""
    from dataclasses import replace

    tags = present(seen.findings.tags)
    return replace(seen, findings=replace(seen.findings, tags=(*tags.shown(), *tags.meta)))


def row(image: str, seen: Seen, caption: str | None, seconds: float, *, embeddings: bool) -> Row:
    """One picture as data; boxes in pixels of the upright picture. `seconds`: what reading, finding and captioning it
    took."""
    faces = []
    shown = seen.findings.faces
    if not shown and seen.findings.guess is not None:
        shown = (seen.findings.guess,)  # the picture as a whole, unknown: its candidates are worth a look
    for face in shown:
        one: Row = {
            "box": [round(value, 1) for value in (face.box.x, face.box.y, face.box.w, face.box.h)],
            "score": round(face.score, 4),
            "candidates": [
                {"character": c.character, "series": c.series, "score": round(c.score, 4)}
                for c in face.candidates
            ],
            "unknown": face.unknown,
            "traits": {trait.kind: trait.value for trait in face.traits},
        }
        if embeddings and face.embedding is not None:
            one["embedding"] = [round(float(value), 6) for value in face.embedding]
        faces.append(one)
    return {
        "image": image,
        "width": seen.findings.width,
        "height": seen.findings.height,
        "faces": faces,
        "whole": seen.findings.whole or shown != seen.findings.faces,
        "tags": rows(present(seen.findings.tags, EVERYTHING)),
        "caption": caption,
        "seconds": round(seconds, 4),
    }


def drawn_stems(files: Sequence[Path]) -> dict[Path, str]:
    """What the drawn picture of each file is called: as the file, numbered where several folders have that name."""
    stems: dict[Path, str] = {}
    taken: set[str] = set()
    for file in dict.fromkeys(files):
        stem, number = file.stem, 1
        while stem in taken:
            number += 1
            stem = f"{file.stem}-{number}"
        taken.add(stem)
        stems[file] = stem
    return stems


def _blank() -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (256, 256), (128, 128, 128)).save(stream, "PNG")
    return stream.getvalue()


def _draw(osusume: Osusume, seen: Seen, target: Path, texts: Texts) -> None:
    """Writes `target` with the ending of the format that suits the picture."""
    labels = [
        Label(face.box, None)
        if face.unknown or not face.candidates
        else Label(
            face.box,
            character_name(osusume, face.candidates[0].character, texts.language),
            face.candidates[0].score,
            face.candidates[0].character,
        )
        for face in ([] if seen.findings.whole else seen.findings.faces)
    ]
    packed = pack(annotate(seen.picture.over(), labels), Room())
    target.with_name(f"{target.name}.{packed.extension}").write_bytes(packed.data)


def _lines(osusume: Osusume, result: Row, texts: Texts) -> Iterator[str]:
    """A picture's result for people."""
    yield f"{result['image']}"
    if "error" in result:
        yield f"  {result['error']}"
        return
    faces = result["faces"]
    assert isinstance(faces, list)
    if result["whole"] and all(face["unknown"] for face in faces):
        faces = []  # a guess at best: for data, not for people
    if result["whole"] and faces:
        yield f"  {texts('seen-whole')}"
    for number, face in enumerate(faces, 1):
        x, y, w, h = face["box"]
        named = ""
        if face["candidates"]:
            best = face["candidates"][0]
            name = character_name(osusume, best["character"], texts.language)
            from core.pictures import Candidate

            series = series_name(osusume, Candidate(best["character"], best["series"], best["score"]))
            shown = texts("seen-unknown") if face["unknown"] else " · ".join(filter(None, (name, series)))
            named = f"  {shown}" + ("" if face["unknown"] else f"  {round(best['score'] * 100)} %")
        yield f"  {number}. [{x:.0f}, {y:.0f}, {w:.0f} x {h:.0f}] {face['score']:.2f}{named}"
        if "embedding" in face:
            yield "     " + " ".join(f"{value:.4f}" for value in face["embedding"][:8]) + " ..."
    if not faces:
        yield f"  {texts('seen-nobody')}"
    tags = result["tags"]
    assert isinstance(tags, list)
    if tags:
        yield "  " + ", ".join(f"{readable(tag['tag'])} {round(tag['score'] * 100)}" for tag in tags)
    if result["caption"]:
        yield f"  {result['caption']}"
