"""Landing pages behind real sockets, with real media and a real policy, and no database."""

import asyncio
import json
import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from litestar import Litestar, Request, Response, get, post
from litestar.template.config import TemplateConfig
from PIL import Image
from starlette.responses import FileResponse
from starlette.responses import Response as AnyResponse

from app.templating import make_environment
from app.viewer.glimpses import glimpse_of
from app.viewer.landing import Landing
from app.viewer.page_style import style_of
from app.web.shrinking import Shrinking
from app.web.static_files import StaticFiles, static_route
from app.web.template_engine import TemplateEngine
from tests.pipeline.synthetic import patchwork
from tests.viewer.browser.landings import ROOT, VIDEO_S, landing

FPS = 10
LIGHT = (160, 90)
INDEX_FIRST = {
    "cues_to_front": "1"
}  # as the engine writes its own: seeking needs no end of the file
NEXT_LOOK = threading.Event()  # never set
VTT = """WEBVTT

00:00.000 --> 00:04.000
Hello Maria, <b>this is Jonas.</b>

00:04.000 --> 00:07.000
It takes a minute.
"""
TEMPLATES = {"ready": "landing", "waiting": "waiting", "password": "password"}


@dataclass
class Prospect:
    """What is shown, and what was told. `calendar` is the origin of the frame's server."""

    media: Path
    landing: Landing = field(default_factory=landing)
    calendar: str = "https://calendly.com"
    context: dict[str, Any] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    # Of these addresses nothing can be had: "video", "light".
    broken: set[str] = field(default_factory=set)
    # How much of the full video its server gives by now; who wants more waits for it.
    given: float = 1.0
    asked: list[str] = field(default_factory=list)  # which copies, in the order of the requests
    # What is answered to what is told, one after the other, before anything is taken.
    refusals: list[int] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    def events(self, *kinds: str) -> list[list[Any]]:
        """What was told, in the order of its numbers, without token and time."""
        all_told = sorted(each for message in self.told for each in message["events"])
        return [[each[1], *each[3:]] for each in all_told if not kinds or each[1] in kinds]


def write_media(folder: Path) -> None:
    """A clip with sound, wide, tall and light, its poster and a logo."""
    _write_clip(folder / "video.webm", 320, 180)
    _write_clip(folder / "light.webm", *LIGHT)
    _write_clip(folder / "tall.webm", 180, 320)
    _poster().save(folder / "poster.jpg", "JPEG", quality=70, progressive=True)
    logo = Image.new("RGBA", (320, 80), (0, 0, 0, 0))
    logo.paste((91, 63, 214, 255), (0, 10, 60, 70))
    logo.paste((120, 120, 140, 255), (80, 30, 310, 50))
    logo.save(folder / "logo.webp")


