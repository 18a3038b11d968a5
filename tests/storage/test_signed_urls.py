"""Addresses that open one file for a while: Bunny's as Bunny makes them, ours for us alone."""

from functools import partial
from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from app.storage.pull_zone import PullZone
from app.storage.signed_urls import PARTS_OF_A_LIFE, MediaLinks, bunny_address, expiry

KEY = "workspaces/w1/renders/r1/video-0123456789ab.mp4"
SECRET = b"a secret for tests"


def test_a_pull_zone_s_address_is_as_bunny_s_own_libraries_make_it() -> None:
    # The vector "plain" of BunnyWay/BunnyCDN.TokenAuthentication, e2e/vectors.json.
    made = bunny_address(
        "https://token-tester.b-cdn.net", "300kb.jpg", "SecurityKey", 1_598_024_587
    )
    assert made == (
        "https://token-tester.b-cdn.net/300kb.jpg"
        "?token=HS256-o10JRWlsAItyAsdKS6jJKjabHN4FrFsplDHPV1idcX4&expires=1598024587"
    )


def test_without_a_token_key_the_address_is_plain() -> None:
    zone = PullZone("https://acme.b-cdn.net")
    assert zone.address(KEY, 3600) == f"https://acme.b-cdn.net/{KEY}"


@given(st.integers(1, 10**7), st.floats(0, 4e9))
def test_an_address_ends_never_too_early_and_at_most_a_sixth_late(life_s: int, now: float) -> None:
    left = expiry(life_s, lambda: now) - now
    assert life_s - 1 < left <= life_s + max(1, life_s // PARTS_OF_A_LIFE)


def test_an_address_stays_the_same_for_a_while() -> None:
    made = {expiry(3600, partial(float, now)) for now in range(1_000_000_200, 1_000_000_800, 7)}
    assert len(made) <= 2


def test_an_address_of_ours_opens_its_file_until_it_ends() -> None:
    now = [1_000_000_000.0]
    links = MediaLinks(SECRET, "https://loomlite.example", clock=lambda: now[0])
    address = links.address(KEY, 600)
    assert address.startswith(f"https://loomlite.example/media/{KEY}?")
    question = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert 600 <= links.seconds_left(KEY, **question) <= 700
    assert links.seconds_left(KEY + "x", **question) == 0
    assert MediaLinks(b"another secret").seconds_left(KEY, **question) == 0
    now[0] += 701
    assert links.seconds_left(KEY, **question) == 0


@given(st.text(), st.text())
def test_nobody_guesses_an_address_and_no_text_breaks_it(expires: str, signature: str) -> None:
    assert MediaLinks(SECRET).seconds_left(KEY, expires, signature) == 0


def test_the_secret_is_in_no_repr() -> None:
    zone = PullZone("https://acme.b-cdn.net", "hunter2", "hunter2")
    assert "hunter2" not in repr(zone) + repr(MediaLinks(b"hunter2"))
