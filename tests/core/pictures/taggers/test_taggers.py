"""What every tagger keeps to, and what each publisher's layout demands."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import Unavailable
from core.inference import import_torch
from core.pictures import Box, Face, Picture, Tag, Tagger, Trait
from core.pictures.taggers import (
    TAGGERS,
    DanbooruResNetTagger,
    NetworkTagger,
    NsfwjsTagger,
    OurTagger,
    PixaiTagger,
    Thresholds,
    WdTagger,
)
from core.pictures.taggers.danbooru_resnet import build
from core.pictures.taggers.labels import mcut
from core.pictures.taggers.traits import head_square
from tests.core.pictures.detectors.tiny import Folder
from tests.core.pictures.taggers.tiny import (
    PIXAI_LABELS,
    PIXAI_OUTPUTS,
    WD_LABELS,
    WD_OUTPUTS,
    heads_onnx,
    ours_onnx,
    pixai_onnx,
    plain,
    rating_onnx,
    wd_onnx,
)  # fmt: skip

RED, BLUE, WHITE, BLACK = (255, 0, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)
LEARNED = {
    "outdoors": (0.0, 0.0, 1.0, 0.0),
    "1girl": (1 / 3, 1 / 3, 1 / 3, 0.0),
    "sitting": (1.0, 0.0, 0.0, 0.0),
}


def wd(folder: Folder) -> Tagger:
    folder.put("wd", "model.onnx", wd_onnx())
    folder.put("wd", "selected_tags.csv", WD_LABELS)
    return WdTagger(folder.models(), "wd")


def pixai(folder: Folder) -> Tagger:
    folder.put("pixai", "model.onnx", pixai_onnx())
    folder.put("pixai", "selected_tags.csv", PIXAI_LABELS)
    folder.put("pixai", "thresholds.csv", "category,name,threshold\n0,general,0.4\n4,character,0.7\n")
    return PixaiTagger(folder.models(), "pixai")


@pytest.fixture(scope="module")
def resnet_folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The whole ResNet-50 with random weights, its last layer set so that the scores are known."""
    torch = import_torch()
    folder = Folder(tmp_path_factory.mktemp("models"))
    names = ["age_rating_s", "age_rating_q", "age_rating_e", "1girl", "hatsune_miku", "vocaloid", "highres"]
    folder.put("resnet", "class_names_6000.json", json.dumps(names))
    module = build(len(names))
    with torch.no_grad():
        module[1][8].weight.zero_()
        module[1][8].bias.copy_(torch.tensor([2.0, -1.0, -3.0, 1.5, 1.0, 0.5, -4.0]))
    torch.save(module.state_dict(), folder.path / "resnet" / "resnet50-13306192.pth")
    return folder


@pytest.fixture(scope="module")
def resnet(resnet_folder: Folder) -> Tagger:
    return DanbooruResNetTagger(resnet_folder.models(), "resnet", size=32)


def ours(folder: Folder) -> Tagger:
    folder.put("tags", "tagger.onnx", ours_onnx(LEARNED, [0.5, 0.5, 0.9]))
    return OurTagger(folder.models(), "tags")


def network(folder: Folder) -> Tagger:
    folder.put("network", "model.onnx", ours_onnx(LEARNED, [0.5, 0.5, 0.9]))
    rows = "0,outdoors,0,1,0.5\n1,1girl,0,1,0.5\n2,sitting,0,1,0.9\n"
    folder.put("network", "selected_tags.csv", "tag_id,name,category,count,threshold\n" + rows)
    return NetworkTagger(folder.models(), "network")


def nsfwjs(folder: Folder) -> Tagger:
    folder.put("rating", "rating.onnx", rating_onnx())
    return NsfwjsTagger(folder.models(), "rating")


ALL: dict[str, Callable[[Folder], Tagger]] = {
    "tags": ours, "wd": wd, "pixai": pixai, "nsfwjs": nsfwjs, "network": network,
}  # fmt: skip


def scores(tags: tuple[Tag, ...], category: str = "general") -> dict[str, float]:
    return {tag.name: round(tag.score, 2) for tag in tags if tag.category == category}


def test_every_backend_is_registered_and_tested() -> None:
    assert set(TAGGERS) == {*ALL, "danbooru-resnet"}


@pytest.fixture(params=[*ALL, "danbooru-resnet"])
def tagger(request: pytest.FixtureRequest, tmp_path: Path) -> Tagger:
    if request.param == "danbooru-resnet":
        found: Tagger = request.getfixturevalue("resnet")
        return found
    return ALL[request.param](Folder(tmp_path))


