"""The dashboard: the workspace's campaigns as cards, and what goes on around them."""

from litestar import Router, get, post
from litestar.response import Template

from app.accounts.dependencies import Person, Session
from app.billing.meter import read_meter
from app.campaigns.board import list_cards
from app.campaigns.board_filter import SORTS, STATES, BoardFilter, read_board_filter
from app.campaigns.dependencies import Videos
from app.campaigns.overview import dismiss_checklist, read_overview
from app.campaigns.service import create_campaign
from app.campaigns.wizard_steps import UNNAMED
from app.templating import with_query
from app.web.forms import blank_form
from app.web.pages import Answer, AnyRequest, page, path_for, see_other, settings_of
from app.workspaces.activity_feed import list_activity
from app.workspaces.dependencies import Member

SHOWN_ACTIVITIES = 8


@get("/campaigns", name="campaigns.list")
async def campaigns_page(
    request: AnyRequest, session: Session, member: Member, videos: Videos
) -> Template:
    wanted = read_board_filter(request.query_params)
    cards, window = await list_cards(session, wanted)
    meter = await read_meter(session) if settings_of(request).sells else None
    answer = page(
        "campaigns/campaigns_page.html",
        cards=cards,
        pager=window.pager(lambda number: _url(request, wanted, page=number)),
        wanted=wanted,
        chips=[(text, _url(request, wanted, **{key: ""})) for text, key in wanted.chips],
        form=blank_form(**wanted.parameters),
        states=STATES,
        sorts=SORTS,
        videos=await videos.of_campaigns(session, [card.id for card in cards]),
        meter=meter,
        videos_made=0 if meter else await videos.made_this_month(session),
        overview=await read_overview(session),
        activities=await list_activity(session, SHOWN_ACTIVITIES),
        shows_checklist=member.checklist_dismissed_at is None,
    )
    # The address bar gets the short address, without the fields that were left empty.
    answer.headers["HX-Push-Url"] = _url(request, wanted, page=window.number)
    return answer


@post("/campaigns", name="campaigns.create")
async def campaign_create(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    """A draft without a name; the wizard's first step asks for one."""
    campaign = await create_campaign(session, person, UNNAMED)
    return see_other(path_for(request, "wizard.name", campaign_id=campaign.id))


@post("/checklist/dismiss", name="checklist.dismiss")
async def checklist_dismiss(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    await dismiss_checklist(session, person)
    return see_other(path_for(request, "campaigns.list"))


def _url(request: AnyRequest, wanted: BoardFilter, **changes: str | int) -> str:
    # A changed filter begins at its first page.
    parameters = wanted.parameters | {key: str(value) for key, value in changes.items()}
    if parameters.get("page") == "1":
        parameters["page"] = ""
    return with_query(path_for(request, "campaigns.list"), **parameters)


board_router = Router("/", route_handlers=[campaigns_page, campaign_create, checklist_dismiss])
