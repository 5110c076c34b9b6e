"""What is there to stay is not looked through again and again."""

from __future__ import annotations

import gc

from bot.settling import settle


def test_what_is_there_is_settled_once_and_what_comes_later_is_not() -> None:
    stays = [[number] for number in range(400_000)]
    settle.cache_clear()
    settle()
    try:
        frozen = gc.get_freeze_count()
        assert frozen > len(stays)
        later = [[number] for number in range(1000)]
        settle()
        assert gc.get_freeze_count() <= frozen, (
            f"once a process: {len(later)} that came later are not kept for ever"
        )
    finally:
        gc.unfreeze()
