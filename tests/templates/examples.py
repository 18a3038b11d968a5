"""What partial templates are rendered with in their test; it knows nothing of what is right.

Add to EXAMPLES what a partial needs and a stand-in cannot be. A partial that has several faces gets
several examples: name them "faces/_face.html" and "faces/_face.html when asleep".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from tests.templates.analytics_examples import ANALYTICS_EXAMPLES
from tests.templates.audit_examples import AUDIT_EXAMPLES
from tests.templates.billing_examples import BILLING_EXAMPLES
from tests.templates.domain_examples import DOMAIN_EXAMPLES
from tests.templates.editor_examples import EDITOR_EXAMPLES
from tests.templates.site_examples import SITE_EXAMPLES
from tests.templates.staff_examples import STAFF_EXAMPLES
from tests.templates.staff_workspace_examples import STAFF_WORKSPACE_EXAMPLES
from tests.templates.usage_examples import USAGE_EXAMPLES
from tests.templates.video_examples import VIDEO_EXAMPLES

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


class StandIn(int):
    """A made-up value: the number 1, a list of one, and an object with any attribute there is."""

    def __new__(cls) -> "StandIn":
        return super().__new__(cls, 1)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return stand_in(name)

    def __getitem__(self, key: object) -> Any:
        return stand_in(str(key))

    def __iter__(self) -> Iterator[Any]:
        return iter([StandIn()])

    def __len__(self) -> int:
        return 1

    def __call__(self, *args: object, **named: object) -> Any:
        return StandIn()


class StandInText(str):
    """A made-up text, which may also be asked for something."""

    def __call__(self, *args: object, **named: object) -> str:
        return self


def stand_in(name: str) -> Any:
    """A made-up value that fits a name: a time, a text, or anything."""
    if name.endswith("_at") or name in {"date", "moment"}:
        return NOW
    if name.endswith(("url", "href", "path", "image")):
        return StandInText(f"/{name}")
    if name.endswith(("name", "title", "text", "label", "email", "slug", "said", "detail", "kind")):
        return StandInText(f"Some {name}")
    return StandIn()


@dataclass
class StandInForm:
    """A form as the macros read it, with an error beside every field that is asked about."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values = _Blank(self.values)


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


class StandInApp:
    """Routes of any name."""

    def route_reverse(self, name: str, **parameters: object) -> str:
        return "/" + "/".join([str(name).replace(".", "/"), *map(str, parameters.values())])

    def get_handler_index_by_name(self, name: str) -> object:
        return name


REQUEST = SimpleNamespace(
    app=StandInApp(),
    url=SimpleNamespace(path="/campaigns/list"),
    query_params=SimpleNamespace(multi_items=lambda: [("page", "2"), ("state", "draft")]),
    state=SimpleNamespace(),
)
PERSON = SimpleNamespace(id=1, name="Alice Moreau", email="alice@example.com", avatar_key=None)
MEMBER = SimpleNamespace(
    workspace=SimpleNamespace(name="Acme Outreach", slug="acme"),
    role="owner",
    can_manage=True,
    unread_notices=2,
)

# Values by name, for every partial that needs one of that name.
VALUES: dict[str, Any] = {
    "request": REQUEST,
    "person": PERSON,
    "member": MEMBER,
    "flash": [("good", "Saved."), ("info", "Moved.", {"action": "/undo", "label": "Undo"})],
    "form": StandInForm(),
    "status": 404,
    "detail": "There is nothing here.",
}

SCENE_CARD = SimpleNamespace(
    at=1,
    id="profile",
    form=StandInForm(),
    columns=[("", "Choose a column"), ("LinkedIn", "LinkedIn")],
    picture=stand_in("picture"),
)

NOTICE = SimpleNamespace(
    id=1,
    kind="bad",
    title="None of the 3 videos of “Oslo” could be made",
    body="linkedin.com asked for a sign-in.",
    path="/campaigns/1/videos",
    step="See what failed",
    created_at=NOW,
    read_at=None,
)
READ = {"kind": "good", "path": "", "read_at": NOW}

