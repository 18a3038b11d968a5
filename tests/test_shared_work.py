"""The order in which several workers take the files of tests."""

from collections import OrderedDict

import pytest

from tests.shared_work import LONG, LongestFirst, bring_longest_forward


def test_the_longest_go_first_and_the_others_in_their_order() -> None:
    waiting = OrderedDict.fromkeys(["tests/b.py", LONG[2], "tests/a.py", LONG[0]])
    taken = []
    while waiting:
        bring_longest_forward(waiting)
        taken.append(waiting.popitem(last=False)[0])
    assert taken == [LONG[0], LONG[2], "tests/b.py", "tests/a.py"]


def test_what_is_called_long_is_there_once(pytestconfig: pytest.Config) -> None:
    assert [name for name in LONG if not (pytestconfig.rootpath / name).exists()] == []
    assert len(set(LONG)) == len(LONG)


def test_xdist_still_has_the_steps_that_are_overridden() -> None:
    ways = [vars(parent) for parent in LongestFirst.__mro__[1:]]
    for step in ("_split_scope", "_assign_work_unit"):
        assert any(step in way for way in ways), f"xdist has no {step} any more"