def _write_clip(path: Path, width: int, height: int) -> None:
    """Its grey tells the second."""
    with av.open(str(path), "w", options=INDEX_FIRST) as container:
        stream = container.add_stream("libvpx", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"deadline": "realtime", "cpu-used": "8", "g": "10"}
        sound = container.add_stream("libopus", rate=48_000)
        sound.layout = "mono"
        for n in range(round(VIDEO_S * FPS)):
            picture = np.full((height, width, 3), 40 + 2 * n, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            tone = np.sin(np.arange(4800) * 0.06)[None].astype(np.float32) / 4
            heard = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
            heard.rate, heard.pts = 48_000, n * 4800
            container.mux(sound.encode(heard))
        for each in (stream, sound):
            container.mux(each.encode())


def _poster() -> Image.Image:
    """As busy as a page: some text-like noise on a light ground, a dark disc for the face."""
    noise = Image.fromarray(patchwork(720, 1280, patch=12)).convert("L").convert("RGB")
    ground = Image.blend(noise, Image.new("RGB", (1280, 720), (244, 245, 250)), 0.8)
    ground.paste((36, 40, 66), (0, 0, 1280, 90))
    ground.paste((214, 120, 90), (60, 460, 260, 660))
    return ground


def policy(sources: str, calendar: str) -> str:
    return (
        f"default-src 'none'; script-src 'self'; style-src {sources}; img-src 'self' data:; "
        f"media-src 'self'; connect-src 'self'; frame-src {calendar}; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


@cache
def static_files() -> StaticFiles:
    """Read and zipped once: that takes as long as a test."""
    return StaticFiles()


@cache
def glimpse_in(media: Path) -> str:
    return glimpse_of((media / "poster.jpg").read_bytes())


async def slow_clip(prospect: Prospect, request: Request[Any, Any, Any], path: Path) -> AnyResponse:
    """What is given from there on, as soon as there is something."""
    content = path.read_bytes()
    start = int(request.headers.get("range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
    while (end := round(prospect.given * len(content))) <= start:
        await asyncio.to_thread(NEXT_LOOK.wait, 0.02)
        if "video" in prospect.broken:
            return AnyResponse(status_code=503)
    headers = {"Content-Range": f"bytes {start}-{end - 1}/{len(content)}", "Accept-Ranges": "bytes"}
    return AnyResponse(content[start:end], 206, headers, "video/webm")


def prospect_app(prospect: Prospect) -> Litestar:
    async def clip(request: Request[Any, Any, Any], asked: str, name: str) -> AnyResponse:
        prospect.asked.append(asked)
        path = prospect.media / f"{name}.webm"
        if asked in prospect.broken:
            return AnyResponse(status_code=503)
        if asked == "video" and prospect.given < 1:
            return await slow_clip(prospect, request, path)
        return FileResponse(path, media_type="video/webm")

    @get(ROOT, sync_to_thread=False)
    def page(request: Request[Any, Any, Any]) -> Response[str]:
        shown = prospect.landing
        style = style_of(shown.brand)
        template = prospect.context.get("template") or TEMPLATES.get(shown.state, "closed")
        given = {
            "landing": shown,
            "style": style.element,
            "state_url": f"{ROOT}/state",
            "password_url": f"{ROOT}/password",
            "erase_url": f"{ROOT}/delete-my-data",
            "error": None,
            "is_done": False,
            "kept": ("Your name", "The video that was made for you, and pictures of it"),
            "glimpse": glimpse_in(prospect.media),
            "frame_origin": prospect.calendar,
            **prospect.context,
        }
        html = environment.get_template(f"viewer/{template}_page.html").render(given)
        headers = {"Content-Security-Policy": policy(style.sources, prospect.calendar)}
        return Response(html, media_type="text/html", headers=headers)

    @get(f"{ROOT}/state", sync_to_thread=False)
    def state() -> dict[str, str]:
        return {"state": prospect.landing.state}

    @get(f"{ROOT}/video")
    async def video(request: Request[Any, Any, Any]) -> AnyResponse:
        shown = prospect.landing.video
        return await clip(
            request, "video", "tall" if shown and shown.height > shown.width else "video"
        )

    @get(f"{ROOT}/light")
    async def light(request: Request[Any, Any, Any]) -> AnyResponse:
        return await clip(request, "light", "light")

    @get(f"{ROOT}/poster.jpg", sync_to_thread=False)
    def poster() -> AnyResponse:
        return FileResponse(prospect.media / "poster.jpg", media_type="image/jpeg")

    @get(f"{ROOT}/logo", sync_to_thread=False)
    def logo() -> AnyResponse:
        return FileResponse(prospect.media / "logo.webp", media_type="image/webp")

    @get([f"{ROOT}/captions/en.vtt", f"{ROOT}/captions/de.vtt"], sync_to_thread=False)
    def captions() -> Response[str]:
        return Response(VTT, media_type="text/vtt")

    @post(f"{ROOT}/events")
    async def events(request: Request[Any, Any, Any]) -> AnyResponse:
        message = json.loads(await request.body())
        if prospect.refusals:
            prospect.refused.append(message)
            return AnyResponse(status_code=prospect.refusals.pop(0))
        prospect.told.append(message)
        return AnyResponse(status_code=204)

    files = static_files()
    environment = make_environment(files.url)
    handlers = [page, state, video, light, poster, logo, captions, events, static_route(files)]
    return Litestar(
        handlers,
        middleware=[Shrinking],
        template_config=TemplateConfig(instance=TemplateEngine(environment)),
        openapi_config=None,
    )
