"""The fields of a webhook endpoint, of its test and of its new secret, with the rule of each."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

from flux2.errors import MissingParameter
from flux2.ports import Fields
from flux2.request import owner_fields, public_urls
from flux2.request.owner_fields import LONGEST_NAME, NAME_RULE
from flux2.request.queries import Query
from flux2.webhooks.endpoints import Columns
from flux2.webhooks.events import EVENT_TYPES, EventType

MOST_LISTED, USUALLY_LISTED = 100, 20

_TYPES = ", ".join(EVENT_TYPES)
_RULES: Mapping[str, str] = {
    "name": NAME_RULE,
    "url": "a string, an https URL",
    "event_types": f"a list of at least one of {_TYPES}",
}
_NEEDED: Mapping[str, str] = {
    "name": "what it is called",
    "url": "where events go",
    "event_types": f"of which events it is told, at least one of {_TYPES}",
}


class EndpointFields(BaseModel):
    """What the owner may say of an endpoint; in a change, only what is given changes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str | None = Field(
        None,
        min_length=1,
        max_length=LONGEST_NAME,
        description="What it is called.",
        examples=["My server"],
    )
    url: str | None = Field(
        None,
        description="Where events go: `https`, and a public name for its host.",
        examples=["https://hooks.example.com/flux2"],
        # `public_urls` judges it.
        json_schema_extra={"maxLength": public_urls.LONGEST, "pattern": public_urls.PATTERN},
    )
    event_types: list[EventType] | None = Field(
        None, min_length=1, description="Of which events it is told."
    )


class EndpointsQuery(Query):
    """Which of the endpoints to list."""

    limit: int = Field(USUALLY_LISTED, ge=1, le=MOST_LISTED, description="How many at most.")
    after: str | None = Field(None, description="The last id of the page before.")


class SecretFields(BaseModel):
    """What may be said where another secret is asked for."""

    model_config = ConfigDict(extra="forbid", strict=True)

    keep_old_secret_active_for_24_hours: bool | None = Field(
        None, description="Whether to sign by the one before as well, for a day."
    )


class SampleFields(BaseModel):
    """What must be said where an endpoint is to be tested."""

    model_config = ConfigDict(extra="forbid", strict=True)

    event_type: EventType | None = Field(None, description="What the sample is of.")


def read_new(fields: Fields) -> Columns:
    """Read those of an endpoint that is to be made.

    Raises an InvalidRequest that names the field."""
    for name, what in _NEEDED.items():
        if fields.get(name) is None:
            raise MissingParameter(f"{name} is required: {what}.", param=name)
    return read_change(fields)


def read_change(fields: Fields) -> Columns:
    """Read those that are to change. Raises as `read_new`."""
    wish = owner_fields.read(EndpointFields, fields, _RULES, "A webhook endpoint", _RULES)
    given: dict[str, str | Sequence[str]] = {
        name: getattr(wish, name) for name in wish.model_fields_set
    }
    if wish.url is not None:
        public_urls.check(wish.url, "url")
    if wish.event_types is not None:
        given["event_types"] = list(dict.fromkeys(wish.event_types))
    return given


def read_rotation(fields: Fields) -> bool:
    """Tell whether the old secret is to be good for another day. Raises as `read_new`."""
    rules = {"keep_old_secret_active_for_24_hours": "true or false"}
    wish = owner_fields.read(SecretFields, fields, rules, "A new secret", ())
    return bool(wish.keep_old_secret_active_for_24_hours)


def read_test(fields: Fields) -> EventType:
    """Read of what a sample is asked for. Raises as `read_new`."""
    rules = {"event_type": f"one of {_TYPES}"}
    wish = owner_fields.read(SampleFields, fields, rules, "A test", ())
    if wish.event_type is None:
        raise MissingParameter(f"event_type is required: one of {_TYPES}.", param="event_type")
    return wish.event_type
