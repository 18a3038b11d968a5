"""What a team changes is forgotten once it is committed: before, it would be read as it was."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.db.session import Database, after_commit
from app.viewer.dependencies import LinkMemory
from tests.cast import Cast, litestar_in
from tests.viewer.editing import OF_WORKSPACE, save, typed
from tests.viewer.links import Shown, show_video


@dataclass(frozen=True)
class _Noting(LinkMemory):
    noted: list[str] = field(default_factory=list)

    def forget(self, workspace_id: UUID, public_id: str | None = None) -> None:
        self.noted.append("forgotten")
        super().forget(workspace_id, public_id)


@pytest.fixture
async def shown(cast: Cast, tmp_path: Path) -> Shown:
    return await show_video(cast, tmp_path)


@pytest.fixture
def noted(cast: Cast) -> Iterator[list[str]]:
    memory = litestar_in(cast.site.app).state.link_memory = _Noting()

    def note(_session: Session) -> None:
        memory.noted.append("committed")

    event.listen(Session, "after_commit", note)
    yield memory.noted
    event.remove(Session, "after_commit", note)


@pytest.mark.parametrize("act", ["revoke", "reopen", "expiry", "erase"])
async def test_a_link_is_forgotten_after_what_is_done_with_it(
    cast: Cast, shown: Shown, noted: list[str], act: str
) -> None:
    url = f"/campaigns/{shown.campaign_id}/links/{shown.public_id}/{act}"
    assert (await cast.alice.post(url, data={})).status_code == 303
    assert noted[-2:] == ["committed", "forgotten"]
    assert noted.count("forgotten") == 1


async def test_all_links_are_forgotten_after_their_page_was_edited(
    cast: Cast, shown: Shown, noted: list[str]
) -> None:
    assert (await save(cast.alice, OF_WORKSPACE, typed(headline="Hello"))).status_code == 303
    assert noted[-2:] == ["committed", "forgotten"]


async def test_what_waits_for_a_commit_is_not_done_without_one(database: Database) -> None:
    done: list[str] = []

    async def fail() -> None:
        async with database.session() as session:
            after_commit(session, lambda: done.append("refused"))
            raise RuntimeError("refused")

    with pytest.raises(RuntimeError, match="refused"):
        await fail()
    async with database.session() as session:
        after_commit(session, lambda: done.append("kept"))
        assert done == []
    assert done == ["kept"]
