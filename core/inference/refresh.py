"""Keeping the manifest's rows of shipped models true: `python -m core.inference.refresh data/models [--measure]`."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from core.inference.manifest import NAME, Manifest, sha256_of, wrong
from core.inference.measure import measure


def refresh(folder: Path, *, measured: bool = False) -> tuple[str, ...]:
    """Writes bytes and sha256 of the shipped files in `folder` into its manifest; returns their paths. With `measured`,
    memory and seconds of their ONNX models as well: those of a model add up.

    A shipped file is one line of its own, beginning `{ path = "..."`. Files that are not there stay without both.

    Raises:
        ArtefactError: as `Manifest.open`.
    """
    manifest = Manifest.open(folder / NAME)
    text = (folder / NAME).read_text(encoding="utf-8")
    written = []
    for model in manifest.models.values():
        for file in model.files if model.embedded else ():
            path = folder / file.path
            facts = ""
            if path.is_file():
                facts = f', bytes = {path.stat().st_size}, sha256 = "{sha256_of(path)}"'
                written.append(file.path)
            line = re.compile(rf'^(\s*)\{{ path = "{re.escape(file.path)}"[^}}\n]*\}},?$', re.MULTILINE)
            text, count = line.subn(rf'\1{{ path = "{file.path}"{facts} }},', text)
            if count != 1:
                raise wrong(model.id, "files", f"{file.path} needs one line of its own")
        graphs = [folder / file.path for file in model.files if file.path.endswith(".onnx")]
        if measured and model.embedded and graphs and all(path.is_file() for path in graphs):
            taken = [measure(path) for path in graphs]
            memory, seconds = sum(one.memory_mb for one in taken), sum(one.seconds for one in taken)
            first, head, rest = text.partition(f'id = "{model.id}"\n')
            row, mark, others = rest.partition("\n[")
            row = re.sub(r"^(?:memory_mb|seconds) = .*\n", "", row, flags=re.MULTILINE)
            text = f"{first}{head}memory_mb = {memory:.1f}\nseconds = {seconds:.4f}\n{row}{mark}{others}"
    Manifest.parse(text)
    (folder / NAME).write_text(text, encoding="utf-8", newline="\n")
    return tuple(written)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write bytes and sha256 of shipped files into the manifest.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--measure", action="store_true", help="what they take in memory and time as well")
    options = parser.parse_args()
    for name in refresh(options.folder, measured=options.measure):
        print(name)
