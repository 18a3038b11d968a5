"""The page of domains: exact records, the state of each in words, and who may change them."""

import re
from datetime import timedelta

import httpx
import pytest

from app.domains.service import DOMAINS_AT_MOST, add_domain
from app.settings import Settings, load_settings
from tests.cast import HOST, Cast
from tests.domains.dns_server import Zone
from tests.domains.proofs import HOST as OWN_HOST
from tests.domains.proofs import add, let_pass, prove, row_of
from tests.postgres import SentJobs
from tests.workspaces.stage import Worker

PAGE = "/settings/domains"


async def _text(who: httpx.AsyncClient) -> str:
    page = await who.get(PAGE)
    assert page.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


async def test_an_added_domain_shows_its_records_to_be_copied_and_is_looked_at(
    cast: Cast, worker: Worker, sent_jobs: SentJobs
) -> None:
    answer = await cast.adam.post(PAGE, data={"domain": " https://Videos.AcmeCorp.com/x "})
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert [job.name for job in sent_jobs] == ["check_domain"]
    page = (await cast.alice.get(PAGE)).text
    token = re.search(r'data-copy="(loomlite-[\w-]{43})"', page)
    assert token is not None
    for copied in (f"_loomlite.{OWN_HOST}", OWN_HOST, HOST):
        assert f'data-copy="{copied}"' in page
    text = await _text(cast.alice)
    assert "Being looked up now" in text
    assert text.count("Not looked at yet") == 2
    assert "There the names are _loomlite.videos and videos ." in text
    await worker.run_all()
    text = await _text(cast.alice)
    assert text.count("Not found") == 2


async def test_what_was_found_instead_stands_beside_what_is_wanted(
    cast: Cast, worker: Worker, dns: Zone
) -> None:
    await add(cast)
    dns.say(f'_loomlite.{OWN_HOST} 60 IN TXT "<b>old</b>"', f"{OWN_HOST} 60 IN CNAME shop.net")
    await worker.run_all()
    page = (await cast.bob.get(PAGE)).text
    assert "TXT &lt;b&gt;old&lt;/b&gt;" in page
    assert "CNAME shop.net" in page
    assert page.count("Something else is there") == 2


async def test_a_verified_domain_says_so_and_that_links_name_it(
    cast: Cast, worker: Worker, dns: Zone
) -> None:
    domain = await add(cast)
    prove(dns, cast.site.settings, domain)
    await worker.run_all()
    text = await _text(cast.bob)
    assert "Shows your landing pages" in text
    assert "The links you copy use this domain." in text
    assert "Check now" not in text
    assert "Add domain" not in text


async def test_check_now_looks_at_once(cast: Cast, worker: Worker, dns: Zone) -> None:
    domain = await add(cast)
    await worker.run_all()
    prove(dns, cast.site.settings, domain)
    pressed = await cast.adam.post(f"{PAGE}/{domain.id}/check")
    assert pressed.status_code == 303
    await worker.run_all()
    assert (await row_of(cast.site, domain)).state == "pending", "it was looked at a moment ago"
    await let_pass(cast.site.database, domain, timedelta(minutes=1))
    await cast.adam.post(f"{PAGE}/{domain.id}/check")
    await worker.run_all()
    assert (await row_of(cast.site, domain)).state == "verified"


async def test_a_removed_domain_is_gone(cast: Cast) -> None:
    domain = await add(cast)
    removed = await cast.alice.post(f"{PAGE}/{domain.id}/remove")
    assert removed.status_code == 303
    page = (await cast.alice.get(PAGE)).text
    assert f"{OWN_HOST} is removed." in page
    assert str(domain.id) not in page
    assert (await cast.alice.post(f"{PAGE}/{domain.id}/check")).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("bob", 403), ("charlie", 404)])
