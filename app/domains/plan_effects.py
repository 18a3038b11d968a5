"""What another plan would stop in a workspace, and when, told before anybody takes it.

It stands above all that plans decide and changes nothing of it. See app/billing/plan_effects.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plan_effects import Effect
from app.billing.plan_words import length_words, room_words, storage_words
from app.billing.plans import Plan, workspace_plan
from app.db.tenancy import workspace_of
from app.domains.names import name_of
from app.domains.states import PLAN_ENDS_AFTER
from app.mail.letters import date_words
from app.phrases import plural
from app.settings import Settings
from app.web.pages import AnyRequest, settings_of

_FOUND = text(
    """
    select w.slug,
      (select count(*) from memberships where workspace_id = w.id) as members,
      (select count(*) from invitations where workspace_id = w.id and accepted_at is null
       and expires_at > now()) as invited,
      (select array_agg(host order by verified_at) from custom_domains
       where workspace_id = w.id and state in ('verified', 'failing')) as hosts,
      (select count(*) from renders where workspace_id = w.id and state = 'completed'
       and removed_at is null) as kept,
      (select count(*) from campaigns c
       join facecams f on f.workspace_id = c.workspace_id and f.id = c.facecam_id
       where c.workspace_id = w.id and c.deleted_at is null
       and coalesce(f.trim_end_s, f.duration_s) - f.trim_start_s > :length_s) as too_long,
      (select count(*) from renders r
       left join landing_pages own
         on own.workspace_id = r.workspace_id and own.campaign_id = r.campaign_id
       left join landing_pages every
         on every.workspace_id = r.workspace_id and every.campaign_id is null
       where r.workspace_id = w.id and r.is_current and r.removed_at is null
       and coalesce(own.choices ->> 'shows_made_with', every.choices ->> 'shows_made_with')
         = 'false') as bare_pages
    from workspaces w where w.id = :workspace_id
    """
)
NO_LENGTH_S = 1e9


@dataclass(frozen=True)
class EffectsInWorkspace:
    """Provided as `effects`."""

    settings: Settings

    async def of_change(self, session: AsyncSession, plan: Plan, at: datetime) -> Sequence[Effect]:
        before, _ = await workspace_plan(session)
        length_s = NO_LENGTH_S if plan.video_length_s is None else plan.video_length_s
        found = await session.execute(
            _FOUND, {"workspace_id": workspace_of(session), "length_s": length_s}
        )
        row = found.one()
        stops = [
            *_of_videos(before, plan, row, at),
            *_of_people(before, plan, row, at),
            *self._of_pages(before, plan, row, at),
        ]
        return [*stops, *_stays(plan, row)] if stops else []

    def _of_pages(self, before: Plan, plan: Plan, row: Row[Any], at: datetime) -> Iterator[Effect]:
        if before.custom_domain and not plan.custom_domain and row.hosts:
            ends_at = at + PLAN_ENDS_AFTER
            home = self.settings.workspace_url(row.slug).partition("://")[2]
            hosts = [name_of(each).shown for each in row.hosts]
            said = f"{_joined(hosts)} {'shows' if len(hosts) == 1 else 'show'} your landing pages"
            yield Effect(
                "stops",
                f"{said} until {date_words(ends_at)}. Links at {home} go on for ever.",
                ends_at,
            )
        if plan.shows_made_with and not before.shows_made_with and row.bare_pages:
            pages = plural(row.bare_pages, "landing page", "landing pages")
            yield Effect("stops", f"The line “Made with Loom-Lite” appears on {pages}.", at)


def _of_videos(before: Plan, plan: Plan, row: Row[Any], at: datetime) -> Iterator[Effect]:
    counted = (
        (before.videos_per_month, plan.videos_per_month),
        (before.minutes_per_month, plan.minutes_per_month),
    )
    if any(_is_less(old, new) for old, new in counted):
        said = f"You have {room_words(plan)}. What you ask for beyond that waits in line."
        yield Effect("stops", said, at)
    if plan.concurrent_renders < before.concurrent_renders:
        said = f"{plural(plan.concurrent_renders, 'video is', 'videos are')} made at a time"
        yield Effect("stops", f"{said} instead of {before.concurrent_renders}.", at)
    if _is_less(before.video_length_s, plan.video_length_s) and row.too_long:
        which = plural(row.too_long, "campaign has longer ones", "campaigns have longer ones")
        said = f"{plan.name} has {length_words(plan)}: {which} and cannot be rendered again."
        yield Effect("stops", said, at)
    if _is_less(before.storage_days, plan.storage_days):
        kept = storage_words(plan).removeprefix("videos ")
        yield Effect("stops", f"Videos that are made from then on are {kept}.", at)


def _of_people(before: Plan, plan: Plan, row: Row[Any], at: datetime) -> Iterator[Effect]:
    if plan.seats is None or not _is_less(before.seats, plan.seats):
        return
    if row.members + row.invited > plan.seats:
        stay = f"{plural(row.members, 'member stays', 'members stay')}, but nobody can be invited"
        has = f"{plan.name} has {plural(plan.seats, 'seat', 'seats')}"
        yield Effect("stops", f"{stay}, and open invitations wait: {has}.", at)
    else:
        said = f"{plural(plan.seats, 'person', 'people')} can belong to this workspace"
        yield Effect("stops", f"{said} instead of {_many(before.seats)}.", at)


def _stays(plan: Plan, row: Row[Any]) -> Iterator[Effect]:
    if row.kept:
        videos = plural(row.kept, "finished video stays", "finished videos stay")
        until = "" if plan.storage_days is None else ", for as long as was said when each was made"
        yield Effect("stays", f"{videos}{until}, and so do their links and figures.")
    yield Effect("stays", "Campaigns, leads and facecams stay. Larger plans bring the rest back.")


def _is_less(old: int | None, new: int | None) -> bool:
    return new is not None and (old is None or new < old)


def _many(count: int | None) -> str:
    return "as many as you like" if count is None else f"{count:,}"


def _joined(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def provide_effects(request: AnyRequest) -> EffectsInWorkspace:
    return EffectsInWorkspace(settings_of(request))
