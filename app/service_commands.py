"""The commands that run the service: settings, release, up, web, worker; each is a caller."""

import asyncio
import os
from contextlib import ExitStack

import typer
from rich.console import Console
from rich.table import Table

from app.settings import Settings, list_settings, load_settings

service = typer.Typer()


@service.command()
def settings() -> None:
    """List every setting with its default, meaning and where its value comes from."""

    table = Table("setting", "default", "meaning", "now", show_lines=False)
    for row in list_settings(os.environ):
        table.add_row(*row)
    Console().print(table)
    load_settings(os.environ)  # says what is wrong with them, if anything


@service.command()
def release() -> None:
    """Bring the database to this version: migrations, grants, the queue's tables."""
    from app import serve

    chosen = _load()
    with ExitStack() as stack:
        serve.release(chosen, serve.start_database(chosen, stack))


@service.command()
def up() -> None:
    """Run everything on this machine: database, migrations, web and worker."""
    _serve(web=True, worker=True, migrate=True)


@service.command()
def web() -> None:
    """Run the web server alone."""
    _serve(web=True, worker=False)


@service.command()
def worker() -> None:
    """Run the worker alone."""
    _serve(web=False, worker=True)


def _serve(*, web: bool, worker: bool, migrate: bool = False) -> None:
    from app import serve

    chosen = _load()
    with ExitStack() as stack:
        urls = serve.start_database(chosen, stack)
        if migrate:
            serve.release(chosen, urls)
        asyncio.run(serve.serve(chosen, urls, web=web, worker=worker))


def _load() -> Settings:
    from app.log import set_up_logs

    chosen = load_settings(os.environ)
    set_up_logs(chosen)
    return chosen
