"""The bodies that make and change keys."""

from collections.abc import Mapping

from flux2.request.key_fields import NEVER_NULL, KeyFields
from tools.openapi.schemas import Json, describe_fields, refer

_FIELDS = describe_fields(KeyFields, NEVER_NULL)
_LIMITS = ("limit_usd", "limit_neurons")


def _describe(about: str) -> Json:
    """At most one of the two limits; whether `limit_reset` has one depends on the key itself."""
    return {
        "type": "object",
        "description": about,
        "properties": _FIELDS,
        "additionalProperties": False,
        "not": {
            "required": list(_LIMITS),
            "properties": {name: {"type": "number"} for name in _LIMITS},
        },
    }


_NEW = "The name is needed; without a limit the key may spend what it likes."
SCHEMAS: Mapping[str, Json] = {
    "NewKeyRequest": {
        **_describe(_NEW),
        "required": ["name"],
    },
    "ChangedKeyRequest": _describe("What is given changes; null takes a limit away."),
}
NEW_KEY: Json = {
    "application/json": {
        "schema": refer("NewKeyRequest"),
        "example": {"name": "Mia", "limit_neurons": 7500, "limit_reset": "daily", "rpm": 10},
    }
}
CHANGED_KEY: Json = {
    "application/json": {
        "schema": refer("ChangedKeyRequest"),
        "example": {"limit_usd": 0.5, "disabled": False},
    }
}
