"""How long a campaign's videos may be by the workspace's plan. Drafts of them may be longer, and so
may videos that were asked for under another plan."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plan_fits import Need, Offer, offer_for
from app.billing.plan_words import length_words
from app.billing.plans import Plan, workspace_plan
from app.campaigns.models import Campaign
from app.campaigns.spec import Fault
from app.fit import TOLERANCE_S
from app.phrases import duration


@dataclass(frozen=True)
class TooLong:
    """Why the videos cannot be rendered, and the plan with which they can."""

    fault: Fault
    offer: Offer | None


async def find_too_long(session: AsyncSession, campaign: Campaign) -> TooLong | None:
    """None: the plan has videos of this length, or it is not known yet. Facecam as loaded."""
    video_s = campaign.facecam.used_duration_s if campaign.facecam else None
    if video_s is None:
        return None
    plan, _ = await workspace_plan(session)
    return too_long(plan, video_s)


def too_long(plan: Plan, video_s: float) -> TooLong | None:
    """The same of a plan and a length."""
    if plan.video_length_s is None or video_s <= plan.video_length_s + TOLERANCE_S:
        return None
    offer = offer_for(plan, Need(video_length_s=video_s - TOLERANCE_S))
    sentence = (
        f"These videos would be {duration(video_s)} long, and your plan has "
        f"{length_words(plan)}. Trim the clip{', or take a larger plan' if offer else ''}."
    )
    return TooLong(Fault("facecam", sentence), offer)
