"""The scenes step as its page shows it: a card for each scene, the bar, the rule; it saves nothing.

A scene's fields are named with a number, such as `url-3`, so that all scenes are one form. The
number holds for as long as the page does: moving a scene or giving it another name keeps it, and
the hidden field `id-3` says whose fields these are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from app.campaign import Output, Scroll
from app.campaigns.models import Campaign
from app.campaigns.motion_picture import MotionPicture, motion_picture
from app.campaigns.scene_drafts import Scene, ids_of, scene_fields, typed_scene
from app.campaigns.scene_timeline import LEAST_S, MOST_S, SceneTimeline, scene_timeline
from app.campaigns.spec import campaign_mistakes
from app.campaigns.spec_words import Mistake
from app.web.forms import Form, blank_form

FIT_RULES = ("scale", "last", "strict")
_FIELDS = {
    "id": "name",
    "csv_column": "column",
    "duration_s": "duration",
    "fallback_url": "fallback",
    "scroll.persona": "persona",
}


@dataclass(frozen=True)
class SceneCard:
    """`at` is the number in the names of the fields; `columns` the choices, none without a list.

    picture is None while pace, depth or duration are wrong.
    """

    at: int
    id: str
    form: Form[Any]
    columns: list[tuple[str, str]]
    picture: MotionPicture | None


def scene_cards(campaign: Campaign, *, empty_is_wrong: bool = False) -> list[SceneCard]:
    """The cards of a whole page. What is empty is called wrong only when somebody said “save”."""
    mistakes = _shown(campaign, empty_is_wrong)
    return [_card(campaign, at, at + 1, mistakes) for at in range(len(campaign.scenes))]


def scene_card(campaign: Campaign, at: int, *, number: int) -> SceneCard:
    """The card of the scene at this place, with the number it has on the page it is on."""
    return _card(campaign, at, number, _shown(campaign, empty_is_wrong=False))


def first_field(campaign: Campaign, at: int) -> str:
    """The id of the field that says which page the scene at this place shows, on a whole page."""
    return f"field-{scene_fields(campaign.scenes[at])['source']}-{at + 1}"


def typed_scenes(scenes: list[Scene], sent: Mapping[str, str], only: str | None) -> list[Scene]:
    """The scenes with what was sent for them, or for one of them; names made to differ."""
    made, taken = list(scenes), ids_of(scenes)
    for at, scene in enumerate(scenes):
        number = find_number(sent, scene["id"])
        if number is None or only not in (None, scene["id"]):
            continue
        fields = {
            name: sent[f"{name}-{number}"]
            for name in scene_fields(scene)
            if f"{name}-{number}" in sent
        }
        taken.discard(scene["id"])
        made[at] = typed_scene(scene, fields, taken=taken)
        taken.add(made[at]["id"])
    return made


def find_number(sent: Mapping[str, str], scene_id: str) -> int | None:
    """The number of this scene's fields in what was sent."""
    for name, value in sent.items():
        ending = name.removeprefix("id-")
        if value == scene_id and ending != name and ending.isdecimal() and len(ending) < 6:
            return int(ending)
    return None


def campaign_timeline(campaign: Campaign) -> SceneTimeline:
    """Scenes that have a right duration beside the facecam, which must be loaded."""
    lengths = [
        (str(scene["id"]), float(scene["duration_s"]))
        for scene in campaign.scenes
        if _is_length(scene.get("duration_s"))
    ]
    facecam_s = campaign.facecam.used_duration_s if campaign.facecam else None
    rule = next((rule for rule in FIT_RULES if rule == campaign.fit), "scale")
    return scene_timeline(lengths, facecam_s, rule=rule, fps=output_of(campaign).fps)  # type: ignore[arg-type]


def output_of(campaign: Campaign) -> Output:
    """The video as asked for, or the usual one while something about it is wrong."""
    try:
        return Output.model_validate(campaign.output)
    except ValidationError:
        return Output()


def fit_form(campaign: Campaign, problem: str = "") -> Form[Any]:
    """The fields that belong to no scene, with a sentence above them all."""
    form = blank_form(fit=campaign.fit)
    if problem:
        form.add_error("", problem)
    return form


def _shown(campaign: Campaign, empty_is_wrong: bool) -> list[Mistake]:
    return [
        mistake
        for mistake in campaign_mistakes(campaign)
        if mistake.scene is not None
        and (empty_is_wrong or not _is_blank(campaign.scenes[mistake.scene], mistake.field))
    ]


def _is_blank(scene: Scene, field: str) -> bool:
    return field in ("url", "csv_column") and not scene.get(field)


def _card(campaign: Campaign, at: int, number: int, mistakes: Iterable[Mistake]) -> SceneCard:
    scene = campaign.scenes[at]
    fields = scene_fields(scene)
    form = blank_form(**{f"{name}-{number}": text for name, text in fields.items()})
    for mistake in mistakes:
        if mistake.scene == at:
            name = _FIELDS.get(mistake.field, mistake.field)
            name = fields["depth"] if name == "scroll.depth" else name
            form.add_error(f"{name}-{number}", mistake.sentence)
    columns = _columns(campaign, fields["column"])
    return SceneCard(number, scene["id"], form, columns, _picture(campaign, scene))


def _columns(campaign: Campaign, chosen: str) -> list[tuple[str, str]]:
    headers: list[str] = campaign.lead_columns.get("headers") or []
    if not headers:
        return []
    known = [(header, header) for header in headers]
    strange = [(chosen, f"{chosen} (not in your list)")] if chosen and chosen not in headers else []
    return [("", "Choose a column"), *strange, *known]


def _picture(campaign: Campaign, scene: Scene) -> MotionPicture | None:
    output, length = output_of(campaign), scene.get("duration_s")
    try:
        scroll = Scroll.model_validate(scene.get("scroll") or {})
    except ValidationError:
        return None
    if not _is_length(length):
        return None
    return _drawn(scroll, length, (output.width, output.height))


@lru_cache(maxsize=512)
def _drawn(scroll: Scroll, length: float, viewport: tuple[int, int]) -> MotionPicture:
    return motion_picture(scroll, length, viewport=viewport)


def _is_length(value: object) -> bool:
    return isinstance(value, int | float) and LEAST_S <= value <= MOST_S