async def test_nobody_else_changes_them(cast: Cast, who: str, status: int) -> None:
    domain, asker = await add(cast), getattr(cast, who)
    for path in (PAGE, f"{PAGE}/{domain.id}/check", f"{PAGE}/{domain.id}/remove"):
        answer = await asker.post(path, data={"domain": "v2.acmecorp.com"})
        assert answer.status_code == status
    assert (await row_of(cast.site, domain)).host == OWN_HOST
    if who == "charlie":
        assert (await asker.get(PAGE)).status_code == 404
        for act in ("check", "remove"):
            at_home = await cast.charlie_at_home.post(f"{PAGE}/{domain.id}/{act}")
            assert at_home.status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter a domain such as videos.acmecorp.com."),
        ("acmecorp.com", "acmecorp.com itself cannot be an alias"),
        ("co.uk", "co.uk belongs to everybody"),
        ("acme.loomlite.localhost", "This is an address of Loom-Lite itself."),
        ("203.0.113.7", "An IP address has no name"),
        ("<script>", "This is no domain."),
        ("x" * 300, "Keep it to 200 characters."),
    ],
)
async def test_what_cannot_be_one_is_refused_beside_the_field(
    cast: Cast, typed: str, sentence: str
) -> None:
    answer = await cast.alice.post(PAGE, data={"domain": typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<script>" not in answer.text.replace("<script ", "")


async def test_one_domain_is_added_once_and_twenty_at_most(cast: Cast, settings: Settings) -> None:
    await add(cast)
    again = await cast.alice.post(PAGE, data={"domain": OWN_HOST.upper()})
    assert f"{OWN_HOST} is in your list already." in again.text
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        for number in range(DOMAINS_AT_MOST - 1):
            await add_domain(session, settings, cast.users["alice"], f"v{number}.acmecorp.com")
    more = await cast.alice.post(PAGE, data={"domain": "more.acmecorp.com"})
    assert "A workspace has at most 20 domains." in more.text


async def test_two_workspaces_may_ask_for_one_host_and_see_nothing_of_each_other(
    cast: Cast,
) -> None:
    await add(cast)
    answer = await cast.charlie_at_home.post(PAGE, data={"domain": OWN_HOST})
    assert answer.status_code == 303
    tokens = [
        set(re.findall(r"loomlite-[\w-]{43}", (await who.get(PAGE)).text))
        for who in (cast.alice, cast.charlie_at_home)
    ]
    assert len(tokens[0]) == len(tokens[1]) == 1
    assert tokens[0] != tokens[1]


class TestWithAddresses:
    """An operator who names addresses lets domains without a subdomain lead here, too."""

    @pytest.fixture
    def settings(self, settings: Settings, dns: Zone) -> Settings:
        return load_settings(
            {
                "APP_HOST": HOST,
                "LOOMLITE_VAR": str(settings.var_folder),
                "DNS_SERVERS": dns.servers,
                "DOMAIN_TARGET": "edge.loomlite.net",
                "DOMAIN_ADDRESSES": "203.0.113.7, 2001:db8::7",
            }
        )

    async def test_a_domain_itself_shows_addresses_and_is_verified_by_them(
        self, cast: Cast, worker: Worker, dns: Zone
    ) -> None:
        domain = await add(cast, "acmecorp.com")
        page = (await cast.alice.get(PAGE)).text
        for value in ("203.0.113.7", "2001:db8::7"):
            assert f'data-copy="{value}"' in page
        assert "CNAME" not in page
        assert "<code>@</code>" in page
        dns.say(
            f'_loomlite.acmecorp.com 60 IN TXT "{domain.token}"',
            "acmecorp.com 60 IN A 203.0.113.7",
        )
        await worker.run_all()
        assert (await row_of(cast.site, domain)).state == "verified"

    async def test_a_subdomain_has_the_choice(self, cast: Cast) -> None:
        await add(cast)
        page = (await cast.alice.get(PAGE)).text
        assert 'data-copy="edge.loomlite.net"' in page
        assert "Instead of the CNAME record" in page
        assert 'data-copy="203.0.113.7"' in page
