"""Programs that look at links are told from people, by what they are called and where they are."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.setting_fields import SettingsInvalid
from app.settings import load_settings
from app.viewer.data_centres import Networks, data_centres
from app.viewer.visit_checks import LOOKED_MS, Sign, check_visit
from app.viewer.visit_signs import browser_of, device_of, look_at, referrer_host
from app.viewer.visit_summary import Summary

NOWHERE = Networks([])
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
PEOPLE = {
    CHROME: ("computer", "Chrome"),
    CHROME + " Edg/140.0.0.0": ("computer", "Edge"),
    IPHONE: ("phone", "Safari"),
    "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "CriOS/140.0 Mobile/15E148 Safari/604.1": ("tablet", "Chrome"),
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": (
        "computer",
        "Firefox",
    ),
    "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) "
    "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36": ("phone", "Samsung Internet"),
    # Browsers within apps, and a maker of phones whose name ends like a program's.
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36 Telegram-Android/11.1": ("phone", "Chrome"),
    "Mozilla/5.0 (Linux; Android 13; CUBOT P80) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36": ("phone", "Chrome"),
    IPHONE + " [LinkedInApp]/9.30": ("phone", "Safari"),
}
PROGRAMS = (
    "",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.24.10 A",
    "facebookexternalhit/1.1",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0.0.0 Safari/537.36",
    "python-requests/2.32",
    "curl/8.9.1",
    "Mozilla/5.0 (via ggpht.com GoogleImageProxy)",
)


def _sign(agent: str, networks: Networks = NOWHERE, **headers: str) -> Sign:
    told = {"user-agent": agent, **{name.replace("_", "-"): v for name, v in headers.items()}}
    return look_at(told, "52.100.1.1", "acme.example.com", networks).sign


@pytest.mark.parametrize("agent", PEOPLE)
def test_people_s_browsers_are_known_by_device_and_name(agent: str) -> None:
    assert _sign(agent) == ""
    assert (device_of(agent), browser_of(agent)) == PEOPLE[agent]


@pytest.mark.parametrize("agent", PROGRAMS)
def test_programs_are_known_by_their_names(agent: str) -> None:
    assert _sign(agent) == "agent"


def test_what_is_fetched_ahead_says_so() -> None:
    assert _sign(CHROME, sec_purpose="prefetch;prerender") == "prefetch"
    assert _sign(CHROME, purpose="prefetch") == "prefetch"
    assert _sign(IPHONE, x_moz="prefetch") == "prefetch"
    assert _sign(CHROME, sec_purpose="") == ""


def test_data_centres_are_known_by_the_list_and_the_operator_s_own() -> None:
    listed = data_centres()
    assert _sign(CHROME, listed) == "data_centre"
    for address in ("3.5.140.2", "34.70.1.1", "2a01:4f8::1", "::ffff:52.100.1.1", "148.163.130.9"):
        assert address in listed, address
    for address in ("81.2.69.160", "2001:db8::1", "8.8.8.8", "", "no address"):
        assert address not in listed, address
    own = load_settings({"SCANNER_NETWORKS": "198.51.100.0/24, 2001:db8::/32"}).scanner_networks
    assert "198.51.100.9" in data_centres(own)
    assert "2001:db8::1" in data_centres(own)
    with pytest.raises(SettingsInvalid, match="SCANNER_NETWORKS must be networks"):
        load_settings({"SCANNER_NETWORKS": "example.com"})


@given(
    st.lists(st.tuples(st.integers(0, 2**16 - 1), st.integers(16, 32)), max_size=12),
    st.integers(0, 2**16 - 1),
)
def test_an_address_is_in_the_networks_that_hold_it(
    made: list[tuple[int, int]], asked: int
) -> None:
    networks = [ip_network((0x0A000000 + each, bits), strict=False) for each, bits in made]
    address = str(ip_network(0x0A000000 + asked).network_address)
    holding = any(ip_network(f"{address}/32").subnet_of(each) for each in networks)  # type: ignore[arg-type]
    assert (address in Networks(networks)) == holding


def test_a_referrer_is_kept_as_its_host_alone() -> None:
    own = "acme.example.com:8000"
    assert referrer_host("https://mail.example.org/inbox?who=ada#1", own) == "mail.example.org"
    for nothing in ("", "https://acme.example.com/v/x", "about:blank", "https://[", "https://é/"):
        assert referrer_host(nothing, own) == "", nothing


def test_who_asks_not_to_be_tracked_leaves_no_trace_but_whether_it_is_a_program() -> None:
    for header in ("sec-gpc", "dnt"):
        told = {"user-agent": CHROME, "referer": "https://mail.example.org/", header: "1"}
        seen = look_at(told, "192.0.2.7", "acme.example.com", NOWHERE)
        assert seen.is_private
        assert (seen.address, seen.device, seen.browser, seen.referrer_host) == ("",) * 4


LOOKED = Summary(is_seen=True, last_ms=20_000)
ACTED = Summary(is_seen=True, has_acted=True, last_ms=20_000)
AT_ONCE = Summary(is_seen=True, has_acted=True, last_ms=LOOKED_MS - 1)


@pytest.mark.parametrize(
    ("summary", "sign", "is_burst", "kind"),
    [
        (Summary(), "", False, "unverified"),
        (LOOKED, "", False, "person"),
        (ACTED, "agent", False, "scanner"),
        (Summary(), "prefetch", False, "scanner"),
        (LOOKED, "prefetch", False, "person"),
        (LOOKED, "data_centre", False, "scanner"),
        (AT_ONCE, "data_centre", False, "scanner"),
        (ACTED, "data_centre", False, "person"),
        (LOOKED, "", True, "scanner"),
        (ACTED, "", True, "person"),
    ],
)
def test_a_person_is_told_from_a_scanner(
    summary: Summary, sign: Sign, is_burst: bool, kind: str
) -> None:
    found, reason = check_visit(summary, is_team=False, sign=sign, is_burst=is_burst)
    assert found == kind
    assert bool(reason) == (kind == "scanner")
    assert check_visit(summary, is_team=True, sign=sign, is_burst=is_burst) == ("team", "")
