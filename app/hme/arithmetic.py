"""Sine, exponential and logarithm that give the same bits on every machine; knows no motion.

The C library's sin, exp and log differ in the last bit between platforms, and one bit can move a
frame by a pixel. IEEE 754 fixes + - * / and the square root to the bit, so only those are used in
`app/hme`. The built-in `sum` is left out too: since Python 3.12 it adds floats in another way.
"""

from collections.abc import Iterable
from itertools import accumulate, pairwise
from math import frexp

PI = 3.141592653589793


def total(values: Iterable[float]) -> float:
    """The values added from left to right; 0.0 for none."""
    running = 0.0
    for value in values:
        running += value
    return running


def rise(u: float) -> float:
    """sin²(πu/2) for u in [0, 1]: from 0 to 1 with zero slope at both ends (Taylor, error < 1e-8).

    Its steepest slope is π/2, at the middle.
    """
    x = PI * u / 2
    square = x * x
    sine = 1.0
    for k in (12, 10, 8, 6, 4, 2):
        sine = 1.0 - square / (k * (k + 1)) * sine
    sine *= x
    return sine * sine


def decay(x: float) -> float:
    """exp(-x) for x in [0, 16] (Taylor at x/64, then six squarings; relative error < 1e-7)."""
    small = x / 64
    power = 1.0
    for k in (7, 6, 5, 4, 3, 2, 1):
        power = 1.0 + small / k * power
    for _ in range(6):
        power *= power
    return 1.0 / power


def log2_roughly(x: float) -> float:
    """log2(x) for x > 0, linear between powers of two: at most 0.09 too low, and exact in bits."""
    mantissa, exponent = frexp(x)
    return exponent - 2 + 2 * mantissa


def apportion(amount: int, weights: list[float]) -> list[int]:
    """Whole shares of `amount` in proportion to the weights, adding up to it exactly.

    Weights are not negative; where all are 0 the last one takes everything.
    """
    whole = total(weights)
    edges = [int(amount * edge / whole + 0.5) for edge in accumulate(weights)] if whole else []
    edges = [0, *(edges or [0] * len(weights))]
    edges[-1] = amount
    return [after - before for before, after in pairwise(edges)]
