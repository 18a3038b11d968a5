"""The same input gives the same plan: in this process, in another one, and on another machine."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.hme.geometry import PageGeometry
from app.hme.plan import MotionPlan, derive_seed, plan_motion
from tests.hme.pages import usual_page

ROOT = Path(__file__).parents[2]
SEED = derive_seed("https://example.com/", "15", "1920x1080")
# Written down once. They change when the motion is tuned, and then every cached recording does too;
# they must not change from one machine or Python version to the next.
DIGESTS = {
    ("calm", 60, 900): "5d4948ea155ca89e5869a1672fa8ad8a8e2d66bf1916860e9c8782cec910ace8",
    ("brisk", 30, 240): "6b6e0ae85cb7c46b1999cf8c3148c54c509baabd7a708ab98e9ce8f8a7585158",
    ("thorough", 60, 3600): "fae07a6cff7e7722ce4b822aea5a3a1f0748f5babafad805f7a694c93046bf00",
}
# Correctly rounded, or exact, by IEEE 754; sin, exp, log and pow are not.
EXACT = {"ceil", "frexp", "isfinite", "sqrt"}
PLANNING = sorted(p for p in (ROOT / "app/hme").glob("*.py") if p.stem != "naturalness")

OTHER_PROCESS = """
import json, sys
from app.hme.geometry import PageGeometry
from app.hme.plan import plan_motion
asked = json.load(sys.stdin)
page = PageGeometry.from_json(asked.pop("page"))
print(plan_motion(page, **asked).digest())
"""


def plan(persona: str, fps: int, frames: int) -> MotionPlan:
    return plan_motion(
        usual_page(), frames=frames, fps=fps, seed=SEED, persona=persona, depth_px=2500.4
    )


@pytest.mark.parametrize("hash_seed", ["1", "77"])
def test_another_process_makes_the_same_plan(hash_seed: str) -> None:
    page = usual_page()
    asked = {"page": page.to_json(), "frames": 900, "fps": 60, "seed": SEED, "depth_px": 2920}
    done = subprocess.run(
        [sys.executable, "-c", OTHER_PROCESS],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    here = plan_motion(page, frames=900, fps=60, seed=SEED, depth_px=2920)
    assert done.stdout.strip() == here.digest()


@pytest.mark.parametrize("asked", DIGESTS)
def test_plans_are_what_they_were_on_every_other_machine(asked: tuple[str, int, int]) -> None:
    assert plan(*asked).digest() == DIGESTS[asked]


def test_a_plan_survives_json() -> None:
    made = plan("calm", 60, 900)
    again = MotionPlan.from_json(json.loads(json.dumps(made.to_json())))
    assert again == made
    assert again.digest() == made.digest()


def test_another_seed_persona_or_page_is_another_plan() -> None:
    page = usual_page()
    digests = {
        plan_motion(page, frames=600, fps=60, seed=seed, persona=persona, depth_px=2000).digest()
        for seed in range(20)
        for persona in ("calm", "brisk")
    }
    digests.add(plan_motion(usual_page(4100), frames=600, fps=60, seed=0, depth_px=2000).digest())
    assert len(digests) == 41


def test_seeds_come_from_their_texts_alone() -> None:
    assert derive_seed("https://example.com/", "15") == 2433173625200342
    assert derive_seed("ab", "c") != derive_seed("a", "bc")
    assert derive_seed("é") != derive_seed("e")
    assert 0 <= derive_seed() < 2**53


def test_a_page_survives_json() -> None:
    page = usual_page()
    assert PageGeometry.from_json(json.loads(json.dumps(page.to_json()))) == page


@pytest.mark.parametrize("path", PLANNING, ids=lambda path: path.stem)
def test_planning_uses_nothing_that_differs_between_machines(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "math":
            assert {name.name for name in node.names} <= EXACT
        if isinstance(node, ast.Import):
            assert not {"math", "numpy", "random", "time"} & {name.name for name in node.names}
        assert not isinstance(node, ast.Pow)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert node.value.id not in ("rng", "hand") or node.attr == "random"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "hash"
