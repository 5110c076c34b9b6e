"""The models on this machine: which are here, whether they are what the manifest says, and which one serves what.

Nothing here opens a model; files are hashed, never unpickled or parsed. Hashing a large model takes seconds: call from
a worker thread.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from core.errors import Unavailable, UserError
from core.inference.lock import alone
from core.inference.manifest import NAME, PURPOSES, Manifest, Model, ModelFile, Purpose, sha256_of

log = logging.getLogger(__name__)

EMBEDDED = "embedded"
"""The preset of the models that ship; what a purpose falls back to."""


_PACKAGES = {"models": ("torch", "transformers")}
"""What an optional group of packages brings, as far as it decides whether a model runs."""


class State(StrEnum):
    EMBEDDED = "embedded"
    """Ships with the project, and is whole."""
    PULLED = "pulled"
    """Was fetched, and is whole."""
    PARTIAL = "partial"
    """Some of it is here: a pull was interrupted."""
    BROKEN = "broken"
    """A file is not what the manifest, or the first pull, says."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Capability:
    """What a purpose runs on now."""

    purpose: Purpose
    running: tuple[str, ...]
    """Ids, each whole; empty: nothing serves this purpose."""

    lacking: tuple[str, ...]
    """Ids that were chosen for it but are not here, or broken."""

    unequipped: tuple[str, ...]
    """Ids that were chosen for it and are here, but need packages that are not installed."""


