"""What a first load of a page costs: its bytes on the wire, what moves, what axe-core finds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = (Path(__file__).parent.parent / "vendor/axe-core/axe.min.js").read_text("utf-8")
GRAVE = {"serious", "critical"}
COLOUR_RULES = ("color-contrast", "link-in-text-block")  # what another scheme can break
OWN_KINDS = {"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"}
# Shifts of a page that nobody has touched, as the Layout Instability API adds them up.
LAYOUT_SHIFT = """() => new Promise(resolve => {
    let sum = 0;
    const observer = new PerformanceObserver(list => {
        for (const each of list.getEntries()) if (!each.hadRecentInput) sum += each.value;
    });
    observer.observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
})"""


async def weigh(page: Page) -> Callable[[], int]:
    """Counts from now on; the answer gives the bytes of HTML, CSS, scripts and SVG so far.

    Not of what stands in a frame: that is a page of its own, and weighed as one.
    """
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    wire = await page.context.new_cdp_session(page)
    await wire.send("Network.enable")
    own_frame = (await wire.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]

    def received(event: dict[str, Any]) -> None:
        if event.get("frameId", own_frame) == own_frame:
            kinds[event["requestId"]] = event["response"]["mimeType"]

    def finished(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = int(event["encodedDataLength"])

    wire.on("Network.responseReceived", received)
    wire.on("Network.loadingFinished", finished)
    return lambda: sum(size for key, size in sizes.items() if kinds.get(key) in OWN_KINDS)


async def layout_shift(page: Page) -> float:
    return float(await page.evaluate(LAYOUT_SHIFT))


async def settle(page: Page) -> None:
    """Until no transition is under way for two frames: one that ends may set off its children's."""
    await page.evaluate("""() => new Promise(done => {
        let still = 0;
        const look = () => {
            still = document.getAnimations().length ? 0 : still + 1;
            if (still > 2) done(); else requestAnimationFrame(look);
        };
        look();
    })""")


async def grave_faults(page: Page, *rules: str) -> list[str]:
    """What axe-core calls serious or critical, by all rules or these: the element and why."""
    await settle(page)
    if not await page.evaluate("'axe' in window"):
        # The policy holds for pages, not for what DevTools runs on them.
        await page.evaluate(AXE)
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = await page.evaluate("options => axe.run(options)", options)
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in GRAVE
        for node in each["nodes"][:3]
    ]
