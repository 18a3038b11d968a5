"""The address rules: every spelling of an inner address is refused, and the public ones pass."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pipeline.browser.address_rules import (
    AllowedAddress,
    normal_host,
    parse_allow,
    refusal,
    refused_name,
    split_authority,
)

INNER = {
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "::1": "loopback",
    "0.0.0.0": "this machine",
    "::": "this machine",
    "10.0.0.1": "private network",
    "172.16.0.1": "private network",
    "172.31.255.255": "private network",
    "192.168.1.1": "private network",
    "fc00::1": "private network",
    "fdff::1": "private network",
    "fec0::1": "private network",
    "100.64.0.1": "carrier network",
    "169.254.1.1": "link-local",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "2606:4700::1%eth0": "link-local",
    "169.254.169.254": "cloud metadata",
    "169.254.170.2": "cloud metadata",
    "168.63.129.16": "cloud metadata",
    "100.100.100.200": "cloud metadata",
    "fd00:ec2::254": "cloud metadata",
    "224.0.0.1": "multicast",
    "ff02::1": "multicast",
    "192.0.2.1": "documentation or benchmark",
    "198.19.255.255": "documentation or benchmark",
    "203.0.113.7": "documentation or benchmark",
    "2001:db8::1": "documentation or benchmark",
    "3fff::1": "documentation or benchmark",
    "192.0.0.8": "reserved",
    "192.88.99.1": "reserved",
    "240.0.0.1": "reserved",
    "255.255.255.255": "reserved",
    "100::1": "reserved",
    "2001:20::1": "reserved",
    "4000::1": "reserved",
    "5f00::1": "reserved",
    "::ffff:127.0.0.1": "loopback",
    "::ffff:a9fe:a9fe": "cloud metadata",
    "::ffff:0:7f00:1": "reserved",
    "64:ff9b::7f00:1": "loopback",
    "64:ff9b::10.0.0.1": "private network",
    "64:ff9b:1::808:808": "IPv4 hidden in IPv6",
    "::10.0.0.1": "IPv4 hidden in IPv6",
    "::8.8.8.8": "IPv4 hidden in IPv6",
    "2001:0:4136:e378::1": "IPv4 hidden in IPv6",
    "2002:7f00:1::": "IPv4 hidden in IPv6",
    "2002:808:808::": "IPv4 hidden in IPv6",
    "localhost": "not an address",
    "": "not an address",
    "127.1": "not an address",
}
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "169.253.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:800::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
]


@pytest.mark.parametrize(("address", "reason"), INNER.items())
def test_an_inner_address_is_refused_with_its_reason(address: str, reason: str) -> None:
    assert refusal(address) == reason


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize("address", ["8.8.8.8", "::ffff:808:808", "64:ff9b::808:808"])
def test_a_public_address_of_this_machine_is_refused(address: str) -> None:
    assert refusal(address, own={"8.8.8.8"}) == "this machine"


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_ipv6_form(address: IPv4Address) -> None:
    plain = refusal(str(address))
    assert refusal(f"::ffff:{address}") == plain
    assert refusal(f"64:ff9b::{address}") == plain


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_nothing_passes_that_the_standard_library_calls_inner(
    address: IPv4Address | IPv6Address,
) -> None:
    inner = not address.is_global or address.is_multicast
    assert not inner or refusal(str(address)) is not None


@pytest.mark.parametrize(
    "spelling",
    [
        "127.0.0.1",
        "127.0.0.1.",
        "2130706433",
        "0x7f000001",
        "0X7F.1",
        "0x7f.0x0.0x0.0x1",
        "0177.0.0.1",
        "017700000001",
        "127.1",
        "127.0.1",
        "%31%32%37.0.0.1",
        "127%2e0%2E0.1",
        "１２７.0.0.1",
        "127。0．0｡1",
        "①②⑦.0.0.1",
        "127.0.0.\u00ad1",
    ],
)
def test_every_spelling_of_loopback_becomes_one(spelling: str) -> None:
    assert normal_host(spelling) == "127.0.0.1"


@given(st.ip_addresses(v=4), st.sampled_from(["{:d}", "0x{:x}", "0{:o}"]))
def test_an_integer_in_any_base_is_the_address_it_means(address: IPv4Address, form: str) -> None:
    assert normal_host(form.format(int(address))) == str(address)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("[::1]", "::1"),
        ("[0:0:0:0:0:FFFF:7F00:1]", "::ffff:7f00:1"),
        ("EXAMPLE.com.", "example.com"),
        ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("München.de", "xn--mnchen-3ya.de"),
        ("straße.de", "xn--strae-oqa.de"),
        ("ℓocalhost", "localhost"),
        ("a_b.example.com", "a_b.example.com"),
        ("0x", "0.0.0.0"),
        ("0x7g", "0x7g"),
        ("1.2.3.4.example.com", "1.2.3.4.example.com"),
    ],
)
def test_a_host_is_written_as_chromium_writes_it(text: str, host: str) -> None:
    assert normal_host(text) == host


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "a..b", "a b", "a\x00b", "a%00b", "a/b", "a%2fb", "a@b", "a\\b", "%ff", "[::1"),
        *("[fe80::1%25eth0]", "[fe80::1%eth0]", "[::1]]", "::1", "1.2.3.4.5", "256.0.0.1"),
        *(
            "0.0.0.08",
            "1.2.3.0x7g.1",
            "4294967296",
            "1.2.3.256",
            "x" * 64 + ".de",
            "a." * 127 + "com",
        ),
    ],
)
def test_what_is_no_host_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        split_authority(text)


@given(st.text(max_size=40))
def test_any_text_is_a_normal_host_or_an_error(text: str) -> None:
    try:
        host = normal_host(text)
    except ValueError:
        return
    assert host.isascii()
    assert normal_host(f"[{host}]" if ":" in host else host) == host


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("127.0.0.1:8099", AllowedAddress("127.0.0.1", 8099)),
        ("[::1]:8099", AllowedAddress("::1", 8099)),
        ("localhost:8099", AllowedAddress("localhost", 8099)),
        ("LocalHost.:8099", AllowedAddress("localhost", 8099)),
    ],
)
def test_an_allowed_address_is_an_exact_host_and_port(text: str, allowed: AllowedAddress) -> None:
    assert parse_allow(text) == allowed


@pytest.mark.parametrize(
    "text",
    ["127.0.0.1", "localhost:", "localhost:0", "localhost:65536", "u@localhost:80", "::1:80"],
)
def test_an_allowed_address_without_both_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"port|host"):
        parse_allow(text)


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("metadata.google.internal", "cloud metadata"),
        ("metadata", "cloud metadata"),
        ("localhost", "loopback"),
        ("app.localhost", "loopback"),
        ("vault.internal", "private network"),
        ("printer.local", "private network"),
        ("example.com", None),
        ("notlocalhost", None),
    ],
)
def test_some_names_are_refused_unresolved(host: str, reason: str | None) -> None:
    assert refused_name(host) == reason
