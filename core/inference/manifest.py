"""Every model there is, from `data/models/manifest.toml`: where it comes from, its files, what it costs."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import ArtefactError

Purpose = Literal["detector", "recogniser", "tagger", "captioner", "rating"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
NAME = "manifest.toml"

_PICKLED = (".bin", ".pth", ".pt", ".ckpt", ".pkl")
_OWN_NAMES = (".part", ".part.json", "pulled.json")
"""Endings that the store keeps its own notes under."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ModelFile(_Row):
    """One file of a model."""

    path: str = Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$", max_length=200)
    """In the source repository; for a shipped model below the folder of the manifest."""

    bytes: Annotated[int, Field(gt=0)] | None = None
    at_most: Annotated[int, Field(gt=0)] | None = None
    """Bound in bytes, where no first-hand source gives the length."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    sha256_prefix: Annotated[str, Field(pattern="^[0-9a-f]{8,63}$")] | None = None
    """Where only the first digits are published."""

    url: Annotated[str, Field(pattern=r"^https?://[^\s@/]+/\S+$")] | None = None
    """Where it is fetched from, when that is not the hub."""

    pickle: bool = False
    """A Python pickle: `torch.load(..., weights_only=True)` is the only reader allowed."""

    @property
    def name(self) -> str:
        """What the file is called here, and what back ends ask for."""
        return self.path.rpartition("/")[2]

    @property
    def limit(self) -> int:
        """Bytes above which a download is stopped."""
        return self.bytes or self.at_most or 0

    def fits(self, count: int) -> bool:
        """Whether the file may have that many bytes."""
        return count == self.bytes if self.bytes else 0 < count <= (self.at_most or count)

    def agrees(self, sha256: str) -> bool:
        """Whether these 64 hex digits are what the manifest says; True where it says nothing."""
        return sha256.startswith(self.sha256 or self.sha256_prefix or "")


class Model(_Row):
    """One model: a row of the manifest."""

    id: str = Field(pattern="^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=60)
    purposes: list[Purpose] = Field(min_length=1)
    """What it can be used for, the main purpose first."""

    backend: str = Field(pattern="^[a-z0-9-]+$")
    """Name under which the code that reads it is registered."""

    repo: Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")] | None = None
    revision: Annotated[str, Field(pattern="^[0-9a-f]{40}$")] | None = None
    embedded: bool = False
    """Ships with the project."""

    licence: str = Field(min_length=1)
    extra: Annotated[str, Field(pattern="^[a-z]+$")] | None = None
    """The optional group of packages that it needs."""

    memory_mb: Annotated[float, Field(gt=0)] | None = None
    """Resident memory that loading and one run add, measured; None where it was not."""

    seconds: Annotated[float, Field(gt=0)] | None = None
    """Processor time of one run on one picture (of one face, for a recogniser), measured; None where it was not."""

    thresholds: dict[str, Annotated[float, Field(ge=0, le=1)]] = {}
    files: list[ModelFile] = Field(min_length=1)

    def file(self, name: str) -> ModelFile | None:
        return next((file for file in self.files if file.name == name), None)

    @property
    def bytes(self) -> int:
        """Room on disk; an upper bound where `exact` is false."""
        return sum(file.limit for file in self.files)

    @property
    def exact(self) -> bool:
        return all(file.bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class Cost:
    """What models take together."""

    bytes: int
    exact: bool
    """Whether `bytes` is exact rather than a bound."""

    memory_mb: float | None
    """Measured; None where one of them was not. A model takes at least the bytes of its weights."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """All rows. `presets`: name, then model ids by purpose; no id means that the purpose does without a model."""

    models: Mapping[str, Model]
    presets: Mapping[str, Mapping[Purpose, tuple[str, ...]]]

    @classmethod
    def open(cls, path: Path) -> Manifest:
        """Reads a manifest file.

        Raises:
            ArtefactError: `manifest-unreadable` (missing, or no TOML), `manifest-wrong` naming row and field.
        """
        try:
            return cls.parse(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as problem:
            raise ArtefactError("manifest-unreadable", problem=type(problem).__name__) from problem

    @classmethod
    def parse(cls, text: str) -> Manifest:
        """Reads a manifest's text; raises as `open`."""
        try:
            content = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as problem:
            raise ArtefactError("manifest-unreadable", problem=str(problem)[:200]) from problem
        try:
            table = _Table.model_validate(content)
        except ValidationError as problem:
            raise _first(problem, content) from problem
        models: dict[str, Model] = {}
        for model in table.model:
            _check(model)
            if model.id in models:
                raise wrong(model.id, "id", "is there twice")
            models[model.id] = model
        presets = {
            name: {purpose: tuple(chosen.get(purpose, ())) for purpose in PURPOSES}
            for name, chosen in table.preset.items()
        }
        for name, preset in presets.items():
            for purpose, chosen in preset.items():
                _check_preset(f"preset.{name}", purpose, chosen, models)
        return cls(models, presets)

    def of_preset(self, name: str) -> tuple[str, ...]:
        """Ids of all models of a preset, each once.

        Raises:
            KeyError: there is no such preset.
        """
        chosen = self.presets[name]
        return tuple(dict.fromkeys(model for purpose in PURPOSES for model in chosen[purpose]))

    def cost(self, models: Iterable[str]) -> Cost:
        """What these models (ids, each counted once) take on disk and in memory."""
        rows = [self.models[model] for model in dict.fromkeys(models)]
        measured = [row.memory_mb for row in rows if row.memory_mb is not None]
        return Cost(
            sum(row.bytes for row in rows),
            all(row.exact for row in rows),
            sum(measured) if len(measured) == len(rows) else None,
        )