PAGE_CHECK = SimpleNamespace(
    id=3, url="https://adire.example/", title="Adire", picture_key="checks/1-0123456789ab.jpg",
    verdict="fails",
)  # fmt: skip
SHEET_SCENE = SimpleNamespace(
    id="site", verdict="fails", said="This page is not there.", typed="adire.example",
    own=PAGE_CHECK, own_check=PAGE_CHECK, fallback=None, fallback_check=None, shown=PAGE_CHECK,
    is_fault=True, doubtful=PAGE_CHECK,
)  # fmt: skip
SHEET_CARD = SimpleNamespace(
    lead_id=4, row=2, state="good", title="Naomi Okafor", company="Adire Studio", verdict="fails",
    scenes=[SHEET_SCENE], picture=PAGE_CHECK, is_waiting=False, is_to_come=True,
)  # fmt: skip
PREVIEWED_SCENE = {
    "id": "site", "url": "https://adire.example/", "used_fallback": True,
    "notices": ["A cookie notice was closed."], "attempts": [{"message": "It is down."}],
}  # fmt: skip
BADGES = {"fails": ("bad", "Would fail"), "unchecked": ("neutral", "Not checked")}
SHEET: dict[str, Any] = {
    "badges": BADGES,
    "card": SHEET_CARD,
    "forms": {(4, "site"): StandInForm(errors={"url": "Not an address.", "fallback": "None."})},
    "group": "",
    "known": [SHEET_CARD],
    "no_form": StandInForm(),
    "scene": SHEET_SCENE,
    "sheet": SimpleNamespace(
        is_running=True, is_outdated=False, problem="", leads=2, time_left="about 5 s left",
        cards=[SHEET_CARD], shared=[SHEET_SCENE], count=lambda group: 1,
        preflight=SimpleNamespace(
            done=1, total=2, wants_list=False, attempts=1, state="running", made_from="1",
            ended_at=NOW, problem="",
        ),
    ),
    "tabs": [("", "All", "/check", 2)],
}  # fmt: skip

# Values of one partial, which win over those by name.
EXAMPLES: dict[str, dict[str, Any]] = {
    **AUDIT_EXAMPLES,
    **BILLING_EXAMPLES,
    **DOMAIN_EXAMPLES,
    **EDITOR_EXAMPLES,
    **SITE_EXAMPLES,
    **STAFF_EXAMPLES,
    **STAFF_WORKSPACE_EXAMPLES,
    **USAGE_EXAMPLES,
    **VIDEO_EXAMPLES,
    **ANALYTICS_EXAMPLES,
    "campaigns/wizard/_scene.html": {"card": SCENE_CARD},
    "campaigns/wizard/_scene_saved.html": {"card": SCENE_CARD},
    "campaigns/wizard/_leads_columns.html": {"scenes": [(0, {"id": "profile"})]},
    "campaigns/wizard/_leads_list.html": {"scenes": [], "show": "bad"},
    "campaigns/wizard/_lead_row.html when skipped": {"outcome": "skipped"},
    "campaigns/wizard/_lead_row.html when fixed": {"outcome": "fixed"},
    "workspaces/_notice.html": {"notice": NOTICE},
    "workspaces/_notice.html when read": {"notice": SimpleNamespace(**vars(NOTICE) | READ)},
    "settings/_brand_preview.html": {
        "workspace": SimpleNamespace(name="Acme", logo_key="workspaces/1/logos/2/logo.webp"),
        "accent": "#5b3fd6",
        "background": "#ffffff",
        "accent_ink": "#ffffff",
        "background_ink": "#17161c",
        "contrast": ("good", "The accent stands out."),
    },
    "settings/_member_row.html": {
        "each": SimpleNamespace(
            user_id=2,
            role="admin",
            user=SimpleNamespace(
                shown_name="Bob", email="bob@example.com", avatar_key="people/2/avatar.webp"
            ),
        ),
    },
    "settings/_invitation_row.html": {
        "invitation": SimpleNamespace(id=1, email="ann@example.com", role="admin", expires_at=NOW),
        "now": NOW,
    },
    "campaigns/_activity.html": {
        "activities": [
            SimpleNamespace(
                symbol="archive",
                who="Ann",
                pictured_id=2,
                said="archived",
                thing="Spring",
                rest="",
                created_at=NOW,
            )
        ],
    },
    **{
        f"renders/{name}.html": SHEET
        for name in (
            *("_contact_sheet", "_contact_sheet_live", "_contact_sheet_head", "_check_summary"),
            *("_contact_card", "_contact_scene", "_shared_pages"),
        )
    },
    **{
        f"renders/_preview_state.html when {state}": {
            "preview": SimpleNamespace(
                id=1,
                state=state,
                name="Naomi",
                campaign_id=1,
                lead_id=2,
                problem="Too heavy.",
                progress={"share": 0.5},
                scenes=[PREVIEWED_SCENE],
            ),
        }
        for state in ("waiting", "ready", "failed")
    },
    "campaigns/_board_toolbar.html": {"states": {"draft": "Drafts"}, "sorts": {"name": "Name"}},
    "campaigns/_board_empty.html when nothing matches": {
        "overview": SimpleNamespace(campaigns=3),
        "wanted": SimpleNamespace(narrows=True),
    },
    "campaigns/_board_empty.html before the first campaign": {
        "overview": SimpleNamespace(campaigns=0),
        "wanted": SimpleNamespace(narrows=False),
    },
    "campaigns/_checklist.html": {
        "overview": SimpleNamespace(
            checklist=[("facecam", True), ("leads", False), ("team", False)],
            latest_campaign_id=None,
        ),
    },
}


def context_for(partial: str, needs: list[str], example: str | None = None) -> dict[str, Any]:
    """A value for each name that a partial says it needs."""
    own = EXAMPLES.get(example or partial, {})
    found = {"request": REQUEST}
    for name in needs:
        found[name] = own[name] if name in own else VALUES.get(name, stand_in(name))
    return found
