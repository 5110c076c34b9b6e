"""`osusume models list|pull|verify|remove|use`."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn
from rich.table import Table

from bot.cli.session import print_json, ready_settings
from bot.texts import Texts
from core import inference
from core.errors import Unavailable, UserError
from core.inference import Cost, ModelStore, Purpose, Source, State
from core.inference.manifest import PURPOSES, Model
from core.osusume import DATA
from core.settings import Settings

app = typer.Typer(
    help="Models for pictures: what ships, what can be pulled, what is used.\n\n"
    "Exit codes: 0 done; 1 not done, or a model is broken or missing; 2 the command was not understood.",
    no_args_is_help=True,
)
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Names = Annotated[list[str], typer.Argument(metavar="MODEL...", help="Models, as `list` names them.")]
_PLAIN_WIDTH = 150
"""Columns of a table that is not shown on a terminal."""


@app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """Every model: its state, size and licence; what each preset costs; what runs now."""
    _, texts, store = _open()
    if as_json:
        print_json(
            {
                "preset": store.preset,
                "models": [_as_json(store, row) for row in store.manifest.models.values()],
                "presets": {
                    name: {**preset, **_cost_json(store.manifest.cost(store.manifest.of_preset(name)))}
                    for name, preset in store.manifest.presets.items()
                },
                "capabilities": _capabilities_json(store),
            }
        )
        return
    table = _table(texts, "model", "purpose", "state", "size", "check", "licence", "used")
    for row in store.manifest.models.values():
        table.add_row(
            row.id,
            ", ".join(texts(f"purpose-{purpose}") for purpose in row.purposes),
            texts(f"model-state-{store.state(row.id)}"),
            _size(row.bytes, row.exact),
            texts("model-check-sha256" if _listed(row) else "model-check-first"),
            row.licence,
            ", ".join(texts(f"purpose-{purpose}") for purpose in PURPOSES if row.id in store.chosen(purpose)),
        )
    console = _console()
    console.print(table)
    print(texts("model-check-note"))
    print()
    for name in store.manifest.presets:
        mark = "*" if name == store.preset else " "
        print(f"{mark} {name}: {_cost(store.manifest.cost(store.manifest.of_preset(name)), texts)}")
    print()
    _print_capabilities(store, texts)


@app.command()
def pull(
    names: Annotated[
        list[str], typer.Argument(metavar="PRESET|MODEL...", help="A preset is used as soon as it is here.")
    ],
    yes: Yes = False,
    endpoint: Annotated[
        str | None, typer.Option(help="Base address of the hub or a mirror; default: the settings'.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Fetch nothing; say what is missing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch models, after showing what they cost. Stopped half way, it goes on there the next time."""
    settings, texts, store = _open()
    models = _expanded(store, names)
    missing = [model for model in models if store.state(model) not in (State.PULLED, State.EMBEDDED)]
    fetched = [model for model in missing if not store.row(model).embedded]
    source = _source(settings, endpoint, offline)
    if fetched and not source.offline and not yes:
        if as_json:
            raise UserError("pull-needs-yes")
        _show_price(store, fetched, texts)
        typer.confirm(texts("pull-sure"), abort=True)
    try:
        with _bars() as tell:
            asyncio.run(inference.pull(store, models, source, tell))
    except Unavailable:
        if not as_json:
            _print_capabilities(store, texts, sys.stderr)
        raise
    preset = next((name for name in reversed(names) if name in store.manifest.presets), None)
    if preset:
        store.use_preset(preset)
    if as_json:
        print_json({"pulled": fetched, "preset": store.preset, "capabilities": _capabilities_json(store)})
        return
    print(texts("pull-done", count=len(fetched)))
    print(texts("models-use-now", preset=preset) if preset else texts("models-use-hint", model=models[0]))
    _print_capabilities(store, texts)


