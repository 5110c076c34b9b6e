"""What is there to stay is not looked through again and again."""

from __future__ import annotations

import gc
import time

from bot.settling import settle


def seconds_of_collecting() -> float:
    """Processor time of the quickest of three full collections."""
    taken = []
    for _ in range(3):
        begun = time.thread_time()
        gc.collect()
        taken.append(time.thread_time() - begun)
    return min(taken)


def test_once_settled_a_full_collection_is_short() -> None:
    stays = [[number] for number in range(400_000)]
    before = seconds_of_collecting()
    settle.cache_clear()
    settle()
    try:
        assert gc.get_freeze_count() > len(stays)
        assert seconds_of_collecting() < before / 4
        frozen = gc.get_freeze_count()
        later = [[number] for number in range(1000)]
        settle()
        assert gc.get_freeze_count() <= frozen, (
            f"once a process: {len(later)} that came later are not kept for ever"
        )
    finally:
        gc.unfreeze()
