"""The query of a request, which is what stands behind the `?`: its parameters, with the rule of
each.

A list is a name again and again, with or without brackets: OpenAI's clients write `group_by[]=`.
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar, get_args, get_origin
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, ValidationError

from flux2.errors import ApiError, InvalidValue, MissingParameter, UnsupportedParameter
from flux2.request.fields import describe_broken_rule, describe_rule

_BRACKETS = re.compile(r"\[[0-9]*\]$")
_INTEGER = re.compile(r"-?[0-9]{1,18}")


class Query(BaseModel):
    """The parameters of a path. What is none of them is refused: a filter that was misspelt would
    lie if it were ignored."""

    model_config = ConfigDict(strict=True, extra="forbid")

    not_here: ClassVar[Mapping[str, str]] = {}
    """Parameters of OpenAI's, and values in lists of theirs, and why they are refused."""


AnyQuery = TypeVar("AnyQuery", bound=Query)


def read(kind: type[AnyQuery], query: str) -> AnyQuery:
    """Apply the rule of each parameter. An empty value is one that was not given: as such
    openai-node writes null.

    Raises an InvalidRequest that names the parameter, its value and the rule.
    """
    try:
        return kind.model_validate(_collect(kind, query))
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_context=False)[0]
        name = str(first["loc"][0])
        if first["type"] == "missing":
            raise MissingParameter(f"{name} is required.", param=name) from None
        rule = describe_rule(name, kind)
        raise describe_broken_rule(name, rule, first["input"]) from None


def _collect(kind: type[Query], query: str) -> Mapping[str, Any]:
    """Find the value of each parameter that was given."""
    given: dict[str, Any] = {}
    for written, value in parse_qsl(query):
        name = _BRACKETS.sub("", written)
        if name not in kind.model_fields:
            raise _refuse(written, kind)
        if _is_list(name, kind):
            given.setdefault(name, []).extend(_read_list(name, value, kind))
        elif name in given:
            raise InvalidValue(f"{name} must be given once.", param=name)
        else:
            given[name] = int(value) if _is_integer(name, value, kind) else value
    return given


def _refuse(name: str, kind: type[Query]) -> ApiError:
    plain = _BRACKETS.sub("", name)
    if (reason := kind.not_here.get(plain)) is not None:
        return UnsupportedParameter(f"{plain} is not supported: {reason}.", param=plain)
    shown = name[:100]
    return UnsupportedParameter(
        f"{shown} is no parameter here; there are {', '.join(kind.model_fields)}.", param=shown
    )


def _read_list(name: str, text: str, kind: type[Query]) -> list[str]:
    """Read one or several, which some write with commas: nothing that is asked for here has one.
    Where the words are given that may stand in it, those of OpenAI's that may not are refused."""
    values = [each for each in text.split(",") if each]
    (kind_of_value,) = get_args(kind.model_fields[name].annotation)
    for value in values if kind_of_value is not str else ():
        if (reason := kind.not_here.get(value)) is not None:
            raise UnsupportedParameter(f"{name} must not be {value}: {reason}.", param=name)
    return values


def _is_list(name: str, kind: type[Query]) -> bool:
    return get_origin(kind.model_fields[name].annotation) is list


def _is_integer(name: str, value: str, kind: type[Query]) -> bool:
    annotation = kind.model_fields[name].annotation
    is_number = int in (get_args(annotation) or (annotation,))
    return is_number and _INTEGER.fullmatch(value) is not None
