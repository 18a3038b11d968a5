"""The commands for those who run the service: videos of all teams, and the clean-up."""

import asyncio
import getpass
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import UUID

import typer
from rich.console import Console
from rich.text import Text

from app.service_commands import load_with_logs

if TYPE_CHECKING:
    from app.jobs.operator_renders import FoundRender, Wanted
    from app.jobs.services import Services

T = TypeVar("T")
operators = typer.Typer()
jobs = typer.Typer(no_args_is_help=True, help="List, show, requeue and cancel any team's videos.")
operators.add_typer(jobs, name="jobs")
workspaces = typer.Typer(no_args_is_help=True, help="Suspend a team's workspace, and resume it.")
operators.add_typer(workspaces, name="workspaces")
# In a log or a pipe nobody measures the terminal, and 80 columns would break every id.
console = Console(width=None if sys.stdout.isatty() else 200)

AsJson = Annotated[bool, typer.Option("--json", help="for programs")]
Ids = Annotated[list[UUID] | None, typer.Argument(metavar="[RENDER]…", help="their ids")]
State = Annotated[
    str, typer.Option(help="queued, recording, failed, …; or running, or under-way for both")
]
Campaign = Annotated[UUID | None, typer.Option(help="a campaign's id")]
Team = Annotated[str, typer.Option("--workspace", help="the name in a team's address")]
Slug = Annotated[str, typer.Argument(metavar="NAME", help="the name in its address")]
Error = Annotated[str, typer.Option("--error", help="an error code, such as worker_lost")]
Days = Annotated[int, typer.Option(min=1, help="asked for so long ago at most")]


