"""A client that finds every `*.localhost` on this machine, as browsers do and resolvers may not."""

from typing import Any

import httpx


class _Loopback(httpx.HTTPTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        # A copy: cookies are kept by the host that was asked for.
        asked = httpx.Request(
            request.method,
            request.url.copy_with(host="127.0.0.1"),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return super().handle_request(asked)


def local_browser(**options: Any) -> httpx.Client:
    """Keeps cookies by host and follows redirects from one host to another."""
    return httpx.Client(transport=_Loopback(), follow_redirects=True, timeout=30, **options)
