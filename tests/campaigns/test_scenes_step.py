"""The scenes step, as the cast sees it: scenes are added, changed, moved, removed, brought back."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from app.campaigns.models import Campaign
from app.db.base import new_id
from app.facecams.models import Facecam
from tests.campaigns.drafts import make_draft, read_campaign
from tests.cast import Cast, in_workspace

HOME = {"id": "home", "url": "https://example.com/", "duration_s": 15.0}
PROFILE = {"id": "profile", "csv_column": "LinkedIn", "duration_s": 15.0}
LIST = {"headers": ["Name", "LinkedIn", "Website"], "urls": ["LinkedIn", "Website"], "name": []}
ACTS = (
    *("", "/keep", "/order", "/fit", "/add", "/restore", "/one/home"),
    *("/one/home/duplicate", "/one/home/remove", "/one/home/move"),
)


def step(campaign_id: UUID, act: str = "") -> str:
    return f"/campaigns/{campaign_id}/edit/scenes{act}"


def typed(at: int, scene_id: str, **fields: str) -> dict[str, str]:
    """The fields of one scene as its form sends them."""
    return {f"id-{at}": scene_id} | {f"{name}-{at}": text for name, text in fields.items()}


async def ids(cast: Cast, campaign_id: UUID) -> list[Any]:
    return [scene["id"] for scene in (await read_campaign(cast, campaign_id)).scenes]


async def make_facecam(cast: Cast, duration_s: float) -> UUID:
    facecam = Facecam(id=new_id(), workspace_id=cast.acme.id, name="Intro", state="ready")
    facecam.file_name, facecam.size_bytes, facecam.duration_s = "intro.mp4", 1, duration_s
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        session.add(facecam)
    return facecam.id


@pytest.mark.parametrize("act", ACTS)
async def test_a_stranger_gets_404_and_changes_nothing(cast: Cast, act: str) -> None:
    campaign_id = await make_draft(cast, scenes=[HOME])
    for visitor in (cast.charlie, cast.charlie_at_home):
        answer = await visitor.post(step(campaign_id, act), data=typed(1, "home", duration="3"))
        assert answer.status_code == 404
    assert (await read_campaign(cast, campaign_id)).scenes == [HOME]
    assert (await cast.charlie.get(step(campaign_id))).status_code == 404
    assert (await cast.nobody.post(step(campaign_id, act))).status_code in (303, 401)


async def test_an_empty_step_offers_the_two_kinds_of_scenes(cast: Cast) -> None:
    text = (await cast.bob.get(step(await make_draft(cast)))).text
    assert "Which pages do your videos show?" in text
    assert 'name="kind" value="column"' in text


async def test_a_scene_is_added_with_the_first_free_column_of_the_list(cast: Cast) -> None:
    campaign_id = await make_draft(cast, scenes=[PROFILE], lead_columns=LIST)
    answer = await cast.bob.post(step(campaign_id, "/add"), data={"kind": "column"})
    assert answer.headers["location"] == step(campaign_id) + "#field-column-2"
    added = (await read_campaign(cast, campaign_id)).scenes[1]
    assert added == {"id": "scene-2", "csv_column": "Website", "duration_s": 15.0}


async def test_an_empty_address_is_no_error_before_it_is_saved(cast: Cast) -> None:
    campaign_id = await make_draft(cast, scenes=[HOME | {"url": ""}])
    assert "field-url-1-error" not in (await cast.bob.get(step(campaign_id))).text
    sent = typed(1, "home", url="", source="url")
    part = await cast.bob.post(step(campaign_id, "/one/home"), data=sent)
    assert (part.status_code, "field-url-1-error" in part.text) == (200, False)
    saved = await cast.bob.post(step(campaign_id), data=sent)
    assert saved.status_code == 422
    assert "Enter the address of the page." in saved.text
    assert "Correct what is marked in the scene: home." in saved.text


async def test_saving_keeps_all_scenes_and_goes_on(cast: Cast) -> None:
    campaign_id = await make_draft(cast, scenes=[HOME, PROFILE])
    sent = typed(1, "home", url="example.org", duration="12,5", fallback="example.net")
    sent |= typed(2, "profile", column="Site", persona="brisk", depth="place", place="Pricing")
    answer = await cast.alice.post(step(campaign_id), data=sent | {"then": "next", "fit": "last"})
    assert answer.headers["location"].startswith(f"/campaigns/{campaign_id}/edit/")
    campaign = await read_campaign(cast, campaign_id)
    assert campaign.fit == "last"
    calm = {"persona": "calm", "depth": "end"}
    home = HOME | {"url": "https://example.org/", "duration_s": 12.5, "scroll": calm}
    assert campaign.scenes[0] == home | {"fallback_url": "https://example.net/"}
    scroll = {"persona": "brisk", "depth": "Pricing"}
    assert campaign.scenes[1] == PROFILE | {"csv_column": "Site", "scroll": scroll}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"url": "ftp://x.org"}, "only addresses with http:// or https:// can be opened"),
        ({"duration": "long"}, "a number of seconds between 1 and 300, not “long”."),
        ({"duration": ""}, "The duration must be a number of seconds between 1 and 300."),
        ({"duration": "400"}, "between 1 and 300, not 400."),
        ({"depth": "place", "place": " "}, "How far it scrolls must be"),
        ({"persona": "wild"}, "The pace must be one of calm"),
        ({"fallback": "nowhere"}, "“nowhere” is not a web address"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_kept(
    cast: Cast, fields: dict[str, str], said: str
) -> None:
    campaign_id = await make_draft(cast, scenes=[PROFILE, HOME])
    sent = typed(7, "home", **fields)
    part = await cast.bob.post(step(campaign_id, "/one/home"), data=sent)
    whole = await cast.bob.post(step(campaign_id), data=sent)
    assert (part.status_code, whole.status_code) == (422, 422)
    for text, number in ((part.text, 7), (whole.text, 2)):
        assert said in text
        name = next(reversed(fields))
        assert f'id="field-{name}-{number}-error"' in text
    again = (await cast.bob.get(step(campaign_id))).text
    assert next(reversed(fields.values())).strip() in again
    assert (await read_campaign(cast, campaign_id)).scenes[0] == PROFILE


async def test_a_column_the_list_does_not_have_is_said_and_can_be_chosen_again(cast: Cast) -> None:
    gone = PROFILE | {"csv_column": "Xing"}
    campaign_id = await make_draft(cast, scenes=[gone], lead_columns=LIST)
    text = (await cast.bob.get(step(campaign_id))).text
    assert "Your list has no column “Xing”." in text
    assert '<option value="Xing" selected>Xing (not in your list)</option>' in text


async def test_the_part_of_a_scene_draws_its_motion_anew_and_keeps_its_number(cast: Cast) -> None:
    campaign_id = await make_draft(cast, scenes=[HOME])
    sent = typed(4, "home", name="Our site", depth="none", duration="9")
    part = await cast.bob.post(step(campaign_id, "/one/home"), data=sent)
    assert part.status_code == 200
    assert '<li id="scene-4"' in part.text
    assert "Stays at the top for 9 s." in part.text
    assert 'name="id-4" value="our-site"' in part.text
    assert 'id="wizard-steps"' in part.text
    assert "<html" not in part.text


async def test_a_scene_that_is_gone_is_404(cast: Cast) -> None:
    campaign_id = await make_draft(cast, scenes=[HOME])
    for act in ("", "/duplicate", "/remove", "/move"):
        assert (await cast.bob.post(step(campaign_id, f"/one/x{act}"))).status_code == 404


async def test_a_duplicate_stands_after_its_scene_and_typed_text_is_kept(cast: Cast) -> None:
    campaign_id = await make_draft(cast, scenes=[HOME, PROFILE])
    sent = typed(1, "home", name="site", duration="20") | typed(2, "profile", duration="7")
    answer = await cast.bob.post(step(campaign_id, "/one/home/duplicate"), data=sent)
    assert answer.headers["location"].endswith("#field-url-2")
    assert await ids(cast, campaign_id) == ["site", "site-2", "profile"]
    lengths = [s["duration_s"] for s in (await read_campaign(cast, campaign_id)).scenes]
    assert lengths == [20.0, 20.0, 7.0]


async def test_a_removed_scene_comes_back_where_it_was(cast: Cast) -> None:
    campaign_id = await make_draft(cast, scenes=[HOME, PROFILE])
    answer = await cast.bob.post(step(campaign_id, "/one/home/remove"))
    assert "flash" in answer.cookies
    assert await ids(cast, campaign_id) == ["profile"]
    undo = step(campaign_id, "/restore")
    assert undo in (await cast.bob.get(step(campaign_id))).text
    assert (await cast.bob.post(undo)).headers["location"].endswith("#field-url-1")
    assert await ids(cast, campaign_id) == ["home", "profile"]
    assert (await cast.bob.post(undo)).status_code == 303
    assert await ids(cast, campaign_id) == ["home", "profile"]


async def test_scenes_are_moved_one_by_one_and_put_in_order(cast: Cast) -> None:
    campaign_id = await make_draft(cast, scenes=[HOME, PROFILE, HOME | {"id": "end"}])
    await cast.bob.post(step(campaign_id, "/one/home/move"), data={"to": "down"})
    assert await ids(cast, campaign_id) == ["profile", "home", "end"]
    await cast.bob.post(step(campaign_id, "/one/home/move"), data={"to": "up"})
    assert await ids(cast, campaign_id) == ["home", "profile", "end"]
    order = {"order": ["end", "home", "profile"]}
    assert (await cast.bob.post(step(campaign_id, "/order"), data=order)).status_code == 204
    assert await ids(cast, campaign_id) == ["end", "home", "profile"]


async def test_scenes_are_fitted_to_the_facecam_with_what_was_typed(cast: Cast) -> None:
    facecam_id = await make_facecam(cast, 40.0)
    campaign_id = await make_draft(cast, scenes=[HOME, PROFILE], facecam_id=facecam_id)
    sent = typed(1, "home", duration="30") | typed(2, "profile", duration="10")
    assert "Scenes last 30 s, your facecam 40 s." in (await cast.bob.get(step(campaign_id))).text
    await cast.bob.post(step(campaign_id, "/fit"), data=sent)
    lengths = [s["duration_s"] for s in (await read_campaign(cast, campaign_id)).scenes]
    assert lengths == [30.0, 10.0]
    await cast.bob.post(step(campaign_id, "/fit"), data=typed(2, "profile", duration="90"))
    lengths = [s["duration_s"] for s in (await read_campaign(cast, campaign_id)).scenes]
    assert lengths == [10.0, 30.0]


async def test_scenes_that_cannot_be_fitted_stay_and_the_reason_is_said(cast: Cast) -> None:
    facecam_id = await make_facecam(cast, 1.2)
    campaign_id = await make_draft(cast, scenes=[HOME, PROFILE], facecam_id=facecam_id)
    short = await cast.bob.post(step(campaign_id, "/fit"))
    assert (short.status_code, "too short for 2 scenes" in short.text) == (422, True)
    wrong = await cast.bob.post(step(campaign_id, "/fit"), data=typed(1, "home", duration="x"))
    assert (wrong.status_code, "Correct the durations first" in wrong.text) == (422, True)


async def test_the_fifty_first_scene_is_refused(cast: Cast) -> None:
    scenes = [HOME | {"id": f"s{n}"} for n in range(50)]
    campaign_id = await make_draft(cast, scenes=scenes)
    for act in ("/add", "/one/s1/duplicate"):
        answer = await cast.bob.post(step(campaign_id, act))
        assert (answer.status_code, "at most 50 scenes" in answer.text) == (422, True)
    assert len(await ids(cast, campaign_id)) == 50


async def test_a_ready_campaign_with_a_broken_scene_is_a_draft_again(cast: Cast) -> None:
    campaign_id = await make_draft(cast, scenes=[HOME], state="ready")
    await cast.bob.post(step(campaign_id, "/keep"), data=typed(1, "home", duration="x"))
    assert (await read_campaign(cast, campaign_id)).state == "draft"


async def test_another_column_checks_the_leads_again(cast: Cast, sent_jobs: list[Any]) -> None:
    campaign_id = await make_draft(
        cast, scenes=[PROFILE], lead_columns=LIST, leads_state="ready", good_leads=5_000
    )
    await cast.bob.post(step(campaign_id, "/one/profile"), data=typed(1, "profile", duration="9"))
    assert (await read_campaign(cast, campaign_id)).leads_state == "ready"
    sent = typed(1, "profile", column="Website")
    await cast.bob.post(step(campaign_id, "/one/profile"), data=sent)
    assert (await read_campaign(cast, campaign_id)).leads_state == "importing"
    assert [job.name for job in sent_jobs] == ["import_leads"]


async def test_a_flood_of_fields_is_kept_out(cast: Cast) -> None:
    campaign_id = await make_draft(cast, scenes=[HOME])
    sent = typed(1, "home", url="https://x.org/" + "a" * 20_000, name="n" * 9_000)
    answer: httpx.Response = await cast.bob.post(step(campaign_id), data=sent)
    assert answer.status_code == 422
    campaign: Campaign = await read_campaign(cast, campaign_id)
    assert len(campaign.scenes[0]["url"]) == 5_000
    assert campaign.scenes[0]["id"] == "n" * 40
