"""A draft's scenes as values: read from typed fields, right or wrong, and moved; it knows no row.

A scene is a mapping as `app.campaign.Scene` takes it. What was typed and cannot be used stays in it
as typed, so that it is there again when the page is.
"""

import math
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from app.campaigns.scene_timeline import fit_to_facecam
from app.urls import UrlInvalid, check_url

Scene = dict[str, Any]
NAMED_DEPTHS = ("end", "middle", "none")
USUAL_S = 15.0  # as Scene.duration_s
_ID_CHARS = 40
_MOST_CHARS = 5_000  # over what any field may hold, and little enough to keep


def scene_fields(scene: Scene) -> dict[str, str]:
    """The fields of a scene's form: name, source, url, column, duration, persona, depth, place,
    fallback. `source` is url or column; `depth` is place where `place` names one."""
    scroll = scene.get("scroll") or {}
    depth = str(scroll.get("depth", "end"))
    return {
        "name": str(scene.get("id", "")),
        "source": "url" if scene.get("csv_column") is None else "column",
        "url": scene.get("url") or "",
        "column": scene.get("csv_column") or "",
        "duration": number_text(scene.get("duration_s", USUAL_S)),
        "persona": str(scroll.get("persona", "calm")),
        "depth": depth if depth in NAMED_DEPTHS else "place",
        "place": "" if depth in NAMED_DEPTHS else depth,
        "fallback": scene.get("fallback_url") or "",
    }


def typed_scene(scene: Scene, typed: Mapping[str, str], *, taken: Collection[str]) -> Scene:
    """The scene with the typed fields in it; fields that were not sent stay as they are.

    taken: the names of the other scenes.
    """
    fields = scene_fields(scene) | {name: text[:_MOST_CHARS] for name, text in typed.items()}
    place = fields["place"].strip() if fields["depth"] == "place" else fields["depth"]
    made: Scene = {
        "id": free_id(short_name(fields["name"]) or scene["id"], taken),
        "duration_s": typed_number(fields["duration"]),
        "scroll": {"persona": fields["persona"], "depth": place},
    }
    if fields["source"] == "column":
        made["csv_column"] = fields["column"].strip()
    else:
        made["url"] = _address(fields["url"])
    if fields["fallback"].strip():
        made["fallback_url"] = _address(fields["fallback"])
    return made


def added_scene(scenes: Sequence[Scene], columns: Sequence[str] | None = None) -> Scene:
    """A scene to put at the end: the same page for every lead or, with `columns`, each lead's own,
    from the first of them that no scene uses."""
    made: Scene = {"id": free_id(f"scene-{len(scenes) + 1}", ids_of(scenes)), "duration_s": USUAL_S}
    if columns is None:
        return made | {"url": ""}
    used = {scene.get("csv_column") for scene in scenes}
    return made | {"csv_column": next((column for column in columns if column not in used), "")}


def duplicated(scenes: Sequence[Scene], at: int) -> list[Scene]:
    """The scenes with a second one like that of place `at` after it."""
    twin = scenes[at] | {"id": free_id(scenes[at]["id"], ids_of(scenes))}
    return [*scenes[: at + 1], twin, *scenes[at + 1 :]]


def moved(scenes: Sequence[Scene], at: int, by: int) -> list[Scene]:
    """The scenes with that of place `at` moved by so many places, at most to an end."""
    others = [*scenes[:at], *scenes[at + 1 :]]
    others.insert(max(0, at + by), scenes[at])
    return others


def ordered(scenes: Sequence[Scene], ids: Sequence[str]) -> list[Scene]:
    """The scenes in the order of these names; those that are not named stay at the end."""
    places = {name: at for at, name in enumerate(ids)}
    return sorted(scenes, key=lambda scene: places.get(scene["id"], len(places)))


def fitted(scenes: Sequence[Scene], facecam_s: float) -> list[Scene]:
    """The scenes, with right durations, made to add up to the facecam's length.

    Raises ScenesDoNotFit or VideoTooLong.
    """
    durations = fit_to_facecam([scene.get("duration_s", USUAL_S) for scene in scenes], facecam_s)
    return [scene | {"duration_s": length} for scene, length in zip(scenes, durations, strict=True)]


def ids_of(scenes: Sequence[Scene]) -> set[str]:
    return {scene["id"] for scene in scenes}


def short_name(text: str) -> str:
    """What was typed as the schema takes a name: small letters, digits and dashes; or nothing."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:_ID_CHARS].rstrip("-")


def free_id(wanted: str, taken: Collection[str]) -> str:
    """The name, or the same with the first number that makes it unlike the others."""
    name, number = wanted, 2
    stem = re.sub(r"-\d+$", "", wanted)
    while name in taken:
        ending = f"-{number}"
        name, number = stem[: _ID_CHARS - len(ending)] + ending, number + 1
    return name


def typed_number(text: str) -> float | str:
    """The number, or the text where it is none; a comma is a point."""
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return text.strip()
    return number if math.isfinite(number) else text.strip()


def number_text(value: object) -> str:
    """As typed: 15 and not 15.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _address(text: str) -> str:
    try:
        return check_url(text)
    except UrlInvalid:
        return text.strip()
