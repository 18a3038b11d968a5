"""A workspace in which every page has something to show, made by requests; it judges nothing."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.journeys.arrivals import Arrived, Service, arrive, come_in
from tests.journeys.furnished_videos import furnish_film

EMAIL_OF_THE_INVITED = "ben@everypage.example"
# Row 3 repeats row 2 and row 4 is skipped by whoever fills the workspace.
LEADS = """first_name,last_name,email,company,website
Ada,Lindgren,ada@fjordgrid.example,Fjordgrid,https://fjordgrid.example/
Ada,Lindgren,ada@fjordgrid.example,Fjordgrid,https://fjordgrid.example/
Naomi,Okafor,naomi@adire.example,Adire Studio,https://adire.example/
"""


@dataclass(frozen=True)
class Furnished:
    """Whose workspace it is, and the paths of what is in it, without a slash at their end."""

    ada: Arrived
    ben: Arrived  # invited, and in no workspace
    campaign: str  # /campaigns/<id>
    film: str  # another one, ready for its videos once its list is read
    draft: str  # one with nothing in it
    video: str  # /campaigns/<id>/videos/<id>, once it was asked for
    link: str  # /v/<id>, that lead's
    preview: str  # /previews/<id>, once it was asked for
    facecam: str  # /facecams/<id>
    letter: str  # /dev/outbox/<id>
    invitation: str  # /join/<workspace>/<token>


async def furnish(service: Service, clip: Path) -> Furnished:
    ada = await arrive(service, "Ada", "everypage")
    await ada.buy("growth")  # which has all there is to be looked at
    facecam = await upload_clip(ada, clip)
    draft = await _campaign(ada)
    film = await furnish_film(ada, facecam)
    campaign = await _campaign(ada)
    edit = campaign + "/edit"
    await ada.post(edit + "/name", name="Everything at once", then="stay")
    await ada.post(edit + "/facecam", facecam_id=facecam.rpartition("/")[2], then="stay")
    await ada.post(edit + "/scenes/add", kind="column")
    await ada.post(edit + "/scenes/add", kind="url")
    await ada.post(edit + "/leads/paste", text=LEADS)
    await ada.post("/settings/members/invitations", email=EMAIL_OF_THE_INVITED, role="member")
    await ada.post("/settings/domains", domain="videos.everypage-films.com")
    letter = await service.letter_to(EMAIL_OF_THE_INVITED, lambda _each: True)
    link = next(each for each in letter.links if "/join/" in each)
    ben = await come_in(service, EMAIL_OF_THE_INVITED, "Ben")
    return Furnished(
        ada=ada,
        ben=ben,
        campaign=campaign,
        film=film,
        draft=draft,
        video="",
        link="",
        preview="",
        facecam=facecam,
        letter=f"/dev/outbox/{letter.id}",
        invitation=urlsplit(link).path,
    )


async def _campaign(ada: Arrived) -> str:
    created = await ada.post("/campaigns")
    return created.url.path.partition("/edit")[0]


async def upload_clip(ada: Arrived, clip: Path) -> str:
    with clip.open("rb") as content:
        answer = await ada.client.post(
            ada.url + "/facecams/upload", files={"file": (clip.name, content.read(), "video/mp4")}
        )
    assert answer.status_code == 200, answer.text
    return str(answer.url.path)
