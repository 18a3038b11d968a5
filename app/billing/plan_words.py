"""What a plan holds, in words that pages, prompts and letters share; it reads no row."""

from app.billing.plans import Interval, Plan
from app.phrases import plural

DAYS_A_YEAR = 365


# As Stripe counts them: https://docs.stripe.com/currencies, where others have two places.
SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "inr": "₹"}
NO_PLACES = frozenset(
    {
        *("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga"),
        *("pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"),
    }
)
THREE_PLACES = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})


def money(amount: int, currency: str) -> str:
    """“€50”, “CHF 12.50”, “¥3,000” of an amount in the currency's smallest unit, as Stripe says
    it: `currency` is its code of three letters."""
    code = currency.lower()
    places = 0 if code in NO_PLACES else 3 if code in THREE_PLACES else 2
    whole, rest = divmod(abs(amount), 10**places)
    before = ("−" if amount < 0 else "") + SIGNS.get(code, f"{code.upper()} ")
    return f"{before}{whole:,}.{rest:0{places}}" if rest else f"{before}{whole:,}"


def dollars(cents: int) -> str:
    """“$29”, “$1,204.50”: cents are said only where there are some."""
    return money(cents, "usd")


def price_words(plan: Plan, interval: Interval = "month") -> str:
    """“$29 a month”; “$0” for a plan that nobody pays for."""
    cents = plan.cents(interval)
    return "$0" if cents is None else f"{dollars(cents)} a {interval}"


def saving_words(plan: Plan) -> str:
    """“$58 less than twelve months”, of a year."""
    saved = 12 * (plan.month_cents or 0) - (plan.year_cents or 0)
    return f"{dollars(saved)} less than twelve months"


def room_words(plan: Plan) -> str:
    """“150 videos and 150 minutes a month”, “as many videos as you like”."""
    videos, minutes = plan.videos_per_month, plan.minutes_per_month
    if videos is None and minutes is None:
        return "as many videos as you like"
    said = [plural(videos, "video", "videos")] if videos is not None else []
    said += [plural(minutes, "minute", "minutes")] if minutes is not None else []
    return f"{' and '.join(said)} a month"


def length_words(plan: Plan) -> str:
    """“videos of up to 2 minutes”."""
    if plan.video_length_s is None:
        return "videos of any length"
    minutes, seconds = divmod(plan.video_length_s, 60)
    said = [plural(minutes, "minute", "minutes")] if minutes else []
    said += [plural(seconds, "second", "seconds")] if seconds else []
    return f"videos of up to {' '.join(said)}"


def storage_words(plan: Plan) -> str:
    """“videos kept for 180 days”, “… for 2 years”."""
    days = plan.storage_days
    if days is None:
        return "videos kept for as long as you like"
    years, rest = divmod(days, DAYS_A_YEAR)
    lasting = plural(days, "day", "days") if rest or not years else plural(years, "year", "years")
    return f"videos kept for {lasting}"


def seats_words(plan: Plan) -> str:
    """“3 people”."""
    return "any number of people" if plan.seats is None else plural(plan.seats, "person", "people")
