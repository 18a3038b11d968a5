"""What a group of choices for landing pages comes to, in a few words; it reads no row."""

from urllib.parse import urlsplit

from app.phrases import plural
from app.viewer.page_choices import PageChoices
from app.viewer.page_fields import GROUPS
from app.viewer.phrase_reader import Phrase, read_pieces

FONT_NAMES = (
    ("system", "The device’s own"),
    ("humanist", "Humanist, warm"),
    ("geometric", "Geometric, modern"),
    ("grotesque", "Grotesque, plain"),
    ("rounded", "Rounded, friendly"),
    ("serif", "Serif, for reading"),
    ("classic", "Classic serif"),
    ("slab", "Slab serif, sturdy"),
)
_WORKSPACES = "Use the workspace’s"
OPENS = (("click", "When they click"), ("after_video", "When the video has ended, or they click"))


def group_words(choices: PageChoices) -> dict[str, str]:
    """A short text for each group."""
    return {
        "words": _short(_readable(choices.headline)),
        "look": f"{choices.accent} on {choices.background}, {_font(choices.font)}",
        "booking": _booking(choices),
        "actions": _listed([each.label for each in choices.actions]) or "No further buttons",
        "foot": _foot(choices),
        "rights": _rights(choices),
    }


def whose_cards(
    inherited: PageChoices | None, *, inherits_password: bool
) -> dict[str, list[tuple[str, str, str]]]:
    """For each group whose it may be: the cards (value, title, text) of a form. `inherited`: what a
    campaign may take over; None for a workspace, which decides all groups itself."""
    logo = [("own", "A picture", ""), ("none", "The name in words", "")]
    password = [
        ("none", "No password", "Whoever has a link can open it."),
        ("own", "A password", ""),
    ]
    if inherited is None:
        return {**{name: [] for name in GROUPS}, "logo": logo, "password": password}
    cards: dict[str, list[tuple[str, str, str]]] = {
        name: [("workspace", _WORKSPACES, text), ("own", "This campaign’s own", "")]
        for name, text in group_words(inherited).items()
    }
    asked = "Links ask for its password." if inherits_password else "Links ask for none."
    cards["logo"] = [("workspace", _WORKSPACES, ""), *logo]
    cards["password"] = [("workspace", _WORKSPACES, asked), *password]
    return cards


def _readable(text: str) -> str:
    """The text with the name of each phrase in brackets: `[first name], this is for you`."""
    pieces = read_pieces(text)
    return "".join(each if isinstance(each, str) else f"[{_name(each)}]" for each in pieces)


def _name(phrase: Phrase) -> str:
    return phrase.column or phrase.name.removeprefix("lead.").replace("_", " ").replace(".", "’s ")


def _font(name: str) -> str:
    words = dict(FONT_NAMES)[name]
    return words[0].lower() + words[1:]


def _booking(choices: PageChoices) -> str:
    booking = choices.booking
    if booking.kind == "none":
        return "No booking"
    parts = urlsplit(booking.url)
    return _short(f"“{booking.label}” at {parts.netloc}{parts.path.rstrip('/')}")


def _foot(choices: PageChoices) -> str:
    links = _listed([each.label for each in choices.legal_links])
    said = [part for part in (choices.footer, links) if part]
    return _short(" · ".join(said)) if said else "No footer"


def _rights(choices: PageChoices) -> str:
    days = choices.expires_after_days
    said = [
        "may be downloaded" if choices.allows_download else "no download",
        "may be embedded" if choices.allows_embed else "no embedding",
        f"links end after {plural(days, 'day', 'days')}" if days else "links stay open",
    ]
    text = ", ".join(said)
    return text[0].upper() + text[1:]


def _listed(texts: list[str]) -> str:
    return _short(", ".join(texts))


def _short(text: str) -> str:
    return text if len(text) <= 90 else text[:89] + "…"
