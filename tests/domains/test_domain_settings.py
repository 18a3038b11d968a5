"""Settings of domains: addresses and servers as operators write them; others stop the start."""

from ipaddress import ip_address

import pytest

from app.domains.records import own_hosts, wanted_for
from app.settings import SettingsInvalid, load_settings


def test_without_any_domains_lead_to_the_service_s_own_host() -> None:
    settings = load_settings({"APP_HOST": "Loomlite.example.com:8443"})
    wanted = wanted_for(settings, "videos.acme.com", "loomlite-x")
    assert (wanted.target, wanted.addresses) == ("loomlite.example.com", ())
    assert own_hosts(settings) == {"loomlite.example.com"}
    assert settings.dns_servers == ()


def test_addresses_and_servers_are_read_however_they_are_written() -> None:
    settings = load_settings(
        {
            "DOMAIN_TARGET": "Edge.Example.com.",
            "DOMAIN_ADDRESSES": "203.0.113.7 , 2001:DB8::7,",
            "DNS_SERVERS": "9.9.9.9, 127.0.0.1:5353,2620:fe::fe,[::1]:5354",
        }
    )
    assert settings.domain_target == "edge.example.com"
    assert settings.domain_addresses == (ip_address("203.0.113.7"), ip_address("2001:db8::7"))
    assert settings.dns_servers == (
        ("9.9.9.9", 53),
        ("127.0.0.1", 5353),
        ("2620:fe::fe", 53),
        ("::1", 5354),
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DOMAIN_TARGET", "https://edge.example.com"),
        ("DOMAIN_TARGET", "edge example"),
        ("DOMAIN_ADDRESSES", "edge.example.com"),
        ("DOMAIN_ADDRESSES", "203.0.113.7 203.0.113.8"),
        ("DNS_SERVERS", "dns.example.com"),
        ("DNS_SERVERS", "9.9.9.9:99999"),
        ("DOMAIN_WITHDRAW_DAYS", "0"),
    ],
)
def test_what_cannot_be_used_stops_the_start_and_is_named(name: str, text: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        load_settings({name: text})
