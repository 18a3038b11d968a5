"""What is told on the next page: shown once, and only as we wrote it."""

import json
from http.cookies import SimpleCookie

import pytest
from litestar import Response
from litestar.response import Redirect

from app.web.pages import flash, unpack_flash
from tests.cast import Cast


def _cookie(**options: str) -> str:
    response: Response[None] = flash(Redirect("/"), "good", "Deleted “Ä; b, c”.", **options)
    return next(each.value or "" for each in response.cookies if each.key == "flash")


def test_a_toast_survives_the_way_through_a_cookie() -> None:
    assert unpack_flash(_cookie()) == [("good", "Deleted “Ä; b, c”.", None)]


def test_a_toast_may_bring_a_way_back() -> None:
    undo = {"action": "/campaigns/restore?ids=1", "label": "Undo"}
    kept = unpack_flash(_cookie(undo_path="/campaigns/restore?ids=1"))
    assert kept == [("good", "Deleted “Ä; b, c”.", undo)]


def test_an_undo_never_leads_to_another_site() -> None:
    forged = json.dumps(["good", "Saved.", "//evil.example/"]).encode().hex()
    assert unpack_flash(forged) == [("good", "Saved.", None)]


@pytest.mark.parametrize(
    "value",
    ["", "zz", "00ff", b"[1]".hex(), b'["loud","x",null]'.hex(), b'[[],"x",1]'.hex(), "5b" * 3000],
)
def test_a_cookie_that_is_not_ours_says_nothing(value: str) -> None:
    assert unpack_flash(value) == []


async def test_a_toast_is_shown_once(cast: Cast) -> None:
    cast.alice_at_door.cookies.set("flash", _cookie())
    answer = await cast.alice_at_door.get("/workspaces/new")
    assert "Deleted “Ä; b, c”." in answer.text
    assert SimpleCookie(answer.headers["set-cookie"])["flash"]["max-age"] == "0"


async def test_a_part_leaves_the_toast_to_the_page(cast: Cast) -> None:
    cast.alice_at_door.cookies.set("flash", _cookie())
    answer = await cast.alice_at_door.get("/workspaces/switcher", headers={"hx-request": "true"})
    assert "set-cookie" not in answer.headers
