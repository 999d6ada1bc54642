"""The fields of a key, with the rule of each."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from flux2 import catalog
from flux2.access.key_changes import Columns, check_reset
from flux2.errors import InvalidValue, MissingParameter, ModelNotFound
from flux2.ports import Fields
from flux2.request import owner_fields
from flux2.request.fields import describe_broken_rule
from flux2.request.owner_fields import LONGEST_NAME, NAME_RULE
from flux2.request.queries import Query

MOST_RPM = 100_000
MOST_NEURONS = 1_000_000_000
MOST_USD = MOST_NEURONS * catalog.USD_PER_NEURON
LEAST_NEURONS = 1 / catalog.MICROS
LEAST_USD = round(LEAST_NEURONS * catalog.USD_PER_NEURON, 12)
"""Budgets are counted in millionths of a neuron."""
MOST_LISTED = 100
LATEST = 253_402_300_799
"""The last second of the year 9999."""

_RULES: Mapping[str, str] = {
    "name": NAME_RULE,
    "limit_usd": f"a number from {LEAST_USD:.12f} (a millionth of a neuron) to {MOST_USD:,.0f}",
    "limit_neurons": f"a number from {LEAST_NEURONS:.6f} (a millionth) to {MOST_NEURONS:,}",
    "limit_reset": "one of daily, weekly, monthly",
    "models": "a list of at least one model",
    "rpm": f"an integer from 1 to {MOST_RPM:,}",
    "expires_at": "a time to come, in whole Unix seconds",
    "disabled": "true or false",
}
NEVER_NULL = ("name", "disabled")
"""Of all others null is none."""


class KeyFields(BaseModel):
    """What the owner may say of a key; in a change, only what is given changes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str | None = Field(
        None, min_length=1, max_length=LONGEST_NAME, description="Whose it is.", examples=["Mia"]
    )
    limit_usd: float | None = Field(
        None, ge=LEAST_USD, le=MOST_USD, description="The budget in US dollars."
    )
    limit_neurons: float | None = Field(
        None,
        ge=LEAST_NEURONS,
        le=MOST_NEURONS,
        description="The budget in neurons, instead of `limit_usd`.",
    )
    limit_reset: Literal["daily", "weekly", "monthly"] | None = Field(
        None, description="When it begins anew, at 00:00 UTC; weeks on Monday. null: never."
    )
    models: list[str] | None = Field(
        None, min_length=1, description="The models that it may use; null: all."
    )
    rpm: int | None = Field(
        None, ge=1, le=MOST_RPM, description="How many requests for images it may make in a minute."
    )
    expires_at: int | None = Field(None, le=LATEST, description="Unix seconds; null: never.")
    disabled: bool | None = Field(None, description="Whether it is switched off for now.")

    @field_validator("rpm", "expires_at", mode="before")
    @classmethod
    def _read_integer(cls, value: object) -> object:
        """Read 60.0 as 60, as JSON means it: some programs have no other numbers."""
        return int(value) if isinstance(value, float) and value.is_integer() else value


class KeysQuery(Query):
    """Which of the keys to list."""

    limit: int = Field(MOST_LISTED, ge=1, le=MOST_LISTED, description="How many at most.")
    after: str | None = Field(None, description="The last id of the page before.")


def read_new(fields: Fields, now: float) -> Columns:
    """Read those of a key that is to be made. Raises an InvalidRequest that names the field."""
    if fields.get("name") is None:
        raise MissingParameter("name is required: whose key it is.", param="name")
    columns = read_change(fields, now)
    check_reset(columns)
    return columns


def read_change(fields: Fields, now: float) -> Columns:
    """Read those that are to change. Raises as `read_new`."""
    wish = owner_fields.read(KeyFields, fields, _RULES, "A key", NEVER_NULL)
    given = {name: getattr(wish, name) for name in wish.model_fields_set}
    if given.get("expires_at") is not None and given["expires_at"] <= now:
        raise describe_broken_rule("expires_at", _RULES["expires_at"], given["expires_at"])
    if given.get("models") is not None:
        given["models"] = _find_models(given["models"])
    return _read_limit(given)


def _find_models(names: Sequence[str]) -> Sequence[str]:
    """Find their ids, each once. Raises ModelNotFound."""
    try:
        return list(dict.fromkeys(catalog.find(name).id for name in names))
    except ModelNotFound as error:
        raise ModelNotFound(error.message, param="models") from None


def _read_limit(given: dict[str, Any]) -> Columns:
    """Turn either of the two limits into micros; null takes the limit away."""
    named = [name for name in ("limit_usd", "limit_neurons") if name in given]
    limits = {name: given.pop(name) for name in named}
    values = [value for value in limits.values() if value is not None]
    if len(values) == 2:
        raise InvalidValue("Give limit_usd or limit_neurons, not both.", param="limit_usd")
    if limits:
        in_neurons = limits.get("limit_neurons")
        usd = limits.get("limit_usd")
        neurons = usd / catalog.USD_PER_NEURON if usd is not None else in_neurons
        given["limit_micros"] = None if neurons is None else catalog.to_micros(neurons)
    return given
