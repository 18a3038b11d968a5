"""Reads a page as a messenger does that makes a card of a link: its head, and nothing else."""

from html.parser import HTMLParser

import httpx


class Head(HTMLParser):
    """`meta`: contents by name or property; `links`: addresses by rel, or by type where it has one.

    Whatever an escaped value would break out of leaves an element that is none of ours: `elements`.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.elements: set[str] = set()
        self.feed(html.partition("</head>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        values = {name: value or "" for name, value in attrs}
        if tag == "meta" and (name := values.get("property") or values.get("name")):
            assert name not in self.meta, f"{name} stands there twice"
            self.meta[name] = values.get("content", "")
        elif tag == "link":
            self.links[values.get("type") or values["rel"]] = values["href"]


def head_of(answer: httpx.Response) -> Head:
    return Head(answer.text)
