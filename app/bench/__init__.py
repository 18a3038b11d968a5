"""`make bench`: what a lead and a page cost here, beside a reference; asserts nothing."""

from app.bench.run import main, run_bench

__all__ = ["main", "run_bench"]
