"""Forms: what was typed, what is wrong with it in words, and the value when nothing is."""

from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar

from email_validator import EmailNotValidError, validate_email
from litestar import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

_EMAIL_LENGTH = 320
_LINE_LENGTH = 200


def _normalised_email(text: str) -> str:
    try:
        found = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise ValueError("Enter an e-mail address such as ann@example.com.") from None
    return found.normalized.lower()


def _at_most_a_line(text: str) -> str:
    if len(text) > _LINE_LENGTH:
        raise ValueError(f"Keep it to {_LINE_LENGTH} characters.")
    return text


Email = Annotated[
    str, StringConstraints(max_length=_EMAIL_LENGTH), AfterValidator(_normalised_email)
]
# Not a constraint: pydantic lets one of an alias win over a field's own, shorter `max_length`.
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_at_most_a_line)
]


class FormModel(BaseModel):
    """The fields of a form. A field's `title` completes the sentence “Enter …”."""

    model_config = ConfigDict(frozen=True, extra="ignore")


T = TypeVar("T", bound=FormModel)


class Form(Generic[T]):
    """A form as it was sent: `values` as typed, `errors` by field ("" for the form as a whole)."""

    def __init__(
        self,
        values: Mapping[str, str],
        errors: Mapping[str, str] | None = None,
        data: T | None = None,
    ) -> None:
        self.values = _Typed(values)
        self.errors = dict(errors or {})
        self._data = data

    @property
    def data(self) -> T:
        """The checked value. Raises LookupError while there are errors."""
        if self._data is None:
            raise LookupError("a form with errors has no data")
        return self._data

    def add_error(self, field: str, sentence: str) -> None:
        self.errors.setdefault(field, sentence)


class _Typed(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def blank_form(**values: object) -> Form[Any]:
    """A form before anything was typed, with these values in its fields."""
    return Form({name: "" if value is None else str(value) for name, value in values.items()})


async def read_form(request: Request[Any, Any, Any], model: type[T]) -> Form[T]:
    """What was sent, checked against the model. Files are left out; wrong input never raises."""
    sent = await request.form()
    return check_form({k: v for k, v in sent.multi_items() if isinstance(v, str)}, model)


def check_form(values: Mapping[str, str], model: type[T]) -> Form[T]:
    """The same for values at hand. A NUL, which PostgreSQL cannot store, is taken out."""
    clean = {name: text.replace("\0", "") for name, text in values.items()}
    try:
        return Form(clean, data=model.model_validate(clean))
    except ValidationError as error:
        errors: dict[str, str] = {}
        for each in error.errors():
            field = str(each["loc"][0]) if each["loc"] else ""
            errors.setdefault(field, _sentence(model, field, each))
        return Form(clean, errors)


def _sentence(  # noqa: PLR0911 - a table of texts
    model: type[FormModel], field: str, error: Any
) -> str:
    known = model.model_fields.get(field)
    thing = (known.title if known else None) or "this"
    given = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return str(given["error"])
        case "missing" | "string_too_short":
            return f"Enter {thing}."
        case "string_too_long":
            return f"Keep it to {given['max_length']} characters."
        case "literal_error" | "enum" | "bool_parsing":
            return "Choose one of the options."
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "less_than":
            limit = next(iter(given.values()))
            least = error["type"].startswith("greater")
            return f"Enter a number of {limit} or {'more' if least else 'less'}."
        case "int_parsing" | "float_parsing" | "int_from_float" | "finite_number":
            return "Enter a number."
        case _:
            return f"This is not {thing}."
