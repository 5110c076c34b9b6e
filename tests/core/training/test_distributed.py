"""Two real processes over gloo, started as torchrun starts them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from core.errors import UserError
from core.training.classifier import ClassifierConfig, train_classifier
from core.training.curves import read_curves
from core.training.distributed import Place, joined
from core.training.labelled import read_examples
from tests.core.training.test_classifier import write_folders
from tests.core.training.test_network_tagger import write_danbooru

ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from core.training.classifier import ClassifierConfig, train_classifier
from core.training.distributed import joined
from core.training.labelled import read_examples

data, out, kill = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
config = ClassifierConfig(
    backbone="shufflenet_v2_x0_5", size=24, batch=3, steps=6, warmup=1, ema=0.5, rate=3e-3, validate_every=3, patience=9
)

def stepped(step, steps, values):
    if step == kill:
        import os
        os._exit(9)

with joined() as place:
    trained = train_classifier(read_examples(data), out, config, place=place, on_step=stepped, export=False)
    torch.save(trained.network.state_dict(), out / f"end-{place.rank}.pt")
    kept = torch.load(place.folder(out) / "checkpoint.pt", weights_only=True)
    torch.save(kept["model"], out / f"live-{place.rank}.pt")
"""

TAGGER = """
import sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from core.training.distributed import joined
from core.training.network_tagger import train_tagger
from core.training.tagged import read_tagged
from core.training.network_tagger import NetworkTaggerConfig

data, out = Path(sys.argv[1]), Path(sys.argv[2])
config = NetworkTaggerConfig(
    backbone="shufflenet_v2_x0_5", size=24, batch=3, steps=2, validate_every=1, least_pictures=5, strength=0.2
)
with joined() as place:
    trained = train_tagger(read_tagged(data), out, config, place=place, export=place.first)
    torch.save(trained.network.state_dict(), out / f"end-{place.rank}.pt")
"""


def torchrun(
    folder: Path, data: Path, out: Path, kill: int = 0, program: str = PROGRAM
) -> subprocess.CompletedProcess[bytes]:
    script = folder / "train.py"
    script.write_text(program)
    return subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", "--standalone", str(script), str(data),
         str(out), str(kill)],
        capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}, timeout=240,
    )  # fmt: skip


def load(path: Path) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = torch.load(path, weights_only=True)
    return found


def test_two_processes_end_at_the_same_weights_also_after_being_killed(tmp_path: Path) -> None:
    data = write_folders(tmp_path / "data", 6)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    done = torchrun(tmp_path, data, whole)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    for kind in ("end", "live"):
        one, other = load(whole / f"{kind}-0.pt"), load(whole / f"{kind}-1.pt")
        for name, value in one.items():
            if kind == "end" or not ("running" in name or "num_batches" in name):
                assert torch.equal(value, other[name]), (kind, name)
    first, second = (read_curves(folder / "log.csv")["loss"] for folder in (whole, whole / "rank-1"))
    assert first != second, "each process learns from pictures of its own"

    assert torchrun(tmp_path, data, broken, kill=4).returncode != 0
    assert not (broken / "end-0.pt").exists()
    done = torchrun(tmp_path, data, broken)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    one, other = load(whole / "end-0.pt"), load(broken / "end-0.pt")
    assert all(torch.equal(value, other[name]) for name, value in one.items())


def test_two_processes_train_one_tagger(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = torchrun(tmp_path, write_danbooru(tmp_path / "data", 60), out, program=TAGGER)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    one, other = load(out / "end-0.pt"), load(out / "end-1.pt")
    assert all(torch.equal(value, other[name]) for name, value in one.items())
    assert (out / "model.onnx").is_file()
    assert len(read_curves(out / "validation.csv")["mAP"]) == 1


def test_every_batch_is_taken_once() -> None:
    taken = [Place(rank, 3, "cpu").share(lambda index: index)(at) for at in range(4) for rank in range(3)]
    assert taken == list(range(12))


def test_alone_or_with_a_budget_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UserError, match="distributed-alone"), joined():
        pass
    examples = read_examples(write_folders(tmp_path / "data", 6))
    with pytest.raises(UserError, match="distributed-budget"):
        train_classifier(examples, tmp_path, ClassifierConfig(), budget_minutes=1, place=Place(0, 2, "cpu"))
