"""How numbers, sizes, lengths and times are written for people; knows no page and no clock.

Times are written in UTC; js/localtime.js writes them anew in the viewer's zone, in the same shape
and width, so that nothing on the page moves.
"""

import math
from datetime import UTC, date, datetime, timedelta

from markupsafe import Markup

AGES = (("minute", 60), ("hour", 3600), ("day", 86_400))
OLD_S = 30 * 86_400  # From here on the date says more than "34 days ago".


def number(value: float) -> str:
    """Thousands set apart: `1,204`."""
    return f"{value:,}"


def plural(count: int, one: str, many: str) -> str:
    """The count with the right word: `1 lead`, `1,204 leads`."""
    return f"{count:,} {one if count == 1 else many}"


def sentence(text: str) -> str:
    """As a sentence begins; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def duration(seconds: float) -> str:
    """A length to the nearest second, as players show it: `1:05`, `1:00:05`."""
    minutes, second = divmod(math.floor(seconds + 0.5), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def minutes(seconds: float) -> str:
    """An amount of picture to the nearest second: `0 min`, `45 s`, `26 min 10 s`, `−3 s`."""
    whole, rest = divmod(math.floor(abs(seconds) + 0.5), 60)
    sign = "−" if seconds < 0 and (whole or rest) else ""
    said = [f"{whole:,} min"] if whole or not rest else []
    return sign + " ".join([*said, *([f"{rest} s"] if rest else [])])


def signed(value: float) -> str:
    """What is added or taken away, to a tenth: `+1`, `−3.5`, `0`."""
    text = f"{abs(value):,.1f}".removesuffix(".0")
    return "0" if text == "0" else f"{'−' if value < 0 else '+'}{text}"


def lasting(seconds: float) -> str:
    """A wait, as exact as an estimate deserves: `in 40 seconds`, `in 3 minutes`, `in 3.5 hours`."""
    if seconds < 55:
        return f"in {max(5, 5 * math.ceil(seconds / 5))} seconds"
    if seconds < 90 * 60:
        return f"in {plural(max(1, round(seconds / 60)), 'minute', 'minutes')}"
    return f"in {max(1.5, math.ceil(seconds / 1800 - 0.5) / 2):g} hours"


def file_size(count: int) -> str:
    """A size as js/elements.js says it, 1 kB being 1,024 bytes: `2 GB`, `12.4 MB`, `512 bytes`."""
    if count < 1024:
        return plural(count, "byte", "bytes")
    size, unit = float(count), ""
    # 1,048,570 bytes would be written "1024 kB".
    for unit in ("kB", "MB", "GB", "TB"):  # noqa: B007 -- the last one is the answer
        size /= 1024
        if size < 1023.95:
            break
    return f"{size:,.1f}".removesuffix(".0") + f" {unit}"


def initials(name: str) -> str:
    """The first letters of the first and the last word, as on a badge: `AM`."""
    words = name.split()
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()


def day(moment: date) -> Markup:
    """A `<time>` with the date, `23 Nov 2026`. Raises ValueError for a time without a zone."""
    if not isinstance(moment, datetime):
        text = _date(moment)
        return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), text)
    utc = _in_utc(moment)
    return _time(utc, "date", _date(utc), title=_full(utc))


def day_and_time(moment: datetime) -> Markup:
    """A `<time>` with date and time of day, `23 Nov 2026, 14:05`. Raises ValueError as `day`."""
    utc = _in_utc(moment)
    return _time(utc, "datetime", _full(utc), title=_full(utc))


def clock(moment: datetime, now: datetime) -> Markup:
    """A `<time>` with the time of day, `14:05`, and the date where that is another one.

    Raises as `day`.
    """
    utc = _in_utc(moment)
    text = f"{utc:%H:%M}" if utc.date() == _in_utc(now).date() else _full(utc)
    return _time(utc, "clock", text, title=_full(utc))


def ago(moment: datetime, now: datetime) -> Markup:
    """A `<time>` relative to now, `3 hours ago`, the full date on hover. Raises as `day`."""
    utc = _in_utc(moment)
    return _time(utc, "ago", _distance(utc, now), title=_full(utc))


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} names no zone; which moment it is cannot be known.")
    return moment.astimezone(UTC)


def _time(utc: datetime, kind: str, text: str, *, title: str) -> Markup:
    # Nothing in it is anybody's text, so nothing is escaped: a page has thirty of these.
    return Markup(  # noqa: S704
        f'<time datetime="{utc:%Y-%m-%dT%H:%M:%S}Z" data-local="{kind}" title="{title} UTC">'
        f"{text}</time>"
    )


def _date(moment: date) -> str:
    return f"{moment.day} {moment:%b} {moment.year}"


def _full(utc: datetime) -> str:
    return f"{_date(utc)}, {utc:%H:%M}"


def _distance(utc: datetime, now: datetime) -> str:
    apart: timedelta = now - utc
    seconds = abs(apart.total_seconds())
    if seconds < 45:
        return "just now"
    if seconds >= OLD_S:
        return _date(utc)
    unit, length = next(
        (each for each in reversed(AGES) if seconds >= each[1]),
        AGES[0],  # 45 s to a minute
    )
    count = plural(max(1, int(seconds // length)), unit, f"{unit}s")
    return f"{count} ago" if apart > timedelta() else f"in {count}"
