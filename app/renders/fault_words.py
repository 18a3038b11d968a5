"""What can be done about a video that failed, by its error's code; knows no render."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# Where the fix is made: at the leads' pages, in a step of the wizard, or at the server.
Place = Literal["pages", "facecam", "scenes", "server"]
# The route that leads there, and the words of its link.
_WAYS: Mapping[Place, tuple[str, str]] = {
    "pages": ("preflight.sheet", "Check and fix the pages"),
    "facecam": ("wizard.facecam", "Choose another facecam"),
    "scenes": ("wizard.scenes", "Go to the scenes"),
    "server": ("", ""),
}


@dataclass(frozen=True)
class FaultWords:
    """`what` heads the videos that share the fault; `fix` says what to do, in a sentence or two."""

    what: str
    fix: str
    place: Place = "pages"

    @property
    def route(self) -> str:
        """Of the campaign's page on which it can be fixed; empty where none can help."""
        return _WAYS[self.place][0]

    @property
    def label(self) -> str:
        return _WAYS[self.place][1]


_ADDRESS = "Correct the address, or set a fallback page for the scene; then render them again."
_LATER = "Try them again later. If the site stays down, use another page or set a fallback page."
_PUBLIC = "Use a page that is open to everybody, or set a fallback page for the scene."
_OTHER = "Use another page, or set a fallback page for the scene; then render them again."
_CLIP = "Choose another facecam, or upload the clip again; then render them again."
_OURS = "Nothing is wrong with your campaign. Try them again."
_OPERATOR = (
    "Nothing is wrong with your campaign. Tell whoever runs this server, then try them again."
)

FAULTS: Mapping[str, FaultWords] = {
    "no_such_host": FaultWords("The site does not exist", _ADDRESS),
    "page_not_found": FaultWords("The page does not exist", _ADDRESS),
    "tls_failure": FaultWords("The site cannot be opened securely", _ADDRESS),
    "redirect_loop": FaultWords("The page never stops redirecting", _ADDRESS),
    "page_went_away": FaultWords("The page went to another one", _ADDRESS),
    "download_instead_of_page": FaultWords("The address is a file to download", _ADDRESS),
    "private_address": FaultWords("The page is not open to the public", _PUBLIC),
    "login_wall": FaultWords("The page asked for a sign-in", _PUBLIC),
    "bot_challenge": FaultWords("The page asked for proof of being human", _PUBLIC),
    "connection_refused": FaultWords("The site took no connection", _LATER),
    "connection_lost": FaultWords("The connection broke off", _LATER),
    "page_timeout": FaultWords("The page did not answer in time", _LATER),
    "server_error": FaultWords("The site has a fault", _LATER),
    "blank_page": FaultWords("The page stayed blank", _LATER),
    "page_never_settles": FaultWords("The page never finished loading", _LATER),
    "endless_page": FaultWords("The page has no end", _OTHER),
    "dialog_storm": FaultWords("The page kept opening message boxes", _OTHER),
    "too_much_memory": FaultWords("The page was too heavy", _OTHER),
    "took_too_long": FaultWords("The page was too heavy", _OTHER),
    "worker_lost": FaultWords("The server stopped in the middle, again and again", _OTHER),
    "place_not_found": FaultWords(
        "The place to scroll to is not on the page",
        "Choose another place for the scene, such as its end; then render them again.",
        "scenes",
    ),
    "not_renderable": FaultWords(
        "The campaign does not fit these leads",
        "Look over scenes and leads of the campaign; then render them again.",
        "scenes",
    ),
    "spec_invalid": FaultWords(
        "The campaign does not fit these leads",
        "Look over scenes and leads of the campaign; then render them again.",
        "scenes",
    ),
    "facecam_gone": FaultWords("The facecam is gone", _CLIP, "facecam"),
    "not_a_video": FaultWords("The facecam cannot be read", _CLIP, "facecam"),
    "disk_full": FaultWords("The server’s disk was full", _OPERATOR, "server"),
    "storage_refused": FaultWords("The storage did not let this server in", _OPERATOR, "server"),
    "storage_unreachable": FaultWords("The storage was out of reach", _OPERATOR, "server"),
    "engine_unknown": FaultWords("The server’s parts do not fit together", _OPERATOR, "server"),
    "no_browser": FaultWords("The server has no browser", _OPERATOR, "server"),
}
# Faults that no video of anybody gets around: whoever runs the server has to act first.
STOPS_EVERYTHING = frozenset({"disk_full", "storage_refused", "engine_unknown", "no_browser"})

_FACECAM = FaultWords("The facecam cannot be used", _CLIP, "facecam")
_OTHERWISE = FaultWords("Something went wrong on our side", _OURS, "server")


def fault_label(code: str) -> str:
    """What videos with this error have in common, as a filter's name."""
    return words_of(code).what


def find_remedy(code: str) -> FaultWords | None:
    """Where the team can do something about it; None where that is for whoever runs the server."""
    words = words_of(code)
    return words if words.route else None


def words_of(code: str) -> FaultWords:
    """Also for a code that has no words of its own."""
    if code.startswith("facecam_"):
        return FAULTS.get(code, _FACECAM)
    return FAULTS.get(code, _OTHERWISE)
