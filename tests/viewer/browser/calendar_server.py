"""A calendar on another origin that speaks Calendly's protocol to the page around it."""

from typing import Any

from litestar import Litestar, Request, Response, get
from litestar.params import FromQuery

# What its frame posts; see react-calendly 4.4.0. It posts nothing without an `embed_domain`.
SCRIPT = """
const wanted = new URLSearchParams(location.search);
const say = (name, payload = {}) => parent.postMessage({ event: `calendly.${name}`, payload }, "*");
if (wanted.get("embed_domain") && wanted.get("embed_type") === "Inline") {
  say("event_type_viewed");
  say("page_height", { height: "980px" });
  document.querySelector("button").addEventListener("click", () => say("event_scheduled", {
    event: { uri: "https://api.calendly.com/scheduled_events/E" },
    invitee: { uri: "https://api.calendly.com/scheduled_events/E/invitees/I" },
  }));
}
"""
PAGE = """<!doctype html><html lang="en"><title>Calendar</title><h1>Calendar of Jonas</h1>
<p id="who">{who}</p><button>Schedule event</button><script src="/calendar.js"></script></html>"""


def calendar_app() -> Litestar:
    @get("/nordlys/intro", sync_to_thread=False)
    def calendar(request: Request[Any, Any, Any], name: FromQuery[str] = "") -> Response[str]:
        return Response(PAGE.format(who=name), media_type="text/html")

    @get("/calendar.js", sync_to_thread=False)
    def script() -> Response[str]:
        return Response(SCRIPT, media_type="text/javascript")

    return Litestar([calendar, script], openapi_config=None)
