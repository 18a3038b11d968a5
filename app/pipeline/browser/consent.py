"""Cookie banners: autoconsent says no, what it leaves is hidden; knows nothing of recording."""

from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from app.pipeline.browser.page import Page

# How long each stage of autoconsent's work is waited for. It looks every 0.5 s, and tries its
# heuristics at the second look; its own rules wait up to 2 s for a dialog's second page.
STAGE_LIMITS_S = {"looking": 1.5, "found": 0.7, "answering": 2.5}


@dataclass
class Banner:
    """The cookie banner of one page, if there is one; told of autoconsent's state at each look."""

    _cmp: str = ""
    _answered: bool = False
    _since_s: dict[str, float] = field(default_factory=dict)

    def is_busy(self, state: dict[str, Any], at_s: float) -> bool:
        """Whether waiting is worth it; `state` is from banners.js, `at_s` from any steady clock."""
        stage = state["stage"]
        self._cmp, self._answered = state["cmp"] or "", stage == "answered"
        since_s = self._since_s.setdefault(stage, at_s)
        return at_s - since_s < STAGE_LIMITS_S.get(stage, 0.0)

    async def clear(self, page: Page) -> str | None:
        """Hides what is left; says what was done, in a sentence."""
        hidden = await page.evaluate("__loomBanners.hide()")
        if self._answered:
            return f"A cookie banner was answered with no ({self._cmp})."
        return "A cookie banner was hidden." if hidden else None


def consent_script() -> str:
    """Autoconsent with its rules, to be put into every frame before its own scripts run."""
    vendor = resources.files("app.pipeline.browser") / "vendor" / "autoconsent"
    return (vendor / "autoconsent.standalone.js").read_text(encoding="utf-8")
