"""Art channels and what was posted there, on a real database."""

from __future__ import annotations

import numpy as np

from core.art import ArtChannels, ArtPicture, ArtPost, ArtPosts, ArtStyle, Shown
from core.pictures import Tag
from core.settings import Settings
from core.storage import Storage

STYLE = ArtStyle(tags=False, most=4, threshold=0.5, blocked=("smile", "long hair"), language="ja")


async def test_channels_are_turned_on_changed_and_off(storage: Storage) -> None:
    channels = ArtChannels(storage)
    assert await channels.style(("discord:1",)) is None
    assert await channels.enable("discord:1", "discord:9") == ArtStyle()
    assert await channels.enable("discord:1", "discord:9", STYLE) == STYLE
    assert await channels.enable("discord:1", "discord:9") == STYLE, "on again, it stays as it was"
    assert await channels.enable("discord:2", "discord:9") == ArtStyle()
    assert set(await channels.of_server("discord:9")) == {"discord:1", "discord:2"}
    assert await channels.of_server("discord:8") == ()
    assert await channels.disable("discord:1")
    assert not await channels.disable("discord:1")
    assert await channels.style(("discord:1",)) is None


async def test_a_thread_counts_as_its_parent_unless_it_has_a_style(storage: Storage) -> None:
    channels = ArtChannels(storage)
    await channels.enable("discord:1", "discord:9", STYLE)
    assert await channels.style(("discord:77", "discord:1")) == STYLE
    own = await channels.enable("discord:77", "discord:9", ArtStyle(most=1))
    assert await channels.style(("discord:77", "discord:1")) == own


async def test_styles_and_wishes_survive_a_restart(settings: Settings) -> None:
    storage = await Storage.open(settings)
    channels = ArtChannels(storage)
    await channels.enable("discord:1", "discord:9", STYLE)
    await channels.opt_out("discord:5")
    await channels.ignore("discord:1", "discord:9", "discord:6")
    await storage.close()
    storage = await Storage.open(settings)
    again = ArtChannels(storage)
    assert await again.style(("discord:1",)) == STYLE
    assert await again.left_alone((), "discord:5")
    assert await again.left_alone(("discord:1",), "discord:6")
    await storage.close()


async def test_who_is_left_alone(storage: Storage) -> None:
    channels = ArtChannels(storage)
    await channels.ignore("discord:1", "discord:9", "discord:6")
    await channels.ignore("discord:1", "discord:9", "discord:6")
    assert await channels.left_alone(("discord:77", "discord:1"), "discord:6")
    assert not await channels.left_alone(("discord:2",), "discord:6")
    assert not await channels.left_alone(("discord:1",), "discord:7")
    await channels.ignore("discord:1", "discord:9", "discord:6", on=False)
    assert not await channels.left_alone(("discord:1",), "discord:6")
    await channels.opt_out("discord:6")
    assert await channels.left_alone(("discord:2",), "discord:6"), "everywhere"
    await channels.opt_out("discord:6", out=False)
    assert not await channels.left_alone((), "discord:6")


def post(message: str = "discord:1/10", *, channel: str = "discord:1", at: float = 100.0) -> ArtPost:
    return ArtPost(message, channel, "discord:9", "discord:5", "https://example.org/1/10", at)


def picture(faces: int = 2, top: int = 2**63 + 1) -> ArtPicture:
    vectors = np.eye(faces, 4, dtype=np.float32)
    tags = (Tag("smile", "general", 0.91234), Tag("saber_(fate)", "character", 0.8))
    return ArtPicture("ab" * 32, top, tags, vectors, "faces@12345678")


async def test_a_message_is_taken_in_hand_once(storage: Storage) -> None:
    posts = ArtPosts(storage)
    assert await posts.begin(post())
    assert not await posts.begin(post()), "never twice"
    assert await posts.post("discord:1/10") == post()
    assert await posts.post("discord:1/11") is None


