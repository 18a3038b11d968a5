"""Cookie banners: autoconsent says no; what it cannot close is hidden. Knows nothing of recording."""

import asyncio
from importlib import resources
from typing import Any

from app.pipeline.browser.page import Page

ANSWER_LIMIT_S = 2.5  # autoconsent's own rules wait up to 2 s for a dialog's second page
LOOK_S = 0.05

# Autoconsent's standalone build keeps its messages; these end its work on a page.
_STATE = """(() => {
  const m = (window.autoconsentStandalone || {}).messages || [];
  const types = m.map((x) => x.type);
  return { found: types.includes('popupFound') || types.includes('cmpDetected'),
           popup: types.includes('popupFound'),
           done: types.includes('autoconsentDone') || types.includes('autoconsentError'),
           cmp: (m.find((x) => x.type === 'popupFound') || {}).cmp || null };
})()"""

# A banner: fixed or sticky, speaks of cookies or consent, covers something; its backdrop goes too.
_HIDE = r"""(() => {
  const words = /cookie|consent|gdpr|datenschutz|privacidad|confidentialit|privacy (choices|settings)|samtykke|zgod|evästeet/i;
  const banners = [], covers = [];
  for (const e of document.querySelectorAll('body *')) {
    const s = getComputedStyle(e);
    if (s.position !== 'fixed' && s.position !== 'sticky' && e.tagName !== 'DIALOG') continue;
    if (s.display === 'none' || s.visibility === 'hidden' || +s.opacity === 0) continue;
    const b = e.getBoundingClientRect();
    if (b.width < 100 || b.height < 30) continue;
    const text = (e.innerText || '').slice(0, 3000), buttons = e.querySelectorAll('button, a, [role=button], input[type=submit]').length;
    const name = e.id + ' ' + e.className + ' ' + (e.getAttribute('aria-label') || '');
    if ((words.test(text) || words.test(name)) && buttons && text.length < 3000 && !e.querySelector('nav, main, h1 ~ section')) banners.push(e);
    else if (b.width >= innerWidth * 0.95 && b.height >= innerHeight * 0.95 && !text.trim() && s.backgroundColor !== 'rgba(0, 0, 0, 0)') covers.push(e);
  }
  if (!banners.length) return 0;
  for (const e of [...banners, ...covers]) e.style.setProperty('display', 'none', 'important');
  for (const e of [document.documentElement, document.body])
    if (getComputedStyle(e).overflowY === 'hidden') { e.style.setProperty('overflow', 'visible', 'important'); e.style.setProperty('position', 'static', 'important'); }
  return banners.length;
})()"""


def consent_script() -> str:
    """Autoconsent with its rules, to be put into every frame before its own scripts run."""
    vendor = resources.files("app.pipeline.browser") / "vendor" / "autoconsent"
    return (vendor / "autoconsent.standalone.js").read_text(encoding="utf-8")


async def answer_banners(page: Page) -> str | None:
    """Waits for autoconsent where it found a banner, hides what is left; says what was done."""
    loop = asyncio.get_running_loop()
    end = loop.time() + ANSWER_LIMIT_S
    state: dict[str, Any] = await page.evaluate(_STATE)
    while state["found"] and not state["done"] and loop.time() < end:
        await asyncio.sleep(LOOK_S)
        state = await page.evaluate(_STATE)
    hidden = await page.evaluate(_HIDE)
    if state["popup"] and state["done"]:
        return f"A cookie banner was answered with no ({state['cmp']})."
    return "A cookie banner was hidden." if hidden else None
