"""Faces are followed from frame to frame, each gets one identity, and the summary says who appears when."""

from collections import Counter

import pytest

from core.errors import UserError
from core.inference import Cancelled
from core.pictures import Candidate, Findings, Picture
from core.pictures.reading import Limits
from core.pictures.video import Sightings, watch
from tests.core.pictures.reading.making import moving, saved, scene, video
from tests.core.pictures.video.filming import Eye, colour_under, film, opened, pictures


def across(second: float) -> tuple[float, float]:
    return 150 - 36 * second, 40


def back(second: float) -> tuple[float, float]:
    return 5 + 36 * second, 70


def colours(sightings: Sightings, data: bytes) -> list[Counter[str | None]]:
    """What is under each track's boxes in the frames that were looked at."""
    pictures = dict(opened(data).every())
    return [
        Counter(colour_under(pictures[sighting.second], sighting.face.box) for sighting in track.sightings)
        for track in sightings.tracks
    ]


@pytest.mark.parametrize("looks", [True, False])
@pytest.mark.parametrize("names", [True, False])
def test_faces_that_pass_each_other_are_not_mixed(looks: bool, names: bool) -> None:
    data = film(4, rin=across, saki=back)
    sightings = watch(opened(data), Eye(looks, names))
    found = colours(sightings, data)
    assert [len(counter) for counter in found] == [1, 1]
    assert {next(iter(counter)) for counter in found} == {"rin", "saki"}
    assert all(len(track.sightings) >= 15 for track in sightings.tracks)


def test_faces_that_hide_each_other_are_told_apart_by_their_looks() -> None:
    """The blue square goes behind the red one, both on one line, and comes out on the other side."""
    data = film(4, saki=lambda second: (5 + 36 * second, 50), rin=lambda second: (150 - 36 * second, 50))
    for names in (True, False):
        sightings = watch(opened(data), Eye(looks=True, names=names))
        assert [len(counter) for counter in colours(sightings, data)] == [1, 1]


def test_each_track_has_one_identity_by_vote() -> None:
    wrong = (Candidate("somebody", None, 0.97), Candidate("rin", "club", 0.02))
    eye = Eye(blink={2: wrong, 5: wrong, 7: (), 8: (), 9: ()})
    sightings = watch(opened(film(5, rin=across)), eye)
    assert len(sightings.tracks) == 1
    verdict = sightings.tracks[0].verdict
    assert not verdict.unknown
    assert verdict.candidates[0].character == "rin"
    assert verdict.candidates[0].series == "club"
    share = 1 - 5 / len(sightings.looks)
    assert verdict.candidates[0].score == pytest.approx(
        0.9 * share + 2 * 0.02 / len(sightings.looks), abs=0.05
    )
    for second in (0.0, 1.3, 3.21):
        assert [face.candidates[0].character for face in sightings.faces(second)] == ["rin"]


def test_a_lucky_frame_names_nobody() -> None:
    eye = Eye(names=False)
    eye.blink = {number: () for number in range(100) if number != 4}
    eye.names = True
    sightings = watch(opened(film(5, rin=across)), eye)
    assert [track.verdict.unknown for track in sightings.tracks] == [True]
    assert [(who.character, who.number) for who in sightings.appearances] == [(None, 1)]


def test_who_appears_when() -> None:
    data = film(
        10,
        rin=lambda second: (20, 40) if second < 3 or second >= 7 else None,
        saki=lambda second: (120, 60) if second >= 5 else None,
    )
    sightings = watch(opened(data), Eye())
    by_name = {who.character: who for who in sightings.appearances}
    assert set(by_name) == {"rin", "saki"}
    rin, saki = by_name["rin"], by_name["saki"]
    assert (len(rin.tracks), rin.series) == (2, "club")
    assert rin.first == 0
    assert rin.last == pytest.approx(9.7, abs=0.5)
    assert rin.seconds == pytest.approx(6, abs=0.7)
    assert saki.first == pytest.approx(5, abs=0.5)
    assert saki.seconds == pytest.approx(5, abs=0.5)
    assert [who.character for who in sightings.appearances] == ["rin", "saki"]
    assert sightings.faces(4.0) == ()
    assert len(sightings.faces(8.0)) == 2


@pytest.mark.parametrize(("looks", "people"), [(True, 1), (False, 2)])
def test_strangers_who_come_back_are_known_by_their_looks_only(looks: bool, people: int) -> None:
    data = film(9, mio=lambda second: (30, 30) if second < 3 or second >= 6 else None)
    sightings = watch(opened(data), Eye(looks, names=False))
    assert len(sightings.tracks) == 2
    assert [who.number for who in sightings.appearances] == list(range(1, people + 1))


def test_boxes_follow_between_looks() -> None:
    sightings = watch(opened(film(4, rin=across)), Eye(), most=8)
    for second in (0.1, 0.77, 1.9, 3.0):
        (face,) = sightings.faces(second)
        assert face.box.x == pytest.approx(across(second)[0], abs=6)
        assert face.box.y == pytest.approx(40, abs=3)


def test_a_new_scene_is_a_new_face() -> None:
    """Nothing but the change of the whole picture tells the two squares apart."""
    one = pictures(2, 10, rin=lambda second: (60, 40))
    other = [255 - picture // 3 for picture in pictures(2, 10)]
    for picture in other:
        picture[40:72, 60:92] = (220, 30, 30)
    sightings = watch(opened(video(frames=one + other, rate=10)), Eye(names=False))
    assert len(sightings.tracks) == 2


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_animations_are_watched_too(kind: str) -> None:
    def look(picture: Picture) -> Findings:
        return Findings(picture.width, picture.height, picture.digest)

    sightings = watch(opened(moving(kind)), look)
    assert (sightings.seconds, sightings.tracks, sightings.appearances) == (1.5, (), ())
    assert len(sightings.looks) >= 4


def test_a_still_is_watched_once() -> None:
    sightings = watch(opened(saved(scene(), "PNG")), Eye())
    assert len(sightings.looks) == 1


def test_whole_pictures_are_no_faces() -> None:
    eye = Eye()

    def look(picture: Picture) -> Findings:
        found = eye(picture)
        return Findings(found.width, found.height, found.digest, found.faces, whole=True)

    assert watch(opened(film(2, rin=across)), look).tracks == ()


def test_looks_are_few_and_spread() -> None:
    shares: list[float] = []
    long = opened(film(70, rate=4, rin=lambda second: (second, 40)), Limits(seconds=65))
    sightings = watch(long, Eye(), progress=shares.append)
    assert sightings.cut
    assert sightings.seconds == 65
    assert 50 <= len(sightings.looks) <= 60
    assert sightings.looks[-1][0] > 60
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_watching_stops_when_told() -> None:
    eye = Eye()

    def stop() -> None:
        if eye.seen == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        watch(opened(film(5, rin=across)), eye, stop=stop)
    assert eye.seen == 3


def test_broken_films_are_refused() -> None:
    with pytest.raises(UserError, match="picture-is-text"):
        opened(b"not a film")