class _Table(_Row):
    model: list[Model] = []
    preset: dict[Annotated[str, Field(pattern="^[a-z]+$")], dict[Purpose, list[str]]] = {}


def wrong(row: str, field: str, problem: str) -> ArtefactError:
    """The error for a row that is not as it should be."""
    return ArtefactError("manifest-wrong", row=row, field=field, problem=problem)


def _first(problem: ValidationError, content: dict[str, object]) -> ArtefactError:
    """The first thing that is wrong, with its row by id (by number where it has none) and field."""
    error = problem.errors(include_url=False, include_input=False)[0]
    where = [str(part) for part in error["loc"] if part != "[key]"]
    if where[:1] == ["model"] and len(where) > 1:
        rows = content["model"]
        row = rows[int(where[1])] if isinstance(rows, list) else None
        name = row.get("id") if isinstance(row, dict) else None
        known = isinstance(name, str) and 0 < len(name) <= 60
        return wrong(str(name) if known else f"model {int(where[1]) + 1}", ".".join(where[2:]), error["msg"])
    if where[:1] == ["preset"] and len(where) > 1:
        return wrong(f"preset.{where[1]}"[:60], ".".join(where[2:])[:60], error["msg"])
    return wrong("manifest", ".".join(where)[:60], error["msg"])


def _check(model: Model) -> None:
    """What a row's fields say together. Raises ArtefactError `manifest-wrong`."""
    if len(set(model.purposes)) < len(model.purposes):
        raise wrong(model.id, "purposes", "one is there twice")
    if model.embedded and (model.repo or model.revision):
        raise wrong(model.id, "repo", "a shipped model is not fetched from anywhere")
    if bool(model.repo) != bool(model.revision):
        raise wrong(model.id, "revision", "repo and its pinned revision go together")
    names = [file.name for file in model.files]
    for index, file in enumerate(model.files):
        where = f"files.{index}."
        if names.count(file.name) > 1:
            raise wrong(model.id, where + "path", f"two files would be called {file.name}")
        if file.name.endswith(_OWN_NAMES):
            raise wrong(model.id, where + "path", "the name is kept for the store's own notes")
        if file.sha256 and file.sha256_prefix:
            raise wrong(model.id, where + "sha256_prefix", "the whole sha256 is there already")
        if file.bytes and file.at_most:
            raise wrong(model.id, where + "at_most", "the exact bytes are there already")
        if model.embedded and (file.url or file.at_most):
            raise wrong(model.id, where + ("url" if file.url else "at_most"), "a shipped file has none")
        if not model.embedded and not file.limit:
            raise wrong(model.id, where + "bytes", "give bytes, or at_most where they are not known")
        if not model.embedded and not model.repo and not file.url:
            raise wrong(model.id, where + "url", "neither the model's repo nor a url is given")
        if file.name.endswith(_PICKLED) and not file.pickle:
            raise wrong(model.id, where + "pickle", "such a file is a pickle and has to say so")


def _check_preset(row: str, purpose: Purpose, chosen: tuple[str, ...], models: Mapping[str, Model]) -> None:
    for name in chosen:
        if name not in models:
            raise wrong(row, purpose, f"there is no model {name[:60]}")
        if purpose not in models[name].purposes:
            raise wrong(row, purpose, f"{name} is no {purpose}")


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file's content. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
