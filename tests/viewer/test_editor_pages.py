"""The editor of landing pages: who may change them, what is refused and where, what holds."""

import httpx
import pytest
from sqlalchemy import update

from app.campaigns.models import Campaign
from app.viewer.models import LandingPage
from tests.campaigns.boards import put_campaigns, put_leads
from tests.cast import Cast, in_workspace
from tests.viewer.editing import (
    OF_WORKSPACE,
    choices_of,
    of_campaign,
    rows_of,
    save,
    typed,
    typed_of_campaign,
)


@pytest.mark.parametrize("who", ["alice", "adam", "bob"])
async def test_members_see_the_workspace_s_page_and_managers_change_it(
    cast: Cast, who: str
) -> None:
    asker: httpx.AsyncClient = getattr(cast, who)
    page = await asker.get(OF_WORKSPACE)
    assert page.status_code == 200
    assert ("Save for all campaigns" in page.text) == (who != "bob")
    answer = await save(asker, OF_WORKSPACE, typed(headline="Hello"))
    assert answer.status_code == (403 if who == "bob" else 303)
    assert ((await choices_of(cast))["headline"] == "Hello") == (who != "bob")


async def test_strangers_find_nothing(cast: Cast) -> None:
    (campaign_id,) = await put_campaigns(cast, 1)
    for url in (OF_WORKSPACE, of_campaign(campaign_id)):
        assert (await cast.charlie.get(url)).status_code == 404
        assert (await save(cast.charlie, url, typed())).status_code == 404
        for part in ("preview", "logo", "contrast"):
            assert (await cast.charlie.get(f"{url}/{part}")).status_code == 404
        assert (await cast.charlie.post(f"{url}/preview", data=typed())).status_code == 404
        assert (await cast.nobody.get(url)).status_code == 303
    assert (await cast.charlie_at_home.get(of_campaign(campaign_id))).status_code == 404
    at_home = await save(cast.charlie_at_home, of_campaign(campaign_id), typed_of_campaign("words"))
    assert at_home.status_code == 404
    assert (await rows_of(cast, campaign_id)).of_campaign is None


async def test_everything_chosen_is_kept_and_shown_again(cast: Cast) -> None:
    fields = typed(
        headline="Hi {{ lead.first_name | upper }}",
        text="Line one\r\nLine two",
        speaker="Ada Lindgren, Fjordgrid",
        accent="#0A5F3C",
        background="#f4efe6",
        font="serif",
        booking_kind="calendly",
        booking_url="calendly.com/ada/30min",
        booking_label="Pick a time",
        booking_opens="after_video",
        booking_asks_consent="on",
        action_2_label="Prices",
        action_2_url="https://example.com/prices",
        action_2_at="1:05",
        action_4_label="Call",
        action_4_url="tel:+4930123",
        footer="Fjordgrid AS",
        link_3_label="Privacy",
        link_3_url="https://example.com/privacy",
        shows_made_with="",
        allows_download="on",
        allows_embed="",
        expires_after_days="30",
    )
    assert (await save(cast.alice, OF_WORKSPACE, fields)).status_code == 303
    assert await choices_of(cast) == {
        "headline": "Hi {{ lead.first_name | upper }}",
        "text": "Line one\nLine two",
        "speaker": "Ada Lindgren, Fjordgrid",
        "accent": "#0a5f3c",
        "background": "#f4efe6",
        "font": "serif",
        "footer": "Fjordgrid AS",
        "legal_links": [{"label": "Privacy", "url": "https://example.com/privacy"}],
        "shows_made_with": False,
        "booking": {
            "kind": "calendly",
            "url": "https://calendly.com/ada/30min",
            "label": "Pick a time",
            "opens": "after_video",
            "asks_consent": True,
        },
        "actions": [
            {"label": "Prices", "url": "https://example.com/prices", "at_s": 65.0},
            {"label": "Call", "url": "tel:+4930123", "at_s": None},
        ],
        "allows_download": True,
        "allows_embed": False,
        "expires_after_days": 30,
    }
    page = (await cast.alice.get(OF_WORKSPACE)).text
    for shown in ('value="Pick a time"', 'value="1:05"', 'value="#0a5f3c"', "Line one\nLine two"):
        assert shown in page
    # The colours are the workspace's own, as its settings say.
    assert (await rows_of(cast)).workspace.accent == "#0a5f3c"


WRONG = {
    "headline": ("{{ lead.frist_name }}", "Did you mean lead.first_name?"),
    "text": ("{{ lead.name", "is not closed"),
    "accent": ("red", "Enter a colour such as"),
    "font": ("Comic Sans", "Choose one of the options."),
    "booking_url": ("http://calendly.com/a/b", "begins with https://"),
    "action_1_url": ("javascript:alert(1)", "is not a web page"),
    "action_1_at": ("soon", "Enter a moment of the video"),
    "link_1_url": ("no address", "has a space in it"),
    "expires_after_days": ("0", "Enter 1 or more."),
    "footer": ("x" * 501, "Keep it to 500 characters."),
}


@pytest.mark.parametrize("field", WRONG)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_saved(
    cast: Cast, field: str
) -> None:
    text, words = WRONG[field]
    fields = typed(
        speaker="Kept as typed", booking_kind="calendly", booking_url="https://calendly.com/a/b"
    )
    fields |= {"action_1_label": "Go", "action_1_url": "https://example.com/", field: text}
    fields |= {"link_1_label": "Imprint"} if field == "link_1_url" else {}
    answer = await save(cast.alice, OF_WORKSPACE, fields)
    assert answer.status_code == 422
    _, _, after = answer.text.partition(f'id="field-{field}-error"')
    assert words in after.partition("</p>")[0].replace("&#39;", "'")
    assert "Kept as typed" in answer.text
    assert (await rows_of(cast)).of_workspace is None


