"""`make bench`: what a lead costs here, beside what it would cost otherwise; asserts nothing."""

from app.bench.run import main, run_bench

__all__ = ["main", "run_bench"]
