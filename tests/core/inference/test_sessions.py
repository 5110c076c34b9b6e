"""Loaded models within their budget: who is loaded, who goes, who stays."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Unavailable
from core.inference import Cancelled, Counters
from core.inference.sessions import LoadedModels

PATIENCE = 120


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Weights:
    """Something that is loaded, and whose end can be seen."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def counters() -> Counters:
    return Counters()


def loaded(models: LoadedModels) -> list[str]:
    """Labels, least recently used first."""
    return list(models.labels)


def use(models: LoadedModels, clock: Clock, *names: str, cost: float = 10) -> None:
    for name in names:
        clock.now += 1
        with models.lend(name, name, cost, Weights):
            pass


def test_the_least_recently_used_goes_first(clock: Clock, counters: Counters) -> None:
    models = LoadedModels(30, 0, counters, clock)
    use(models, clock, "a", "b", "c", "a", "d")
    assert loaded(models) == ["c", "a", "d"]
    assert models.used_mb == 30
    assert counters.value("osusume_model_drops_total", model="b", reason="memory") == 1
    assert counters.value("osusume_models_loaded") == 3
    assert counters.value("osusume_model_memory_megabytes") == 30
    assert counters.value("osusume_model_memory_budget_megabytes") == 30


def test_what_is_borrowed_stays(clock: Clock) -> None:
    models = LoadedModels(20, 1, None, clock)
    with models.lend("a", "a", 10, Weights) as a:
        use(models, clock, "b", "c")
        clock.now += 100
        models.sweep()
        assert loaded(models) == ["a"]
        with models.lend("a", "a", 10, Weights) as again:
            assert again is a
        with models.lend("b", "b", 15, Weights):
            assert models.used_mb == 25  # over the budget rather than a fault
    assert models.used_mb <= 20
    assert loaded(models) == ["a"]
    models.close()


def test_one_too_large_is_loaded_alone(clock: Clock) -> None:
    models = LoadedModels(20, 0, None, clock)
    use(models, clock, "a", "b")
    use(models, clock, "huge", cost=500)
    assert loaded(models) == ["huge"]
    use(models, clock, "huge", cost=500)
    assert loaded(models) == ["huge"]
    use(models, clock, "a")
    assert loaded(models) == ["a"]


def test_room_is_made_before_the_load(clock: Clock) -> None:
    models = LoadedModels(10, 0, None, clock)
    with models.lend("a", "a", 10, Weights) as a:
        gone = weakref.ref(a)
    del a

    def load() -> Weights:
        assert gone() is None, "two models in memory at once"
        return Weights()

    with models.lend("b", "b", 10, load):
        pass


def test_idle_ones_are_let_go(clock: Clock, counters: Counters) -> None:
    models = LoadedModels(100, 60, counters, clock)
    use(models, clock, "a")
    clock.now += 40
    use(models, clock, "b")
    clock.now += 25
    models.sweep()
    assert loaded(models) == ["b"]
    clock.now += 60
    models.sweep()
    assert loaded(models) == []
    assert counters.value("osusume_model_drops_total", model="a", reason="idle") == 1
    models.close()


def test_idle_ones_go_without_being_asked() -> None:
    models = LoadedModels(100, 0.02)
    gone = threading.Event()
    with models.lend("a", "a", 1, Weights) as a:
        weakref.finalize(a, gone.set)
    del a
    assert gone.wait(PATIENCE)
    assert loaded(models) == []
    models.close()


def test_one_loads_and_the_others_wait(counters: Counters) -> None:
    models = LoadedModels(100, 0, counters)
    loading, go = threading.Event(), threading.Event()

    def load() -> Weights:
        loading.set()
        assert go.wait(PATIENCE)
        return Weights()

    def borrow() -> int:
        with models.lend("a", "a", 1, load) as weights:
            return id(weights)

    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(borrow)
        assert loading.wait(PATIENCE)
        others = [pool.submit(borrow) for _ in range(7)]
        with models.lend("b", "b", 1, Weights):  # another model is not held up
            pass
        go.set()
        assert {one.result(PATIENCE) for one in [first, *others]} == {first.result()}
    assert counters.value("osusume_model_loads_total", model="a") == 1


def test_a_broken_one_is_remembered_for_a_while(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    models = LoadedModels(100, 0, None, clock, broken_seconds=300)
    tries: list[int] = []

    def load() -> Weights:
        tries.append(1)
        raise ValueError("no such layer")

    for _ in range(3):
        with pytest.raises(Unavailable, match="model-broken"), models.lend("a", "wd", 1, load):
            pass
    assert len(tries) == 1
    assert caplog.text.count("the model wd cannot be loaded") == 1
    assert loaded(models) == []
    clock.now += 301
    use(models, clock, "a")
    assert loaded(models) == ["a"]


@pytest.mark.parametrize("problem", [Unavailable("torch-missing"), Cancelled()])
def test_what_may_be_mended_is_tried_again(problem: Exception) -> None:
    models = LoadedModels(100, 0)

    def load() -> Weights:
        raise problem

    with pytest.raises(type(problem)), models.lend("a", "a", 1, load):
        pass
    with models.lend("a", "a", 1, Weights):
        assert loaded(models) == ["a"]


def test_who_waited_for_a_cancelled_load_loads() -> None:
    models = LoadedModels(100, 0)
    loading, go = threading.Event(), threading.Event()

    def cancelled() -> Weights:
        loading.set()
        assert go.wait(PATIENCE)
        raise Cancelled

    def borrow(load: Callable[[], Weights]) -> bool:
        with models.lend("a", "a", 1, load) as weights:
            return isinstance(weights, Weights)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(borrow, cancelled)
        assert loading.wait(PATIENCE)
        second = pool.submit(borrow, Weights)
        go.set()
        assert isinstance(first.exception(PATIENCE), Cancelled)
        assert second.result(PATIENCE)


def test_closing_lets_everything_go(clock: Clock) -> None:
    models = LoadedModels(100, 60, None, clock)
    with models.lend("a", "a", 1, Weights):
        use(models, clock, "b")
        models.close()
        assert loaded(models) == ["a"]
    assert loaded(models) == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=40), st.integers(1, 40))
def test_the_budget_holds_whenever_nothing_is_borrowed(steps: list[tuple[str, bool]], budget: int) -> None:
    costs = {"a": 1, "b": 3, "c": 5, "d": 8, "e": 13, "f": 21}
    clock = Clock()
    models = LoadedModels(budget, 0, None, clock)
    for name, nested in steps:
        clock.now += 1
        with models.lend(name, name, costs[name], Weights) as outer:
            if nested:
                clock.now += 1
                with models.lend("a", "a", costs["a"], Weights):
                    assert name in models.labels
            with models.lend(name, name, costs[name], Weights) as inner:
                assert inner is outer
        assert models.used_mb <= budget or loaded(models) == [name]
        assert name in models.labels
