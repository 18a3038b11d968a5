"""What pages are told of a render in the making, and what its timeline keeps."""

from pathlib import Path
from typing import Any

from app.campaign import Output
from app.pipeline.spec import LeadSpec, RenderSpec, SceneSpec
from app.renders.progress import RenderProgress
from app.renders.timeline import Timeline


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


SPEC = RenderSpec(
    lead=LeadSpec(row=2, name="Ada", slug="2-ada"),
    scenes=(
        SceneSpec(id="site", url="https://a.example/", frames=60),
        SceneSpec(id="ours", url="https://b.example/", frames=30, shared=True),
    ),
    output=Output(fps=30),
    facecam=Path("/f.mp4"),
    out=Path("/out"),
    artifacts=Path("/artifacts"),
)


def scene(scene_id: str, step: str, done: int = 0, total: int = 1) -> dict[str, Any]:
    return {"event": "scene", "scene": scene_id, "step": step, "done": done, "total": total}


def step(name: str) -> dict[str, Any]:
    return {"event": "step", "step": name, "done": 0, "total": 1}


WHOLE = [
    step("sound"),
    scene("site", "opening"),
    scene("ours", "opening"),
    scene("ours", "cached", 1, 1),
    scene("site", "recording", 0, 60),
    scene("site", "recording", 60, 60),
    scene("site", "composing", 0, 60),
    scene("site", "composing", 60, 60),
    step("joining"),
    step("verifying"),
]


def test_a_render_goes_through_its_states_and_never_back() -> None:
    progress = RenderProgress(SPEC)
    states, shares = [progress.state], [progress.share]
    for event in [*WHOLE, *WHOLE]:
        progress.take(event)
        states.append(progress.state)
        shares.append(progress.share)
    progress.take_upload(0.5)
    assert list(dict.fromkeys([*states, progress.state])) == [
        *("preparing", "recording", "composing", "creating_thumbnail", "uploading")
    ]
    assert shares == sorted(shares)
    assert shares[-1] < progress.share < 1
    progress.take_upload(1.0)
    assert progress.share == 1


def test_scenes_count_by_their_length() -> None:
    progress = RenderProgress(SPEC)
    progress.take(scene("ours", "cached", 1, 1))
    short = progress.share
    progress = RenderProgress(SPEC)
    progress.take(scene("site", "cached", 1, 1))
    assert progress.share == 2 * short


def test_a_page_hears_which_scene_it_is_and_that_it_changed() -> None:
    progress = RenderProgress(SPEC)
    progress.take(scene("site", "recording", 1, 60))
    told = progress.as_json()
    assert (told["step"], told["scene"], told["scenes"]) == ("recording", 1, 2)
    number = progress.step_number
    progress.take(scene("site", "recording", 2, 60))
    assert progress.step_number == number, "frames are no step"
    progress.take(scene("site", "composing", 60, 60))
    assert progress.as_json()["scene"] == 2
    assert progress.step_number == number + 1


def test_the_time_left_is_told_once_there_is_something_to_go_by() -> None:
    clock = Clock()
    progress = RenderProgress(SPEC, clock)
    clock.at += 10
    assert progress.as_json()["left_s"] is None
    progress.take(scene("site", "cached", 1, 1))
    left_s = progress.as_json()["left_s"]
    assert left_s == round(10 * (1 - progress.share) / progress.share, 1)


def test_events_of_another_release_change_nothing() -> None:
    progress, timeline = RenderProgress(SPEC), Timeline()
    for event in ({}, {"event": "weather"}, scene("nowhere", "recording"), {"event": "scene"}):
        progress.take(event)
        timeline.take(event)
    assert (progress.state, progress.share) == ("preparing", 0.0)


def test_a_timeline_has_each_step_with_its_beginning_and_length() -> None:
    clock = Clock()
    timeline = Timeline(clock)
    timeline.begin("preparing")
    clock.at += 1
    timeline.take(scene("site", "opening"))
    clock.at += 2
    timeline.take(scene("site", "retrying", 1, 3))
    timeline.take(scene("site", "recording", 0, 60))
    clock.at += 3
    timeline.take(scene("site", "recording", 60, 60))
    timeline.take(step("joining"))
    clock.at += 0.5
    timeline.begin("uploading")
    clock.at += 1
    steps = {each["step"]: each for each in timeline.steps()}
    assert [*steps] == ["preparing", "opening", "retrying", "recording", "joining", "uploading"]
    assert (steps["recording"]["began_s"], steps["recording"]["took_s"]) == (3.0, 3.0)
    assert (steps["joining"]["began_s"], steps["joining"]["took_s"]) == (6.0, 0.5)
    assert (steps["uploading"]["began_s"], steps["uploading"]["took_s"]) == (6.5, 1.0)
    assert steps["retrying"]["facts"] == {"times": 1}


def test_a_scene_s_step_lasts_until_its_next_one_and_the_sound_as_long_as_it_took() -> None:
    clock = Clock()
    timeline = Timeline(clock)
    timeline.take(step("sound"))
    timeline.take(scene("site", "opening"))
    timeline.take(scene("ours", "opening"))
    clock.at += 2
    timeline.take(scene("site", "recording", 0, 60))
    clock.at += 4
    timeline.take(scene("ours", "recording", 0, 60))
    timeline.take(scene("site", "composing", 0, 60))
    timeline.take(step("joining"))
    took = {
        (each["step"], each["scene"]): each["took_s"]
        for each in timeline.steps({"wall_s": {"sound": 0.5}})
    }
    assert took["opening", "site"] == 2.0
    assert took["recording", "site"] == 4.0
    assert took["opening", "ours"] == 6.0
    assert took["sound", None] == 0.5


def test_a_timeline_tells_of_the_way_and_what_was_there_already() -> None:
    timeline = Timeline()
    timeline.take(scene("site", "recording", 0, 60))
    timeline.take(scene("ours", "cached", 1, 1))
    report = {
        "scenes": [
            {"id": "site", "way": "tiles", "reason": "it stands still", "recording_cached": False,
             "segment_cached": False, "attempts": [{"message": "It was slow."}], "notices": []},
            {"id": "ours", "way": "stepped", "segment_cached": True, "recording_cached": True},
        ]
    }  # fmt: skip
    site, ours = timeline.steps(report)
    assert site["facts"] == {
        "way": "tiles",
        "reason": "it stands still",
        "failed_tries": ["It was slow."],
    }
    assert ours["facts"] == {"way": "stepped", "segment_cached": True, "recording_cached": True}
