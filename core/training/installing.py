"""A trained model beside those that ship, in their list, so that `osusume models use` knows it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from core.errors import ArtefactError, UserError
from core.inference.manifest import NAME, Manifest, Model, sha256_of
from core.whole_file import whole_file


def install(folder: Path, models: Path, name: str | None = None) -> Model:
    """Copy the model that lies in `folder` with its `manifest.toml` to `models`, the folder of those that ship, and add
    its row to the list there, under its own name or `name`. One that was installed under that name before is replaced.

    Raises:
        UserError: `install-nothing` (no such model in `folder`), `install-name` (not a name), `install-taken` (a model
            that was not installed so has the name), `install-unwritable`.
        ArtefactError: the list in `models` is broken.
    """
    try:
        row = (folder / NAME).read_text(encoding="utf-8")
        (given,) = Manifest.parse(row).models.values()
        if not given.embedded or any(
            not file.agrees(sha256_of(folder / file.name)) or "/" not in file.path for file in given.files
        ):
            raise UserError("install-nothing", path=folder.name)
    except (OSError, ValueError, ArtefactError) as problem:
        raise UserError("install-nothing", path=folder.name) from problem
    if name is not None:
        row = row.replace(f'id = "{given.id}"', f'id = "{name}"')
        row = row.replace(f'path = "{given.id}/', f'path = "{name}/')
    try:
        (model,) = Manifest.parse(row).models.values()
    except ArtefactError as problem:
        raise UserError("install-name", given=str(name)[:40]) from problem
    begin, end = f"# installed: {model.id}\n", f"# end of {model.id}\n"
    text = (models / NAME).read_text(encoding="utf-8")
    text = re.sub(rf"\n?{re.escape(begin)}.*?{re.escape(end)}", "", text, flags=re.DOTALL)
    if model.id in Manifest.parse(text).models:
        raise UserError("install-taken", given=model.id)
    text = f"{text}\n{begin}{row}{end}"
    Manifest.parse(text)
    try:
        (models / model.id).mkdir(exist_ok=True)
        for file in model.files:
            with whole_file(models / file.path) as copy, (folder / file.name).open("rb") as original:
                shutil.copyfileobj(original, copy)
        with whole_file(models / NAME) as written:
            written.write(text.encode())
    except OSError as problem:
        raise UserError("install-unwritable", problem=problem.strerror or "?") from problem
    return model
