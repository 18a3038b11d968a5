"""A browser in words, from what it says of itself; it only has to be recognised by its owner."""

import re

# The first that is found names it: most pretend to be one of those below them.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("YaBrowser", "Yandex Browser"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("HeadlessChrome", "Chrome without a screen"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
_HANDHELD = {"iPhone", "iPad", "Android"}


def device_words(user_agent: str) -> str:
    """`Firefox on Windows`; `Unknown device` when it says nothing known."""
    browser, system = _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)
    if browser and system:
        return f"{browser} on {system}"
    if browser or system:
        return browser or system
    # A program rather than a browser: curl/8.5.0. Its name is all there is.
    program = re.match(r"[\w.-]{1,40}", user_agent)
    return program[0].capitalize() if program else "Unknown device"


def is_handheld(user_agent: str) -> bool:
    """Whether it is a phone or a tablet."""
    return _first(_SYSTEMS, user_agent) in _HANDHELD


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((shown for sign, shown in names if sign in user_agent), "")