@pytest.mark.parametrize(
    ("kind", "url", "words"),
    [
        ("calendly", "https://evil.example/calendly.com/a", "is not an address of calendly.com"),
        ("calendly", "https://calendly.com.evil.example/a", "is not an address of calendly.com"),
        ("calendly", "https://calendly.com/", "Enter the whole address"),
        ("calendly", "", "Enter the address where a time is booked."),
        ("link", "http://example.com/book", "begins with https://"),
        ("link", "data:text/html,hello", "is not a web page"),
        ("link", "https://user:pass@example.com/", "holds a user name"),
    ],
)
async def test_a_booking_address_is_checked_when_it_is_saved(
    cast: Cast, kind: str, url: str, words: str
) -> None:
    answer = await save(cast.alice, OF_WORKSPACE, typed(booking_kind=kind, booking_url=url))
    assert answer.status_code == 422
    assert words in answer.text


async def test_a_column_is_known_where_the_list_has_it(cast: Cast) -> None:
    (campaign_id,) = await put_campaigns(
        cast, 1, lead_columns={"headers": ["Name", 'City "old"', "Role"]}
    )
    url = of_campaign(campaign_id)
    page = (await cast.bob.get(url)).text
    assert "lead[&#39;City &#34;old&#34;&#39;]" in page
    right = typed_of_campaign("words", headline='{{ lead["Role"] }}')
    assert (await save(cast.bob, url, right)).status_code == 303
    wrong = typed_of_campaign("words", headline='{{ lead["Rolle"] }}')
    assert "Did you mean “Role”?" in (await save(cast.bob, url, wrong)).text
    everywhere = await save(cast.alice, OF_WORKSPACE, typed(headline='{{ lead["Role"] }}'))
    assert "Some lists will not have" in everywhere.text.replace("&#34;", '"')


async def test_a_campaign_decides_a_group_itself_and_gives_it_back(cast: Cast) -> None:
    (campaign_id,) = await put_campaigns(cast, 1)
    url = of_campaign(campaign_id)
    await save(cast.alice, OF_WORKSPACE, typed(headline="Everybody", footer="Acme"))
    await save(cast.bob, url, typed_of_campaign("words", headline="Ours", footer="Ours"))
    row = (await rows_of(cast, campaign_id)).of_campaign
    assert row is not None
    assert set(row.choices) == {"headline", "text", "speaker"}
    held = await choices_of(cast, campaign_id)
    assert (held["headline"], held["footer"]) == ("Ours", "Acme")
    page = (await cast.bob.get(url)).text
    assert 'name="group_words" id="field-group_words-2" value="own" checked' in page
    assert 'name="group_foot" id="field-group_foot" value="workspace" checked' in page

    await save(cast.alice, OF_WORKSPACE, typed(headline="Everybody anew", footer="Acme Ltd"))
    held = await choices_of(cast, campaign_id)
    assert (held["headline"], held["footer"]) == ("Ours", "Acme Ltd")
    await save(cast.bob, url, typed_of_campaign())
    assert (await choices_of(cast, campaign_id))["headline"] == "Everybody anew"


async def test_what_is_wrong_in_a_group_that_is_the_workspace_s_does_not_matter(
    cast: Cast,
) -> None:
    (campaign_id,) = await put_campaigns(cast, 1)
    fields = typed_of_campaign("look", headline="{{ nonsense }}", expires_after_days="never")
    assert (await save(cast.bob, of_campaign(campaign_id), fields)).status_code == 303


async def test_an_archived_or_deleted_campaign_is_as_elsewhere(cast: Cast) -> None:
    (campaign_id,) = await put_campaigns(cast, 1)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(
            update(Campaign)
            .where(Campaign.id == campaign_id)
            .values(deleted_at=Campaign.created_at)
        )
    assert (await cast.bob.get(of_campaign(campaign_id))).status_code == 404
    assert (await save(cast.bob, of_campaign(campaign_id), typed_of_campaign())).status_code == 404


async def test_a_stored_choice_that_is_none_any_longer_breaks_no_page(cast: Cast) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        session.add(LandingPage(workspace_id=cast.acme.id, choices={"font": "gone", "odd": 1}))
    assert (await cast.alice.get(OF_WORKSPACE)).status_code == 200


@pytest.mark.parametrize(
    ("accent", "background", "words"),
    [
        ("#ffffff", "#fefefe", "hard to see"),
        ("#5b3fd6", "#ffffff", "stands out well"),
        ("x", "", "Choose two colours"),
    ],
)
async def test_contrast_is_told_in_words(
    cast: Cast, accent: str, background: str, words: str
) -> None:
    answer = await cast.bob.get(
        f"{OF_WORKSPACE}/contrast", params={"accent": accent, "background": background}
    )
    assert words in answer.text


async def test_the_editor_is_found_from_campaign_and_settings(cast: Cast) -> None:
    (campaign_id,) = await put_campaigns(cast, 1)
    await put_leads(cast, campaign_id, 2)
    assert of_campaign(campaign_id) in (await cast.bob.get(f"/campaigns/{campaign_id}")).text
    assert f'href="{OF_WORKSPACE}"' in (await cast.bob.get("/settings/workspace")).text
