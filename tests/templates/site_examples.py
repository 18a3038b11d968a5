"""What the partials for visitors are rendered with in their test: tests/templates/examples.py."""

from typing import Any

from app.billing.plans import FREE, GROWTH
from app.site.pricing import Example, plan_cards

SITE_EXAMPLES: dict[str, dict[str, Any]] = {
    "site/_plan_card.html": {
        "card": plan_cards("month", [GROWTH])[0], "way_in": None, "choose": {},
        "trial_days": 14,
    },
    "site/_plan_card.html for who is signed in": {
        "card": plan_cards("year", [FREE])[0], "way_in": ("/enter", "Your billing"),
        "choose": {}, "trial_days": 14,
    },
    "site/_plan_card.html for who can choose it": {
        "card": plan_cards("year", [GROWTH])[0], "way_in": ("/enter", "Your billing"),
        "choose": {"growth": "/enter?next=/billing/plans"}, "trial_days": 14,
    },
    "site/_what_counts.html": {"example": Example()},
    "site/_questions.html": {"trial_days": 14, "beyond": "$0.20"},
}  # fmt: skip
