"""The contract's error table, as the trees of `flux2.errors` and `flux2.refusals` draw it."""

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from flux2 import errors, json_text, refusals
from flux2.answers.errors import describe
from flux2.app import handle
from tests.messages import is_said
from tests.unit.fakes import Request, Server

LINE = re.compile(r"((?:│   )*)[├└]── (\w+) +(\d{3}) (\w+)(?:, (?!final)(\w+))?(, final)?")


class Row(NamedTuple):
    name: str
    parent: str
    status: int
    type: str
    code: str
    is_final: bool


def _draw_tree() -> Iterator[str]:
    """The lines of the tree, with those of `refusals` where that branch hangs."""
    branch = [f"│   {line}" for line in refusals.__doc__.splitlines() if "── " in line]
    for line in errors.__doc__.splitlines():
        if "── " in line:
            yield line
        if "── InvalidRequest " in line:
            yield from branch


def _read_tree() -> Iterator[Row]:
    """Each line, with the type of the one above it where it has none of its own."""
    branch = [Row("ApiError", "Exception", 0, "api_error", "", False)]
    for line in _draw_tree():
        if match := LINE.fullmatch(line):
            indent, name, status, code, own_type, final = match.groups()
            above = branch[len(indent) // 4]
            row = Row(name, above.name, int(status), own_type or above.type, code, bool(final))
            branch[len(indent) // 4 + 1 :] = [row]
            yield row


TABLE = list(_read_tree())
EACH = pytest.mark.parametrize("kind", errors.list_errors(), ids=lambda kind: kind.code)


def test_tree_is_complete():
    """A new error finds its line at the top of its module, at the place where it hangs."""
    assert len(list(_draw_tree())) == len(TABLE)
    assert [(row.name, row.parent) for row in TABLE] == [
        (kind.__name__, kind.__base__.__name__) for kind in errors.list_errors()
    ]


@EACH
def test_error_is_drawn_in_the_file_of_its_class(kind):
    """So that a new one is one file."""
    drawn = sys.modules[kind.__module__].__doc__
    assert re.search(rf"^(.*── )?{kind.__name__} ", drawn, re.MULTILINE)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.code)
async def test_error_becomes_its_line_of_the_tree(row, monkeypatch):
    """Raised anywhere, it is answered with its status, in the shape of OpenAI's errors."""
    error = getattr(errors, row.name).make_example()

    async def fail(*_):
        raise error

    monkeypatch.setattr("flux2.app._respond", fail)

    response = await handle(Request("GET", "/"), Server().services)

    assert response.status == row.status
    assert response.headers["content-type"] == "application/json"
    assert response.headers.get("x-should-retry") == ("false" if row.is_final else None)
    detail = {"message": error.message, "type": row.type, "param": error.param, "code": row.code}
    assert response.body == [json_text.write({"error": detail})]


@EACH
def test_error_says_when_it_happens(kind):
    """In one sentence, which the specification shows."""
    assert kind.__doc__.endswith(".")
    assert kind.__doc__ != kind.__base__.__doc__


@EACH
def test_example_is_what_the_source_says(kind):
    """What callers really get, or its first sentences."""
    assert is_said(kind.example)


def test_example_that_nobody_says_is_noticed():
    """The check above does not take anything for a message."""
    assert not is_said("The weather is fine today.")


async def test_example_of_a_wrong_value_is_what_the_server_says():
    """To the pixel: its numbers are limits of the catalog."""
    answer = await Server().generate(width=100)
    assert answer.json["error"] == describe(errors.InvalidValue.make_example())


def test_param_is_carried():
    """The name of the field that a client should mark."""
    error = describe(errors.InvalidValue("Too large.", param="steps"))

    assert error["param"] == "steps"


@pytest.mark.parametrize(("asked", "said"), [(-3, "1"), (0, "1"), (59, "59"), (61, "60")])
def test_retry_after_is_between_one_second_and_one_minute(asked, said):
    """OpenAI's Python client gives up above 120 s, Vercel's from 60 s on."""
    assert errors.RateLimitExceeded("Wait.", retry_after=asked).headers() == {"retry-after": said}


@pytest.mark.parametrize(
    ("kind", "retry"), [(errors.UpstreamError, "false"), (errors.InvalidValue, None)]
)
def test_that_retrying_is_vain_is_said_where_clients_would_retry(kind, retry):
    """They repeat 429 and 5xx only, so only there the header means something."""
    assert kind("No.", retryable=False).headers().get("x-should-retry") == retry
