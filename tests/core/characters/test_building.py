"""A gallery from a folder a character: what is kept, what is dropped and said, and going on after a cut."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.characters import (
    Calibration,
    Enrolled,
    Eyes,
    Gallery,
    GalleryShelf,
    build_gallery,
    identify,
    normalised,
    own_calibration,
    save,
)
from core.characters.building import outliers
from core.characters.gallery import Vectors
from core.characters.journal import Journal, Noted
from core.characters.left_out import left_out_scores
from core.errors import ArtefactError, UserError
from core.pictures import Box, Picture
from tests.core.characters.faces import EMBEDDER, gallery_of, people


class Looking:
    """Reads PNG files; a head is a bright patch (found by OpenCV's contours), its vector the colours in it."""

    def __init__(self) -> None:
        self.seen = 0

    def reads(self, content: bytes) -> Picture:
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
        if pixels is None:
            raise UserError("picture-unreadable")
        return Picture(np.asarray(pixels, np.uint8)[..., ::-1], None, "0", "PNG")

    def finds(self, picture: Picture) -> list[Box]:
        bright = (picture.pixels.max(axis=2) > 60).astype(np.uint8)
        contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        return [Box(*map(float, cv2.boundingRect(contour))) for contour in contours]

    def embeds(self, picture: Picture, heads: Sequence[Box]) -> Vectors:
        self.seen += 1
        rows = []
        for box in heads:
            part = picture.pixels[int(box.y) : int(box.y + box.h), int(box.x) : int(box.x + box.w)]
            small = cv2.resize(part.astype(np.float32), (4, 4), interpolation=cv2.INTER_AREA)
            rows.append(small.ravel() - 128)
        return normalised(np.asarray(rows, np.float32))

    def eyes(self) -> Eyes:
        return Eyes(self.reads, self.finds, self.embeds, EMBEDDER, "patches@1")


def draw(path: Path, *patches: tuple[int, np.ndarray]) -> None:
    """A dark picture with patches of 32x32 at x, each 4x4 coloured cells."""
    pixels = np.full((60, 200, 3), 20, np.uint8)
    for x, cells in patches:
        pixels[10:42, x : x + 32] = np.kron(cells, np.ones((8, 8, 1), np.uint8))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())


def cells(person: int, face: int = 0) -> np.ndarray:
    rng = np.random.default_rng(person)
    mean = rng.integers(90, 230, (4, 4, 3))
    noise = np.random.default_rng((person, face, 1)).integers(-12, 13, (4, 4, 3))
    return (mean + noise).clip(70, 255).astype(np.uint8)


LABELS = ("saber_(fate)", "re:zero rem", "c.c.", "初音ミク")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for person, label in enumerate(LABELS):
        for face in range(7):
            draw(tmp_path / "in" / label / f"{face}.png", (20 + face, cells(person, face)))
    return tmp_path / "in"


def test_every_folder_becomes_a_character(folder: Path) -> None:
    looking = Looking()
    gallery, report = build_gallery(folder, "own", looking.eyes())
    assert {c.name: (c.series, c.shots) for c in gallery.characters} == {
        "saber_(fate)": ("fate", 7), "re:zero rem": (None, 7), "c.c.": (None, 7), "初音ミク": (None, 7),
    }  # fmt: skip
    assert sum(len(character.kept) for character in report.characters) == 28
    assert gallery.embedder == EMBEDDER
    draw(folder / "new.png", (100, cells(2, 30)))
    picture = looking.reads((folder / "new.png").read_bytes())
    (names,) = identify([gallery], EMBEDDER, looking.embeds(picture, looking.finds(picture)))
    assert names[0].character == "c.c."


