"""Every page of the service by the name of its route, and which routes are no pages and why."""

from typing import Any
from uuid import uuid4

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from app.asgi import create_app
from app.db.listen import News
from app.settings import load_settings
from tests.journeys.arrivals import Arrived, Service
from tests.journeys.furnished import Furnished

# GET routes that no person looks at by themselves.
NO_PAGES = {
    "home.page": "leads on",
    "settings.page": "leads on",
    "wizard.page": "leads on",
    "staff.page": "leads on",
    "billing.return": "leads on",
    "billing.back": "leads on",
    "hosts.enter": "leads on",
    "hosts.leave": "leads on",
    "oauth.start": "leads to the provider",
    "oauth.callback": "leads on",
    "health.live": "for machines",
    "health.ready": "for machines",
    "metrics": "for machines",
    "tls.ask": "for machines",
    "live.stream": "an event stream",
    "media.signed": "a file",
    "service_worker": "a script",
    "static": "files",
    "workspace.logo": "a picture",
    "profile.avatar": "a picture",
    "members.avatar": "a picture",
    "facecams.media": "pictures and clips",
    "campaigns.export": "a file",
    "analytics.now": "a part of analytics.campaign",
    "analytics.file": "files",
    "analytics.video_file": "a file",
    "analytics.days_file": "a file",
    "analytics.campaigns_file": "a file",
    "usage.days_file": "a file",
    "usage.ledger_file": "a file",
    "audit_log.file": "a file",
    "preflight.live": "a part of preflight.sheet",
    "preflight.picture": "a picture",
    "previews.media": "a film",
    "previews.state": "a part of previews.preview",
    "renders.file": "videos and pictures",
    "renders.row": "a part of renders.list",
    "renders.totals": "a part of renders.list",
    "wizard.leads_file": "a file",
    "outbox.body": "the letter inside of outbox.letter",
    "facecams.card": "a part of facecams.list",
    "wizard.facecam_choice": "a part of wizard.facecam",
    "wizard.leads_progress": "a part of wizard.leads",
    "search.results": "a part of every page's palette",
    "notices.bell": "a part of every page's sidebar",
    "workspace.preview": "a part of settings.workspace",
    "landing_page.contrast": "a part of settings.landing_page",
    "landing_page.preview": "the page inside of settings.landing_page",
    "campaigns.landing_page_preview": "the page inside of campaigns.landing_page",
    "campaigns.landing_page_logo": "a picture",
    "captions.file": "a file",
    "workspaces.address": "a part of workspaces.new",
    "workspaces.switcher": "a part of every page's sidebar",
    "viewer.state": "for a page that waits",
    "viewer.file": "videos and pictures",
    "viewer.logo": "a picture",
    "viewer.captions": "files",
    "viewer.oembed": "for other sites",
    "viewer.qr": "pictures",
    "sharing.qr": "pictures",
}

NOT_FOUND = {"nothing there", "join.page over", "viewer.page gone", "email_change.page"}


def page_routes() -> set[str]:
    """The names of the application's GET routes that are not said to be no pages."""
    nothing: Any = None
    app: Any = create_app(load_settings({}), nothing, nothing, News())
    while not isinstance(app, Litestar):
        app = app.app
    return {
        str(handler.name)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if isinstance(handler, HTTPRouteHandler) and "GET" in handler.http_methods
    } - set(NO_PAGES)


def who_looks(name: str, of: Furnished) -> Arrived | None:
    """Whose browser a page is looked at in; None for a stranger's."""
    route = name.partition(" ")[0]
    if route == "join.page" or name == "workspaces.list none":
        return of.ben if name != "join.page over" else of.ada
    strangers = {"sign_in", "password", "viewer"}
    if route in {"join.letter", "offline"} or route.partition(".")[0] in strangers:
        return None
    return of.ada


