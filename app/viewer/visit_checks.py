"""Whether a visit was made by a person, and by what a program was known; it looks nothing up.

Companies open every link of a letter before their people do. Such a visit is kept, apart and with
its reason, and counts nowhere as a person's. When in doubt there must be something that only a
hand does: start the video, turn on its sound, press a button, book.
"""

from typing import Literal

from app.viewer.visit_summary import Summary

Kind = Literal["unverified", "person", "scanner", "team"]
Sign = Literal["", "prefetch", "agent", "data_centre"]
# "repeated" is said of several visits together: see visit_repeats.py.
Reason = Literal["", "prefetch", "agent", "data_centre", "burst", "repeated"]

# One address that opens this many leads' links within BURST_S opens them for other people.
BURST_LINKS = 3
BURST_S = 1.0
# A program that presses everything does so at once.
LOOKED_MS = 3_000


def check_visit(
    summary: Summary, *, is_team: bool, sign: Sign, is_burst: bool
) -> tuple[Kind, Reason]:
    """Who it was, and for a scanner by what it was known.

    * the team's own visits are its own, whatever else they look like;
    * an agent that calls itself a program is one, whatever it does;
    * what came from a data centre, or as one of several links at once from one address, is a
      scanner until a hand does something, some seconds after the page was opened;
    * what was fetched ahead is a scanner's until the page is looked at;
    * whose page was visible is a person; of a page that was only fetched nobody knows.
    """
    if is_team:
        return "team", ""
    if sign == "agent":
        return "scanner", "agent"
    if sign == "prefetch" and not summary.is_seen:
        return "scanner", "prefetch"
    is_hand = summary.has_acted and summary.last_ms >= LOOKED_MS
    if is_burst and not is_hand:
        return "scanner", "burst"
    if sign == "data_centre" and not is_hand:
        return "scanner", "data_centre"
    return ("person" if summary.is_seen else "unverified"), ""
