"""Templates of ours as pages in real Chromium, with our styles and CSP; knows no application."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from jinja2 import Environment
from playwright.async_api import Browser, Page, Route

from app.templating import make_environment

STATIC = Path(__file__).parents[2] / "app/static"
ORIGIN = "http://drawn.test"
CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
STYLES = (
    "vendor/basecoat-css/basecoat-nova.cdn.min.css",
    "app.css",
    "css/scenes.css",
    "css/look.css",
)


def environment() -> Environment:
    return make_environment(lambda path: f"/static/{path}")


@asynccontextmanager
async def drawn_page(
    browser: Browser,
    body: str,
    *,
    scripts: tuple[str, ...] = (),
    size: tuple[int, int] = (800, 600),
    dark: bool = False,
    files: Mapping[str, bytes] | None = None,
) -> AsyncIterator[Page]:
    """The body under our styles and CSP; `files` are pictures by path. No network is touched.

    Fails on leaving when the page had an error or its CSP was broken.
    """
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
    )
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)

    async def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path == "/":
            await route.fulfill(
                body=_document(body, scripts),
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": CSP},
            )
        elif files and path in files:
            await route.fulfill(body=files[path], content_type="image/png")
        else:
            file = STATIC / path.removeprefix("/static/").partition("?")[0]
            await route.fulfill(path=file, content_type=TYPES.get(file.suffix))

    await page.route("**/*", answer)
    try:
        await page.goto(f"{ORIGIN}/")
        yield page
        assert not faults
    finally:
        await context.close()


def _document(body: str, scripts: tuple[str, ...]) -> str:
    links = "".join(f'<link rel="stylesheet" href="/static/{style}">' for style in STYLES)
    # htmx is no module.
    modules = "".join(
        f'<script{"" if "vendor/" in each else " type=module"} src="/static/js/{each}"></script>'
        for each in scripts
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Drawn</title>'
        f'<link rel="icon" href="data:,">{links}{modules}<body>{body}</body></html>'
    )
