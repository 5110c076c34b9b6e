"""`osusume train recommendations` and `osusume evaluate recommendations`: learning offline, measured honestly."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.cli.session import ready_settings
from core.errors import Unavailable, UserError
from core.osusume import DATA, open_catalogue
from core.recommend import Recommender
from core.settings import Settings

if TYPE_CHECKING:
    from core.recommend.training import System

train_app = typer.Typer(help="Learn from data.", no_args_is_help=True)
evaluate_app = typer.Typer(help="Measure what was learned.", no_args_is_help=True)

Ratings = Annotated[
    Path, typer.Option(help="CSV of whole lists: user_id, mal_id, rating (1-10; 0: not rated).")
]
Reference = Annotated[Path, typer.Option(help="JSON Lines of the titles' facts, plain or gzip.")]
Franchises = Annotated[Path, typer.Option(help="CSV: mal_id, franchise_id.")]
Seed = Annotated[int, typer.Option(help="Decides every random choice.")]


@train_app.command("recommendations")
def train_recommendations(
    ratings: Ratings,
    catalogue: Reference,
    franchises: Franchises,
    out: Annotated[Path, typer.Option(help="File to write.")] = DATA / "recommend" / "taste.npz",
    seed: Seed = 1,
) -> None:
    """Learn the taste file from real users' lists: minutes, on a CPU."""
    _readable(ratings, catalogue, franchises)
    try:
        from core.recommend.training import train
    except ImportError as problem:
        raise Unavailable("training-missing") from problem
    console = Console(stderr=True)
    with console.status("..."):
        train(ratings, catalogue, franchises, out, seed, progress=console.print)


@evaluate_app.command("recommendations")
def evaluate_recommendations(
    ratings: Ratings,
    catalogue: Reference,
    franchises: Franchises,
    seed: Seed = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False,
) -> None:
    """Learn from some users, measure on others: the whole product beside the baselines, with 95 % intervals."""
    _readable(ratings, catalogue, franchises)
    try:
        from core.recommend.training import evaluate, to_json
    except ImportError as problem:
        raise Unavailable("training-missing") from problem
    settings, console = ready_settings(), Console(stderr=True)
    with console.status("..."):
        report = evaluate(
            ratings,
            catalogue,
            franchises,
            seed,
            entry_points=DATA / "catalogue" / "entry_points.csv",
            systems={"hybrid": _product(settings, "hybrid"), "osusume": _product(settings, "learned")},
            progress=console.print,
        )
    print(to_json(report) if as_json else report.markdown())


def _product(settings: Settings, mode: str) -> Callable[[Path], System]:
    """The product as `osusume recommend --batch` runs it, with a taste file that knows the training users only."""

    def open_with(taste: Path) -> System:
        from core.recommend.training import Answer

        for name in ("texts.npz", "mood.toml"):
            shutil.copy(DATA / "recommend" / name, taste.parent)
        changed = settings.model_copy(update={"recommender": mode})
        recommender = Recommender.open(open_catalogue(settings), taste.parent, changed)

        def answer(favourites: Sequence[int]) -> Answer:
            return Answer(*recommender.batch(favourites))

        return answer

    return open_with


def _readable(*paths: Path) -> None:
    for path in paths:
        if not path.is_file():
            raise UserError("file-unreadable", file=path.name)
