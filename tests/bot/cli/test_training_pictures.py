"""`osusume train` and `osusume evaluate` for pictures, as a host types them, on drawn pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from PIL import Image

from bot.cli import main
from core.osusume import DATA

if not (find_spec("torch") and find_spec("torchvision") and find_spec("onnx")):
    pytest.skip("needs the extra for training", allow_module_level=True)

from tests.core.training.drawn import write_packs
from tests.core.training.test_captioner import write_pairs
from tests.core.training.test_classifier import write_folders
from tests.core.training.test_detector_training import write_boxes, write_pack
from tests.core.training.test_network_tagger import drawn, write_danbooru
from tests.core.training.test_tagger import write_tagged
from tests.tiny_models import tiny_models

Run = Callable[..., tuple[int, str, str]]
TINY = (
    'backbone = "shufflenet_v2_x0_5"\nsize = 24\nbatch = 4\nsteps = 3\nwarm_up_steps = 2\nwarm_up_batch = 4\n'
    "validate_every = 2\n"
)
NETWORK = TINY + "least_pictures = 5\n"
RECOGNISER = (
    "pretrained = false\nsizes = [32]\nsize = 40\ndimensions = 16\nsteps = 2\nattribute_steps = 2\nwarmup = 1\n"
    "identities = 6\npictures = 2\ngallery = 2\nattributes = 4\n"
)
TAGGER = "size = 64\nhead_size = 64\nseeds = 3\nfaces = 8\nfaces_of_gender = 4\n"
DETECTOR = (
    "pretrained = false\nsteps = 2\nbatch = 1\nsizes = [64]\nwidth = 8\nchecked = false\nlongest_side = 64\n"
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `osusume ...`: exit code, what it said, and what it said on standard error."""
    monkeypatch.setenv("OSUSUME_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["osusume", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def config(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_tagger_is_trained_and_measured(run: Run, tmp_path: Path) -> None:
    tagged = write_tagged(tmp_path / "data")
    models = tmp_path / "models"
    given = ("--data", tagged, "--out", models, "--config", config(tmp_path, TAGGER))
    code, said, error = run("train", "tagger", *given, "--budget", "0.01", "--seed", "3", "--json")
    assert code == 0, error
    assert json.loads(said)["tags"] == ["board"]
    report = json.loads((models / "tagger.json").read_text(encoding="utf-8"))
    assert (report["config"]["seed"], report["config"]["size"]) == (3, 64)
    for name in ("detector.onnx", "recogniser.onnx"):
        (models / name).write_bytes((DATA / "models" / name).read_bytes())
    sheet, curves = tmp_path / "worst.png", tmp_path / "curves"
    asked = ("evaluate", "tagger", "--model", models, "--data", tagged)
    code, said, error = run(*asked, "--sheet", sheet, "--curves", curves, "--json")
    assert code == 0, error
    told = json.loads(said)
    assert told["learned"]["file"]["tags"]["board"]["f1"] > 0.8
    assert json.loads((curves / "tagger.json").read_text(encoding="utf-8")) == told
    for path in (sheet, curves / "reliability.png"):
        with Image.open(path) as picture:
            assert picture.format == "PNG"


def test_a_network_tagger_from_metadata_to_tags(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, out = write_danbooru(tmp_path / "data", 40), tmp_path / "out"
    given = ("--data", data, "--out", out, "--config", config(tmp_path, NETWORK), "--ratings", "sq")
    code, said, error = run("train", "tagger", *given, "--seed", "3", "--warm-up", data, "--json")
    assert code == 0, error
    told = json.loads(said)
    assert (told["tags"], told["steps"]) == (5, 3)
    assert told["asked"] > 0
    assert "| seed | 3 |" in (out / "card.md").read_text()
    sheet, curves = tmp_path / "worst.png", tmp_path / "curves"
    asked = ("evaluate", "tagger", "--model", out, "--data", data, "--format", "danbooru", "--ratings", "sq")
    code, said, error = run(*asked, "--sheet", sheet, "--curves", curves, "--json")
    assert code == 0, error
    figures = json.loads(said)
    assert figures["pictures"] == told["asked"]
    assert {"micro_f1", "macro_f1", "own_micro_f1", "tuned_macro_f1", "rating_right"} < set(figures)
    assert 0 <= figures["mean_average_precision"] <= 1
    assert json.loads((curves / "tagger.json").read_text(encoding="utf-8")) == figures
    assert sheet.is_file()
    assert (curves / "reliability.png").is_file()
    made = run(
        "train", "smaller", "--model", out / "model.onnx", *asked[4:], "--kind", "float16",
        "--out", tmp_path / "s", "--json",
    )  # fmt: skip
    assert made[0] == 0, made[2]
    plain, stored = json.loads(made[1])["models"]
    assert stored["megabytes"] < plain["megabytes"]
    assert plain["micro F1"] == figures["own_micro_f1"]
    assert stored["mAP"] == pytest.approx(figures["mean_average_precision"], abs=0.05)

    (tmp_path / "shipped").mkdir()
    shipped = tiny_models(tmp_path / "shipped")
    for place in ("core.osusume.DATA", "bot.cli.training_pictures.DATA"):
        monkeypatch.setattr(place, shipped)
    code, said, error = run("train", "install", out, "--name", "mine", "--json")
    assert code == 0, error
    assert json.loads(said)["model"] == "mine"
    drawn(3)[0].save(tmp_path / "picture.png")
    code, said, error = run("tag", tmp_path / "picture.png", "--json")
    assert code == 0, error
    words = {tag["tag"] for tag in json.loads(said)["tags"]}
    assert words, said
    assert words <= {"1girl", "ball", "box", "general", "questionable"}, said


def test_a_classifier_from_folders_to_figures(run: Run, tmp_path: Path) -> None:
    data, out = write_folders(tmp_path / "data", 6), tmp_path / "out"
    given = (
        "--data",
        data,
        "--out",
        out,
        "--config",
        config(tmp_path, TINY),
        "--warm-up",
        data,
        "--seed",
        "3",
    )
    code, said, error = run("train", "classifier", *given, "--json")
    assert code == 0, error
    told = json.loads(said)
    assert (told["classes"], told["steps"]) == (3, 3)
    assert Path(told["model"]).is_file()
    assert (out / "warm-up" / "checkpoint.pt").is_file()
    assert "| seed | 3 |" in (out / "card.md").read_text()

    sheet = tmp_path / "sheets" / "worst.png"
    code, said, error = run(
        "evaluate", "classifier", "--model", told["onnx"], "--data", data, "--all", "--sheet", sheet, "--json"
    )
    assert code == 0, error
    figures = json.loads(said)
    assert figures["pictures"] == 18
    assert 0 <= figures["top_1"] <= 1
    with Image.open(sheet) as picture:
        assert picture.format == "PNG"
    asked = ("--model", told["onnx"], "--data", data)
    code, said, _ = run("evaluate", "classifier", *asked, "--all", "--curves", tmp_path)
    assert code == 0
    assert (tmp_path / "reliability.png").is_file()
    assert json.loads((tmp_path / "classifier.json").read_text(encoding="utf-8")) == figures
    for wanted in ("top_1", "calibration", "worst_classes"):
        assert wanted in said
    code, smaller, error = run(
        "train", "smaller", *asked, "--out", tmp_path / "s", "--kind", "int8", "--json"
    )
    assert code == 0, error
    plain, stored = json.loads(smaller)["models"]
    assert stored["megabytes"] < plain["megabytes"]
    assert set(stored) == {"file", "kind", "megabytes", "ms for 1", "ms for 2", "top-1"}
    inside = Path(__file__).with_name("worst.png")
    code, _, error = run(
        "evaluate", "classifier", "--model", told["onnx"], "--data", data, "--all", "--sheet", inside
    )
    assert code == 1
    assert "inside the project" in error
    assert not inside.exists()


def test_what_a_host_gets_wrong_is_one_sentence(run: Run, tmp_path: Path) -> None:
    data, out = write_folders(tmp_path / "data", 2), tmp_path / "out"
    classifier = ("train", "classifier", "--data", data, "--out", out)
    smaller = ("train", "smaller", "--data", data, "--out", out)
    for text, wanted in (
        ("stepz = 3", "stepz"), ("steps = 'many'", "steps"), ("steps = ", "config.toml"),
        ('precision = "float8"', "precision"), ('backbone = "no_such_network"', "no_such_network"),
    ):  # fmt: skip
        code, said, error = run(*classifier, "--config", config(tmp_path, text))
        assert (code, said) == (1, ""), text
        assert wanted in error
        assert len(error.strip().splitlines()) == 1
    for words, wanted in (
        ((*classifier, "--distributed"), "torchrun"),
        ((*classifier, "--weights", tmp_path / "none.pth"), "none.pth"),
        (
            ("train", "captioner", "--data", write_pairs(tmp_path / "p"), "--out", out, "--model", tmp_path),
            "BLIP",
        ),
        (("train", "detector", "--data", data, "--out", out), "--data"),
        (("train", "tagger", "--data", data, "--out", out), "--format"),
        (("train", "tagger", "--data", data, "--out", out, "--ratings", "x"), "x"),
        (("train", "tagger", "--data", data, "--out", out, "--images", tmp_path / "none"), "none"),
        (("train", "install", out), "out"),
        (("train", "recogniser", "--data", data, "--out", out), "osusume data convert data --to packs"),
        (("evaluate", "detector", "--model", tmp_path / "none.onnx", "--data", data), "none.onnx"),
        (("evaluate", "recogniser", "--model", tmp_path / "none.onnx", "--data", data), "none.onnx"),
        ((*smaller, "--model", tmp_path / "none.onnx"), "none.onnx"),
        ((*smaller, "--model", tmp_path / "config.toml"), "config.toml"),
        ((*smaller, "--model", tmp_path / "config.toml", "--kind", "int4"), "int8-static"),
    ):
        code, _, error = run(*words)
        assert code == 1, words
        assert wanted in error, (words, error)


def test_the_composer_is_measured_against_people(run: Run, tmp_path: Path) -> None:
    data = write_pairs(tmp_path / "pairs")
    sheet = tmp_path / "worst.png"
    code, said, error = run(
        "evaluate", "captioner", "--model", "composer", "--data", data, "--all", "--sheet", sheet, "--json"
    )
    assert code == 0, error
    figures = json.loads(said)
    assert figures["pictures"] == 12
    assert figures["denied"] == 0
    assert sheet.is_file()


def test_a_recogniser_is_trained_and_measured(run: Run, tmp_path: Path) -> None:
    data, out = write_packs(tmp_path / "data"), tmp_path / "out"
    detector = ("--detector", _detector(tmp_path))
    given = ("--data", data, "--out", out, "--config", config(tmp_path, RECOGNISER), *detector)
    code, said, error = run("train", "recogniser", *given, "--json")
    assert code == 0, error
    model = json.loads(said)["model"]
    sheet = tmp_path / "worst.png"
    code, said, error = run(
        "train", "smaller", "--model", model, "--data", data, "--out", out / "s", "--json"
    )
    assert code == 0, error
    rows = {row["kind"]: row for row in json.loads(said)["models"]}
    assert set(rows) == {"as it is", "float16", "int8", "int8-dynamic", "int8-static"}
    assert {"hair", "eyes", "gender", "top-1, gallery"} < set(rows["int8"])
    assert all(
        row["megabytes"] < rows["as it is"]["megabytes"] for kind, row in rows.items() if kind != "as it is"
    )
    model = str(out / "s" / rows["int8-static"]["file"])
    curves = tmp_path / "curves"
    chosen = ("--model", model, "--data", data, *detector, "--sheet", sheet, "--curves", curves)
    code, said, error = run("evaluate", "recogniser", *chosen, "--json")
    assert code == 0, error
    told = json.loads(said)
    drawn = json.loads((curves / "recogniser.json").read_text(encoding="utf-8"))
    assert [row["x"] for row in drawn["characters to choose from"]["prototypes"]] == [10, 25, 50, 52]
    with Image.open(curves / "recogniser.png") as picture:
        assert picture.format == "PNG"
    asked = told["identities, gallery: top-1"]
    assert sum(row["pictures"] for row in told["trust"]) == asked["count"] > 0
    right = sum(row["pictures"] * row["right"] for row in told["trust"])
    assert right == pytest.approx(asked["value"] * asked["count"])
    assert sum(row["pictures"] for row in told["confused"]) == pytest.approx(asked["count"] - right)
    assert sheet.is_file()


def test_a_recogniser_from_a_folder_a_character(run: Run, tmp_path: Path) -> None:
    people, packs = write_folders(tmp_path / "people", 6), tmp_path / "packs"
    code, said, error = run("data", "convert", people, "--to", "packs", "--out", packs, "--json")
    assert code == 0, error
    assert json.loads(said)["written"] == 18
    detector = _detector(tmp_path)
    given = ("--data", packs, "--out", tmp_path / "out", "--detector", detector)
    code, said, error = run("train", "recogniser", *given, "--config", config(tmp_path, RECOGNISER), "--json")
    assert code == 0, error
    model = json.loads(said)["model"]
    told = onnx.load(model).metadata_props
    training = json.loads(next(one.value for one in told if one.key == "training"))
    assert training["characters"] == ["blue_green", "green_red", "red_black"]
    crops = np.zeros(
        (1, 3, *(side.dim_value for side in onnx.load(model).graph.input[0].type.tensor_type.shape.dim[2:]))
    )
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    hair = session.run(["hair"], {"crops": crops.astype(np.float32)})[0]
    assert np.allclose(hair, 1 / 12), "nothing was said of hair, so nothing is known of it"
    asked = ("evaluate", "recogniser", "--model", model, "--data", packs, "--detector", detector, "--json")
    code, said, error = run(*asked)
    assert code == 0, error
    assert "identities, gallery: top-1" in json.loads(said)


def test_a_detector_learns_from_boxes_of_another_form(run: Run, tmp_path: Path) -> None:
    data, out = write_boxes(tmp_path / "data", "coco"), tmp_path / "out"
    given = ("--data", data, "--out", out, "--config", config(tmp_path, DETECTOR))
    code, _, error = run("train", "detector", *given)
    assert code == 0, error
    code, said, error = run(
        "evaluate", "detector", "--model", out / "detector.onnx", "--data", data, "--all", "--json"
    )
    assert code == 0, error
    told = json.loads(said)["all"]
    assert (told["heads"], told["faceless"]) == (8, 4), "those that are called head, and no others"


def test_a_detector_is_trained_and_measured(run: Run, tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    write_pack(data)
    given = ("--data", data, "--out", out, "--config", config(tmp_path, DETECTOR))
    code, said, error = run("train", "detector", *given)
    assert code == 0, error
    model = out / "detector.onnx"
    assert model.name in said
    assert "detector, loss" in error
    assert "2/2" in error
    sheet = tmp_path / "worst.png"
    code, said, error = run(
        "evaluate", "detector", "--model", model, "--data", data, "--all", "--sheet", sheet, "--json"
    )
    assert code == 0, error
    assert json.loads(said)["all"]["heads"] > 0
    with Image.open(sheet) as picture:
        assert picture.size[1] > 100
    kinds = ("--model", model, "--data", data, "--kind", "int8", "--kind", "int8-static")
    code, said, error = run("train", "smaller", *kinds, "--out", tmp_path / "s", "--json")
    assert code == 0, error
    plain, *stored = json.loads(said)["models"]
    assert [row["kind"] for row in stored] == ["int8", "int8-static"]
    assert all(row["recall_40"] >= 0 and row["ms for 2"] > 0 for row in (plain, *stored))


def _detector(folder: Path) -> Path:
    from tests.core.training.test_recogniser import _constant_detector

    path = folder / "detector.onnx"
    _constant_detector(path)
    return path
