"""A campaign's schema, as files and the database hold it; it opens no page and reads no clip.

Defaults and limits live here and nowhere else. `campaign.model_dump(mode="json")` goes back through
`parse_campaign` unchanged.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from app.campaign_file import read_campaign_file
from app.campaign_problems import CampaignInvalid, explain
from app.urls import check_url

Url = Annotated[str, AfterValidator(check_url)]
Text = StringConstraints(strip_whitespace=True, min_length=1, max_length=200)

MAX_SCENES = 50


class _Frozen(BaseModel):
    # strict: `true` is not the number 1 and "15" is not 15, whatever the file format.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Scroll(_Frozen):
    """How a page is read: at whose pace, and how far down."""

    persona: Literal["calm", "brisk", "thorough", "skimmer"] = Field(
        "calm", description="one of calm, brisk, thorough, skimmer"
    )
    depth: Annotated[str, Text] = Field(
        "end", description="none, middle, end, a #css selector or the text of a heading"
    )


class Scene(_Frozen):
    """One page on show: the same for every lead (`url`) or the lead's own (`csv_column`)."""

    id: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$",
        description="a short name of small letters, digits, - and _ (at most 40), like “profile”",
    )
    url: Url | None = Field(None, description="a web address such as https://example.com")
    csv_column: Annotated[str, Text] | None = Field(
        None, validate_default=True, description="the name of a column of the lead list"
    )
    duration_s: float = Field(
        15, ge=1, le=300, allow_inf_nan=False, description="a number of seconds between 1 and 300"
    )
    fallback_url: Url | None = Field(None, description="a web address such as https://example.com")
    scroll: Scroll = Field(Scroll(), description="a table with persona and depth")

    @field_validator("id")
    @classmethod
    def _id_is_free(cls, scene_id: str, info: ValidationInfo) -> str:
        # `parse_campaign` lends a set for the run, so that a repeated id is reported with its path
        # even while other scenes are wrong; `Campaign` checks again for one built directly.
        taken = info.context["taken_ids"] if info.context else set()
        if scene_id in taken:
            raise ValueError(f"must be unique; another scene is called “{scene_id}” too")
        taken.add(scene_id)
        return scene_id

    @field_validator("csv_column")
    @classmethod
    def _one_source(cls, column: str | None, info: ValidationInfo) -> str | None:
        if "url" not in info.data:  # it is there and wrong, which is said already
            return column
        url = info.data["url"]
        if url is None and column is None:
            raise ValueError("is missing; give the scene a url or a csv_column")
        if url is not None and column is not None:
            raise ValueError("must be left out where url is given; keep one of the two")
        return column


class Output(_Frozen):
    """The finished file: size in pixels, frames per second and the encoder's settings."""

    width: int = Field(1920, ge=128, le=3840, description="an even number of pixels, 128 to 3840")
    height: int = Field(1080, ge=128, le=3840, description="an even number of pixels, 128 to 3840")
    fps: Literal[30, 60] = Field(60, description="30 or 60")
    preset: Literal[
        "ultrafast", "superfast", "veryfast", "faster", "fast",
        "medium", "slow", "slower", "veryslow", "placebo",
    ] = Field(
        "veryfast",
        description="one of ultrafast, superfast, veryfast, faster, fast, medium, slow, slower, "
        "veryslow, placebo",
    )  # fmt: skip
    # x264 takes 0 to 51, but 0 is lossless, which leaves the High profile and most players.
    crf: int = Field(20, ge=1, le=51, description="a whole number from 1 (best) to 51 (smallest)")
    page_load_wait_ms: int = Field(
        3000, ge=0, le=60_000, description="a whole number of milliseconds from 0 to 60000"
    )

    @field_validator("width", "height")
    @classmethod
    def _even(cls, size_px: int) -> int:
        if size_px % 2:  # yuv420p keeps one colour for two by two pixels
            raise ValueError(f"must be an even number of pixels, not {size_px}")
        return size_px