@pytest.mark.parametrize("shape", [(60, 40), (1, 1), (1, 700), (900, 3), (33, 64)])
def test_tags_are_scored_named_and_in_order(tagger: Tagger, shape: tuple[int, int]) -> None:
    picture = plain(BLUE, *shape)
    tags = tagger.tag(picture, ())
    assert tagger.tag(picture, ()) == tags
    assert len({(tag.category, tag.name) for tag in tags}) == len(tags)
    assert all(0 <= tag.score <= 1.000001 and tag.name and " " not in tag.name for tag in tags)
    for category in {tag.category for tag in tags}:
        own = [tag.score for tag in tags if tag.category == category]
        assert own == sorted(own, reverse=True)
    assert len([tag for tag in tags if tag.category == "rating"]) <= 1
    assert "@" in tagger.name


def test_transparent_pictures_lie_on_white(tagger: Tagger) -> None:
    clear = replace(plain(BLACK), alpha=np.zeros((40, 60), np.uint8))
    seen = {tag.name: tag.score for tag in tagger.tag(clear, ()) if "background" not in tag.name}
    white = {tag.name: tag.score for tag in tagger.tag(plain(WHITE), ()) if "background" not in tag.name}
    assert seen == pytest.approx(white, abs=1e-5)


def test_several_threads_may_ask_at_once(tagger: Tagger) -> None:
    pictures = [plain(colour) for colour in (RED, BLUE, WHITE, BLACK)] * 2
    alone = [tagger.tag(picture, ()) for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda picture: tagger.tag(picture, ()), pictures))
    for one, other in zip(alone, together, strict=True):
        assert [tag.name for tag in one] == [tag.name for tag in other]
        assert [tag.score for tag in one] == pytest.approx([tag.score for tag in other], abs=1e-5)


