"""Who sees what of a workspace's billing, and what there is where nothing is sold."""

from tests.cast import Cast


async def test_a_service_that_sells_nothing_says_so_kindly(cast: Cast) -> None:
    answer = await cast.bob.get("/billing")
    assert answer.status_code == 200
    assert "one plan without limits" in answer.text
    choose = await cast.bob.get("/billing/plans")
    assert (choose.status_code, choose.headers["location"]) == (303, "/billing")


async def test_a_stranger_finds_no_billing(cast: Cast) -> None:
    assert (await cast.charlie.get("/billing")).status_code == 404
    assert (await cast.charlie.get("/billing/plans")).status_code == 404
