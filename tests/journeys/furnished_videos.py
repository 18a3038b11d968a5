"""A campaign whose videos are asked for and cancelled: their pages show something that is still."""

import re

from tests.journeys.arrivals import Arrived

LEADS = """first_name,last_name,email,company
Ada,Lindgren,ada@fjordgrid.example,Fjordgrid
Naomi,Okafor,naomi@adire.example,Adire Studio
"""


async def furnish_film(ada: Arrived, facecam: str) -> str:
    """/campaigns/<id>, to be rendered once its list is read; `facecam` is /facecams/<id>."""
    created = await ada.post("/campaigns")
    campaign = created.url.path.partition("/edit")[0]
    edit = campaign + "/edit"
    await ada.post(edit + "/name", name="Cancelled in time", then="stay")
    await ada.post(edit + "/facecam", facecam_id=facecam.rpartition("/")[2], then="stay")
    await ada.post(edit + "/leads/paste", text=LEADS)
    await ada.post(edit + "/scenes/add", kind="url")
    scene = {"id": "scene-1", "name": "home", "source": "url", "url": "https://home.invalid/"}
    scene |= {"duration": "4", "depth": "end", "persona": "calm"}
    typed = {f"{field}-1": text for field, text in scene.items()}
    await ada.post(edit + "/scenes", **typed, fit="scale", then="stay")
    return campaign


async def cancel_videos(ada: Arrived, campaign: str) -> str:
    """The videos are asked for and cancelled; the path of the first one's page.

    A worker that was quicker finds no such host, so no page of the internet is opened.
    """
    await ada.post(campaign + "/render", which="all")
    await ada.post(campaign + "/videos/cancel?all=1")
    page = await ada.client.get(f"{ada.url}{campaign}/videos")
    found = re.search(rf"{campaign}/videos/[0-9a-f-]{{36}}", page.text)
    assert found is not None, page.text
    return found[0]


async def find_link(ada: Arrived, campaign: str) -> str:
    """The path of the first lead's landing page, which waits for its video."""
    leads = await ada.client.get(f"{ada.url}{campaign}/leads.csv")
    found = re.search(r"/v/[0-9A-Za-z]{24}", leads.text)
    assert found is not None, leads.text
    return found[0]
