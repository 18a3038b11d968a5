"""How the API refuses: Stripe's error shape, with its types, codes and HTTP statuses."""

from typing import Any


class Refusal(Exception):
    """An answer of the API that is an error. `has_changed`: what was done before it stays done."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        has_changed: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.has_changed = has_changed
        self.status = status
        said = {"type": kind, "code": code, "message": message, "param": param, **more}
        self.body = {"error": {key: value for key, value in said.items() if value is not None}}


def unknown_parameter(name: str) -> Refusal:
    return Refusal(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)


def missing_parameter(name: str) -> Refusal:
    return Refusal(f"Missing required param: {name}.", code="parameter_missing", param=name)


def invalid_parameter(name: str, message: str, code: str | None = None) -> Refusal:
    return Refusal(message, code=code, param=name)


def no_such(kind: str, thing_id: str, param: str) -> Refusal:
    """404 for what the address names, 400 for what a parameter names."""
    return Refusal(
        f"No such {kind}: '{thing_id}'",
        status=404 if param == "id" else 400,
        code="resource_missing",
        param=param,
    )


def card_declined(*, has_changed: bool = False) -> Refusal:
    return Refusal(
        "Your card was declined.",
        status=402,
        kind="card_error",
        code="card_declined",
        decline_code="generic_decline",
        has_changed=has_changed,
    )
