"""The bar of scenes in Chromium: what it draws while somebody types is what the server draws."""

import random
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from app.campaigns.scene_timeline import SceneTimeline, scene_timeline, seconds
from app.fit import FitRule
from tests.browser_js.drawn_pages import drawn_page, environment

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.browser]

CASES = 400
THREE = (("profile", 15.0), ("company", 15.0), ("product", 15.0))
RULES: tuple[FitRule, ...] = ("scale", "last", "strict")

# Everything a viewer or a screen reader gets of the bar; percent to the thousandth.
READ = """() => {
  const bar = document.getElementById("scene-bar");
  const percent = (element, name) => Math.round(parseFloat(element.getAttribute(name)) * 1000);
  return {
    state: bar.dataset.state,
    said: bar.querySelector("#scene-bar-said").textContent,
    fit: bar.querySelector(".scene-bar-fit").hidden,
    parts: [...bar.querySelectorAll(".scene-bar-part")].map((part) =>
      [percent(part, "x"), percent(part, "width"), part.textContent]),
    others: [".scene-bar-over", ".scene-bar-facecam", ".scene-bar-end"].map((selector) =>
      ["x", "width", "x1", "x2"].map((name) => percent(bar.querySelector(selector), name))),
  };
}"""


def form(
    scenes: tuple[tuple[str, float], ...], facecam_s: float | None, rule: FitRule = "scale"
) -> str:
    """A form as the wizard has it, with the bar beside it."""
    bar = environment().get_template("campaigns/_scene_bar.html")
    inputs = "".join(
        f'<input type="number" step="any" aria-label="{name}" data-scene-duration="{name}"'
        f' value="{duration_s}">'
        for name, duration_s in scenes
    )
    options = "".join(f"<option{' selected' if each == rule else ''}>{each}" for each in RULES)
    chooser = f'<select aria-label="Fit" data-scene-fit>{options}</select>'
    drawn = bar.render(
        timeline=scene_timeline(scenes, facecam_s, rule=rule),
        rule=rule,
        fps=60,
        fit_url="/fit",
        form_id="scenes",
    )
    return f'<form id="scenes" action="/save" method="post">{inputs}{chooser}</form>{drawn}'


async def drawn_by_server(chromium: Browser, *asked: Any) -> Any:
    async with drawn_page(chromium, form(*asked)) as page:
        return await page.evaluate(READ)


async def seen(page: Page) -> Any:
    return await page.evaluate(READ)


@pytest.mark.parametrize(
    ("facecam_s", "rule"),
    [(38.0, "scale"), (60.0, "last"), (52.52, "strict"), (37.966667, "last"), (None, "scale")],
)
async def test_typing_a_duration_draws_what_the_server_would(
    chromium: Browser, facecam_s: float | None, rule: FitRule
) -> None:
    async with drawn_page(chromium, form(THREE, facecam_s), scripts=("scene_bar.js",)) as page:
        await page.get_by_role("spinbutton", name="company").fill("22.5")
        await page.get_by_role("combobox").select_option(rule)
        typed = (THREE[0], ("company", 22.5), THREE[2])
        assert await seen(page) == await drawn_by_server(chromium, typed, facecam_s, rule)


async def test_the_bar_waits_while_a_duration_is_none(chromium: Browser) -> None:
    async with drawn_page(chromium, form(THREE, 38), scripts=("scene_bar.js",)) as page:
        before = await seen(page)
        for text in ("", "0", "301", "-5"):
            await page.get_by_role("spinbutton", name="company").fill(text)
            assert await seen(page) == before


async def test_a_scene_taken_out_leaves_the_bar(chromium: Browser) -> None:
    async with drawn_page(chromium, form(THREE, 38), scripts=("scene_bar.js",)) as page:
        await page.get_by_role("spinbutton", name="company").evaluate("input => input.remove()")
        await page.evaluate("document.dispatchEvent(new Event('htmx:after:swap'))")
        assert await seen(page) == await drawn_by_server(chromium, (THREE[0], THREE[2]), 38.0)


async def test_fit_to_facecam_is_a_button_of_the_form(chromium: Browser) -> None:
    async with drawn_page(chromium, form(THREE, 38)) as page:
        button = page.get_by_role("button", name="Fit to facecam")
        asked = await button.evaluate("b => [b.form.id, b.formAction, b.formMethod]")
        assert asked == ["scenes", "http://drawn.test/fit", "post"]


async def test_nothing_is_offered_where_nothing_is_to_do(chromium: Browser) -> None:
    async with drawn_page(chromium, form(THREE, 45), scripts=("scene_bar.js",)) as page:
        button = page.get_by_role("button", name="Fit to facecam")
        assert await button.count() == 0
        await page.get_by_role("spinbutton", name="company").fill("20")
        assert await button.is_visible()


async def test_both_languages_count_alike(chromium: Browser) -> None:
    chance = random.Random(7)
    cases = [_case(chance) for _ in range(CASES)]
    async with drawn_page(chromium, "", scripts=("scene_bar.js",)) as page:
        counted = await page.evaluate(
            """async (cases) => {
              const { sceneTimeline } = await import("/static/js/scene_bar.js");
              return cases.map((each) => sceneTimeline(...each));
            }""",
            cases,
        )
    for (scenes, facecam_s, rule, fps), there in zip(cases, counted, strict=True):
        here = scene_timeline(scenes, facecam_s, rule=rule, fps=fps)
        assert _plain(here) == there


def _case(chance: random.Random) -> Any:
    """Durations as people type them, and facecams as probes give them: often nearly equal."""
    scenes = [
        (f"s{n}", round(chance.uniform(1, 40), chance.randint(0, 2)))
        for n in range(chance.randint(0, 12))
    ]
    total_s = sum(duration_s for _, duration_s in scenes)
    facecam_s = chance.choice(
        [
            None,
            round(total_s, 2),
            round(total_s + chance.uniform(-0.06, 0.06), 6),
            round(chance.uniform(0.05, 310), 6),
        ]
    )
    return scenes, facecam_s, chance.choice(RULES), chance.choice([30, 60])


def _plain(timeline: SceneTimeline) -> dict[str, Any]:
    return {
        "parts": [
            {"id": p.id, "said": p.said, "x": pytest.approx(p.x), "width": pytest.approx(p.width)}
            for p in timeline.parts
        ],
        "facecamWidth": pytest.approx(timeline.facecam_width),
        "overWidth": pytest.approx(timeline.over_width, abs=1e-9),
        "state": timeline.state,
        "canFit": timeline.can_fit,
        "said": timeline.said,
    }


async def test_both_languages_write_seconds_alike(chromium: Browser) -> None:
    lengths = [0, 4_999, 5_000, 10_000, 999_999, 1_000_000, 12_500_000, 37_966_667, 300_000_000]
    async with drawn_page(chromium, "") as page:
        written = await page.evaluate(
            "async (us) => us.map((await import('/static/js/scene_bar.js')).seconds)", lengths
        )
    assert written == [seconds(length_us) for length_us in lengths]
