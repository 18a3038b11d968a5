"""The pages of people: Checkout, the portal, an invoice, and an overview with the clock."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from app.local_stripe import portal
from app.local_stripe.account import Account, Thing
from app.local_stripe.changes import preview_invoice
from app.local_stripe.checkout import complete
from app.local_stripe.clock import do_what_is_due, move_to, next_due
from app.local_stripe.customers import (
    CONFIRM_CARD,
    DECLINED_CARD,
    DECLINED_LATER_CARD,
    GOOD_CARD,
)
from app.local_stripe.failures import Refusal
from app.local_stripe.invoices import DRAFT_FOR_S, card_of, pay_invoice
from app.local_stripe.periods import DAY_S
from app.local_stripe.subscriptions import ENDED
from app.local_stripe.webhooks import Deliveries

CARDS = (
    (GOOD_CARD, "pays"),
    (CONFIRM_CARD, "pays while you are here, and waits for you otherwise"),
    (DECLINED_LATER_CARD, "is kept, and declined when it is charged"),
    (DECLINED_CARD, "is declined"),
)
SHOWN_EVENTS = 50


class Pages:
    """Server-rendered, without a script; every change is a form."""

    def __init__(self, account: Account, deliveries: Deliveries) -> None:
        self._account = account
        self._deliveries = deliveries
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"money": money, "day": day}

    def routes(self) -> list[Route]:
        both = ["GET", "POST"]
        return [
            Route("/", self.overview, methods=both),
            Route("/checkout/{session_id}", self.checkout, methods=both),
            Route("/portal/{session_id}", self.portal, methods=both),
            Route("/invoices/{invoice_id}", self.invoice, methods=both),
        ]

    async def checkout(self, request: Request) -> Response:
        session = self._find("checkout.session", request.path_params["session_id"])
        if session is None:
            return self._gone()
        said, form = "", await _form_of(request)
        if request.method == "POST":
            said = self._do(lambda: complete(self._account, session, form))
            if not said:
                address = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
                return RedirectResponse(address, status_code=303)
        lines = [
            (self._account.get("price", each["price"]), each.get("quantity") or 1)
            for each in session["line_items"]
        ]
        customer = self._account.find(session["customer"] or "")
        return self._page(
            "checkout.html",
            status=402 if said else 200,
            session=session,
            lines=[(self._product(price)["name"], price, count) for price, count in lines],
            email=customer["email"] if customer else session["customer_email"],
            cards=CARDS,
            form=form,
            said=said,
        )

    async def portal(self, request: Request) -> Response:
        session = self._find("billing_portal.session", request.path_params["session_id"])
        if session is None:
            return self._gone()
        said, form, is_bad = "", await _form_of(request), False
        if request.method == "POST":
            done: list[str] = []
            said = self._do(lambda: done.append(portal.act(self._account, session, form)))
            is_bad = bool(said)
            said = said or done[0]
        subscription = portal.live_subscription(self._account, session)
        customer_id = session["customer"]
        return self._page(
            "portal.html",
            status=402 if is_bad else 200,
            session=session,
            customer=self._account.get("customer", customer_id),
            subscription=subscription,
            card=card_of(self._account, subscription) if subscription else None,
            prices=self._offers(session, subscription),
            invoices=self._account.all("invoice", customer=customer_id)[::-1],
            tax_ids=self._account.all("tax_id", customer=customer_id),
            cards=CARDS,
            said=said,
            is_bad=is_bad,
        )

    def _offers(self, session: Thing, subscription: Thing | None) -> list[Thing]:
        """What one can change to, each with what would be paid now for it."""
        offers = []
        for price in portal.offered_prices(self._account, session):
            offer = {"name": self._product(price)["name"], "price": price, "is_now": False}
            if subscription is not None:
                ids = {item["price"]["id"] for item in subscription["items"]["data"]}
                offer["is_now"] = price["id"] in ids
                offer["due"] = None if offer["is_now"] else self._due(subscription, price)
            offers.append(offer)
        return offers

    def _due(self, subscription: Thing, price: Thing) -> int | None:
        change = portal.plan_change(subscription, price["id"])
        change.pop("payment_behavior")
        asked = {"subscription": subscription["id"], "subscription_details": change}
        try:
            return int(preview_invoice(self._account, asked)["total"])
        except Refusal:
            return None

    async def invoice(self, request: Request) -> Response:
        invoice = self._find("invoice", request.path_params["invoice_id"])
        if invoice is None:
            return self._gone()
        said = ""
        if request.method == "POST":
            said = self._do(lambda: pay_invoice(self._account, {}, invoice["id"]))
        return self._page("invoice.html", invoice=self._find("invoice", invoice["id"]), said=said)

    async def overview(self, request: Request) -> Response:
        said, form = "", await _form_of(request)
        if request.method == "POST":
            said = self._do(lambda: self._move(form), with_somebody=False)
        return self._page(
            "overview.html",
            said=said,
            now=self._account.now(),
            next_due=next_due(self._account),
            subscriptions=[
                (self._account.get("customer", each["customer"]), each)
                for each in self._account.all("subscription")[::-1]
            ],
            events=list(self._account.objects["event"].values())[: -SHOWN_EVENTS - 1 : -1],
            deliveries={each["event"]: each["statuses"] for each in self._deliveries.log},
            cards=CARDS,
            ended=ENDED,
        )

    def _move(self, form: dict[str, str]) -> None:
        now = self._account.now()
        days = int(form["days"]) if form.get("days", "").isdecimal() else 0
        to = now + days * DAY_S
        if form.get("to") == "next":
            to = next_due(self._account) or now
        elif form.get("end"):
            to = _charged_at(self._account.get("subscription", form["end"]))
        move_to(self._account, max(to, now))

    def _do(self, work: Callable[[], Any], *, with_somebody: bool = True) -> str:
        """What was refused in words; "" when it is done."""
        there = self._account.with_somebody() if with_somebody else nullcontext()
        try:
            with self._account.all_or_nothing(), there:
                work()
        except Refusal as refusal:
            return str(refusal)
        finally:
            self._account.save()
        return ""

    def _find(self, kind: str, thing_id: str) -> Thing | None:
        with self._account.all_or_nothing():
            do_what_is_due(self._account, self._account.now())
        return self._account.objects[kind].get(thing_id)

    def _product(self, price: Thing) -> Thing:
        return self._account.get("product", price["product"])

    def _page(self, template: str, *, status: int = 200, **context: Any) -> Response:
        text = self._templates.get_template(template).render(**context)
        return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})

    def _gone(self) -> Response:
        return self._page("gone.html", status=404)


def _charged_at(subscription: Thing) -> int:
    """When its trial or its period is over, and the invoice of the next one is charged."""
    return int(subscription["items"]["data"][0]["current_period_end"]) + DRAFT_FOR_S


async def _form_of(request: Request) -> dict[str, str]:
    if request.method != "POST":
        return {}
    return dict(parse_qsl((await request.body()).decode(errors="replace")))


def money(cents: int, currency: str = "usd") -> str:
    sign = {"usd": "$", "eur": "€", "gbp": "£"}.get(currency, "")
    return f"{'-' if cents < 0 else ''}{sign}{abs(cents) / 100:,.2f}"


def day(moment: int | None) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%-d %B %Y, %H:%M") if moment else "–"
