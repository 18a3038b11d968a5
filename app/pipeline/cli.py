"""The killable process: `python -m app.pipeline render|preview|preflight|probe|…`.

One JSON line per step on standard output (`--progress json`), logs on standard error, and the exit
codes of app/pipeline/process.py. It knows no campaign, no lead list and no terminal.
"""

import argparse
import asyncio
import dataclasses
import logging
import resource
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from app.pipeline.clip_spec import ClipToPrepare
from app.pipeline.errors import FacecamError, NotAVideo, SpecInvalid
from app.pipeline.pages_spec import PagesToCheck
from app.pipeline.process import (
    HELLO,
    Event,
    Lines,
    OnEvent,
    as_json,
    end_with_parent,
    fail,
    run_work,
    step_back,
)
from app.pipeline.spec import RenderSpec

# What a clip may cost to look at: a hostile file must not take the machine with it. Decoding 300 s
# of 4K takes about 60 s of CPU and, with a thread per core, well under a gigabyte.
PROBE_CPU_S = 240
PROBE_MEMORY_BYTES = 4 << 30  # of addresses, of which codecs reserve far more than they use

Model = TypeVar("Model", bound=BaseModel)
Work = Callable[[OnEvent], Awaitable[None]]


def main(arguments: Sequence[str]) -> int:
    """Runs one command to its end; returns the exit code."""
    asked = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    as_lines = asked.progress == "json"
    if as_lines:
        # Who reads the lines is who started us. Without them a person did, perhaps with nohup.
        end_with_parent()
    step_back(asked.nice)
    lines = Lines(as_json if as_lines else _Sentences())
    if as_lines:
        lines(HELLO)
    try:
        work = _WORKS[asked.command](asked)
    except SpecInvalid as error:
        return fail(error, lines)
    return run_work(work, lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app.pipeline",
        description=__doc__,
        epilog="Exit codes: 0 done, 1 a fault of ours, 2 usage or invalid spec, 3 failed for good, "
        "4 worth another try, 5 cancelled.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, file, about in (
        ("render", "spec.json", "make one lead's video"),
        ("preview", "spec.json", "make its draft: low resolution and quick"),
        ("preflight", "pages.json", "open pages and say whether they can be recorded"),
        ("probe", "facecam", "say what a facecam clip is"),
        ("prepare-clip", "clip.json", "check an uploaded clip; make what is shown of it"),
    ):
        command = commands.add_parser(name, help=about, description=about)
        command.add_argument("file", metavar=file, type=Path)
        command.add_argument("--progress", choices=("json", "text"), default="text")
        command.add_argument("--nice", type=int, default=0, help="give way to other processes")
        if name in {"render", "preview"}:
            command.add_argument(
                "--memory-limit-mb", type=int, help="end where it takes more, browsers included"
            )
    return parser


def _render(asked: argparse.Namespace) -> Work:
    return _render_work(_read(RenderSpec, asked.file), asked.memory_limit_mb)


def _preview(asked: argparse.Namespace) -> Work:
    spec = _read(RenderSpec, asked.file).model_copy(update={"draft": True})
    return _render_work(spec, asked.memory_limit_mb)


def _render_work(spec: RenderSpec, memory_limit_mb: int | None) -> Work:
    # Imported here: a probe needs no browser, and its start should not pay for one.
    from app.pipeline.render import render  # noqa: PLC0415

    async def work(on_event: OnEvent) -> None:
        report = await render(spec, on_event, memory_limit_mb=memory_limit_mb)
        on_event({"event": "finished", "report": report.model_dump(mode="json")})

    return work


def _preflight(asked: argparse.Namespace) -> Work:
    from app.pipeline.preflight import check_pages  # noqa: PLC0415

    list_of_pages = _read(PagesToCheck, asked.file)

    async def work(on_event: OnEvent) -> None:
        failed = await check_pages(list_of_pages, on_event)
        on_event({"event": "finished", "pages": len(list_of_pages.pages), "failed": failed})

    return work


def _probe(asked: argparse.Namespace) -> Work:
    from app.pipeline.compose.facecam import probe_facecam  # noqa: PLC0415

    file: Path = asked.file
    if not file.is_file():
        raise SpecInvalid(f"There is no file {file}.")
    resource.setrlimit(resource.RLIMIT_CPU, (PROBE_CPU_S, PROBE_CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (PROBE_MEMORY_BYTES, PROBE_MEMORY_BYTES))

    async def work(on_event: OnEvent) -> None:
        try:
            facts = await asyncio.to_thread(probe_facecam, file)
        except MemoryError:
            raise NotAVideo(file.name) from None
        except OSError as error:
            raise FacecamError(f"{file.name} could not be read: {error.strerror}.") from error
        on_event({"event": "finished", "facecam": dataclasses.asdict(facts)})

    return work


def _prepare_clip(asked: argparse.Namespace) -> Work:
    from app.pipeline.clip import limit_process, prepare_clip  # noqa: PLC0415

    clip = _read(ClipToPrepare, asked.file)
    limit_process(clip)

    async def work(on_event: OnEvent) -> None:
        prepared = await prepare_clip(clip, on_event)
        on_event({"event": "finished", "clip": prepared.model_dump(mode="json")})

    return work


_WORKS: dict[str, Callable[[argparse.Namespace], Work]] = {
    "render": _render,
    "preview": _preview,
    "preflight": _preflight,
    "probe": _probe,
    "prepare-clip": _prepare_clip,
}


def _read(model: type[Model], file: Path) -> Model:
    """The JSON file as a value. Raises SpecInvalid naming every mistake in it."""
    try:
        return model.model_validate_json(file.read_bytes())
    except OSError as error:
        raise SpecInvalid(f"{file} could not be opened: {error.strerror}.") from error
    except ValidationError as error:
        raise SpecInvalid(_say_mistakes(file.name, error)) from error


def _say_mistakes(name: str, error: ValidationError) -> str:
    found = error.errors(include_url=False)
    for mistake in found:
        if mistake["loc"] == ("version",):
            # Whatever else is wrong with it is because it is of another release.
            return (
                f"{name} is a spec of version {mistake['input']!r}, which this engine does not "
                "know. Install the same release of Loom-Lite on every machine."
            )
    said = "; ".join(
        f"{'.'.join(str(part) for part in mistake['loc']) or 'the file'}: {mistake['msg']}"
        for mistake in found
    )
    return f"{name} is no valid spec: {said}."


class _Sentences:
    """Events as lines for a person; a step is told when it begins, not frame by frame."""

    def __init__(self) -> None:
        self._told = ""

    def __call__(self, event: Event) -> str | None:
        match event:
            case {"event": "scene", "scene": scene, "step": step}:
                said = f"{scene}: {step}"
            case {"event": "step", "step": step}:
                said = str(step)
            case {"event": "failed", "message": message}:
                said = f"failed: {message}"
            case _:
                said = as_json(event)
        if said == self._told:
            return None
        self._told = said
        return said
