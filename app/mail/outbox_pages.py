"""The outbox in the browser, for development only: the letters, and where their links lead.

The app registers `outbox_router` in development and never in production; whoever reads these pages
can sign in as anybody. It gives the folder as `app.state.outbox_folder`.
"""

from pathlib import Path
from typing import Any

from litestar import MediaType, Request, Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from app.mail.outbox import OutboxLetter, find_letter, list_letters

# Letters carry inline styles, which no page of ours may. Nothing is loaded, nothing runs, and a
# link opens in the whole window, but only when a person clicks it.
BODY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
)

AnyRequest = Request[Any, Any, Any]


@get("/dev/outbox", name="outbox.list", sync_to_thread=True)
def outbox_page(request: AnyRequest) -> Template:
    return _page("mail/outbox_page.html", letters=list_letters(_folder(request)))


@get("/dev/outbox/{letter_id:str}", name="outbox.letter", sync_to_thread=True)
def outbox_letter_page(request: AnyRequest, letter_id: FromPath[str]) -> Template:
    return _page("mail/outbox_letter_page.html", letter=_get_letter(request, letter_id))


@get("/dev/outbox/{letter_id:str}/body", name="outbox.body", sync_to_thread=True)
def outbox_letter_body(request: AnyRequest, letter_id: FromPath[str]) -> Response[str]:
    html = _get_letter(request, letter_id).html.replace("<head>", '<head><base target="_top">', 1)
    return Response(
        html,
        media_type=MediaType.HTML,
        headers={"Content-Security-Policy": BODY_POLICY, "X-Frame-Options": "SAMEORIGIN"},
    )


def _page(template: str, **context: Any) -> Template:
    return Template(template, context=context, headers={"Cache-Control": "no-store"})


def _folder(request: AnyRequest) -> Path:
    return Path(request.app.state.outbox_folder)


def _get_letter(request: AnyRequest, letter_id: str) -> OutboxLetter:
    letter = find_letter(_folder(request), letter_id)
    if letter is None:
        raise NotFoundException("This letter is not in the outbox.")
    return letter


outbox_router = Router(
    "/",
    route_handlers=[outbox_page, outbox_letter_page, outbox_letter_body],
    include_in_schema=False,
)
