"""Which scenes of a campaign are paid, and who is to pay the others.

Every function that writes needs the lock of ledger_lock.py. At any moment the seconds that a render
has reserved are those of the scenes that are noted as its own and not paid yet.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Float, String, Uuid, cast, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as insert_or_pay
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.models import MeteredScene
from app.billing.reserves import (
    Reserve,
    add_reserves,
    change_reserves,
    list_reserved,
    reserved_in,
)
from app.billing.scene_prices import (
    Asked,
    Priced,
    Scene,
    SceneKey,
    first_that_fit,
    price_in_order,
)
from app.billing.usage import release
from app.db.tenancy import workspace_of


async def known_scenes(session: AsyncSession, scenes: Iterable[Scene]) -> set[SceneKey]:
    """Which of these are paid or reserved in their campaigns."""
    digests: dict[UUID, set[str]] = defaultdict(set)
    for scene in scenes:
        digests[scene.campaign_id].add(scene.digest)
    known: set[SceneKey] = set()
    for campaign_id, wanted in digests.items():
        found = await session.scalars(
            select(MeteredScene.digest).where(*_these(session, campaign_id, wanted))
        )
        known.update((campaign_id, digest) for digest in found)
    return known


async def reserve_scenes(
    session: AsyncSession, asked: Sequence[Asked], *, videos: int | None, seconds: float | None
) -> list[Priced]:
    """The longest beginning of these that fits into so many videos and seconds has open reserves.
    What has one already costs nothing more."""
    reserved = await list_reserved(session, [each.render_id for each in asked])
    known = await known_scenes(session, (scene for each in asked for scene in each.scenes))
    priced = price_in_order(asked, known, reserved)
    fitting = first_that_fit(priced, videos=videos, seconds=seconds)
    new = [each for each in fitting if each.asked.render_id not in reserved]
    await _note(session, [(scene, each.asked.render_id) for each in new for scene in each.own])
    await add_reserves(
        session,
        [Reserve(each.asked.render_id, each.asked.campaign_id, each.price) for each in new],
    )
    return fitting


async def pay_scenes(session: AsyncSession, render_id: UUID, scenes: Sequence[Scene]) -> float:
    """What was delivered in a campaign's video is paid, as far as it was not before; how many
    seconds that is. Who had reserved it need not pay it any more."""
    if not scenes:
        return 0.0
    found = await session.execute(
        select(MeteredScene.digest, MeteredScene.render_id, MeteredScene.settled_at).where(
            *_these(session, scenes[0].campaign_id, {scene.digest for scene in scenes})
        )
    )
    noted = {row.digest: row for row in found}
    new = [
        scene
        for scene in scenes
        if scene.digest not in noted or noted[scene.digest].settled_at is None
    ]
    await _pay(session, render_id, new)
    spared: dict[UUID, float] = defaultdict(float)
    for scene in new:
        if scene.digest in noted and (owner := noted[scene.digest].render_id) != render_id:
            spared[owner] -= scene.seconds
    await change_reserves(session, spared, reason="paid with another video")
    return sum(scene.seconds for scene in new)


async def take_back(session: AsyncSession, render_ids: Sequence[UUID]) -> list[Scene]:
    """What these renders reserved and did not pay is nobody's any more; what that was."""
    freed = await session.execute(
        delete(MeteredScene)
        .where(
            MeteredScene.workspace_id == workspace_of(session),
            MeteredScene.settled_at.is_(None),
            MeteredScene.render_id == func.any(cast(list(render_ids), ARRAY(Uuid))),
        )
        .returning(MeteredScene.campaign_id, MeteredScene.digest, MeteredScene.seconds)
        .execution_options(synchronize_session=False)
    )
    return [Scene(*row) for row in freed]


async def hand_over(
    session: AsyncSession, freed: Iterable[Scene], heirs: Mapping[SceneKey, UUID]
) -> None:
    """Scenes that were taken back are reserved by others that have them too, where there are any;
    those have open reserves."""
    taken = [(scene, heirs[scene.key]) for scene in freed if scene.key in heirs]
    await _note(session, taken)
    more: dict[UUID, float] = defaultdict(float)
    for scene, render_id in taken:
        more[render_id] += scene.seconds
    await change_reserves(session, more, reason="taken over from another video")


async def forget_campaign(session: AsyncSession, campaign_id: UUID) -> None:
    """It is gone with its renders. What was used stays used; what was reserved is given back, and
    which of its scenes were paid matters to nobody any more."""
    await release(session, await reserved_in(session, campaign_id), reason="campaign deleted")
    await session.execute(
        delete(MeteredScene)
        .where(
            MeteredScene.workspace_id == workspace_of(session),
            MeteredScene.campaign_id == campaign_id,
        )
        .execution_options(synchronize_session=False)
    )


async def _note(session: AsyncSession, scenes: Sequence[tuple[Scene, UUID]]) -> None:
    if not scenes:
        return
    rows = _rows([scene for scene, _ in scenes], [render_id for _, render_id in scenes])
    columns = ["campaign_id", "digest", "seconds", "render_id", "workspace_id"]
    await session.execute(
        insert(MeteredScene).from_select(
            columns,
            select(*rows.c, literal(workspace_of(session))),
            include_defaults=False,
        )
    )


async def _pay(session: AsyncSession, render_id: UUID, scenes: Sequence[Scene]) -> None:
    if not scenes:
        return
    rows = _rows(scenes, [render_id] * len(scenes))
    columns = ["campaign_id", "digest", "seconds", "render_id", "workspace_id", "settled_at"]
    paid = insert_or_pay(MeteredScene).from_select(
        columns,
        # In one order, whoever pays.
        select(*rows.c, literal(workspace_of(session)), func.now()).order_by(rows.c.digest),
        include_defaults=False,
    )
    await session.execute(
        paid.on_conflict_do_update(
            index_elements=["workspace_id", "campaign_id", "digest"],
            set_={"render_id": paid.excluded.render_id, "settled_at": paid.excluded.settled_at},
            where=MeteredScene.settled_at.is_(None),
        )
    )


def _these(session: AsyncSession, campaign_id: UUID, digests: Iterable[str]) -> tuple[Any, ...]:
    """One read of the index each, whatever the planner knows of the table."""
    return (
        MeteredScene.workspace_id == workspace_of(session),
        MeteredScene.campaign_id == campaign_id,
        MeteredScene.digest == func.any(cast(sorted(digests), ARRAY(String))),
    )


def _rows(scenes: Sequence[Scene], render_ids: Sequence[UUID]) -> Any:
    """A table of them, of one parameter a column, however many there are."""
    return (
        func.unnest(
            cast([scene.campaign_id for scene in scenes], ARRAY(Uuid)),
            cast([scene.digest for scene in scenes], ARRAY(String)),
            cast([scene.seconds for scene in scenes], ARRAY(Float)),
            cast(render_ids, ARRAY(Uuid)),
        )
        .table_valued("campaign_id", "digest", "seconds", "render_id")
        .render_derived("scenes")
    )
