"""Scenes as values: what was typed comes back as typed, right or wrong."""

import pytest

from app.campaigns.scene_drafts import (
    added_scene,
    duplicated,
    free_id,
    moved,
    number_text,
    ordered,
    scene_fields,
    short_name,
    typed_number,
    typed_scene,
)

HOME = {
    "id": "home",
    "url": "https://example.com/",
    "duration_s": 12.5,
    "fallback_url": "https://example.org/",
    "scroll": {"persona": "brisk", "depth": "#pricing"},
}
PROFILE = {"id": "profile", "csv_column": "LinkedIn", "duration_s": 15.0}


@pytest.mark.parametrize(
    "scene", [HOME, PROFILE | {"scroll": {"persona": "calm", "depth": "none"}}]
)
def test_fields_give_the_scene_they_came_from(scene: dict[str, object]) -> None:
    assert typed_scene(scene, scene_fields(scene), taken=()) == scene


def test_fields_that_were_not_sent_stay_as_they_are() -> None:
    assert typed_scene(HOME, {"duration": "20"}, taken=()) == HOME | {"duration_s": 20.0}


def test_what_cannot_be_used_is_kept_as_typed() -> None:
    made = typed_scene(HOME, {"url": " not a page ", "duration": "long", "fallback": "x"}, taken=())
    assert (made["url"], made["duration_s"], made["fallback_url"]) == ("not a page", "long", "x")
    assert scene_fields(made)["duration"] == "long"


def test_an_address_is_completed_and_the_other_source_is_left() -> None:
    made = typed_scene(PROFILE, {"source": "url", "url": "Example.com"}, taken=())
    assert made["url"] == "https://example.com/"
    assert "csv_column" not in made


def test_a_name_is_made_short_and_unlike_the_others() -> None:
    typed = {"name": "Über uns: Straße"}
    assert typed_scene(HOME, typed, taken=())["id"] == "uber-uns-strasse"
    assert typed_scene(HOME, {"name": "Profile"}, taken={"profile"})["id"] == "profile-2"
    assert typed_scene(HOME, {"name": "会社"}, taken=())["id"] == "home"
    assert short_name("x" * 60) == "x" * 40
    assert free_id("x" * 40, {"x" * 40}) == "x" * 38 + "-2"
    assert free_id("page-2", {"page-2", "page-3"}) == "page-4"


def test_an_added_scene_is_called_by_its_number() -> None:
    assert added_scene([HOME]) == {"id": "scene-2", "url": "", "duration_s": 15.0}
    assert added_scene([HOME, {"id": "scene-3"}])["id"] == "scene-2"


def test_an_added_scene_takes_the_first_column_that_is_free() -> None:
    assert added_scene([PROFILE], ["LinkedIn", "Website"])["csv_column"] == "Website"
    assert added_scene([PROFILE], ["LinkedIn"])["csv_column"] == ""


def test_scenes_are_duplicated_moved_and_put_in_order() -> None:
    scenes = [{"id": name} for name in ("a", "b", "c")]
    assert _ids(duplicated(scenes, 0)) == ["a", "a-2", "b", "c"]
    assert _ids(moved(scenes, 2, -1)) == ["a", "c", "b"]
    assert _ids(moved(scenes, 0, -1)) == ["a", "b", "c"]
    assert _ids(moved(scenes, 2, 1)) == ["a", "b", "c"]
    assert _ids(ordered(scenes, ["c", "gone", "a"])) == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("text", "number"), [("15", 15.0), (" 7,5 ", 7.5), ("nan", "nan"), ("inf", "inf"), ("", "")]
)
def test_numbers_are_read_as_people_write_them(text: str, number: object) -> None:
    assert typed_number(text) == number


def test_numbers_are_written_as_people_write_them() -> None:
    assert [number_text(value) for value in (15.0, 7.97, 3, "x", None)] == [
        "15", "7.97", "3", "x", ""
    ]  # fmt: skip


def _ids(scenes: list[dict[str, object]]) -> list[object]:
    return [scene["id"] for scene in scenes]