@operators.command()
def cleanup(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say it, remove nothing")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove what is no longer needed: on this machine's disk, and files that nothing names."""
    from app.jobs.cleanup.runs import clean_disk, clean_storage

    async def clean(services: "Services") -> None:
        freed = await clean_disk(services, dry_run=dry_run)
        if not freed:
            _say("Another process is cleaning this disk just now; it was left to that.", as_json)
        freed += await clean_storage(services, dry_run=dry_run)
        if as_json:
            typer.echo(json.dumps([each.__dict__ for each in freed], indent=2))
        for each in freed if not as_json else ():
            _say(each.sentence(dry_run=dry_run))

    _with_services(clean)


@jobs.command(name="list")
def list_command(
    state: State = "",
    workspace: Team = "",
    campaign: Campaign = None,
    error: Error = "",
    days: Days = 30,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """List videos, those asked for last first."""
    wanted = _wanted(state, workspace, campaign, error, days)

    async def show(services: "Services") -> None:
        from app.jobs.operator_records import render_record
        from app.jobs.operator_renders import list_renders
        from app.operator_tables import print_renders

        found = await list_renders(services.database, wanted, at_most=limit)
        if as_json:
            records = [render_record(each, services.settings, services.storage) for each in found]
            typer.echo(json.dumps(records, indent=2))
        else:
            print_renders(console, found, limit)

    _with_services(show)


@jobs.command()
def show(
    render: Annotated[UUID, typer.Argument(metavar="RENDER")], as_json: AsJson = False
) -> None:
    """Show one video with each of its tries; with --json also the engine's log."""

    async def show_one(services: "Services") -> None:
        from app.jobs.operator_records import attempt_record, render_record
        from app.jobs.operator_renders import get_renders, list_attempts
        from app.operator_tables import print_render

        (found,) = await get_renders(services.database, [render])
        record = render_record(found, services.settings, services.storage)
        tries = [attempt_record(each) for each in await list_attempts(services.database, found)]
        if as_json:
            typer.echo(json.dumps(record | {"tries": tries}, indent=2))
        else:
            print_render(console, record, tries)

    _with_services(show_one)


@jobs.command()
def requeue(
    renders: Ids = None,
    workspace: Team = "",
    campaign: Campaign = None,
    error: Error = "",
    days: Days = 30,
) -> None:
    """Try failed or cancelled videos again: those named, or all failed ones that meet the options.

    What was recorded for them is used again.
    """
    wanted = _wanted("failed", workspace, campaign, error, days)
    _require_choice(renders, workspace, campaign, error)

    async def again(services: "Services") -> None:
        from app.jobs.operator_acts import requeue_found

        found = await _chosen(services, renders, wanted)
        count = await requeue_found(services.database, found, by=getpass.getuser())
        _say(f"{count} of {len(found)} wait to be made again.")

    _with_services(again)


@jobs.command()
def cancel(
    renders: Ids = None,
    workspace: Team = "",
    campaign: Campaign = None,
    days: Days = 30,
) -> None:
    """Cancel videos under way: those named, or all that meet the options."""
    wanted = _wanted("under-way", workspace, campaign, "", days)
    _require_choice(renders, workspace, campaign, "")

    async def end(services: "Services") -> None:
        from app.jobs.operator_acts import cancel_found

        found = await _chosen(services, renders, wanted)
        cancelled = await cancel_found(services.database, found, by=getpass.getuser())
        _say(f"{cancelled.ended} were waiting and are cancelled; {cancelled.ending} are ending.")

    _with_services(end)


@workspaces.command()
def suspend(slug: Slug, reason: Annotated[str, typer.Option(help="its people read it")]) -> None:
    """Close a workspace to its people, who read why; nothing is deleted, its pages stay open."""

    async def close(services: "Services") -> None:
        from app.jobs.operator_workspace import suspend_found
        from app.jobs.operator_workspaces import get_workspace_id

        workspace_id = await get_workspace_id(services.database, slug)
        await suspend_found(services.database, workspace_id, reason=reason, staff_id=None)
        _say(f"{slug} is suspended. `loomlite workspaces resume {slug}` opens it again.")

    _with_services(close)


@workspaces.command()
def resume(slug: Slug, reason: Annotated[str, typer.Option(help="for its audit log")] = "") -> None:
    """Open a suspended workspace again; what waited is made."""

    async def reopen(services: "Services") -> None:
        from app.jobs.operator_workspace import resume_found
        from app.jobs.operator_workspaces import get_workspace_id

        workspace_id = await get_workspace_id(services.database, slug)
        await resume_found(services.database, workspace_id, reason=reason, staff_id=None)
        _say(f"{slug} goes on where it was.")

    _with_services(reopen)


def _wanted(state: str, workspace: str, campaign: UUID | None, error: str, days: int) -> "Wanted":
    from app.jobs.operator_renders import Wanted

    wanted = Wanted(state, workspace, campaign, error, days)
    try:
        _ = wanted.states
    except ValueError as refused:
        raise typer.BadParameter(str(refused), param_hint="--state") from None
    return wanted


def _require_choice(
    renders: Sequence[UUID] | None, workspace: str, campaign: UUID | None, error: str
) -> None:
    if not (renders or workspace or campaign or error):
        raise typer.BadParameter("name videos by their ids, or a workspace or campaign by options")


async def _chosen(
    services: "Services", renders: Sequence[UUID] | None, wanted: "Wanted"
) -> list["FoundRender"]:
    from app.jobs.operator_renders import get_renders, list_renders

    if renders:
        return await get_renders(services.database, renders)
    return await list_renders(services.database, wanted, at_most=1_000_000)


def _say(text: str, is_quiet: bool = False) -> None:
    if not is_quiet:
        console.print(Text(text), soft_wrap=True)


def _with_services(work: Callable[["Services"], Awaitable[T]]) -> T:
    from app import serve
    from app.db.server_check import check_role

    chosen = load_with_logs()

    async def run() -> T:
        async with serve.open_services(chosen, urls) as services:
            return await work(services)

    with ExitStack() as stack:
        urls = serve.start_database(chosen, stack)
        check_role(urls.app_url)
        return asyncio.run(run())
