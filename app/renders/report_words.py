"""The engine’s report and an attempt’s steps in plain words: what was measured and no more."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.phrases import file_size, plural

# From 40 dB on nobody sees a difference on a screen; see the README's table of the engine.
SHARP_DB, FAIR_DB = 40.0, 34.0
# Sound that is less than a frame and a half of 30 fps off is in sync for everybody (EBU R 37).
IN_SYNC_MS = 45.0

_WAYS = {
    "tiles": "from sharp pictures of the page, for it stands still",
    "stepped": "picture by picture, for it moves",
    "live": "while it ran",
}
_STEPS = {
    "preparing": "Prepared",
    "preflight": "Looked at the pages",
    "opening": "Opened the page",
    "recording": "Recorded",
    "composing": "Put together with the facecam",
    "cached": "Taken from what was made before",
    "retrying": "Tried again",
    "fallback": "Took the fallback page",
    "joining": "Joined the scenes",
    "verifying": "Checked the finished video",
    "pictures": "Drew the pictures",
    "uploading": "Stored the video",
}
OUTCOMES = {
    "": ("info", "Under way"),
    "completed": ("good", "Made"),
    "failed": ("bad", "Failed"),
    "retried": ("warn", "Failed, tried again"),
    "cancelled": ("neutral", "Cancelled"),
    "stopped": ("neutral", "Put back by a restart"),
    "delayed": ("warn", "Waited for the server"),
    "lost": ("warn", "Server was lost, tried again"),
}


def report_facts(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(what, in words) of the finished file: picture, sharpness, motion, sound, size."""
    found = report.get("measurements") or {}
    return list(_facts(found)) if found else []


def scene_sentences(report: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """For each scene its name and what there is to say about it."""
    return [(str(scene["id"]), list(_of_scene(scene))) for scene in report.get("scenes", ())]


def step_label(step: str) -> str:
    """“Recorded”, “Stored the video”; an unknown one as it is called."""
    return _STEPS.get(step, step.replace("_", " ").capitalize())


def step_notes(facts: Mapping[str, Any]) -> list[str]:
    """What was special about a step: the way, what was there already, tries that failed."""
    notes = []
    if facts.get("segment_cached"):
        notes.append("made before")
    elif facts.get("recording_cached"):
        notes.append("recorded before")
    if (way := facts.get("way")) and not facts.get("segment_cached"):
        notes.append(_WAYS.get(way, str(way)))
    if times := facts.get("times") or len(facts.get("failed_tries", ())):
        notes.append(f"{plural(times, 'try', 'tries')} failed")
    if facts.get("fallback"):
        notes.append("with the fallback page")
    return notes


def _facts(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Picture", f"{found['width']} × {found['height']} at {found['fps']:g} frames per second"
    yield "Sharpness", f"{_sharpness(found['psnr_db'])} ({found['psnr_db']:.1f} dB)"
    repeated = found.get("repeated_frames_while_moving", 0)
    frames = f"{found['frames']:,} frames"
    smooth = "none repeated while the page moves" if not repeated else f"{repeated} repeated"
    yield "Motion", f"{frames}, {smooth}"
    yield "Sound", _sound(found)
    yield "File", f"{file_size(found['size_bytes'])}, starts at once in a browser"


def _sharpness(psnr_db: float) -> str:
    if psnr_db >= SHARP_DB:
        return "As sharp as the page itself"
    return "Sharp" if psnr_db >= FAIR_DB else "Softer than the page"


def _sound(found: Mapping[str, Any]) -> str:
    if not found.get("audio_codec"):
        return "The clip has no sound"
    offset_ms = found.get("sound_offset_ms")
    if offset_ms is None:
        return "There"
    if abs(offset_ms) < IN_SYNC_MS:
        return f"In sync ({abs(offset_ms):.0f} ms apart)"
    return f"{abs(offset_ms):.0f} ms {'late' if offset_ms > 0 else 'early'}"


def _of_scene(scene: Mapping[str, Any]) -> Iterator[str]:
    if scene.get("used_fallback"):
        yield f"Shows your fallback page {scene['url']}."
    else:
        yield f"Shows {scene['url']}."
    if scene.get("segment_cached"):
        yield "It was made before and used again."
    else:
        way = _WAYS.get(scene.get("way", ""), "as usual")
        again = " from a recording that was there" if scene.get("recording_cached") else ""
        yield f"Recorded{again} {way}." if not again else f"Made{again}."
    for attempt in scene.get("attempts", ()):
        yield str(attempt.get("message", ""))
    yield from (str(notice) for notice in scene.get("notices", ()))
