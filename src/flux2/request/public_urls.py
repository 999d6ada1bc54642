"""URLs to which this deployment is to send something: none that means another thing to whoever
reads it than to whoever calls it, and no host but a public one."""

import re

from flux2.errors import InvalidValue

LONGEST = 2000
PATTERN = "^[Hh][Tt][Tt][Pp][Ss]://[0-9A-Za-z_.-]+[.][A-Za-z][0-9A-Za-z_-]*(:[0-9]+)?([/?][!-~]*)?$"
"""What the specification says of it."""

_WRITTEN = re.compile(r"[!-\[\]-~]*")
"""What a parser of URLs neither drops nor changes: ASCII without spaces, control characters and
backslashes (https://url.spec.whatwg.org/#url-parsing)."""
_HTTPS = re.compile(r"https://([^/?#]*)([/?#].*)?", re.IGNORECASE)
_PLACE = re.compile(r"([^:]*)(?::([0-9]{1,5}))?")
_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_NAME = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z]){_LABEL}", re.IGNORECASE)
"""One with a dot, whose end begins with a letter: no address, in whatever notation, does
(https://url.spec.whatwg.org/#ends-in-a-number-checker)."""
_LONGEST_NAME = 253
_NOT_PUBLIC = (
    "alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "test",
)  # fmt: skip
"""Ends of names that are nowhere on the internet, or are everybody's own (IANA, "Special-Use Domain
Names"; .internal: ICANN's resolution 2024.07.29.06)."""


def check(url: str, param: str) -> None:
    """Raises InvalidValue, which names the rule."""
    if len(url) > LONGEST:
        raise _refuse(param, f"must have at most {LONGEST:,} characters")
    if _WRITTEN.fullmatch(url) is None:
        raise _refuse(param, "must be of ASCII without spaces; write others percent-encoded")
    match = _HTTPS.fullmatch(url)
    if match is None:
        raise _refuse(param, "must begin with https://")
    if "#" in url:
        raise _refuse(param, "must have no fragment (#…)")
    if "@" in match[1]:
        raise _refuse(param, "must have no user and no password")
    _check_place(match[1], param)


def _check_place(place: str, param: str) -> None:
    """Judge what stands between the scheme and the path."""
    match = _PLACE.fullmatch(place)
    name = match[1] if match else ""
    if match is None or len(name) > _LONGEST_NAME or _NAME.fullmatch(name) is None:
        raise _refuse(param, "must have a public name for its host, such as hooks.example.com")
    if match[2] is not None and int(match[2]) > 65535:
        raise _refuse(param, "must have a port up to 65535")
    end = name.lower().rpartition(".")[2]
    if end in _NOT_PUBLIC:
        raise _refuse(param, f"must have a public name for its host; those in .{end} are not")


def _refuse(param: str, rule: str) -> InvalidValue:
    return InvalidValue(f"{param} {rule}.", param=param)
