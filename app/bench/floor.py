"""The floor: x264 alone, at our settings, on the very frames that a lead's own segments hold."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.pipeline.compose.encoder import Encoder, written_whole
from app.pipeline.compose.facecam import probe_facecam
from app.pipeline.compose.facecam_frames import FacecamFrames
from app.pipeline.compose.overlay import Bubble, cursor_sprite, place_bubble
from app.pipeline.compose.pictures import open_pictures
from app.pipeline.compose.planes import Planes, new_planes
from app.pipeline.recording import Recording, load_recording
from app.pipeline.segments import encoder_settings
from app.pipeline.spec import RenderSpec

# All frames of two scenes would be 5.6 GB at 1080p. They are drawn two seconds at a time, while the
# clock stands; x264 may finish the three or so that it still holds meanwhile. So the floor comes
# out up to 3 % too low, to our disadvantage.
RING_FRAMES = 120


def floor_s(spec: RenderSpec, scratch: Path) -> float:
    """Seconds to encode the spec's personal scenes, with bubble and cursor, one after the other.

    The scenes' recordings must be in `spec.artifacts`. Raises KeyError for one that is not.
    """
    recordings = _recordings(spec.artifacts)
    total_s, start_frame = 0.0, 0
    for scene in spec.scenes:
        if not scene.shared and scene.url is not None:
            total_s += _encode_s(spec, recordings[scene.url], start_frame, scratch / "floor.mp4")
        start_frame += scene.frames
    return total_s


def _recordings(artifacts: Path) -> dict[str, Recording]:
    folders = (file.parent for file in artifacts.glob("recordings/*/*/recording.json"))
    recordings = (load_recording(folder) for folder in folders)
    return {recording.facts.asked_url: recording for recording in recordings}


def _encode_s(spec: RenderSpec, recording: Recording, start_frame: int, dst: Path) -> float:
    settings = encoder_settings(spec)
    ring = [new_planes(settings.width, settings.height) for _ in range(RING_FRAMES)]
    frames = _draw(spec, recording, start_frame, ring)
    spent_s = 0.0
    with written_whole(dst), Encoder(dst, settings) as encoder:
        for drawn in frames:
            started = time.monotonic()
            for canvas in drawn:
                encoder.write(canvas)
            spent_s += time.monotonic() - started
        started = time.monotonic()
        encoder.finish()
        spent_s += time.monotonic() - started
    return spent_s


def _draw(
    spec: RenderSpec, recording: Recording, start_frame: int, ring: Sequence[Planes]
) -> Iterator[Sequence[Planes]]:
    """The composed frames, a ring at a time; the next turn draws over them."""
    pictures, plan = open_pictures(recording), recording.facts.plan
    facts = probe_facecam(spec.facecam)
    canvas_size = (pictures.width, pictures.height)
    box = place_bubble(spec.style, (facts.width, facts.height), canvas_size)
    bubble, cursor = Bubble(box, canvas_size), cursor_sprite(1)
    with FacecamFrames(
        spec.facecam,
        facts,
        width=box.width,
        height=box.height,
        fps=plan.fps,
        start_frame=start_frame,
        end_pad_mode=spec.style.end_pad_mode,
    ) as face:
        for first in range(0, plan.frames, len(ring)):
            turn = ring[: plan.frames - first]
            for frame, canvas in enumerate(turn, start=first):
                pictures.draw(frame, canvas)
                cursor.draw(canvas, *plan.cursor_px[frame])
                if (shown := face.frame(frame)) is not None:
                    bubble.draw(canvas, shown)
            yield turn
