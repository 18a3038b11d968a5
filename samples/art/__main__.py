"""Makes every picture of the sample sites again (`python -m samples.art`, about a few minutes)."""

import sys
from pathlib import Path

from PIL import Image

from samples.art.figure import draw_portrait
from samples.art.ink import Rgb
from samples.art.looks import LOOKS
from samples.art.ridges import draw_dunes, draw_ridges
from samples.art.speaker import Shot, photograph

SITES = Path(__file__).parents[1] / "sites"

_DAWN: list[Rgb] = [(44, 74, 128), (132, 164, 206), (250, 222, 194)]
_DAY: list[Rgb] = [(112, 172, 220), (176, 214, 236), (242, 244, 238)]
_DUSK: list[Rgb] = [(56, 34, 88), (184, 88, 116), (255, 196, 140)]
_PINE: list[Rgb] = [(70, 120, 128), (158, 196, 190), (240, 236, 214)]
_ROSE: list[Rgb] = [(108, 96, 156), (208, 160, 190), (255, 226, 212)]
_SLATE: list[Rgb] = [(60, 72, 92), (140, 156, 174), (226, 228, 226)]

_COVERS: dict[str, tuple[list[Rgb], Rgb]] = {
    "ada-lindgren": (_PINE, (16, 60, 62)),
    "mateo-rivera": (_DUSK, (44, 20, 52)),
    "priya-raman": (_ROSE, (66, 30, 74)),
    "jonas-weber": (_SLATE, (24, 34, 50)),
    "naomi-okafor": (_DAWN, (20, 34, 70)),
}
_BRANDS: dict[str, tuple[Rgb, Rgb]] = {
    "fjordgrid": ((158, 226, 204), (10, 78, 82)),
    "casa-lumbre": ((255, 206, 150), (176, 60, 34)),
    "saffron-health": ((255, 214, 226), (142, 34, 92)),
    "werkbank": ((190, 214, 250), (28, 58, 138)),
    "adire-studio": ((226, 204, 255), (66, 36, 140)),
}
_SHOTS: dict[str, Shot] = {
    "graphite": Shot((56, 64, 76), (214, 210, 204), distance=4.9, height=1.7),
    "ember": Shot((204, 90, 58), (240, 216, 196), -8, distance=4.9, height=1.7),
    "moss": Shot((96, 122, 92), (218, 224, 206), 30, distance=4.9, height=1.7),
    "tide": Shot((64, 104, 146), (206, 220, 232), -22, distance=4.9, height=1.7),
    "top": Shot((204, 90, 58), (240, 216, 196), 30, height=3.4, distance=2.5, look_at_y=0.75),
    "night": Shot((40, 44, 56), (44, 48, 62), 20, height=2.3, distance=3.6, look_at_y=0.3),
}


def main() -> None:
    """Write all pictures as WebP into the sites' folders."""
    for name, (sky, near) in {"hero": (_DAWN, (14, 30, 64)), "cta": (_DUSK, (34, 18, 56))}.items():
        _save(draw_ridges((1920, 1120), sky, near, 31, sun=(0.74, 0.40)), f"northwind/img/{name}")
    panels = (((196, 220, 246), (52, 92, 168)), ((250, 224, 196), (190, 104, 82)),
              ((206, 234, 222), (46, 118, 110)))  # fmt: skip
    for number, (light, dark) in enumerate(panels, 1):
        _save(draw_dunes((1200, 900), light, dark, 10 + number), f"northwind/img/panel-{number}")
    for number, (sky, near) in enumerate(((_DAY, (16, 66, 84)), (_DUSK, (50, 24, 58)),
                                          (_PINE, (18, 58, 56))), 1):  # fmt: skip
        sun = (0.2 + 0.22 * number, 0.30 + 0.03 * number)
        _save(
            draw_ridges((880, 620), sky, near, 50 + number, sun=sun),
            f"northwind/img/story-{number}",
        )
    for name, (sky, near) in _COVERS.items():
        _save(
            draw_ridges((1440, 420), sky, near, len(name) * 7, horizon=0.4),
            f"people/img/{name}-cover",
        )
        _save(draw_portrait(LOOKS[name], 480), f"people/img/{name}")
        _save(draw_dunes((900, 506), sky[2], sky[0], len(name)), f"people/img/{name}-talk")
    for name, (light, dark) in _BRANDS.items():
        _save(draw_dunes((1600, 1000), light, dark, len(name) + 3), f"companies/img/{name}")
    for name, shot in _SHOTS.items():
        size = (1440, 1040) if name != "night" else (1920, 1080)
        _save(photograph(shot, size), f"product/img/{name}")
    skies = ((_DAY, (20, 60, 92)), (_ROSE, (62, 34, 84)), (_PINE, (14, 56, 58)),
             (_DAWN, (18, 34, 72)), (_SLATE, (26, 34, 48)), (_DUSK, (46, 20, 56)))  # fmt: skip
    for number, (sky, near) in enumerate(skies, 1):
        sun = (0.18 + 0.37 * number % 0.7, 0.3 + 0.03 * (number % 4))
        _save(
            draw_ridges((1200, 800), sky, near, 80 + number, sun=sun), f"reveal/img/place-{number}"
        )
    _save(draw_portrait(LOOKS["customer-2"], 320), "bookings/img/host")
    _save(draw_dunes((1920, 900), (232, 238, 228), (134, 168, 150), 21), "bookings/img/backdrop")


def _save(picture: Image.Image, name: str) -> None:
    path = SITES / f"{name}.webp"
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, quality=86, method=6)
    sys.stdout.write(f"{path.stat().st_size / 1000:7.1f} kB  {name}\n")


if __name__ == "__main__":
    main()
