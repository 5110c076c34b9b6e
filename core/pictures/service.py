"""The picture path for the rest of the program: one job a picture, in a fair queue, off the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from core.inference import InferenceQueue
from core.pictures.pipeline import Pipeline

R = TypeVar("R")


class Pictures:
    """Runs jobs against the pipeline. A job does all that one picture needs (look, words, drawing), so that members
    wait for each other by whole pictures and no pixels pass through the event loop."""

    def __init__(self, pipeline: Pipeline, queue: InferenceQueue, wait: float, work: float) -> None:
        """`wait`: seconds within which a job must have begun. `work`: seconds after which a running one is stopped."""
        self.pipeline = pipeline
        self.queue = queue
        self._wait = wait
        self._work = work

    async def run(self, owner: str, job: Callable[[Pipeline], R]) -> R:
        """What `job` returns. `owner` is whose turn it takes: person or channel.

        Raises:
            Unavailable: `busy-ahead`, `busy-yours`, `deadline`, `closing`, `model-missing`, `model-broken`.
            UserError: as the job raises.
        """
        return await self.queue.run(owner, job, self.pipeline, deadline=self._wait, time_limit=self._work)
