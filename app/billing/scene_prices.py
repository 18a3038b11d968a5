"""What videos cost, in numbers: each scene of a campaign is paid by the first video that has it.

Scenes are known by their digests and videos by the ids of their renders; it asks no database.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

# Seconds are sums of frames/fps in floating point.
CLOSE_S = 1e-6
SceneKey = tuple[UUID, str]  # the campaign, and the scene's digest in it


@dataclass(frozen=True)
class Price:
    """What is paid: so many of the plan's videos, and so many seconds."""

    videos: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Price") -> "Price":
        return Price(self.videos + other.videos, self.seconds + other.seconds)

    def fits(self, videos: int | None, seconds: float | None) -> bool:
        """Into so many; None is no limit."""
        return (videos is None or self.videos <= videos) and (
            seconds is None or self.seconds <= seconds + CLOSE_S
        )


@dataclass(frozen=True)
class Scene:
    """A scene of a campaign and its length."""

    campaign_id: UUID
    digest: str
    seconds: float

    @property
    def key(self) -> SceneKey:
        return self.campaign_id, self.digest


@dataclass(frozen=True)
class Asked:
    """A video that is asked for, with its scenes but those that have no page.

    `again`: its lead has a finished video already.
    """

    render_id: UUID
    campaign_id: UUID
    scenes: Sequence[Scene]
    again: bool = False


@dataclass(frozen=True)
class Priced:
    """What one video costs, and the scenes that it is the first to have."""

    asked: Asked
    price: Price
    own: Sequence[Scene] = ()


def price_in_order(
    asked: Iterable[Asked], known: Iterable[SceneKey], reserved: Container[UUID] = ()
) -> list[Priced]:
    """The price of each, when they are asked for in this order and the `known` scenes are paid or
    reserved already. A re-render of which no scene is left to pay is no further video, and what is
    `reserved` costs nothing more."""
    seen = set(known)
    priced = []
    for each in asked:
        if each.render_id in reserved:
            priced.append(Priced(each, Price()))
            continue
        own = [scene for scene in each.scenes if scene.key not in seen]
        seen.update(scene.key for scene in own)
        videos = 0 if each.again and not own else 1
        price = Price(videos, sum(scene.seconds for scene in own))
        priced.append(Priced(each, price, own))
    return priced


def first_that_fit(
    priced: Iterable[Priced], *, videos: int | None, seconds: float | None
) -> list[Priced]:
    """The longest beginning that fits into so many videos and seconds; None: no limit."""
    fitting, total = [], Price()
    for each in priced:
        total += each.price
        if not total.fits(videos, seconds):
            break
        fitting.append(each)
    return fitting