class ModelStore:
    """Fulfils `ModelFiles`. May be used from several threads, and beside other processes on the same folder."""

    def __init__(self, manifest: Manifest, embedded: Path, home: Path, preset: str = EMBEDDED) -> None:
        """`embedded`: folder of the models that ship. `home`: folder for those that are pulled. `preset`: what counts
        until the host chooses with `use`.

        Raises:
            UserError: `preset-unknown`.
        """
        self.manifest = manifest
        self.home = home
        self._embedded = embedded
        self._preset = self._known_preset(preset)
        self._checked: dict[Path, tuple[int, int, str]] = _read_checked(home / "checked.json")
        self._lock = threading.RLock()

    @classmethod
    def open(cls, embedded: Path, home: Path, preset: str = EMBEDDED) -> ModelStore:
        """The store over the manifest that lies with the shipped models.

        Raises:
            ArtefactError: `manifest-unreadable`, `manifest-wrong`.
            UserError: `preset-unknown`.
        """
        return cls(Manifest.open(embedded / NAME), embedded, home, preset)

    # --- files

    def path(self, model: Model, file: ModelFile) -> Path:
        """Where a file lies, or would."""
        return self._embedded / file.path if model.embedded else self.home / model.id / file.name

    def file(self, model: str, name: str) -> Path:
        """The file `name` of `model`, checked: against what is remembered of it while its time and length stay, else
        by hashing it.

        Raises:
            Unavailable: `model-missing` (not here, or unknown) or `model-broken` (it is not what it should be).
        """
        row, file = self._row_file(model, name)
        path = self.path(row, file)
        if self._sum(row, file, anew=False) is None:
            raise Unavailable("model-broken", model=model)
        return path

    def checksum(self, model: str, name: str) -> str:
        """Hex sha256 of that file; the same errors."""
        row, file = self._row_file(model, name)
        found = self._sum(row, file, anew=False)
        if found is None:
            raise Unavailable("model-broken", model=model)
        return found

    def state(self, model: str, *, anew: bool = False) -> State:
        """How a model is. `anew` hashes its files whatever is remembered of them.

        Raises:
            UserError: `model-unknown`.
        """
        row = self.row(model)
        here = [file for file in row.files if self.path(row, file).is_file()]
        for file in here:
            try:
                if self._sum(row, file, anew) is None:
                    return State.BROKEN
            except Unavailable:
                return State.MISSING  # removed in this moment
        if len(here) == len(row.files):
            return State.EMBEDDED if row.embedded else State.PULLED
        begun = not row.embedded and any((self.home / row.id).glob("*.part"))
        return State.PARTIAL if here or begun else State.MISSING

    def row(self, model: str) -> Model:
        """The manifest's row. Raises UserError `model-unknown`."""
        try:
            return self.manifest.models[model]
        except KeyError:
            raise UserError("model-unknown", given=model[:60]) from None

    def remove(self, model: str) -> int:
        """Deletes what was pulled of a model; returns the bytes freed. Whoever has it open keeps it until they close.

        Raises:
            UserError: `model-unknown`, `model-embedded`, `pull-busy`.
            Unavailable: `models-folder`.
        """
        row = self.row(model)
        if row.embedded:
            raise UserError("model-embedded", model=model)
        folder = self.home / row.id
        try:
            with alone(self.home):
                freed = sum(path.stat().st_size for path in folder.glob("*") if path.is_file())
                if folder.exists():
                    shutil.rmtree(folder)
        except OSError as problem:
            raise Unavailable("models-folder", problem=problem.strerror or "?") from problem
        return freed

    def _row_file(self, model: str, name: str) -> tuple[Model, ModelFile]:
        row = self.manifest.models.get(model)
        file = row.file(name) if row else None
        if row is None or file is None:
            raise Unavailable("model-missing", model=model)
        return row, file

    # --- checking

    def _sum(self, model: Model, file: ModelFile, anew: bool) -> str | None:
        """Hex sha256 of a file that is as it should be; None where it is not.

        Raises:
            Unavailable: `model-missing`.
        """
        path = self.path(model, file)
        with self._lock:  # one at a time: the disk is read through, and nobody hashes what another just has
            try:
                facts = path.stat()
                if not file.fits(facts.st_size):
                    return None
                known = None if anew else self._checked.get(path)
                if known is None or known[:2] != (facts.st_size, facts.st_mtime_ns):
                    known = (facts.st_size, facts.st_mtime_ns, sha256_of(path))
                    self._remember(path, known)
                return known[2] if self._expected(model, file, known[2]) else None
            except FileNotFoundError:
                raise Unavailable("model-missing", model=model.id) from None
            except OSError as problem:
                log.warning("%s of %s cannot be read: %s", file.name, model.id, problem.strerror)
                return None

    def _expected(self, model: Model, file: ModelFile, sha256: str) -> bool:
        """Whether these 64 hex digits are the file's, as the manifest says. Where that does not give all of them, the
        first ones ever found are trusted, written down, and asked for from then on."""
        if not file.agrees(sha256):
            return False
        if model.embedded or file.sha256:
            return True
        noted = read_json(self._notes(model))
        if noted.get("revision", model.revision) != model.revision:
            return False  # the file is of another revision than the manifest pins now
        first = self.first_sum(model, file)
        if first is None:
            self.note_first_sum(model, file, sha256)
        return first in (None, sha256)

    def first_sum(self, model: Model, file: ModelFile) -> str | None:
        """Hex sha256 that was found when the file was first here, of the revision that the manifest pins."""
        noted = read_json(self._notes(model))
        sums = noted.get("sha256")
        known = (
            sums.get(file.name)
            if noted.get("revision") == model.revision and isinstance(sums, dict)
            else None
        )
        return known if isinstance(known, str) else None

    def note_first_sum(self, model: Model, file: ModelFile, sha256: str) -> None:
        """Writes it down. Raises OSError."""
        noted = read_json(self._notes(model))
        sums = noted.get("sha256") if noted.get("revision") == model.revision else None
        known = sums if isinstance(sums, dict) else {}
        write_json(self._notes(model), {"revision": model.revision, "sha256": {**known, file.name: sha256}})

    def _notes(self, model: Model) -> Path:
        return self.home / model.id / "pulled.json"

    def note_checked(self, path: Path, sha256: str) -> None:
        """Remembers the sha256 that a file was just found to have, so that it is not hashed again."""
        facts = path.stat()
        with self._lock:
            self._remember(path, (facts.st_size, facts.st_mtime_ns, sha256))

    def _remember(self, path: Path, known: tuple[int, int, str]) -> None:
        """Keeps a sum in this process, and for the next ones where the folder can be written to."""
        self._checked[path] = known
        place = self.home / "checked.json"
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            others = _read_checked(place)
            kept = {file: sums for file, sums in (others | {path: known}).items() if file.exists()}
            write_json(place, {str(file): sums for file, sums in sorted(kept.items())})
        except OSError as problem:
            log.debug("sums are not kept: %s", problem.strerror)

    # --- choosing

    @property
    def preset(self) -> str:
        """The preset that counts where no model was chosen by itself."""
        return self._choice()[0]

    def chosen(self, purpose: Purpose) -> tuple[str, ...]:
        """Ids that are to serve a purpose, here or not."""
        preset, own = self._choice()
        return own.get(purpose, self.manifest.presets[preset][purpose])

    def use(self, purpose: Purpose, models: Iterable[str]) -> None:
        """Chooses the models of one purpose, for every later start.

        Raises:
            UserError: `model-unknown`, `model-other-purpose`, `model-not-pulled`.
        """
        chosen = tuple(dict.fromkeys(models))
        for model in chosen:
            row = self.row(model)
            if purpose not in row.purposes:
                raise UserError(
                    "model-other-purpose", model=model, purpose=purpose, purposes=", ".join(row.purposes)
                )
            self._whole(row)
        preset, own = self._choice()
        self._choose(preset, {**own, purpose: chosen})

    def use_preset(self, name: str) -> None:
        """Chooses a preset for all purposes, for every later start.

        Raises:
            UserError: `preset-unknown`, `model-not-pulled`.
        """
        for model in self.manifest.of_preset(self._known_preset(name)):
            self._whole(self.row(model))
        self._choose(name, {})

    def capabilities(self) -> tuple[Capability, ...]:
        """What each purpose runs on now: the chosen models that are whole, else those that ship."""
        found = []
        for purpose in PURPOSES:
            chosen = self.chosen(purpose)
            lacking = tuple(model for model in chosen if not self._is_whole(model))
            unequipped = tuple(
                model for model in chosen if model not in lacking and not self._equipped(model)
            )
            running = tuple(model for model in chosen if model not in (*lacking, *unequipped))
            if chosen and not running:
                shipped = self.manifest.presets[EMBEDDED][purpose]
                running = tuple(model for model in shipped if self._is_whole(model))
            found.append(Capability(purpose, running, lacking, unequipped))
        return tuple(found)

    def _is_whole(self, model: str) -> bool:
        return self.state(model) in (State.EMBEDDED, State.PULLED)

    def _equipped(self, model: str) -> bool:
        packages = _PACKAGES.get(self.manifest.models[model].extra or "", ())
        return all(find_spec(package) for package in packages)

    def in_use(self, purpose: Purpose) -> tuple[str, ...]:
        """Ids that serve a purpose now; see `capabilities`."""
        return next(found.running for found in self.capabilities() if found.purpose == purpose)

    def _whole(self, row: Model) -> None:
        # A shipped model may be missing from a thin copy of the project; choosing it does no harm.
        if not row.embedded and self.state(row.id) is not State.PULLED:
            raise UserError("model-not-pulled", model=row.id)

    def _known_preset(self, name: str) -> str:
        if name not in self.manifest.presets:
            raise UserError("preset-unknown", given=name[:60], presets=", ".join(self.manifest.presets))
        return name

    def _choice(self) -> tuple[str, dict[Purpose, tuple[str, ...]]]:
        """Preset, and ids by purpose that were chosen by themselves. What the manifest no longer has is left out."""
        noted = read_json(self.home / "chosen.json")
        preset = noted.get("preset")
        own = noted.get("own")
        found: dict[Purpose, tuple[str, ...]] = {}
        for purpose in PURPOSES:
            models = own.get(purpose) if isinstance(own, dict) else None
            if isinstance(models, list):
                fits = tuple(model for model in models if self._fits(model, purpose))
                if fits or not models:
                    found[purpose] = fits
        known = isinstance(preset, str) and preset in self.manifest.presets
        return (str(preset) if known else self._preset), found

    def _fits(self, model: object, purpose: Purpose) -> bool:
        row = self.manifest.models.get(model) if isinstance(model, str) else None
        return row is not None and purpose in row.purposes

    def _choose(self, preset: str, own: Mapping[Purpose, tuple[str, ...]]) -> None:
        try:
            write_json(self.home / "chosen.json", {"preset": preset, "own": own})
        except OSError as problem:
            raise Unavailable("models-folder", problem=problem.strerror or "?") from problem


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object; empty where the file is missing or holds none."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def write_json(path: Path, value: object) -> None:
    """Writes in one step: there is the old file or the new one. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        unfinished.write_text(json.dumps(value, indent=1), encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _read_checked(path: Path) -> dict[Path, tuple[int, int, str]]:
    """Length, time in ns and sha256 by file, as remembered."""
    found = {}
    for name, sums in read_json(path).items():
        match sums:
            case [int() as length, int() as moment, str() as sha256]:
                found[Path(name)] = (length, moment, sha256)
    return found
