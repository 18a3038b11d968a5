"""Signed addresses open one file for a while, for anybody, and anything else is a 404."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from app.settings import load_settings
from app.storage.signed_urls import MediaLinks
from app.web.security import content_security_policy
from tests.cast import Cast, Site

KEY = "workspaces/w1/renders/r1/video-0123456789ab.mp4"
CONTENT = bytes(range(256)) * 100


@pytest.fixture
async def address(site: Site, tmp_path: Path) -> str:
    source = tmp_path / "video.mp4"
    source.write_bytes(CONTENT)
    await site.storage.put_file(KEY, source, "video/mp4")
    return site.storage.signed_url(KEY, 3600)


async def test_whoever_has_the_address_sees_the_file_on_any_of_our_hosts(
    cast: Cast, address: str
) -> None:
    for visitor in (cast.nobody, cast.charlie_at_door):
        answer = await visitor.get(address)
        assert (answer.status_code, answer.content) == (200, CONTENT)
        assert answer.headers["content-type"] == "video/mp4"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.headers["cache-control"] == "private, max-age=3600"


async def test_a_signed_file_comes_in_ranges_and_not_twice(site: Site, address: str) -> None:
    async with site.visitor() as visitor:
        part = await visitor.get(address, headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, CONTENT[10:20])
        assert part.headers["content-range"] == f"bytes 10-19/{len(CONTENT)}"
        again = await visitor.get(address, headers={"If-None-Match": part.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["cross-origin-resource-policy"] == "cross-origin"
        head = await visitor.head(address)
        assert head.headers["content-length"] == str(len(CONTENT))


@pytest.mark.parametrize(
    "wrong",
    [
        {"signature": ""},
        {"signature": "é"},
        {"signature": "A" * 43},
        {"expires": ""},
        {"expires": "-1"},
        {"expires": "99999999999"},
        {"expires": "9" * 5000},
        {"expires": "٣"},
        {"key": "workspaces/w1/renders/r1/poster-0123456789ab.webp"},
    ],
)
async def test_an_address_that_was_changed_is_nothing(
    site: Site, address: str, wrong: dict[str, str]
) -> None:
    question = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    question |= wrong
    path = f"/media/{question.pop('key', KEY)}"
    async with site.visitor() as visitor:
        answer = await visitor.get(path, params=question)
        assert answer.status_code == 404
        assert (await visitor.get(path)).status_code == 404


async def test_an_address_ends_and_a_deleted_file_is_gone(site: Site, address: str) -> None:
    past = MediaLinks(site.storage.links.secret, site.settings.base_url, clock=lambda: 1e9)
    async with site.visitor() as visitor:
        assert (await visitor.get(past.address(KEY, 3600))).status_code == 404
        await site.storage.delete(KEY)
        assert (await visitor.get(address)).status_code == 404


@pytest.mark.parametrize(
    ("environ", "origin"),
    [
        ({}, ""),
        (
            {
                "STORAGE": "bunny",
                "BUNNY_STORAGE_ZONE": "acme",
                "BUNNY_STORAGE_KEY": "x",
                "BUNNY_PULL_ZONE": "Acme.b-cdn.net/",
            },
            " https://acme.b-cdn.net",
        ),
        (
            {
                "STORAGE": "s3",
                "S3_BUCKET": "acme",
                "S3_REGION": "eu-central-1",
                "S3_ACCESS_KEY_ID": "x",
                "S3_SECRET_ACCESS_KEY": "x",
            },
            " https://s3.eu-central-1.amazonaws.com",
        ),
        (
            {
                "STORAGE": "s3",
                "S3_BUCKET": "acme",
                "S3_ENDPOINT": "http://minio:9000",
                "S3_PUBLIC_URL": "https://cdn.example.com/media",
                "S3_ACCESS_KEY_ID": "x",
                "S3_SECRET_ACCESS_KEY": "x",
            },
            " https://cdn.example.com",
        ),
    ],
)
def test_pages_may_show_what_the_storage_gives_out_and_nothing_else(
    environ: dict[str, str], origin: str
) -> None:
    settings = load_settings({"APP_HOST": "https://loomlite.example.com", **environ})
    policy = content_security_policy(settings).split("; ")
    assert f"img-src 'self' https://loomlite.example.com{origin} data: blob:" in policy
    assert f"media-src 'self' https://loomlite.example.com{origin} blob:" in policy
    assert "connect-src 'self'" in policy
