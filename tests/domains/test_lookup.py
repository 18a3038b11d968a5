"""Records as a real DNS server gives them over UDP, right, wrong, missing and out of reach."""

import asyncio
from ipaddress import ip_address

import pytest

from app.domain_settings import Address
from app.domains.lookup import CHAIN_AT_MOST, SEEN_AT_MOST, SEEN_LENGTH, Dns
from app.domains.records import Findings, Wanted
from tests.domains.dns_server import Zone

HOST, TARGET, TOKEN = "videos.acme.com", "loomlite.app", "loomlite-abc"
TXT = f'_loomlite.{HOST} 60 IN TXT "{TOKEN}"'
ALIAS = f"{HOST} 60 IN CNAME {TARGET}"
OURS = (ip_address("203.0.113.7"), ip_address("2001:db8::7"))


async def _look(dns: Zone, *, addresses: tuple[Address, ...] = ()) -> Findings:
    return await Dns((("127.0.0.1", dns.port),)).look(Wanted(HOST, TOKEN, TARGET, addresses))


def _wanted() -> Wanted:
    return Wanted(HOST, TOKEN, TARGET, ())


async def test_token_and_alias_are_enough(dns: Zone) -> None:
    dns.say(TXT, ALIAS)
    found = await _look(dns)
    assert found.outcome == "right"
    assert found.problem(_wanted()) == ""
    assert {kind for _, kind in dns.asked} == {"TXT", "CNAME"}


async def test_without_any_record_it_says_of_each_that_it_is_missing(dns: Zone) -> None:
    found = await _look(dns)
    assert (found.outcome, found.token.answer, found.place.answer) == (
        "wrong",
        "missing",
        "missing",
    )
    assert found.problem(_wanted()) == (
        f"There is no TXT record at _loomlite.{HOST}. {HOST} leads nowhere."
    )


@pytest.mark.parametrize(
    "lines",
    [
        [TXT],
        [ALIAS],
        [TXT.replace(TOKEN, "loomlite-somebody-else"), ALIAS],
        [TXT, f"{HOST} 60 IN CNAME elsewhere.net"],
        [TXT, f"{HOST} 60 IN CNAME evil-{TARGET}"],
        [TXT, f"{HOST} 60 IN CNAME {TARGET}.evil.net"],
        [TXT, f"{HOST} 60 IN A 203.0.113.7"],
        [f'{HOST} 60 IN TXT "{TOKEN}"', f"{HOST} 60 IN A 203.0.113.7"],
    ],
)
async def test_one_of_the_two_or_another_s_is_not_enough(dns: Zone, lines: list[str]) -> None:
    dns.say(*lines)
    assert (await _look(dns)).outcome == "wrong"


async def test_what_is_there_instead_is_said(dns: Zone) -> None:
    dns.say(TXT.replace(TOKEN, "old"), f"{HOST} 60 IN CNAME shop.elsewhere.net")
    found = await _look(dns)
    assert found.token.seen == ("TXT old",)
    assert found.place.seen == ("CNAME shop.elsewhere.net",)
    assert f"{HOST} leads to shop.elsewhere.net instead of here." in found.problem(_wanted())


async def test_an_alias_of_an_alias_of_ours_leads_here_too(dns: Zone) -> None:
    dns.say(
        TXT, f"{HOST} 60 IN CNAME videos.cdn.acme.com", f"videos.cdn.acme.com 60 IN CNAME {TARGET}"
    )
    assert (await _look(dns)).outcome == "right"


async def test_aliases_that_go_in_a_circle_end(dns: Zone) -> None:
    dns.say(TXT, f"{HOST} 60 IN CNAME a.acme.com", f"a.acme.com 60 IN CNAME {HOST}")
    assert (await _look(dns)).place.answer in {"wrong", "unanswered"}
    assert sum(kind == "CNAME" for _, kind in dns.asked) <= CHAIN_AT_MOST


async def test_the_token_may_be_one_of_several_values_and_in_pieces(dns: Zone) -> None:
    dns.say(
        f'_loomlite.{HOST} 60 IN TXT "another"',
        f'_loomlite.{HOST} 60 IN TXT "{TOKEN[:5]}" "{TOKEN[5:]}"',
        ALIAS,
    )
    assert (await _look(dns)).outcome == "right"


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        ([f"{HOST} 60 IN A 203.0.113.7"], "right"),
        ([f"{HOST} 60 IN AAAA 2001:db8:0::7"], "right"),
        ([f"{HOST} 60 IN A 203.0.113.7", f"{HOST} 60 IN AAAA 2001:db8::7"], "right"),
        # A visitor may get either.
        ([f"{HOST} 60 IN A 203.0.113.7", f"{HOST} 60 IN A 198.51.100.1"], "wrong"),
        ([f"{HOST} 60 IN A 203.0.113.7", f"{HOST} 60 IN AAAA 2001:db8::bad"], "wrong"),
        ([f"{HOST} 60 IN A 198.51.100.1"], "wrong"),
        ([f"{HOST} 60 IN TXT x"], "missing"),
    ],
)
async def test_addresses_will_do_where_all_of_them_are_ours(
    dns: Zone, lines: list[str], answer: str
) -> None:
    dns.say(TXT, *lines)
    assert (await _look(dns, addresses=OURS)).place.answer == answer
    # Without addresses of the operator's an alias is the only way.
    assert (await _look(dns)).place.answer == ("missing" if answer == "missing" else "wrong")


async def test_broken_servers_are_no_missing_records(dns: Zone) -> None:
    dns.say(TXT, ALIAS)
    dns.fail_at(HOST)
    found = await _look(dns)
    assert (found.outcome, found.place.answer) == ("unanswered", "unanswered")
    dns.fail_at(f"_loomlite.{HOST}")
    assert (await _look(dns)).outcome == "unanswered"


async def test_a_server_that_is_not_there_leaves_all_open() -> None:
    """Nothing listens on port 1."""
    looking = Dns((("127.0.0.1", 1),), within_s=0.2).look(_wanted())
    assert (await asyncio.wait_for(looking, 60)).outcome == "unanswered"


async def test_whatever_stands_in_their_dns_is_only_text_here(dns: Zone) -> None:
    long = "<script>\\000\\001" + "x" * 220
    dns.say(*(f'_loomlite.{HOST} 60 IN TXT "{number}{long}"' for number in range(4)), ALIAS)
    seen = (await _look(dns)).token.seen
    assert 0 < len(seen) <= SEEN_AT_MOST
    assert all(each.isprintable() and len(each) <= SEEN_LENGTH + 4 for each in seen)
