"""The spec of a small lead over the capture site, and what is in the store after its render."""

from pathlib import Path

from app.campaign import FacecamStyle, Output
from app.pipeline.recording import Recording, load_recording
from app.pipeline.spec import LeadSpec, RenderSpec, SceneSpec
from tests.pipeline.capture_pages import CaptureSite
from tests.pipeline.filming import FPS, HEIGHT, WIDTH
from tests.pipeline.synthetic import clap, flat, make_clip

BUBBLE_PX, MARGIN_PX = 96, 12
CLIP_S = 2


def lead_spec(
    folder: Path, site: CaptureSite, *names: str, frames: int = 36, lead: str = "ada"
) -> RenderSpec:
    """Scenes of `frames` each that show the pages of these names; `folder` has all the rest."""
    scenes = [
        SceneSpec(id=f"s{n}-{name}", url=site.url(name), frames=frames)
        for n, name in enumerate(names)
    ]
    return RenderSpec(
        lead=LeadSpec(row=2, name="Ada Lovelace", slug=lead),
        scenes=tuple(scenes),
        output=Output(
            width=WIDTH, height=HEIGHT, fps=FPS, preset="superfast", page_load_wait_ms=500
        ),
        facecam=face(folder, "face"),
        style=FacecamStyle(shape="rectangle", width=BUBBLE_PX, margin=MARGIN_PX, border=2),
        out=folder / lead,
        artifacts=folder / "artifacts",
        allow_addresses=(site.address,),
    )


def face(folder: Path, name: str, *, grey: int = 10) -> Path:
    """A clip of one grey, which no row of a page has, made once."""
    path = folder / f"{name}.mp4"
    if not path.exists():
        pictures = [flat((grey, grey, grey), width=128, height=96)] * (CLIP_S * FPS)
        make_clip(path, pictures=pictures, fps=FPS, sound=clap(CLIP_S, [0.5]))
    return path


def artifacts(folder: Path, kind: str) -> list[Path]:
    """The finished artifacts of one kind."""
    return sorted((folder / "artifacts" / kind).glob("*/*"))


def recordings(folder: Path) -> dict[str, Recording]:
    """The tiles recordings in the store, by the page's name."""
    found = [load_recording(path) for path in artifacts(folder, "recordings")]
    return {recording.facts.asked_url.rpartition("/")[2]: recording for recording in found}


def drafts(folder: Path) -> list[Path]:
    return list((folder / "artifacts" / "drafts").iterdir())
