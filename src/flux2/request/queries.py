"""What stands behind the `?` of a path."""

from collections.abc import Collection, Mapping
from urllib.parse import parse_qsl

from flux2.errors import UnsupportedParameter
from flux2.request.fields import describe_broken_rule


def read(query: str, names: Collection[str]) -> Mapping[str, str]:
    """Read its parameters, all of which have to be among `names`. Raises UnsupportedParameter."""
    given = dict(parse_qsl(query, keep_blank_values=True))
    for name in given:
        if name not in names:
            shown = name[:100]
            raise UnsupportedParameter(
                f"{shown} is no parameter here; there are {', '.join(names)}.", param=shown
            )
    return given


def read_integer(query: Mapping[str, str], name: str, allowed: range, default: int) -> int:
    """Raises InvalidValue."""
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) in allowed):
        raise describe_broken_rule(name, f"an integer from {allowed[0]} to {allowed[-1]}", text)
    return int(text)


def read_text(query: Mapping[str, str], name: str) -> str | None:
    return query.get(name) or None