def every_page(service: Service, of: Furnished) -> dict[str, str]:
    """A URL for each page; after a space what is special about it, where a route has several."""
    home, edit = of.ada.url, of.campaign + "/edit"
    own = {
        "sign_in.page": "/sign-in",
        "sign_in.link_page": "/sign-in/link/any-token",
        "sign_in.password_page": "/sign-in/password",
        "password.forgotten_page": "/sign-in/forgotten",
        "password.reset_page": "/sign-in/reset/any-token",
        "offline": "/offline",
        "outbox.list": "/dev/outbox",
        "outbox.letter": of.letter,
        "join.letter": of.invitation,
        "join.page over": f"/join/{uuid4()}",
        "join.page": of.invitation.rpartition("/")[0],
        "oauth.connect": "/oauth/github/connect?workspace=everypage",
        "welcome.page": "/welcome",
        "email_change.page": "/email/any-token",
        "site.pricing": "/pricing",
        "workspaces.list": "/workspaces",
        "workspaces.list none": "/workspaces",
        "workspaces.new": "/workspaces/new",
        "devices.page": "/devices",
        "staff.renders": "/staff/renders",
        "staff.renders empty": "/staff/renders?workspace=nobody",
        "staff.workspaces": "/staff/workspaces",
        "staff.workspaces empty": "/staff/workspaces?q=nobody-has-this",
        "staff.workspace": "/staff/workspaces/" + of.invitation.split("/")[2],
    }
    places = {
        "campaigns.list": "/campaigns",
        "campaigns.list without a match": "/campaigns?q=nothing-has-this-name",
        "campaigns.campaign": of.campaign,
        "campaigns.campaign empty": of.draft,
        "campaigns.duplicate": of.campaign + "/duplicate",
        "campaigns.landing_page": of.campaign + "/landing-page",
        "campaigns.landing_page empty": of.draft + "/landing-page",
        "links.page": f"{of.film}/links/{of.link.rpartition('/')[2]}",
        **{f"wizard.{step}": f"{edit}/{step}" for step in STEPS},
        **{f"wizard.{step} empty": f"{of.draft}/edit/{step}" for step in STEPS},
        "wizard.leads skipped": edit + "/leads?show=skipped",
        "facecams.list": "/facecams",
        "facecams.list renaming": f"/facecams?rename={of.facecam.rpartition('/')[2]}",
        "facecams.facecam": of.facecam,
        "facecams.record": "/facecams/record",
        "preflight.sheet": of.film + "/check",
        "preflight.sheet faults": of.film + "/check?check=faults",
        "preflight.sheet empty": of.draft + "/check",
        "previews.preview": of.preview,
        "renders.page": of.film + "/render",
        "renders.page with faults": of.draft + "/render",
        "renders.list": of.film + "/videos",
        "renders.list empty": of.draft + "/videos",
        "renders.list without a match": of.film + "/videos?q=nobody-has-this-name&state=failed",
        "renders.retry_page": of.film + "/videos/retry?ids=" + of.video.rpartition("/")[2],
        "renders.retry_page of nothing": of.film + "/videos/retry?all=1",
        "renders.video": of.video,
        "help.page": "/help",
        "help.analytics": "/help/analytics",
        "help.sending": "/help/sending",
        "help.landing_pages": "/help/landing-pages",
        "help.billing": "/help/billing",
        "sharing.page": of.video + "/share",
        "analytics.list": "/analytics?period=12m",
        "analytics.campaign": of.film + "/analytics",
        "analytics.campaign empty": of.draft + "/analytics",
        "viewer.page": of.link,
        "viewer.page gone": "/v/nobody",
        "viewer.embed": of.link + "/embed",
        "viewer.erase_page": of.link + "/delete-my-data",
        "billing.page": "/billing",
        "billing.choose": "/billing/plans",
        "billing.change": "/billing/change?plan=business&interval=month",
        "billing.cancel": "/billing/cancel",
        "billing.overage": "/billing/overage",
        "usage.page": "/billing/usage",
        "usage.page minutes": "/billing/usage?by=minutes",
        "usage.ledger": "/billing/usage/ledger",
        "usage.ledger without a match": "/billing/usage/ledger?kind=adjust",
        "notices.list": "/notices",
        "nothing there": "/nothing-there",
        **{f"settings.{tab}": f"/settings/{tab.replace('_', '-')}" for tab in SETTINGS},
        "email_change.ask_page": "/settings/profile/email",
    }
    return {
        **{name: service.url + path for name, path in own.items()},
        **{name: home + path for name, path in places.items()},
    }


STEPS = ("name", "facecam", "leads", "scenes", "look", "review")
SETTINGS = (
    *("profile", "password", "sign_ins", "devices", "notifications"),
    *("workspace", "domains", "landing_page", "members", "api_keys", "audit_log", "danger"),
)