def test_every_picture_is_accounted_for(folder: Path) -> None:
    mine = folder / "c.c."
    draw(mine / "two.png", (10, cells(2, 40)), (100, cells(3, 40)))
    draw(mine / "none.png")
    draw(mine / "odd.png", (50, 255 - cells(2, 0) // 2))
    draw(mine / "deep" / "more.png", (50, cells(2, 41)))
    (mine / "again.png").write_bytes((mine / "0.png").read_bytes())
    (mine / "notes.txt").write_text("not a picture")
    (mine / ".hidden").write_text("x")
    (folder / "empty").mkdir()
    draw(folder / "faceless" / "a.png")
    gallery, report = build_gallery(folder, "own", Looking().eyes())
    found = {character.character: character for character in report.characters}
    assert found["c.c."].kept == sorted([f"{n}.png" for n in range(7)] + ["more.png"])
    assert found["c.c."].dropped == ["odd.png"]
    assert found["c.c."].many_faces == ["two.png"]
    assert found["c.c."].no_face == ["none.png"]
    assert found["c.c."].repeated == ["again.png"]
    assert found["c.c."].unreadable == [("notes.txt", "picture-unreadable")]
    assert found["faceless"].kept == []
    assert "faceless" not in {character.name for character in gallery.characters}


def test_crops_are_taken_whole(folder: Path) -> None:
    draw(folder / "c.c." / "two.png", (10, cells(2, 40)), (100, cells(3, 40)))
    eyes = Looking().eyes()

    def never(picture: Picture) -> list[Box]:
        raise AssertionError("crops are not searched")

    gallery, report = build_gallery(
        folder, "own", Eyes(eyes.reads, never, eyes.embeds, eyes.embedder, "none"), crops=True
    )
    assert len(gallery.vectors) + sum(len(c.dropped) for c in report.characters) == 29


def test_folders_without_faces_are_told(tmp_path: Path) -> None:
    for make, key in ((False, "gallery-folder-missing"), (True, "gallery-folder-empty")):
        if make:
            draw(tmp_path / "in" / "a" / "none.png")
        with pytest.raises(UserError) as caught:
            build_gallery(tmp_path / "in", "own", Looking().eyes())
        assert caught.value.key == key


def test_a_run_that_was_cut_goes_on_where_it_was(folder: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    whole, _ = build_gallery(folder, "own", Looking().eyes())

    def cut(done: int, total: int) -> None:
        assert total == 28
        if done == 11:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_gallery(folder, "own", Looking().eyes(), journal=journal, on_progress=cut)
    with journal.open("ab") as file:
        file.write(b'{"sha256": "ab", "fa')  # a line that was being written
    looking = Looking()
    again, _ = build_gallery(folder, "own", looking.eyes(), journal=journal)
    assert looking.seen == 28 - 11
    assert again.characters == whole.characters
    assert np.allclose(again.vectors, whole.vectors, atol=2e-3)
    looking = Looking()
    build_gallery(folder, "own", looking.eyes(), journal=journal)
    assert looking.seen == 0


def test_a_journal_of_other_models_is_not_used(folder: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    build_gallery(folder, "own", Looking().eyes(), journal=journal)
    for key in ("crops", "model"):
        looking = Looking()
        eyes = looking.eyes()
        other = (
            eyes if key == "crops" else Eyes(eyes.reads, eyes.finds, eyes.embeds, "other@2", eyes.detector)
        )
        build_gallery(folder, "own", other, journal=journal, crops=key == "crops")
        assert looking.seen == 28


def test_a_journal_cut_anywhere_gives_only_what_was_noted(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    faces, _ = people(6, 1, dimensions=8)
    with Journal(path, "k") as journal:
        for n in range(6):
            journal.add(f"d{n}", Noted(1, faces[n, 0]) if n % 2 else Noted(n, None))
    content = path.read_bytes()
    for length in range(len(content) + 1):
        path.write_bytes(content[:length])
        with Journal(path, "k") as journal:
            for n in range(len(journal)):
                noted = journal.get(f"d{n}")
                assert noted is not None
                assert noted.faces == (1 if n % 2 else n)
                assert (noted.vector is None) == (n % 2 == 0)
            assert len(journal) == max(0, content[:length].count(b"\n") - 1)
            journal.add("after", Noted(2, None))
        with Journal(path, "k") as journal:
            assert journal.get("after") == Noted(2, None)


def test_strangers_among_a_characters_faces_are_outliers() -> None:
    faces, _ = people(2, 20, spread=0.6)
    mixed = np.concatenate([faces[0], faces[1, :3]])
    assert outliers(mixed).tolist() == [False] * 20 + [True] * 3
    assert not outliers(faces[0]).any()


def test_few_faces_or_two_halves_are_left_alone() -> None:
    faces, _ = people(2, 6, spread=0.2)
    assert not outliers(np.concatenate([faces[0, :3], faces[1, :1]])).any()
    assert outliers(np.concatenate([faces[0], faces[1]])).sum() <= 6


def test_left_out_scores_are_those_of_a_gallery_without_the_face() -> None:
    faces, _ = people(5, 4, dimensions=16)
    vectors, labels = faces.reshape(-1, 16), np.repeat(np.arange(5), 4)
    scores = left_out_scores(vectors, labels, np.asarray([0, 7, 19]))
    for row, asked in enumerate((0, 7, 19)):
        rest = np.delete(np.arange(20), asked)
        names = [Enrolled(str(n), None, 1) for n in range(5)]
        gallery = Gallery("x", EMBEDDER, names, vectors[rest], labels[rest])
        (matches,) = gallery.nearest(vectors[asked : asked + 1])
        assert {match.character.name: pytest.approx(match.score, abs=1e-5) for match in matches} == {
            str(n): scores[row, n] for n in range(5)
        }


def test_a_character_with_one_face_is_asked_only_as_a_stranger() -> None:
    faces, _ = people(4, 1, dimensions=16)
    scores = left_out_scores(faces[:, 0], np.arange(4), np.asarray([2]))
    assert np.isneginf(scores[0, 2])
    assert np.isfinite(np.delete(scores[0], 2)).all()
    assert own_calibration(faces[:, 0], np.arange(4)) is None  # nobody can be right


def test_a_gallery_of_many_faces_finds_its_own_calibration() -> None:
    faces, _ = people(60, 6, spread=1.2)
    calibration = own_calibration(faces[:40].reshape(-1, 32), np.repeat(np.arange(40), 6))
    assert calibration is not None
    gallery = gallery_of(faces[:40, :5], calibration=calibration)
    known = [names[0].probability for names in identify([gallery], EMBEDDER, faces[:40, 5])]
    strangers = [names[0].probability for names in identify([gallery], EMBEDDER, faces[40:, 5])]
    assert np.mean(known) > 0.6
    assert np.mean(strangers) < 0.25


# --- by name


def test_galleries_are_opened_by_name_and_again_when_changed(tmp_path: Path) -> None:
    faces, _ = people(6, 3)
    shelf = GalleryShelf(tmp_path / "shipped.npz", tmp_path / "own")
    assert shelf.names() == ()
    assert shelf.galleries(None, EMBEDDER) == []
    save(gallery_of(faces), tmp_path / "shipped.npz")
    save(gallery_of(faces, prefix="mine"), shelf.path("mine"))
    save(gallery_of(faces, embedder="other@2"), shelf.path("other"))
    assert shelf.names() == ("shipped", "mine", "other")
    assert [gallery.name for gallery in shelf.galleries(None, EMBEDDER)] == ["shipped", "mine"]
    assert [gallery.name for gallery in shelf.galleries(["mine", "mine"], EMBEDDER)] == ["mine"]
    first = shelf.gallery("mine")
    assert shelf.gallery("mine") is first
    save(gallery_of(faces[:2], prefix="new", calibration=Calibration(slope=1)), shelf.path("mine"))
    assert shelf.gallery("mine").characters[0].name == "new0"


def test_names_that_are_none_do_not_leave_the_folder(tmp_path: Path) -> None:
    shelf = GalleryShelf(tmp_path / "shipped.npz", tmp_path / "own")
    for name in ("../x", "", "a/b", ".x", "shipped", "server", "x" * 61):
        with pytest.raises(UserError) as caught:
            shelf.path(name)
        assert caught.value.key == "gallery-name-wrong"
    with pytest.raises(UserError) as caught:
        shelf.gallery("none")
    assert caught.value.key == "gallery-unknown"


def test_a_broken_gallery_is_told_and_does_not_stop_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = GalleryShelf(tmp_path / "shipped.npz", tmp_path / "own")
    save(gallery_of(people(4, 2)[0]), tmp_path / "shipped.npz")
    shelf.path("mine").parent.mkdir()
    shelf.path("mine").write_bytes(b"PK")
    with pytest.raises(ArtefactError) as caught:
        shelf.gallery("mine")
    assert caught.value.key == "gallery-broken"
    for _ in range(3):
        assert [gallery.name for gallery in shelf.galleries(None, EMBEDDER)] == ["shipped"]
    assert [record.getMessage() for record in caplog.records] == [
        "the gallery mine cannot be read and is not used"
    ]
