"""What partials of the landing pages' editor, and of captions, are rendered with in their test."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from app.campaigns.public_links import LinkStanding
from app.viewer.page_choices import PageChoices
from app.viewer.page_fields import GROUPS, ROWS, fields_of
from app.viewer.page_variables import ALWAYS, column_variables
from app.viewer.page_words import FONT_NAMES, OPENS, group_words, whose_cards
from app.web.forms import Form

CAMPAIGN = SimpleNamespace(id=1, name="Oslo")
ASKED: Form[Any] = Form(
    fields_of(PageChoices())
    | {f"group_{name}": "own" for name in (*GROUPS, "logo", "password")}
    | {"action_1_label": "Prices"},
    {"headline": "Enter a headline.", "action_1_url": "Enter its address."},
)
_EDITOR: dict[str, Any] = {
    "form": ASKED,
    "campaign": CAMPAIGN,
    "words": group_words(PageChoices()),
    "whose": whose_cards(PageChoices(), inherits_password=True),
    "contrast": ("good", "The accent stands out."),
    "variables": ALWAYS,
    "columns": column_variables(["City", 'Role "today"']),
    "fonts": FONT_NAMES,
    "opens": OPENS,
    "link_rows": ROWS,
    "leads": [("abc", "Ada Lindgren, Fjordgrid")],
    "lead_id": "abc",
    "can_change": True,
}
_OF_WORKSPACE: dict[str, Any] = _EDITOR | {
    "campaign": None,
    "columns": [],
    "whose": whose_cards(None, inherits_password=False),
    "may_hide_made_with": False,
    "brand_offer": None,
    "can_manage": True,
    "has_password": False,
}
_PARTS = (
    *("editor", "words", "look", "logo", "booking", "actions", "foot", "rights", "chosen"),
    *("contrast", "stage"),
)
_LANGUAGES = {
    "languages": [("", "Choose the language"), ("de", "German")],
    "language_name": lambda tag: {"de": "German"}.get(tag, tag),
    "captions": [SimpleNamespace(language="de", file_name="intro.srt")],
}

_CHRISTMAS = datetime(2026, 12, 24, tzinfo=UTC)
_STANDINGS: dict[str, dict[str, Any]] = {
    "open": {"standing": LinkStanding("open", _CHRISTMAS, None, True)},
    "without an end": {"standing": LinkStanding("open", None, None, False)},
    "revoked": {"standing": LinkStanding("revoked", None, None, True)},
    "ended": {"standing": LinkStanding("expired", _CHRISTMAS, date(2026, 12, 23), True)},
}

EDITOR_EXAMPLES: dict[str, dict[str, Any]] = {
    **{f"viewer_editor/_{part}.html": _EDITOR for part in _PARTS},
    "viewer_editor/_editor.html for a workspace": _OF_WORKSPACE,
    "viewer_editor/_editor.html to be looked at": _OF_WORKSPACE | {"can_change": False},
    "viewer_editor/_link_standing.html": _STANDINGS["open"],
    **{f"viewer_editor/_link_standing.html {name}": each for name, each in _STANDINGS.items()},
    "facecams/_facecam_captions.html": _LANGUAGES,
    "facecams/_facecam_captions.html without any": _LANGUAGES | {"captions": []},
}
