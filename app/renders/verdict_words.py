"""What the check found, said to people: badges, sentences and times; it decides nothing."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from app.renders.sheet_cards import SceneView

# Kind and text of the badge for each verdict.
BADGES = {
    "ready": ("good", "Ready"),
    "fallback": ("info", "Uses a fallback"),
    "doubtful": ("warn", "Look at it"),
    "fails": ("bad", "Would fail"),
    "waiting": ("neutral", "Being checked"),
    "unchecked": ("neutral", "Not checked"),
    "skipped": ("neutral", "Skipped"),
    "bad": ("warn", "To fix"),
}
NO_ADDRESS = "There is no address in this lead’s row."


def scene_words(scene: "SceneView") -> str:
    """What there is to know about one scene of one lead; empty where all is well."""
    own, instead = scene.own_check, scene.fallback_check
    match scene.verdict:
        case "fails":
            said = _why(scene)
            if scene.fallback is not None and instead is not None:
                return f"{said} The fallback page cannot be shown either: {instead.message}"
            return said
        case "fallback":
            name = short_url(scene.fallback.url) if scene.fallback else ""
            return f"{_why(scene)} The fallback page {name} is shown instead."
        case "doubtful":
            shown = own if own is not None and own.verdict == "doubtful" else instead
            return " ".join(shown.doubts) if shown is not None else ""
        case "ready":
            return " ".join(own.notices) if own is not None else ""
        case _:
            return ""


def short_url(url: str) -> str:
    """An address as people say it: without https:// and without a slash at its end."""
    parts = urlsplit(url)
    host = parts.netloc.removeprefix("www.")
    rest = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
    return f"{host}{rest}"


def _why(scene: "SceneView") -> str:
    if scene.own is None:
        return NO_ADDRESS
    return scene.own_check.message if scene.own_check is not None else ""
