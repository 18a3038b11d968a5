"""The commands that run the service, from settings to restore; each is a caller."""

import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from app.settings import Settings, list_settings, load_settings

if TYPE_CHECKING:
    from app.jobs.services import Services
    from app.serve import OnStarted

service = typer.Typer()
# In a log or a pipe nobody measures the terminal, and 80 columns would break every cell.
console = Console(width=None if sys.stdout.isatty() else 160)


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

    chosen = load_with_logs()
    with ExitStack() as stack:
        serve.release(chosen, serve.start_database(chosen, stack))


@service.command()
def backup(file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Copy the whole database into one file; the service may run meanwhile."""
    from app import backup, serve

    with ExitStack() as stack:
        backup.back_up(serve.start_database(load_with_logs(), stack).owner_url, file.absolute())
    console.print(f"The database is in {file}. Media are files: copy them too.", soft_wrap=True)


@service.command()
def restore(file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Put a copy of the database back in place of what is there; stop the service first."""
    from app import backup, serve

    chosen = load_with_logs()
    with ExitStack() as stack:
        urls = serve.start_database(chosen, stack)
        backup.restore(urls.owner_url, file.absolute())
        serve.release(chosen, urls)
    console.print(f"The database is what {file} held.", soft_wrap=True)


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
    from app.sample_sites import DemoImpossible, serve_samples

    if load_settings(os.environ).is_production:
        raise DemoImpossible(
            "The demo prints a link that signs anybody in, which is nothing for production. "
            "Run `loomlite up` without --demo."
        )
    from app.demo_renders import demo_settings
    from app.demo_stripe import demo_stripe

    with serve_samples() as sites, demo_stripe(load_with_logs()) as sold:
        chosen = demo_settings(sold, sites.addresses, sites.calendar_origin)
        _serve(
            chosen,
            web=True,
            worker=True,
            migrate=True,
            on_started=_say_demo,
            meanwhile=_visit_demo,
        )


@service.command()
def web() -> None:
    """Run the web server alone."""
    _serve(web=True, worker=False)


@service.command()
def worker() -> None:
    """Run the worker alone."""
    _serve(web=False, worker=True)


def _serve(
    chosen: Settings | None = None,
    *,
    web: bool,
    worker: bool,
    migrate: bool = False,
    on_started: "OnStarted | None" = None,
    meanwhile: "OnStarted | None" = None,
) -> None:
    from app import serve
    from app.listening import open_listener, open_worker_listener

    chosen = chosen or load_with_logs()
    # Until the loop has its handlers, SIGTERM must unwind like Ctrl-C: PostgreSQL is a child.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        # First of all: a second start must not wait for the database to hear that it is one.
        listener = stack.enter_context(open_listener(chosen)) if web else None
        own = stack.enter_context(open_worker_listener(chosen)) if worker else None
        urls = serve.start_database(chosen, stack)
        if migrate:
            serve.release(chosen, urls)
        said = on_started or serve.say_nothing
        serve.run(
            serve.serve(
                chosen,
                urls,
                listener=listener,
                worker=worker,
                worker_listener=own,
                on_started=said,
                meanwhile=meanwhile or serve.say_nothing,
            )
        )
        # What is left takes moments, and must not be cut short by an impatient second signal.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)


async def _say_address(services: "Services") -> None:
    settings = services.settings
    console.print(f"\nLoom-Lite is on {settings.base_url}", soft_wrap=True)
    if settings.smtp_url is None and settings.shows_outbox:
        console.print(f"Letters are shown on {settings.base_url}/dev/outbox", soft_wrap=True)
    elif settings.smtp_url is None:
        console.print(f"Letters are put into {settings.outbox_folder}", soft_wrap=True)
    console.print("Ctrl-C ends it.\n")


async def _say_demo(services: "Services") -> None:
    from app.demo_stripe import is_local, open_shop
    from app.demo_workspace import EMAIL, open_demo
    from app.sample_sites import SAMPLES

    def say_waiting() -> None:
        console.print("\nThe demo's facecam is being prepared; then its videos begin.")

    await open_shop(services)
    link = await open_demo(services, SAMPLES, say_waiting=say_waiting)
    console.print(f"\nThe demo's campaign, signed in: {link}", soft_wrap=True)
    console.print(
        f"The link works once, for 15 minutes. Later, sign in as {EMAIL}.", soft_wrap=True
    )
    if is_local(services.settings):
        address = services.settings.stripe_api_url
        console.print(
            f"Plans are bought without money at {address}, where the clock can be moved.",
            soft_wrap=True,
        )
    await _say_address(services)


async def _visit_demo(services: "Services") -> None:
    from app.demo_visits import show_sample_visits
    from app.demo_workspace import find_demo
    from app.sample_sites import SAMPLES

    found = await find_demo(services, SAMPLES)
    if found is not None:
        await show_sample_visits(services, *found)


def load_with_logs() -> Settings:
    from app.log import set_up_logs

    chosen = load_settings(os.environ)
    set_up_logs(chosen)
    return chosen
