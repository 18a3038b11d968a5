"""Why a visit is not counted, and what happened in one, in words."""

EVENT_WORDS = {
    "view": "page seen",
    "play": "play",
    "unmute": "sound on",
    "range": "watched",
    "pause": "pause",
    "end": "end",
    "action": "button",
    "shown": "booking opened",
    "booking": "booked",
}


def reason_words(kind: str, reason: str) -> str:
    """“Data-centre address”; "" for people, who need no reason."""
    if kind == "person":
        return ""
    return _REASONS.get(reason) or _OF_KINDS.get(kind, reason)


_OF_KINDS = {
    "unverified": "The page was fetched, and nothing more is known",
    "scanner": "A program that looks at links",
    "team": "Somebody of your team, signed in",
}
# See app/viewer/visit_checks.py.
_REASONS = {
    "agent": "Says of itself that it is a program",
    "data_centre": "Came from a data centre, and no hand did anything",
    "burst": "Opened several links within a second",
    "repeated": "One address opened this link more often in a day than a person does",
    "prefetch": "Fetched ahead, and never looked at",
}
