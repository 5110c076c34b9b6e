"""The command line: what a host types. Each group of commands has its file."""

from __future__ import annotations

import typer

from bot.cli import (
    catalogue,
    data,
    favourites,
    gallery,
    models,
    pictures,
    recommend,
    run,
    training,
    training_pictures,
)

app = typer.Typer(
    help="Osusume (おすすめ): anime recommendations for your community.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
run.add(app)
recommend.add(app)
pictures.add(app)
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(favourites.app, name="favourites")
app.add_typer(models.app, name="models")
app.add_typer(gallery.app, name="gallery")
app.add_typer(data.app, name="data")
training_pictures.add(training.train_app, training.evaluate_app)
app.add_typer(training.train_app, name="train")
app.add_typer(training.evaluate_app, name="evaluate")
