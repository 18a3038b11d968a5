"""Billing's part of the bench on a handful of lines: all of it runs, and its rows are right."""

import asyncio

from app.bench.billing_admission import SMOKE, Admission, admission_figures, measure_admission
from app.bench.web_bed import open_web_bed


def test_every_goal_of_admission_has_its_row() -> None:
    took_s = {"nothing": 0.001, "claim": 0.004, "room": 0.003, "let_in": 0.01}
    taken = Admission(10_000_000, 5_980, {name: [each] * 20 for name, each in took_s.items()})
    claim, room, let_in = admission_figures(taken)
    assert claim.what == "a render admitted by a dispatcher, 10,000,000 lines in the ledger"
    assert claim.measured.startswith("4.0 ms")
    assert (claim.kept, room.kept, let_in.kept) == (True, True, None)
    assert "5,980 lines of the workspace in its period; p95 3.0 ms" in room.beside


def test_a_small_ledger_is_filled_and_asked() -> None:
    said: list[str] = []
    with open_web_bed(0) as bed:
        taken = asyncio.run(measure_admission(bed, SMOKE, said.append))
    assert taken.lines >= SMOKE.size.lines
    assert {name: len(times) for name, times in taken.took_s.items()} == dict.fromkeys(
        ("nothing", "room", "claim", "let_in"), SMOKE.rounds
    )
    assert len(said) == 2
