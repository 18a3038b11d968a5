"""The sample sites hold together without a network, and the facecam's claps are where they say."""

import csv
import http.client
import re
import tomllib
from collections.abc import Iterator
from fractions import Fraction
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from samples.make_facecam import CLAP_TIMES_S, DURATION_S, FACECAM, FLASH_FRAMES, FPS
from samples.server import SampleSites
from samples.template import fill

SAMPLES = Path(__file__).parents[1] / "samples"
PEOPLE = sorted(path.stem for path in (SAMPLES / "sites/people").glob("*.json"))
COMPANIES = sorted(path.stem for path in (SAMPLES / "sites/companies").glob("*.json"))
PAGES = [
    "",
    *(f"{name}/" for name in ("northwind", "product", "bookings", "reveal")),
    *(f"people/{slug}/" for slug in PEOPLE),
    *(f"companies/{slug}/" for slug in COMPANIES),
]

SITES_LIMIT_BYTES = 2_500_000
FACECAM_LIMIT_BYTES = 3_000_000
CLAP_TOLERANCE_S = 0.002
WHITE_LUMA, NOT_WHITE_LUMA = 232, 215  # limited range: white is 235
CLAP_LEVEL = 0.45  # the voice stays under 0.36, a clap starts at 0.74


# Each frame's luma at one pixel in 16 × 16, the sound, and when its first sample is heard.
Facecam = tuple[list[NDArray[np.uint8]], NDArray[np.float32], float]


class Answer(NamedTuple):
    status: int
    content_type: str
    body: bytes
    location: str


class Sites(NamedTuple):
    """The running server, and one keep-alive connection per origin to it."""

    server: SampleSites
    connections: dict[str, http.client.HTTPConnection]

    def ask(self, url: str, method: str = "GET") -> Answer:
        parts = urlsplit(url)
        connection = self.connections.get(parts.netloc)
        assert connection is not None, f"{url} is not one of our origins"
        connection.request(method, parts.path)
        response = connection.getresponse()
        headers = (response.getheader(name, "") for name in ("Content-Type", "Location"))
        content_type, location = headers
        return Answer(response.status, content_type, response.read(), location)


@pytest.fixture(scope="module")
def sites() -> Iterator[Sites]:
    with SampleSites(port=0, calendar_port=0) as server:
        connections = {name: http.client.HTTPConnection(name) for name in server.addresses}
        yield Sites(server, connections)
        for connection in connections.values():
            connection.close()


