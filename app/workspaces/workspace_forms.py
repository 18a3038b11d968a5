"""The forms of workspaces: what may be typed and what is said when it may not."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from app.web.forms import Email, FormModel, Line
from app.workspaces.colours import COLOUR
from app.workspaces.slugs import slug_problem


def _usable_slug(text: str) -> str:
    slug = text.strip().lower()
    if problem := slug_problem(slug):
        raise ValueError(problem)
    return slug


def _slug_or_none(text: str) -> str:
    return _usable_slug(text) if text.strip() else ""


def _colour(text: str) -> str:
    colour = text.strip().lower()
    if not COLOUR.match(colour):
        raise ValueError("Enter a colour such as #5b3fd6.")
    return colour


Colour = Annotated[str, AfterValidator(_colour)]
InvitedRole = Literal["admin", "member"]


class CreationForm(FormModel):
    name: Line = Field(title="your team's name", max_length=80)
    # Left empty it is made from the name.
    slug: Annotated[str, AfterValidator(_slug_or_none)] = ""


class NameForm(FormModel):
    name: Line = Field(title="the workspace's name", max_length=80)


class AddressForm(FormModel):
    slug: Annotated[str, AfterValidator(_usable_slug)] = Field(title="an address")


class ColoursForm(FormModel):
    accent: Colour = Field(title="the accent")
    background: Colour = Field(title="the background")


class InvitationForm(FormModel):
    email: Email = Field(title="an e-mail address")
    role: InvitedRole = "member"


class RoleForm(FormModel):
    role: InvitedRole


class TransferForm(FormModel):
    user_id: UUID = Field(title="a member")
    name: str = Field("", title="the workspace's name")


class DeletionForm(FormModel):
    name: str = Field("", title="the workspace's name")