async def test_what_was_found_is_kept_and_replaced(storage: Storage) -> None:
    posts = ArtPosts(storage)
    assert not await posts.keep("discord:1/10", [picture()]), "deleted in the meantime"
    await posts.begin(post())
    assert await posts.keep("discord:1/10", [picture(), picture(faces=0, top=3)])
    first, second = await posts.pictures("discord:1/10")
    assert (first.digest, first.hash, first.embedder) == ("ab" * 32, 2**63 + 1, "faces@12345678")
    assert first.tags == (Tag("smile", "general", 0.9123), Tag("saber_(fate)", "character", 0.8))
    assert first.vectors.dtype == np.float32
    assert np.array_equal(first.vectors, np.eye(2, 4))
    assert (second.hash, len(second.vectors)) == (3, 0)
    await posts.keep("discord:1/10", [picture(faces=1)])
    assert [len(one.vectors) for one in await posts.pictures("discord:1/10")] == [1]


async def test_messages_without_a_reply_are_found_after_a_crash(storage: Storage) -> None:
    posts = ArtPosts(storage)
    for number, at in ((1, 50.0), (2, 100.0), (3, 150.0)):
        await posts.begin(post(f"discord:1/{number}", at=at))
    await posts.begin(post("telegram:1/4", at=200.0))
    await posts.replied("discord:1/2", "777")
    assert [one.message for one in await posts.unanswered("discord", 60.0)] == ["discord:1/3"]
    answered = await posts.post("discord:1/2")
    assert answered is not None
    assert answered.reply == "777"


async def test_a_deleted_message_takes_everything_along(storage: Storage) -> None:
    posts = ArtPosts(storage)
    await posts.begin(post())
    await posts.keep("discord:1/10", [picture()])
    await posts.replied("discord:1/10", "777")
    await posts.correct("discord:1/10", "smile", added=False, user="discord:5")
    assert await posts.forget("discord:1/10") == "777"
    assert await posts.forget("discord:1/10") is None
    assert await posts.pictures("discord:1/10") == ()
    assert await posts.corrections("discord:1/10") == Shown()
    assert await posts.begin(post()), "gone, so it may come again"
    assert await posts.corrections("discord:1/10") == Shown(), "without what was said of the first"


async def test_of_a_channel_that_is_turned_off_only_the_replies_stay_known(storage: Storage) -> None:
    posts = ArtPosts(storage)
    await posts.begin(post())
    await posts.keep("discord:1/10", [picture()])
    await posts.replied("discord:1/10", "777")
    await posts.correct("discord:1/10", "smile", added=False, user="discord:5")
    await posts.begin(post("discord:1/11"))
    await posts.begin(post("discord:2/12", channel="discord:2"))
    await posts.keep("discord:2/12", [picture()])
    assert await posts.forget_channel("discord:1") == 2
    assert await posts.pictures("discord:1/10") == ()
    assert await posts.corrections("discord:1/10") == Shown()
    assert not await posts.keep("discord:1/11", [picture()]), "it was being looked at"
    left = await posts.post("discord:1/10")
    assert left is not None
    assert (left.reply, left.link) == ("777", None)
    assert await posts.forget("discord:1/10") == "777"
    assert await posts.post("discord:2/12") == post("discord:2/12", channel="discord:2")
    assert len(await posts.pictures("discord:2/12")) == 1
    assert await posts.forget_channel("discord:3") == 0


async def test_the_newest_correction_counts(storage: Storage) -> None:
    posts = ArtPosts(storage)
    assert not await posts.correct("discord:1/10", "smile", added=True, user="discord:5"), "no such message"
    await posts.begin(post())
    await posts.correct("discord:1/10", "smile", added=False, user="discord:5")
    await posts.correct("discord:1/10", "sky", added=True, user="discord:5")
    assert await posts.corrections("discord:1/10") == Shown(("sky",), ("smile",))
    await posts.correct("discord:1/10", "smile", added=True, user="discord:6")
    shown = await posts.corrections("discord:1/10")
    assert (set(shown.added), shown.removed) == ({"sky", "smile"}, ())