class _Assets(HTMLParser):
    """Everything a page makes the browser fetch; links to follow are not among it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.headings: list[str] = []
        self.feed(page)
        self.found += re.findall(r"url\(\"?([^\")]+)", page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.headings += [tag] if tag in {"h1", "h2", "h3"} else []
        for name, value in attrs:
            fetched = name in {"src", "data-src"} or (tag == "link" and name == "href")
            if fetched and value:
                self.found.append(value)


@pytest.mark.parametrize("page", PAGES)
def test_everything_a_page_fetches_is_ours_and_there(sites: Sites, page: str) -> None:
    url = sites.server.url(page)
    answer = sites.ask(url)
    assert (answer.status, answer.content_type) == (200, "text/html; charset=utf-8")
    html = answer.body.decode()
    assert "{{" not in html
    for asset in _Assets(html).found:
        address = urljoin(url, asset)
        fetched = sites.ask(address)  # fails on any other host
        assert fetched.status == 200, asset
        assert fetched.body, asset
        if address.endswith(".css"):
            for inner in re.findall(r"url\(\"?([^\")]+)", fetched.body.decode()):
                assert sites.ask(urljoin(address, inner)).status == 200, inner


@pytest.mark.parametrize("page", PAGES[1:])
def test_a_page_has_one_title_and_sections_with_headings(sites: Sites, page: str) -> None:
    headings = _Assets(sites.ask(sites.server.url(page)).body.decode()).headings
    assert headings.count("h1") == 1
    assert headings.count("h2") >= 4


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("northwind/style.css", "text/css; charset=utf-8"),
        ("northwind/page.js", "text/javascript; charset=utf-8"),
        ("northwind/img/hero.webp", "image/webp"),
        ("northwind/mark.svg", "image/svg+xml"),
        ("fonts/inter/inter-latin-wght-normal.woff2", "font/woff2"),
    ],
)
def test_a_file_has_its_type_and_head_sends_no_body(
    sites: Sites, path: str, content_type: str
) -> None:
    assert sites.ask(sites.server.url(path)).content_type == content_type
    head = sites.ask(sites.server.url(path), "HEAD")
    assert (head.status, head.content_type, head.body) == (200, content_type, b"")


def test_a_folder_without_its_slash_is_redirected(sites: Sites) -> None:
    answer = sites.ask(sites.server.url("people/ada-lindgren"))
    assert (answer.status, answer.location) == (301, "/people/ada-lindgren/")


@pytest.mark.parametrize("path", ["nobody/", "people/nobody/", "../server.py", "%2e%2e/server.py"])
def test_what_is_not_there_or_not_ours_to_show_is_404(sites: Sites, path: str) -> None:
    assert sites.ask(sites.server.url(path)).status == 404


def test_the_calendar_lives_on_another_origin(sites: Sites) -> None:
    page = sites.ask(sites.server.url("bookings/")).body.decode()
    calendar = f"http://127.0.0.1:{sites.server.calendar_port}/"
    assert f'src="{calendar}"' in page
    assert sites.server.calendar_port != sites.server.port
    for path in ("", "calendar.js", "calendar.css", "times.json", "walkthrough/"):
        assert sites.ask(calendar + path).status == 200


def test_the_server_gives_its_ports_back() -> None:
    with SampleSites(port=0, calendar_port=0) as first:
        ports = first.port, first.calendar_port
    with SampleSites(*ports) as second:
        assert (second.port, second.calendar_port) == ports


def test_a_template_escapes_repeats_and_refuses_unknown_names() -> None:
    template = "{{#rows}}<b>{{name}}</b>{{#tags}}{{.}} {{/tags}}{{/rows}}{{#none}}x{{/none}}"
    rows = [{"name": "a<b", "tags": ["x", "y"]}, {"name": "c"}]
    assert fill(template, {"rows": rows}) == "<b>a&lt;b</b>x y <b>c</b>"
    with pytest.raises(KeyError):
        fill("{{missing}}", {})


def test_the_sites_stay_small() -> None:
    files = (path for path in (SAMPLES / "sites").rglob("*") if path.is_file())
    assert sum(path.stat().st_size for path in files) <= SITES_LIMIT_BYTES


def test_the_leads_and_the_campaign_name_pages_that_exist(sites: Sites) -> None:
    campaign = tomllib.loads((SAMPLES / "campaign.toml").read_text("utf-8"))
    with (SAMPLES / "leads.csv").open(encoding="utf-8", newline="") as lines:
        leads = list(csv.DictReader(lines))
    scenes = campaign["scenes"]
    assert [scene["id"] for scene in scenes] == ["profile", "company", "product"]
    assert sum(scene["duration_s"] for scene in scenes) == DURATION_S
    assert len(leads) == 5
    shared = [scene[key] for scene in scenes for key in ("url", "fallback_url") if key in scene]
    columns = [scene["csv_column"] for scene in scenes if "csv_column" in scene]
    personal = [lead[column] for lead in leads for column in columns]
    assert len(set(personal)) == 10
    for url in chain(shared, personal):
        assert url.startswith("http://127.0.0.1:8099/")
        assert sites.ask(sites.server.url(urlsplit(url).path)).status == 200


@pytest.fixture(scope="module")
def facecam() -> Facecam:
    luma: list[NDArray[np.uint8]] = []
    sound: list[NDArray[np.float32]] = []
    first_s: float | None = None
    with av.open(str(FACECAM)) as container:
        for frame in container.decode(container.streams.video[0], container.streams.audio[0]):
            if isinstance(frame, av.VideoFrame):
                assert frame.pts is not None
                assert frame.time_base is not None
                assert frame.pts * frame.time_base == Fraction(len(luma), FPS)
                planes = frame.to_ndarray()  # the rows below `height` are chroma
                luma.append(planes[: frame.height : 16, ::16].astype(np.uint8))
            elif isinstance(frame, av.AudioFrame):
                first_s = frame.time if first_s is None else first_s
                sound.append(frame.to_ndarray()[0].astype(np.float32))
    assert first_s is not None
    return luma, np.concatenate(sound), first_s


def test_the_facecam_is_what_the_readme_says() -> None:
    assert FACECAM.stat().st_size <= FACECAM_LIMIT_BYTES
    with av.open(str(FACECAM)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.width, video.height) == ("h264", 1280, 720)
        assert video.average_rate == FPS
        assert (audio.codec_context.name, audio.rate) == ("aac", 48_000)
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(DURATION_S, abs=0.03)


def test_only_the_flash_frames_are_white(facecam: Facecam) -> None:
    luma, _, _ = facecam
    assert len(luma) == DURATION_S * FPS
    starts = [round(time_s * FPS) for time_s in CLAP_TIMES_S]
    expected = {start + offset for start in starts for offset in range(FLASH_FRAMES)}
    assert {index for index, frame in enumerate(luma) if frame.min() >= WHITE_LUMA} == expected
    others = (frame for index, frame in enumerate(luma) if index not in expected)
    assert max(float(frame.mean()) for frame in others) < NOT_WHITE_LUMA


def test_a_clap_starts_with_each_flash_and_nowhere_else(facecam: Facecam) -> None:
    _, sound, first_s = facecam
    loud_s = np.flatnonzero(np.abs(sound) > CLAP_LEVEL) / 48_000 + first_s
    onsets = loud_s[np.insert(np.diff(loud_s) > 0.5, 0, values=True)]
    assert onsets == pytest.approx(CLAP_TIMES_S, abs=CLAP_TOLERANCE_S)
