"""What is measured on: sample pages, facecam and specs in a scratch folder; times nothing."""

import contextlib
import importlib
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.campaign import FacecamStyle, Output
from app.errors import LoomliteError
from app.pipeline.spec import LeadSpec, RenderSpec, SceneSpec

if TYPE_CHECKING:
    from samples.server import SampleSites

REPOSITORY = Path(__file__).resolve().parents[2]
LEADS = (
    ("Ada Lindgren", "people/ada-lindgren/", "companies/fjordgrid/"),
    ("Mateo Rivera", "people/mateo-rivera/", "companies/casa-lumbre/"),
    ("Priya Raman", "people/priya-raman/", "companies/saffron-health/"),
    ("Jonas Weber", "people/jonas-weber/", "companies/werkbank/"),
    ("Naomi Okafor", "people/naomi-okafor/", "companies/adire-studio/"),
)
SHARED_PAGE = "northwind/"
OUTPUT = Output()  # 1080p60, veryfast, crf 20
# The clip lasts 30 s and three scenes of 15 s last 45: on it goes, so that every frame costs the
# decoding and drawing of a moving face.
STYLE = FacecamStyle(end_pad_mode="loop")


class SamplesMissing(LoomliteError):
    """The sample sites are not there; `str()` says what to do."""


@dataclass(frozen=True)
class Bed:
    """Specs of any number of leads over the sample sites. All files lie under `folder`."""

    folder: Path
    sites: "SampleSites"
    scene_s: float

    @property
    def facecam(self) -> Path:
        return REPOSITORY / "samples" / "facecam.mp4"

    @property
    def frames(self) -> int:
        """Of one scene."""
        return round(self.scene_s * OUTPUT.fps)

    def spec(self, number: int) -> RenderSpec:
        """Lead `number`, from 0: two personal scenes and the shared one.

        After the last sample lead they come round again at other addresses, which makes their
        pages cold for the store.
        """
        name, *pages = LEADS[number % len(LEADS)]
        visit = f"?visit={number // len(LEADS)}" if number >= len(LEADS) else ""
        personal = tuple(
            SceneSpec(id=scene, url=self.sites.url(page) + visit, frames=self.frames)
            for scene, page in zip(("profile", "company"), pages, strict=True)
        )
        shared = SceneSpec(
            id="product", url=self.sites.url(SHARED_PAGE), frames=self.frames, shared=True
        )
        return RenderSpec(
            lead=LeadSpec(row=number + 2, name=name, slug=f"{number + 2}-lead"),
            scenes=(*personal, shared),
            output=OUTPUT,
            facecam=self.facecam,
            style=STYLE,
            out=self.folder / "out" / str(number),
            artifacts=self.folder / "artifacts",
            allow_addresses=self.sites.addresses,
        )


@contextlib.contextmanager
def open_bed(scene_s: float) -> Iterator[Bed]:
    """Serves the samples; the folder is gone afterwards. Raises SamplesMissing."""
    with (
        tempfile.TemporaryDirectory(prefix="loomlite-bench-") as folder,
        _sample_sites() as sites,
    ):
        yield Bed(Path(folder), sites, scene_s)


def _sample_sites() -> "SampleSites":
    # The samples are part of the repository, not of the package that gets installed.
    if str(REPOSITORY) not in sys.path:
        sys.path.append(str(REPOSITORY))
    try:
        server = importlib.import_module("samples.server")
    except ImportError:
        raise SamplesMissing(
            f"The bench needs the sample sites, and {REPOSITORY / 'samples'} is not there. "
            "Run it from a clone of the repository."
        ) from None
    sites: SampleSites = server.SampleSites(port=0, calendar_port=0)
    return sites