class FacecamStyle(_Frozen):
    """The presenter's bubble. `width`, `margin` and `border` are pixels of the finished picture."""

    shape: Literal["circle", "rounded", "rectangle"] = Field(
        "circle", description="one of circle, rounded, rectangle"
    )
    width: int = Field(320, ge=32, le=3840, description="a whole number of pixels, 32 to 3840")
    margin: int = Field(24, ge=0, le=1000, description="a whole number of pixels, 0 to 1000")
    corner: Literal["bottom-right", "bottom-left", "top-right", "top-left"] = Field(
        "bottom-right", description="one of bottom-right, bottom-left, top-right, top-left"
    )
    border: int = Field(4, ge=0, le=64, description="a whole number of pixels, 0 to 64")
    shadow: bool = Field(True, description="true or false")
    end_pad_mode: Literal["freeze", "loop", "hide"] = Field(
        "freeze", description="one of freeze, loop, hide"
    )

    @field_validator("border")
    @classmethod
    def _border_leaves_a_face(cls, border_px: int, info: ValidationInfo) -> int:
        if border_px * 4 > info.data.get("width", 4 * border_px):
            raise ValueError(f"must be at most a quarter of the bubble's width, not {border_px}")
        return border_px


class Campaign(_Frozen):
    """Everything a list of leads has in common, but for the facecam clip itself."""

    name: Annotated[str, Text] = Field(
        "Untitled campaign", description="a text of 1 to 200 characters"
    )
    fit: Literal["scale", "last", "strict"] = Field(
        "scale", description="one of scale, last, strict"
    )
    scenes: tuple[Scene, ...] = Field(
        strict=False,  # files give lists
        description=f"a list of 1 to {MAX_SCENES} scenes ([[scenes]] in TOML)",
    )
    output: Output = Field(Output(), description="a table ([output] in TOML)")
    facecam: FacecamStyle = Field(
        FacecamStyle(),
        validate_default=True,  # the default bubble, too, must fit in a small picture
        description="a table ([facecam] in TOML)",
    )

    @field_validator("scenes", mode="before")
    @classmethod
    def _not_too_many(cls, scenes: object) -> object:
        # Not min_length: pydantic counts only the valid ones and would call three wrong ones none.
        if isinstance(scenes, list | tuple) and not 1 <= len(scenes) <= MAX_SCENES:
            raise ValueError(f"must be a list of 1 to {MAX_SCENES} scenes, not {len(scenes)}")
        return scenes

    @field_validator("scenes")
    @classmethod
    def _ids_differ(cls, scenes: tuple[Scene, ...]) -> tuple[Scene, ...]:
        if len({scene.id for scene in scenes}) < len(scenes):
            raise ValueError("must have an id of its own each")
        return scenes

    @field_validator("facecam")
    @classmethod
    def _bubble_fits(cls, style: FacecamStyle, info: ValidationInfo) -> FacecamStyle:
        output = info.data.get("output")
        if output is None:
            return style
        # Only a circle's height is known here; the others take theirs from the clip.
        room_px = min(output.width, output.height) if style.shape == "circle" else output.width
        if style.width + 2 * style.margin > room_px:
            raise ValueError(
                f"must fit in the picture: a width of {style.width} px and a margin of "
                f"{style.margin} px on both sides are more than the {room_px} px there are; "
                "make width or margin smaller"
            )
        return style

    @property
    def csv_columns(self) -> tuple[str, ...]:
        """The columns a lead list needs, in the order of their first scene."""
        named = (scene.csv_column for scene in self.scenes)
        return tuple(dict.fromkeys(column for column in named if column is not None))

    @property
    def fallback_columns(self) -> frozenset[str]:
        """The columns a lead may leave empty: each scene that reads them has a fallback page."""
        needed = {s.csv_column for s in self.scenes if s.csv_column and s.fallback_url is None}
        return frozenset(self.csv_columns) - needed


def load_campaign(path: Path) -> Campaign:
    """The campaign in a TOML or JSON file. Raises CampaignInvalid, also for an unreadable file."""
    return parse_campaign(read_campaign_file(path))


def parse_campaign(values: Mapping[str, object]) -> Campaign:
    """The campaign these plain values (from TOML, JSON or the database) describe.

    Raises CampaignInvalid with every mistake there is, in the order of the schema.
    """
    try:
        return Campaign.model_validate(dict(values), context={"taken_ids": set()})
    except ValidationError as error:
        raise CampaignInvalid(explain(error, Campaign)) from error
