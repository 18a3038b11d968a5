"""Whether a notice is about a lead that is to be forgotten; it reads and deletes nothing."""

import re
from collections.abc import Collection
from uuid import UUID

# Shorter ones are words of other sentences, too, and other people's names.
OWN_NAME_CHARS = 4
# Where a notice leads that names leads of several campaigns.
_OF_SEVERAL = "/analytics"


def is_about(
    words: str,
    path: str,
    *,
    called: Collection[str],
    campaign_ids: Collection[UUID],
    render_ids: Collection[UUID],
) -> bool:
    """It leads to one of the lead's videos, or it names the lead: by whole words, and by a short
    name only where it leads to what may be the lead's."""
    if any(str(each) in path for each in render_ids):
        return True
    may_be_own = path == _OF_SEVERAL or any(str(each) in path for each in campaign_ids)
    return any(
        _names(words, who) for who in called if len(who) >= OWN_NAME_CHARS or (who and may_be_own)
    )


def _names(words: str, who: str) -> bool:
    # Not `\b`: a name may begin or end with a sign that is of no word.
    return re.search(rf"(?<!\w){re.escape(who)}(?!\w)", words) is not None
