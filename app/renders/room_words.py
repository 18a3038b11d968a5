"""Where a plan ends, in the words of pages, notices and letters; it reads no row."""

from datetime import UTC, datetime

from app.billing.plan_fits import Need, Offer, offer_for
from app.billing.scene_prices import Price
from app.mail.letters import MONTHS
from app.phrases import minutes, plural
from app.renders.plan_room import Room


def day_words(moment: datetime) -> str:
    """“3 December”, in UTC, as Stripe's periods are."""
    utc = moment.astimezone(UTC)
    return f"{utc.day} {MONTHS[utc.month - 1]}"


def used_words(room: Room) -> str:
    """“8 of 10 videos”, or “8 of 10 minutes” where those are nearer their end. What is beyond the
    plan is not in it."""
    if _ends_by_minutes(room):
        limit = int((room.own_limit_s or 0.0) // 60)
        return f"{min(limit, int(room.used_s // 60)):,} of {plural(limit, 'minute', 'minutes')}"
    limit = room.own_limit or 0
    return f"{min(limit, room.used):,} of {plural(limit, 'video', 'videos')}"


def waiting_words(waiting: int, room: Room) -> str:
    """“60 videos wait for your plan. They go on by themselves on 3 December.”"""
    waits = plural(waiting, "video waits", "videos wait")
    on = "It goes on by itself" if waiting == 1 else "They go on by themselves"
    return f"{waits} for your plan. {on} on {day_words(room.period.end)}."


def press_words(room: Room, videos: int, fits: int, *, may_change: bool) -> str:
    """“40 begin now, 60 wait for your plan until 3 December, or until you change it.”"""
    waits = videos - fits
    until = f"for your plan until {day_words(room.period.end)}"
    until += ", or until you change it." if may_change else "."
    if not fits:
        who = "It waits" if waits == 1 else f"All {waits:,} wait"
        return f"{who} {until}"
    begin = f"{fits:,} {'begins' if fits == 1 else 'begin'} now"
    return f"{begin}, {waits:,} {'waits' if waits == 1 else 'wait'} {until}"


def begun_words(videos: int, waiting: int, how: str = "on the way") -> str:
    """“3 videos are on the way, 2 wait for your plan.”, of those that were asked for."""
    begun = videos - waiting
    if not waiting:
        return f"{plural(begun, 'video is', 'videos are')} {how}."
    if not begun:
        return f"{plural(waiting, 'video waits', 'videos wait')} for your plan."
    waits = f"{waiting:,} {'waits' if waiting == 1 else 'wait'}"
    return f"{plural(begun, 'video is', 'videos are')} {how}, {waits} for your plan."


def price_words(price: Price) -> str:
    """“2 videos and 40 s”: what is counted of a plan; “nothing” where all of it is paid."""
    if not price.videos and not price.seconds:
        return "nothing"
    return f"{plural(price.videos, 'video', 'videos')} and {minutes(price.seconds)}"


def offer_of(room: Room, *, videos: int, seconds: float = 0.0) -> Offer | None:
    """What to buy to have room for so much more; None where there is no larger plan to buy."""
    return offer_for(
        room.plan, Need(videos=room.used + videos, minutes=(room.used_s + seconds) / 60)
    )


def _ends_by_minutes(room: Room) -> bool:
    if room.own_limit_s is None:
        return False
    if not room.own_limit or not room.own_limit_s:
        return room.own_limit is None
    return room.used_s / room.own_limit_s > room.used / room.own_limit
