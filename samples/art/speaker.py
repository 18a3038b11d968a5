"""A small loudspeaker photographed in a studio: a ray-marched product shot; it knows no page."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from samples.art.ink import Rgb

Vectors = NDArray[np.float64]  # [n, 3], the unit is the speaker's radius

_RADIUS, _HALF_HEIGHT, _ROUND = 1.0, 1.12, 0.30
_KEY_LIGHT = np.array([-0.55, 0.72, -0.42]) / np.linalg.norm([-0.55, 0.72, -0.42])
_STEPS = 90


@dataclass(frozen=True)
class Shot:
    """One photograph: cloth and backdrop colours, and where the camera stands."""

    cloth: Rgb
    backdrop: Rgb
    azimuth_deg: float = 20.0
    height: float = 1.5
    distance: float = 6.2
    look_at_y: float = 0.05
    ring: Rgb = (255, 196, 120)


def photograph(shot: Shot, size_px: tuple[int, int]) -> Image.Image:
    """The shot at a size, anti-aliased by drawing it at twice that."""
    width, height = size_px[0] * 2, size_px[1] * 2
    eye, rays = _camera(shot, width, height)
    reach = np.full(len(rays), 3.0)
    active = np.arange(len(rays))
    for _ in range(_STEPS):
        step = _distance(eye + rays[active] * reach[active, None])
        reach[active] += step * 0.95
        active = active[(step > 0.0008) & (reach[active] < 14)]
    points = eye + rays * reach[:, None]
    hit = reach < 14
    colour = np.tile(_backdrop(shot, rays), (1, 1))
    colour[hit] = _light(shot, points[hit], rays[hit])
    picture = np.clip(colour, 0, 1) ** (1 / 2.2) * 255
    grain = np.random.default_rng(7).normal(0, 1.2, (height, width, 1))
    pixels = (picture.reshape(height, width, 3) + grain).clip(0, 255).astype(np.uint8)
    return Image.fromarray(pixels).reduce(2)


def _camera(shot: Shot, width: int, height: int) -> tuple[Vectors, Vectors]:
    angle = np.radians(shot.azimuth_deg)
    eye = np.array([np.sin(angle) * shot.distance, shot.height, -np.cos(angle) * shot.distance])
    forward = np.array([0.0, shot.look_at_y, 0.0]) - eye
    forward /= np.linalg.norm(forward)
    right = np.cross([0.0, 1.0, 0.0], forward)
    right /= np.linalg.norm(right)
    up = np.cross(forward, right)
    x, y = np.meshgrid(np.linspace(-1, 1, width) * width / height, np.linspace(1, -1, height))
    rays = forward + 0.36 * (x.ravel()[:, None] * right + y.ravel()[:, None] * up)
    return eye, rays / np.linalg.norm(rays, axis=1, keepdims=True)


def _body(p: Vectors) -> NDArray[np.float64]:
    """A cylinder with rounded edges, its top a shallow bowl."""
    radial = np.hypot(p[:, 0], p[:, 2])
    across, along = radial - (_RADIUS - _ROUND), np.abs(p[:, 1]) - (_HALF_HEIGHT - _ROUND)
    outside = np.hypot(np.maximum(across, 0), np.maximum(along, 0))
    solid = outside + np.minimum(np.maximum(across, along), 0) - _ROUND
    bowl = 2.6 - np.sqrt(radial**2 + (p[:, 1] - _HALF_HEIGHT - 2.52) ** 2)
    return np.maximum(solid, bowl)


def _distance(p: Vectors) -> NDArray[np.float64]:
    return np.minimum(_body(p), p[:, 1] + _HALF_HEIGHT + 0.04)


def _normal(p: Vectors) -> Vectors:
    e = 0.0015
    axes = np.eye(3) * e
    slope = np.stack([_distance(p + axis) - _distance(p - axis) for axis in axes], axis=1)
    length = np.linalg.norm(slope, axis=1, keepdims=True)
    return np.asarray(slope / np.maximum(length, 1e-9))


def _shadow(p: Vectors, normal: Vectors) -> NDArray[np.float64]:
    """A large light's soft shadow: 1 where nothing is in the way."""
    lit, reach = np.ones(len(p)), np.full(len(p), 0.03)
    for _ in range(28):
        gap = _body(p + normal * 0.01 + _KEY_LIGHT * reach[:, None])
        lit = np.minimum(lit, np.clip(0.5 + 3.0 * gap / reach, 0, 1))
        reach += np.clip(gap, 0.04, 0.25)
    return lit


def _backdrop(shot: Shot, rays: Vectors) -> Vectors:
    base = (np.array(shot.backdrop) / 255) ** 2.2
    return base * (0.92 + 0.35 * np.clip(rays[:, 1:2] + 0.3, 0, 1))


def _light(shot: Shot, p: Vectors, rays: Vectors) -> Vectors:
    normal = _normal(p)
    ground = (p[:, 1] < -_HALF_HEIGHT - 0.02)[:, None]
    shadow = _shadow(p, normal)[:, None]
    near_ground = np.clip((p[:, 1:2] + _HALF_HEIGHT) / 0.5, 0, 1)
    angle = np.arctan2(p[:, 0], p[:, 2])[:, None]
    weave = np.sin(angle * 210) * np.sin(p[:, 1:2] * 190 + (np.floor(angle * 33.4) % 2) * np.pi)
    radial = np.hypot(p[:, 0], p[:, 2])[:, None]
    plate = (p[:, 1:2] > _HALF_HEIGHT - 0.17) & (radial < 0.80)
    cloth = (np.array(shot.cloth) / 255) ** 2.2 * (1 + 0.20 * weave)
    albedo = np.where(plate, np.array([0.02, 0.021, 0.024]), cloth)
    facing = np.clip(normal @ _KEY_LIGHT, 0, 1)[:, None]
    rim = np.clip(normal @ np.array([0.86, 0.30, 0.40]), 0, 1)[:, None] ** 2
    sky = 0.5 + 0.5 * normal[:, 1:2]
    colour = albedo * (1.15 * facing * shadow + 0.34 * sky * (0.5 + 0.5 * near_ground) + 0.40 * rim)
    half = _KEY_LIGHT - rays
    half /= np.linalg.norm(half, axis=1, keepdims=True)
    gloss = np.clip((normal * half).sum(1), 0, 1)[:, None]
    colour += np.where(plate, 0.5 * gloss**60 + 0.04 * sky, 0.03 * gloss**14) * shadow
    ring = np.exp(-(((radial - 0.74) / 0.020) ** 2)) * plate
    halo = np.exp(-np.abs(radial - 0.74) / 0.09) * plate
    colour += (np.array(shot.ring) / 255) ** 2.2 * (1.5 * ring + 0.16 * halo)
    floor = (np.array(shot.backdrop) / 255) ** 2.2
    far = np.clip((np.hypot(p[:, 0], p[:, 2])[:, None] - 2) / 7, 0, 1)
    contact = np.clip((radial - 0.72) / 0.9, 0, 1) ** 0.7
    lit_floor = floor * (0.36 + 0.60 * shadow) * (0.45 + 0.55 * contact)
    seam = _backdrop(shot, rays)
    return np.where(ground, lit_floor * (1 - far) + seam * far, colour)