@pytest.mark.parametrize("backend", ["wd", "pixai", "danbooru-resnet", "nsfwjs"])
def test_what_is_missing_is_said(backend: str, tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as problem:
        TAGGERS[backend](Folder(tmp_path).models(), "nothing-here").tag(plain(RED), ())
    assert problem.value.key == "model-missing"


def test_wd_sees_blue_green_red_from_0_to_255_in_the_order_of_the_list(tmp_path: Path) -> None:
    tagger = wd(Folder(tmp_path))
    blue = tagger.tag(plain(BLUE, 40, 40), ())
    assert scores(blue) == {"blue_theme": 1.0, 'dark,_"odd"_name': 0.67}
    assert scores(blue, "character") == {"hatsune_miku": 1.0}
    assert scores(tagger.tag(plain(RED, 40, 40), ()), "character") == {"saber_(fate)": 1.0}


def test_wd_gives_the_likeliest_rating_only(tmp_path: Path) -> None:
    tagger = wd(Folder(tmp_path))
    assert scores(tagger.tag(plain(WHITE), ()), "rating") == {"general": 1.0}
    assert scores(tagger.tag(plain(BLACK, 40, 40), ()), "rating") == {"explicit": 1.0}


def test_wd_pads_with_white_to_a_square(tmp_path: Path) -> None:
    wide = wd(Folder(tmp_path)).tag(plain(BLACK, 80, 20), ())
    assert scores(wide)["1girl"] == pytest.approx(0.75, abs=0.02)


def test_wd_characters_of_a_crop(tmp_path: Path) -> None:
    tagger = wd(Folder(tmp_path))
    assert isinstance(tagger, WdTagger)
    purple = plain((51, 0, 128), 40, 40).pixels
    assert [(tag.name, round(tag.score, 1)) for tag in tagger.character_scores(purple)] == [
        ("hatsune_miku", 0.5), ("saber_(fate)", 0.2),
    ]  # fmt: skip


def test_wd_with_the_widest_gap_instead_of_thresholds(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    wd(folder)
    tagger = WdTagger(folder.models(), "wd", Thresholds(mcut=True))
    dim = plain((26, 0, 77), 40, 40)  # blue .3, light .13, dark .87
    assert set(scores(tagger.tag(dim, ()))) == {'dark,_"odd"_name'}
    assert set(scores(tagger.tag(dim, ()), "character")) == {"hatsune_miku"}
    assert mcut(np.asarray([0.9, 0.2, 0.8, 0.1], np.float32)) == pytest.approx(0.5)


def test_a_list_of_another_length_is_refused(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    wd(folder)
    folder.put("wd", "selected_tags.csv", WD_LABELS.rsplit("\n", 2)[0] + "\n")
    pixai(folder)
    folder.put("pixai", "selected_tags.csv", "name\n1girl\n")
    for tagger in (WdTagger(folder.models(), "wd"), PixaiTagger(folder.models(), "pixai")):
        with pytest.raises(Unavailable) as problem:
            tagger.tag(plain(RED), ())
        assert problem.value.key == "model-broken"


def test_pixai_stretches_and_scales_and_names_the_series(tmp_path: Path) -> None:
    tagger = pixai(Folder(tmp_path))
    black = tagger.tag(plain(BLACK, 80, 20), ())
    assert black == ()
    blue = tagger.tag(plain(BLUE, 80, 20), ())
    assert scores(blue) == {"blue_theme": 1.0}
    assert scores(blue, "character") == {"hatsune_miku": 1.0}
    assert scores(blue, "copyright") == {"vocaloid": 1.0, "project_sekai": 1.0}
    assert not scores(blue, "rating")
    assert isinstance(tagger, PixaiTagger)
    assert [tag.name for tag in tagger.character_scores(plain(RED).pixels)] == ["saber_(fate)"]


def test_pixai_takes_its_own_thresholds_from_its_file(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    tagger = pixai(folder)
    dim = plain((0, 0, 180), 40, 40)  # blue .71, light .24
    assert scores(tagger.tag(dim, ()), "character") == {"hatsune_miku": 0.71}
    (folder.path / "pixai" / "thresholds.csv").unlink()
    assert scores(PixaiTagger(folder.models(), "pixai").tag(dim, ()), "character") == {}
    given = PixaiTagger(folder.models(), "pixai", Thresholds(0.2, 0.5)).tag(dim, ())
    assert set(scores(given)) == {"1girl", "blue_theme"}


def test_resnet_has_the_published_structure() -> None:
    module = build(6000)
    state = module.state_dict()
    assert len(state) == 332
    assert sum(value.numel() for value in module.parameters()) == 28_692_912
    for key, shape in (
        ("0.0.weight", (64, 3, 7, 7)), ("0.1.running_mean", (64,)), ("0.4.0.conv1.weight", (64, 64, 1, 1)),
        ("0.7.2.bn3.weight", (2048,)), ("1.2.weight", (4096,)), ("1.4.weight", (512, 4096)), ("1.6.bias", (512,)),
        ("1.8.weight", (6000, 512)),
    ):  # fmt: skip
        assert tuple(state[key].shape) == shape


def test_resnet_pools_the_maximum_first() -> None:
    torch = import_torch()
    value = torch.tensor([[[[1.0, 0.0], [0.0, 3.0]]]])
    assert build(1)[1][0](value).flatten().tolist() == [3.0, 1.0]


def test_resnet_scores_ratings_and_categories(resnet: Tagger) -> None:
    tags = resnet.tag(plain(RED), ())
    assert scores(tags, "rating") == {"general": 0.88}
    assert scores(tags) == {"1girl": 0.82}
    assert scores(tags, "character") == {"hatsune_miku": 0.73}
    assert scores(tags, "copyright") == {"vocaloid": 0.62}


def test_resnet_runs_no_code_of_a_file(tmp_path: Path) -> None:
    torch = import_torch()
    folder = Folder(tmp_path)
    folder.put("resnet", "class_names_6000.json", '["1girl"]')
    torch.save(
        torch.nn.Linear(2, 2), folder.path / "resnet" / "resnet50-13306192.pth"
    )  # a whole pickled module
    with pytest.raises(Unavailable) as problem:
        DanbooruResNetTagger(folder.models(), "resnet").tag(plain(RED), ())
    assert problem.value.key == "model-broken"


def test_ours_without_its_learned_part(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tagger = OurTagger(Folder(tmp_path).models(), "tags")
    picture = Picture(np.full((2500, 400, 3), 255, np.uint8), None, "", "PNG")
    tags = {tag.name for tag in tagger.tag(picture, ())}
    assert {"greyscale", "absurdres", "white_background"} <= tags
    tagger.tag(picture, ())
    assert len(caplog.records) == 1
    assert tagger.name == "tags@built-in"


def test_ours_with_a_learned_part_that_does_not_fit(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = Folder(tmp_path)
    folder.put("tags", "tagger.onnx", ours_onnx(LEARNED, [0.5, 0.5, 0.9], broken=True))
    assert "outdoors" not in {tag.name for tag in OurTagger(folder.models(), "tags").tag(plain(BLUE), ())}
    assert len(caplog.records) == 1


def test_ours_uses_the_thresholds_in_its_file(tmp_path: Path) -> None:
    tagger = ours(Folder(tmp_path))
    assert "outdoors" in scores(tagger.tag(plain(BLUE), ()))
    somebody = (Face(Box(1, 1, 9, 9), 1.0),)
    assert "sitting" not in scores(tagger.tag(plain((220, 0, 0)), somebody))
    assert "sitting" in scores(tagger.tag(plain(RED), somebody))
    assert "sitting" not in scores(tagger.tag(plain(RED), ())), "where nobody is, nobody sits"


def test_ours_says_indoors_only_when_it_is_all_but_certain(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put("tags", "tagger.onnx", ours_onnx({"indoors": (0.0, 0.0, 1.0, 0.0)}, [0.2]))
    tagger = OurTagger(folder.models(), "tags")
    assert "indoors" not in scores(tagger.tag(plain((0, 0, 200)), ()))
    assert "indoors" in scores(tagger.tag(plain((0, 0, 250)), ()))


def test_ours_looks_at_heads_with_its_own_network(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put("tags", "tagger.onnx", heads_onnx())
    pixels = np.full((60, 200, 3), 255, np.uint8)
    pixels[:, 60:] = BLUE
    pixels[:, 140:] = RED
    picture = Picture(pixels, None, "", "PNG")
    eyes, guessed = Trait("eyes", "green", 0.9), Trait("hair", "pink", 1.0)
    heads = [Box(85, 15, 30, 30), Box(160, 20, 30, 30), Box(170, 30, 60, 60)]
    faces = tuple(Face(box, 1.0, traits=(guessed, eyes)) for box in heads)
    tagger = OurTagger(folder.models(), "tags")
    found = tagger.with_traits(picture, faces)
    assert [{trait.kind: trait.value for trait in face.traits} for face in found] == [
        {"hair": "blue", "gender": "male", "eyes": "green"},
        {"hair": "red", "gender": "male", "eyes": "green"},
        {"hair": "red", "gender": "male", "eyes": "green"},
    ]
    tags = scores(tagger.tag(picture, found))
    assert {"blue_hair", "red_hair", "green_eyes"} <= set(tags)
    assert "pink_hair" not in tags
    assert tagger.with_traits(picture, ()) == ()


def test_ours_weighs_what_the_recogniser_sees(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put("tags", "tagger.onnx", heads_onnx())
    tagger = OurTagger(folder.models(), "tags")

    def hair(*spread: tuple[str, float]) -> Trait:
        seen = (Trait("hair", "pink", 1.0, spread),)
        (face,) = tagger.with_traits(plain((80, 0, 160)), (Face(Box(10, 10, 20, 20), 1.0, traits=seen),))
        return next(trait for trait in face.traits if trait.kind == "hair")

    alone = hair()
    assert alone.value == "blue"
    assert hair(("red", 0.25), ("blue", 0.25)).score == pytest.approx(2 / 3)
    assert hair(("red", 0.1), ("aqua", 0.9)).score == pytest.approx(18 / 19), "aqua counts as blue"
    assert hair(("red", 0.9), ("blue", 0.1)).value == "red"
    assert hair(("pink", 1.0)).value == "blue", "a colour that this network does not know says nothing"


def test_ours_leaves_faces_alone_where_its_network_has_no_heads(tmp_path: Path) -> None:
    tagger = ours(Folder(tmp_path))
    assert isinstance(tagger, OurTagger)
    faces = (Face(Box(1, 1, 9, 9), 1.0, traits=(Trait("hair", "pink", 0.9),)),)
    assert tagger.with_traits(plain(RED), faces) == faces


@pytest.mark.parametrize(
    "box", [Box(-20, -20, 30, 30), Box(55, 35, 40, 40), Box(0, 0, 60, 40), Box(3, 3, 0.4, 0.4)]
)
def test_the_square_around_a_head_never_leaves_the_picture(box: Box) -> None:
    square = head_square(plain((9, 200, 60)).pixels, box, 24)
    assert square.shape == (24, 24, 3)
    assert (square == (9, 200, 60)).all()


def test_the_tiny_models_have_as_many_outputs_as_labels() -> None:
    assert WD_OUTPUTS.shape[1] == len(WD_LABELS.strip().splitlines()) - 1
    assert PIXAI_OUTPUTS.shape[1] == len(PIXAI_LABELS.strip().splitlines()) - 1