@app.command()
def verify(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[MODEL...]", help="Default: those that are here.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hash every file anew, and compare with the manifest and the first pull."""
    _, texts, store = _open()
    if names:
        models = _expanded(store, names)
    else:
        models = [
            row.id
            for row in store.manifest.models.values()
            if row.embedded or store.state(row.id) is not State.MISSING
        ]
    states = {}
    for model in models:
        states[model] = store.state(model, anew=True)
        if not as_json:
            print(f"{model}: {texts(f'model-state-{states[model]}')}")
    if as_json:
        print_json(states)
    if any(state not in (State.EMBEDDED, State.PULLED) for state in states.values()):
        raise typer.Exit(1)


@app.command()
def remove(names: Names, yes: Yes = False, as_json: AsJson = False) -> None:
    """Delete pulled models from the disk."""
    _, texts, store = _open()
    for name in names:
        if store.row(name).embedded:
            raise UserError("model-embedded", model=name)
    if not yes:
        if as_json:
            raise UserError("pull-needs-yes")
        typer.confirm(texts("models-remove-sure", models=", ".join(names)), abort=True)
    freed = sum(store.remove(name) for name in dict.fromkeys(names))
    if as_json:
        print_json({"freed": freed, "capabilities": _capabilities_json(store)})
    else:
        print(texts("models-removed", size=_size(freed)))
        _print_capabilities(store, texts)


@app.command()
def use(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="PRESET | [MODEL...]", help="No model, with --for: do without one."),
    ] = None,
    purpose: Annotated[
        str | None, typer.Option("--for", help=", ".join(PURPOSES) + "; default: the model's main one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Choose a preset, or the models of one purpose. Counts from the bot's next start."""
    _, texts, store = _open()
    names = names or []
    if purpose is not None:
        store.use(_purpose(purpose), names)
    elif len(names) == 1 and names[0] in store.manifest.presets:
        store.use_preset(names[0])
    elif names:
        wanted: dict[Purpose, list[str]] = {}
        for name in names:
            wanted.setdefault(store.row(name).purposes[0], []).append(name)
        for main, models in wanted.items():
            store.use(main, models)
    else:
        raise UserError("models-use-what", presets=", ".join(store.manifest.presets))
    if as_json:
        print_json({"preset": store.preset, "capabilities": _capabilities_json(store)})
    else:
        _print_capabilities(store, texts)


def _open() -> tuple[Settings, Texts, ModelStore]:
    settings = ready_settings()
    store = ModelStore.open(DATA / "models", settings.home / "models", settings.models_preset)
    return settings, Texts(settings.language), store


def _source(settings: Settings, endpoint: str | None, offline: bool) -> Source:
    token = settings.models_token
    return Source(
        endpoint or settings.models_endpoint,
        token.get_secret_value() if token else None,
        offline or settings.models_offline,
    )


def _expanded(store: ModelStore, names: Iterable[str]) -> list[str]:
    """Ids of models and of presets' models, each once. Raises UserError `model-unknown`."""
    found: list[str] = []
    for name in names:
        preset = name in store.manifest.presets
        found += store.manifest.of_preset(name) if preset else (store.row(name).id,)
    return list(dict.fromkeys(found))


def _purpose(text: str) -> Purpose:
    for purpose in PURPOSES:
        if text == purpose:
            return purpose
    raise UserError("choice-wrong", option="for", given=text[:40], choices=", ".join(PURPOSES))


def _show_price(store: ModelStore, models: list[str], texts: Texts) -> None:
    table = _table(texts, "model", "purpose", "size", "licence", "needs")
    for row in map(store.row, models):
        table.add_row(
            row.id,
            ", ".join(texts(f"purpose-{purpose}") for purpose in row.purposes),
            _size(row.bytes, row.exact),
            row.licence,
            escape(f"pip install -e '.[{row.extra}]'") if row.extra else "",
        )
    _console().print(table)
    folder = next(path for path in (store.home, *store.home.parents) if path.exists())
    print(_cost(store.manifest.cost(models), texts))
    print(texts("pull-free", size=_size(shutil.disk_usage(folder).free)))


def _print_capabilities(store: ModelStore, texts: Texts, file: TextIO | None = None) -> None:
    """One line a purpose: what it runs on, as model@revision, and what it lacks."""
    for found in store.capabilities():
        names = [_traced(store, model, texts) for model in found.running]
        none = "model-composer" if found.purpose == "captioner" else "model-off"
        line = f"{texts(f'purpose-{found.purpose}')}: {' + '.join(names) or texts(none)}"
        if found.lacking:
            line += " " + texts("model-lacking", models=", ".join(found.lacking))
        if found.unequipped:
            extra = store.row(found.unequipped[0]).extra or ""
            line += " " + texts("model-unequipped", models=", ".join(found.unequipped), extra=extra)
        print(line, file=file or sys.stdout)


def _traced(store: ModelStore, model: str, texts: Texts) -> str:
    row = store.row(model)
    if row.embedded:
        return f"{texts('model-built-in')} ({row.id})"
    return f"{row.id}@{row.revision[:7]}" if row.revision else row.id


def _capabilities_json(store: ModelStore) -> list[dict[str, object]]:
    return [
        {
            "purpose": found.purpose,
            "running": found.running,
            "lacking": found.lacking,
            "unequipped": found.unequipped,
        }
        for found in store.capabilities()
    ]


def _as_json(store: ModelStore, row: Model) -> dict[str, object]:
    return {
        "id": row.id,
        "purposes": row.purposes,
        "backend": row.backend,
        "state": store.state(row.id),
        "bytes": row.bytes,
        "exact": row.exact,
        "checked_by": "sha256" if _listed(row) else "first-pull",
        "licence": row.licence,
        "source": row.repo or next((file.url for file in row.files if file.url), None),
        "revision": row.revision,
        "needs": row.extra,
        "memory_mb": row.memory_mb,
        "seconds": row.seconds,
        "used_for": [purpose for purpose in PURPOSES if row.id in store.chosen(purpose)],
    }


def _listed(row: Model) -> bool:
    """Whether the manifest gives every file's sha256."""
    return all(file.sha256 for file in row.files)


def _cost_json(cost: Cost) -> dict[str, object]:
    return {"bytes": cost.bytes, "exact": cost.exact, "memory_mb": cost.memory_mb}


def _cost(cost: Cost, texts: Texts) -> str:
    disk = _size(cost.bytes, cost.exact)
    if cost.memory_mb is None:
        return texts("models-cost-unmeasured", disk=disk)
    return texts("models-cost", disk=disk, memory=_size(round(cost.memory_mb * 1e6)))


def _size(count: int, exact: bool = True) -> str:
    if not count:
        return "-" if not exact else "0 MB"
    text = f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{max(count / 1e6, 0.1):.1f} MB"
    return text if exact else f"≤ {text}"


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH, highlight=False)


def _table(texts: Texts, *columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(texts(f"models-column-{column}"), no_wrap=column in ("model", "size", "state"))
    return table


@contextmanager
def _bars() -> Iterator[inference.Progress]:
    """A progress bar a file on standard error."""
    bars = Progress(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    tasks: dict[tuple[str, str], TaskID] = {}

    def tell(model: str, file: str, done: int, total: int | None) -> None:
        if (model, file) not in tasks:
            tasks[model, file] = bars.add_task(f"{model}: {file}")
        bars.update(tasks[model, file], completed=done, total=total)

    with bars:
        yield tell
