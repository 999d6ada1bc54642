"""Small bodies of the owner's, by which something is made or changed: each field has its rule, and
there are no others."""

import json
import re
from collections.abc import Collection, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from flux2.errors import ApiError, InvalidValue, UnsupportedParameter
from flux2.ports import Fields
from flux2.request.fields import describe_broken_rule

LONGEST_NAME = 100
NAME_RULE = f"a string of 1 to {LONGEST_NAME} characters"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

AnyFields = TypeVar("AnyFields", bound=BaseModel)


def read(
    kind: type[AnyFields],
    fields: Fields,
    rules: Mapping[str, str],
    what: str,
    never_null: Collection[str],
) -> AnyFields:
    """Apply the rule of each; `what` has these fields. A name is judged as people read it.

    Raises an InvalidRequest that names the field, its value and the rule."""
    try:
        wish = kind.model_validate(fields)
    except ValidationError as exc:
        raise _explain(exc, fields, rules, what) from None
    for name in never_null:
        if name in fields and fields[name] is None:
            raise describe_broken_rule(name, rules[name], None)
    if "name" in fields:
        _check_name(fields["name"])
    return wish


def _explain(exc: ValidationError, fields: Fields, rules: Mapping[str, str], what: str) -> ApiError:
    first = exc.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0])[:100]
    if first["type"] == "extra_forbidden":
        shown = json.dumps(name, ensure_ascii=False)
        known = ", ".join(rules)
        return UnsupportedParameter(f"{what} has no field {shown}; it has {known}.", param=name)
    return describe_broken_rule(name, rules[name], fields[name])


def _check_name(name: str) -> None:
    """Nobody sees a control character."""
    if not name.strip():
        raise InvalidValue("name must not be blank.", param="name")
    if _CONTROL.search(name):
        raise InvalidValue("name must have no control characters.", param="name")
