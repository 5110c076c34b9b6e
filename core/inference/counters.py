"""What the inference side did and how long it took, for a Prometheus that the host may run."""

from __future__ import annotations

from types import TracebackType
from typing import Self

OUTCOMES = ("done", "failed", "busy", "deadline", "cancelled", "closing")
"""`failed`: the function raised; `busy`: refused at the door; the others as the request ended."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_ROWS = (1, 2, 3, 4, 6, 8, 16, 32)


class Counters:
    """Counts for one process or one test: each object has its own registry. Safe from several threads.

    No label names a person, a server or a picture.
    """

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram  # 85 ms to import

        self.registry = registry = CollectorRegistry()
        self._requests = Counter(
            "osusume_requests", "Requests by kind and how they ended", ["kind", "outcome"], registry=registry
        )
        self._waits = Histogram(
            "osusume_wait_seconds", "From asking to beginning", ["kind"], registry=registry, buckets=_SECONDS
        )
        self._waiting = Gauge("osusume_queue_length", "Requests that wait", registry=registry)
        self._running = Gauge("osusume_running", "Requests being worked on", registry=registry)
        self._runs = Histogram(
            "osusume_run_seconds", "One run of a model", ["model"], registry=registry, buckets=_SECONDS
        )
        self._rows = Histogram(
            "osusume_batch_rows", "Pictures or heads in one run", ["model"], registry=registry, buckets=_ROWS
        )
        self._loads = Counter("osusume_model_loads", "Times a model was loaded", ["model"], registry=registry)
        self._drops = Counter(
            "osusume_model_drops", "Times a model was let go, and why", ["model", "reason"], registry=registry
        )
        self._models = Gauge("osusume_models_loaded", "Models in memory", registry=registry)
        self._memory = Gauge(
            "osusume_model_memory_megabytes", "Memory that loaded models are counted at", registry=registry
        )
        self._budget = Gauge(
            "osusume_model_memory_budget_megabytes", "Memory that models may use", registry=registry
        )

    def request(self, kind: str, outcome: str) -> None:
        """`outcome`: one of `OUTCOMES`."""
        self._requests.labels(kind, outcome).inc()

    def waited(self, kind: str, seconds: float) -> None:
        self._waits.labels(kind).observe(seconds)

    def queue(self, waiting: int, running: int) -> None:
        self._waiting.set(waiting)
        self._running.set(running)

    def ran(self, model: str, seconds: float, rows: int) -> None:
        self._runs.labels(model).observe(seconds)
        self._rows.labels(model).observe(rows)

    def loaded(self, model: str) -> None:
        self._loads.labels(model).inc()

    def dropped(self, model: str, reason: str) -> None:
        """`reason`: memory, idle or closing."""
        self._drops.labels(model, reason).inc()

    def memory(self, models: int, used_mb: float, budget_mb: float) -> None:
        self._models.set(models)
        self._memory.set(used_mb)
        self._budget.set(budget_mb)

    def value(self, name: str, **labels: str) -> float:
        """One sample as Prometheus would read it, 0 where nothing was counted yet."""
        return self.registry.get_sample_value(name, labels) or 0.0

    def serve(self, port: int, host: str = "127.0.0.1") -> Endpoint:
        """Shows the counts at http://host:port/metrics, from a thread of its own, until closed.

        Port 0 takes a free one.

        Raises:
            OSError: the port is taken.
        """
        return Endpoint(self, host, port)


class Endpoint:
    """A running metrics endpoint; `port` is the one it got."""

    def __init__(self, counters: Counters, host: str, port: int) -> None:
        from prometheus_client import start_http_server

        self._server, self._thread = start_http_server(port, host, counters.registry)
        self.port = int(self._server.server_port)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
