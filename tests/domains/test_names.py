"""Which hosts a team may have: as typed, in any script, and nobody else's."""

from ipaddress import IPv4Address, IPv6Address

import idna
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domains.names import LONGEST, DomainRefused, name_of, read_name

OWN = {"loomlite.app", "edge.loomlite.net"}

GOOD = {
    "videos.acmecorp.com": "videos.acmecorp.com",
    "  Videos.AcmeCorp.COM. ": "videos.acmecorp.com",
    "https://videos.acmecorp.com/some/page?x=1#y": "videos.acmecorp.com",
    "http://videos.acmecorp.com": "videos.acmecorp.com",
    "videos.acmecorp.com/": "videos.acmecorp.com",
    "a.b.c.acme.co.uk": "a.b.c.acme.co.uk",
    "videos.acme.github.io": "videos.acme.github.io",
    "videos.müller.de": "videos.xn--mller-kva.de",
    "VIDEOS.MÜLLER.DE": "videos.xn--mller-kva.de",
    "videos.xn--mller-kva.de": "videos.xn--mller-kva.de",
    "videos.faß.de": "videos.xn--fa-hia.de",
    "видео.пример.рф": "xn--b1aedk6a.xn--e1afmkfd.xn--p1ai",
    "动画.例子.中国": "xn--6fro81f.xn--fsqu00a.xn--fiqs8s",
    "videos。acme。com": "videos.acme.com",
    "notloomlite.app.acme.com": "notloomlite.app.acme.com",
    "www.notloomlite.app": "www.notloomlite.app",
}
NO_DOMAIN = [
    *("", " ", ".", "..", "acme", "acme..com", ".acme.com", "a b.acme.com", "a_b.acme.com"),
    *("-a.acme.com", "a-.acme.com", "*.acme.com", "videos.acme.com:8443", "ann@videos.acme.com"),
    *("javascript://videos.acme.com", "ftp://videos.acme.com", "xn--a.acme.com", "☃.acme.com"),
    *(
        "a\u200d.acme.com",
        "%61.acme.com",
        "a\x00.acme.com",
        "[videos.acme.com",
        "x" * 64 + ".a.com",
    ),
    *("videos.acme.com:x", "<b>.acme.com", "a\u0301\u0301.a\u2024com", "xn--mueller-.de.xn--.com"),
]
ADDRESSES = [
    *("127.0.0.1", "203.0.113.7", "[::1]", "[2001:db8::1]", "2130706433", "0x7f000001", "127.1"),
    *("1.2.3", "acme.123", "http://203.0.113.7/", "１２７.０.０.１", "0177.0.0.0x1"),
]
OURS = ["loomlite.app", "acme.loomlite.app", "a.b.loomlite.app", "LOOMLITE.APP", "loomlite.net",
        "edge.loomlite.net", "x.edge.loomlite.net"]  # fmt: skip
NOT_PUBLIC = ["acme.local", "a.internal", "x.localhost", "a.b.test", "acme.onion", "a.home.arpa",
              "1.0.0.127.in-addr.arpa", "videos.example", "x.invalid", "nas.lan"]  # fmt: skip


def _read(text: str, *, takes_apex: bool = False) -> str:
    return read_name(text, own_hosts=OWN, takes_apex=takes_apex).host


def _refusal(text: str, *, takes_apex: bool = False) -> str:
    with pytest.raises(DomainRefused) as refused:
        _read(text, takes_apex=takes_apex)
    return str(refused.value)


@pytest.mark.parametrize("typed", GOOD)
def test_a_host_is_read_however_it_is_typed(typed: str) -> None:
    assert _read(typed) == GOOD[typed]


@pytest.mark.parametrize("typed", NO_DOMAIN)
def test_what_is_no_domain_is_said_to_be_none(typed: str) -> None:
    assert _refusal(typed) == "This is no domain. Enter one such as videos.acmecorp.com."


@pytest.mark.parametrize("typed", ADDRESSES)
def test_an_ip_address_is_no_domain_however_it_is_written(typed: str) -> None:
    assert _refusal(typed).startswith("An IP address has no name")


@pytest.mark.parametrize("typed", OURS)
def test_our_own_hosts_are_nobody_s_to_take_nor_is_what_is_around_them(typed: str) -> None:
    assert _refusal(typed, takes_apex=True).startswith("This is an address of Loom-Lite itself.")


@pytest.mark.parametrize("typed", ["co.uk", "github.io", "kawasaki.jp", "herokuapp.com", "com.au"])
def test_a_public_suffix_is_everybody_s(typed: str) -> None:
    assert _refusal(typed, takes_apex=True).startswith(f"{typed} belongs to everybody")


@pytest.mark.parametrize("typed", NOT_PUBLIC)
def test_a_name_that_the_internet_does_not_have_is_refused(typed: str) -> None:
    assert "not part of the public internet" in _refusal(typed)


@pytest.mark.parametrize("typed", ["acmecorp.com", "acme.co.uk", "acme.github.io", "müller.de"])
def test_a_domain_without_a_subdomain_needs_an_address_to_lead_to(typed: str) -> None:
    refusal = _refusal(typed)
    assert refusal.startswith(f"{typed} itself cannot be an alias of another host (CNAME)")
    assert f"videos.{typed}" in refusal
    assert _read(typed, takes_apex=True) == idna.encode(typed).decode()


def test_a_domain_has_room_for_the_name_of_its_record() -> None:
    host = ".".join(["a" * 60] * 3 + ["b" * 50, "com"])
    assert len(host) <= LONGEST
    assert _read(host) == host
    assert "at most" in _refusal(f"cccccccccc.{host}")


def test_people_read_it_in_their_own_letters() -> None:
    name = name_of(_read("videos.müller.de"))
    assert (name.host, name.shown) == ("videos.xn--mller-kva.de", "videos.müller.de")
    assert (name.registered, name.is_apex) == ("xn--mller-kva.de", False)


@given(st.text(max_size=300))
@example("http://[::ffff:127.0.0.1]/")
@example("//..//@:")
@example("xn--.com")
def test_whatever_is_typed_is_refused_or_becomes_a_plain_host(typed: str) -> None:
    try:
        host = _read(typed, takes_apex=True)
    except DomainRefused:
        return
    assert host.isascii()
    assert host == host.lower().strip(".")
    assert len(host) <= LONGEST
    assert all(0 < len(label) <= 63 for label in host.split("."))
    # What is read once is read alike for ever: it is compared with the Host header.
    assert _read(host, takes_apex=True) == host
    assert not any(host == own or host.endswith(f".{own}") for own in OWN)


@given(st.sampled_from(sorted(GOOD)), st.data())
def test_capitals_and_a_dot_at_the_end_make_no_difference(typed: str, data: st.DataObject) -> None:
    host = GOOD[typed]
    turned = "".join(c.upper() if data.draw(st.booleans()) else c for c in host)
    assert _read(turned + data.draw(st.sampled_from(["", "."]))) == host


@given(st.ip_addresses())
def test_no_ip_address_is_ever_a_domain(address: IPv4Address | IPv6Address) -> None:
    text = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
    assert _refusal(text, takes_apex=True).startswith("An IP address")
