"""The commands that run the service: settings, release, up, web, worker; each is a caller."""

import asyncio
import os
import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from app.settings import Settings, list_settings, load_settings

if TYPE_CHECKING:
    from app.jobs.services import Services
    from app.serve import OnStarted

service = typer.Typer()
console = Console()


@service.command()
def settings() -> None:
    """List every setting with its default, meaning and where its value comes from."""

    table = Table("setting", "default", "meaning", "now", show_lines=False)
    for row in list_settings(os.environ):
        table.add_row(*row)
    console.print(table)
    load_settings(os.environ)  # says what is wrong with them, if anything


@service.command()
def release() -> None:
    """Bring the database to this version: migrations, grants, the queue's tables."""
    from app import serve

    chosen = _load()
    with ExitStack() as stack:
        serve.release(chosen, serve.start_database(chosen, stack))


@service.command()
def up(
    demo: Annotated[
        bool, typer.Option("--demo", help="with a workspace to look around in")
    ] = False,
) -> None:
    """Run everything on this machine: database, migrations, web and worker."""
    if not demo:
        _serve(web=True, worker=True, migrate=True, on_started=_say_address)
        return
    from app.demo import serve_samples

    with serve_samples():
        _serve(web=True, worker=True, migrate=True, on_started=_say_demo)


@service.command()
def web() -> None:
    """Run the web server alone."""
    _serve(web=True, worker=False)


@service.command()
def worker() -> None:
    """Run the worker alone."""
    _serve(web=False, worker=True)


def _serve(
    *, web: bool, worker: bool, migrate: bool = False, on_started: "OnStarted | None" = None
) -> None:
    from app import serve

    chosen = _load()
    # Until the loop has its handlers, SIGTERM must unwind like Ctrl-C: PostgreSQL is a child.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        # First of all: a second start must not wait for the database to hear that it is one.
        listener = stack.enter_context(serve.open_listener(chosen)) if web else None
        urls = serve.start_database(chosen, stack)
        if migrate:
            serve.release(chosen, urls)
        said = on_started or serve.say_nothing
        asyncio.run(serve.serve(chosen, urls, listener=listener, worker=worker, on_started=said))
        # What is left takes moments, and must not be cut short by an impatient second signal.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)


async def _say_address(services: "Services") -> None:
    settings = services.settings
    console.print(f"\nLoom-Lite is on {settings.base_url}", soft_wrap=True)
    if settings.smtp_url is None:
        console.print(f"Letters are shown on {settings.base_url}/dev/outbox", soft_wrap=True)
    console.print("Ctrl-C ends it.\n")


async def _say_demo(services: "Services") -> None:
    from app.demo import ROOT
    from app.demo_workspace import EMAIL, seed_demo

    link = await seed_demo(services, ROOT / "samples")
    console.print(f"\nThe demo's workspace, signed in: {link}", soft_wrap=True)
    console.print(
        f"The link works once, for 15 minutes. Later, sign in as {EMAIL}.", soft_wrap=True
    )
    await _say_address(services)


def _load() -> Settings:
    from app.log import set_up_logs

    chosen = load_settings(os.environ)
    set_up_logs(chosen)
    return chosen
