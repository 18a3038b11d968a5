"""Whether an address is a data centre's; it asks nobody but the list beside it."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

_LIST = Path(__file__).with_name("data_centres.txt")

Network = IPv4Network | IPv6Network


class Networks:
    """A set of networks that is asked quickly, by numbers in order."""

    def __init__(self, networks: Iterable[Network]) -> None:
        spans: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for each in networks:
            span = int(each.network_address), int(each.broadcast_address)
            spans[each.version].append(span)
        self._spans = {version: _joined(each) for version, each in spans.items()}
        self._starts = {v: [start for start, _ in each] for v, each in self._spans.items()}

    def __contains__(self, address: str) -> bool:
        try:
            known = ip_address(address)
        except ValueError:
            return False
        if known.version == 6 and known.ipv4_mapped is not None:
            known = known.ipv4_mapped
        number = int(known)
        place = bisect_right(self._starts[known.version], number) - 1
        return place >= 0 and number <= self._spans[known.version][place][1]


@cache
def data_centres(more: tuple[str, ...] = ()) -> Networks:
    """Those of the list, and the operator's own."""
    lines = _LIST.read_text("ascii").splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    return Networks(ip_network(each) for each in [*listed, *more])


def _joined(spans: list[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """In order, and none within another."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found
