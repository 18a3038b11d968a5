"""Which pages a list needs, and a verdict per lead once each has been opened; it opens none."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from app.campaign import Campaign
from app.leads import Lead, LeadList, RowProblem
from app.pipeline.artifacts import disk_errors
from app.pipeline.pages_spec import PageToCheck

Verdict = Literal["ready", "fallback", "fails"]
PageVerdicts = dict[PageToCheck, dict[str, Any]]


@dataclass(frozen=True)
class LeadVerdict:
    """What a render of this lead would come to. `scenes`: by id, the page shown or the error."""

    row: int
    name: str
    verdict: Verdict
    scenes: dict[str, dict[str, object]]


def needed_pages(campaign: Campaign, leads: LeadList) -> tuple[PageToCheck, ...]:
    """Each page, with each depth a scene scrolls it to, once; in the order of the list."""
    pages: dict[PageToCheck, None] = {}
    for scene in campaign.scenes:
        for url in (scene.url, scene.fallback_url):
            if url is not None:
                pages[PageToCheck(url=url, depth=scene.scroll.depth)] = None
    for lead in leads:
        if isinstance(lead, Lead):
            for scene in campaign.scenes:
                if url := lead.urls.get(scene.csv_column or ""):
                    pages[PageToCheck(url=url, depth=scene.scroll.depth)] = None
    return tuple(pages)


def judge_leads(
    campaign: Campaign, leads: LeadList, pages: PageVerdicts
) -> Iterator[LeadVerdict | RowProblem]:
    """One lead after the other, with the rows that cannot be used among them."""
    for item in leads:
        if isinstance(item, Lead):
            yield _judge(campaign, item, pages)
        elif item.fatal:
            yield item


def write_index(
    folder: Path, campaign: Campaign, leads: LeadList, pages: PageVerdicts
) -> Counter[str]:
    """`index.json`: every page and every lead; returns how many leads got which verdict.

    Rows that cannot be used count as "skipped". Raises DiskFull.
    """
    counted: Counter[str] = Counter()
    part = folder / "index.part"
    with disk_errors(folder), part.open("w", encoding="utf-8") as file:
        head = {"campaign": campaign.name, "pages": list(pages.values())}
        file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "leads": [')
        between = "\n  "
        for item in judge_leads(campaign, leads, pages):
            if isinstance(item, RowProblem):
                counted["skipped"] += 1
                line: dict[str, object] = {
                    "row": item.row,
                    "verdict": "skipped",
                    "error": {"error": item.code, "message": item.message},
                }
            else:
                counted[item.verdict] += 1
                line = {
                    "row": item.row,
                    "name": item.name,
                    "verdict": item.verdict,
                    "scenes": item.scenes,
                }
            file.write(between + json.dumps(line, ensure_ascii=False))
            between = ",\n  "
        file.write("\n]}\n")
    part.replace(folder / "index.json")
    return counted


def _judge(campaign: Campaign, lead: Lead, pages: PageVerdicts) -> LeadVerdict:
    scenes: dict[str, dict[str, object]] = {}
    worst: Verdict = "ready"
    for scene in campaign.scenes:
        own = scene.url or lead.urls.get(scene.csv_column or "")
        tried = [
            pages[PageToCheck(url=url, depth=scene.scroll.depth)]
            for url in (own, scene.fallback_url)
            if url is not None
        ]
        shown = next((page for page in tried if page["ok"]), None)
        if shown is None:
            worst = "fails"
            scenes[scene.id] = {"url": own, "ok": False, "message": tried[0]["message"]}
            continue
        scenes[scene.id] = {"url": shown["url"], "ok": True}
        if shown["url"] != own:
            worst = "fails" if worst == "fails" else "fallback"
            why = tried[0]["message"] if own else "There is no address in the list."
            scenes[scene.id]["fallback_because"] = why
    return LeadVerdict(lead.row, lead.name, worst, scenes)
