"""Campaign, leads and facecam are checked together before anything is made; it makes nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.campaign import Campaign, load_campaign
from app.campaign_problems import CampaignInvalid
from app.errors import LoomliteError
from app.fit import Fit, ScenesDoNotFit, fit_scenes, trimmed_s
from app.leads import Lead, LeadList, LeadsInvalid, RowProblem, open_leads
from app.pipeline_process import PipelineFailed, run_pipeline
from app.row_ranges import RowRanges

PROBLEMS_SHOWN = 40

Problem = tuple[str, str]  # the file it is about, the sentence


class InputsInvalid(LoomliteError):
    """Something that was given cannot be used; `problems` holds all of it at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"{about}: {said}" for about, said in problems))


@dataclass(frozen=True)
class Inputs:
    """All that a batch is made from. `clip` is what `probe` said of the facecam."""

    campaign: Campaign
    leads: LeadList
    facecam: Path
    clip: dict[str, Any]
    fit: Fit


@dataclass
class RowCheck:
    """What a first reading of the rows found; only the first fatal problems are kept."""

    good: int = 0
    bad: int = 0
    fatal: list[RowProblem] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)  # by code


async def read_inputs(campaign_file: Path, leads_file: Path, facecam: Path) -> Inputs:
    """Checks all three, and that scenes and clip fit. Raises InputsInvalid with all there is."""
    problems: list[Problem] = []
    campaign, leads = _read_lists(campaign_file, leads_file, problems)
    clip = fit = None
    try:
        clip = await probe_clip(facecam)
        fit = fit_clip(campaign, clip) if campaign else None
    except (PipelineFailed, ScenesDoNotFit) as error:
        problems.append((facecam.name, str(error)))
    if problems or not (campaign and leads and clip and fit):
        raise InputsInvalid(tuple(problems))
    return Inputs(campaign, leads, facecam, clip, fit)


def read_lists(campaign_file: Path, leads_file: Path) -> tuple[Campaign, LeadList]:
    """Checks a campaign and its list where there is no clip yet. Raises InputsInvalid."""
    problems: list[Problem] = []
    campaign, leads = _read_lists(campaign_file, leads_file, problems)
    if problems or not (campaign and leads):
        raise InputsInvalid(tuple(problems))
    return campaign, leads


def _read_lists(
    campaign_file: Path, leads_file: Path, problems: list[Problem]
) -> tuple[Campaign | None, LeadList | None]:
    campaign = leads = None
    try:
        campaign = load_campaign(campaign_file)
        leads = open_campaign_leads(campaign, leads_file)
    except CampaignInvalid as error:
        problems += [(campaign_file.name, str(problem)) for problem in error.problems]
    except LeadsInvalid as error:
        problems.append((leads_file.name, str(error)))
    return campaign, leads


def open_campaign_leads(campaign: Campaign, leads_file: Path) -> LeadList:
    """The list, with the columns the campaign names. Raises LeadsInvalid."""
    return open_leads(
        leads_file,
        url_columns=campaign.csv_columns,
        fallback_columns=campaign.fallback_columns,
    )


async def probe_clip(facecam: Path) -> dict[str, Any]:
    """What the clip is, found out by a process of its own. Raises PipelineFailed."""
    ended = await run_pipeline("probe", facecam)
    facts: dict[str, Any] = ended["facecam"]
    return facts


def fit_clip(
    campaign: Campaign, clip: dict[str, Any], *, start_s: float = 0.0, end_s: float | None = None
) -> Fit:
    """Scenes over the clip, or its part from start to end, in frames. Raises ScenesDoNotFit."""
    return fit_scenes(
        [scene.duration_s for scene in campaign.scenes],
        trimmed_s(clip["duration_s"], start_s, end_s),
        fps=campaign.output.fps,
        rule=campaign.fit,
    )


def check_rows(leads: LeadList, rows: RowRanges) -> RowCheck:
    """Reads every row once. Raises LeadsInvalid where the list as a whole turns out to be none."""
    check = RowCheck()
    bad_rows: set[int] = set()
    for item in chosen(leads, rows):
        if isinstance(item, Lead):
            check.good += 1
        elif item.fatal:
            bad_rows.add(item.row)
            if len(check.fatal) < PROBLEMS_SHOWN:
                check.fatal.append(item)
        else:
            check.notes[item.code] += 1
    check.bad = len(bad_rows)
    return check


def chosen(leads: LeadList, rows: RowRanges) -> Iterator[Lead | RowProblem]:
    return (item for item in leads if item.row in rows)


def find_lead(leads: LeadList, row: int) -> Lead:
    """The lead in one row. Raises LeadsInvalid with the row's own problems."""
    problems = []
    for item in chosen(leads, RowRanges(((row, row),))):
        if isinstance(item, Lead):
            return item
        problems.append(str(item))
    raise LeadsInvalid(" ".join(problems) or f"Row {row} of the list holds no lead.")
