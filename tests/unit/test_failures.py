"""What Cloudflare's errors mean, and a call that fails before or while it is judged."""

import json

import pytest

from flux2.cloudflare import failures
from flux2.ports import NotConnected
from tests.unit.fakes import (
    ACCOUNT,
    ENVIRONMENT,
    JPEG,
    TOKEN,
    Server,
    Upstream,
    check_error,
    encoded,
    refusal,
)

# What is sent

# Errors of Cloudflare's


AUTHENTICATION = (502, "upstream_authentication_error", "false", None)
REFUSED = (502, "upstream_error", "false", None)
FAILED = (502, "upstream_error", None, None)
TIMEOUT = (504, "upstream_timeout", None, None)
QUOTA = (429, "insufficient_quota", "false", None)

CODES = [
    # code, HTTP, (our status, code, x-should-retry, retry-after), words
    (3036, 429, QUOTA, ["10,000 neurons", "00:00 UTC"]),
    (4006, 429, QUOTA, ["10,000 neurons", "00:00 UTC"]),
    (3040, 429, (429, "rate_limit_exceeded", None, "5"), ["capacity"]),
    (3046, 408, TIMEOUT, ["timed out"]),
    (3007, 408, TIMEOUT, ["timed out"]),
    (3008, 408, TIMEOUT, ["timed out"]),
    (3001, 500, FAILED, ["Try again"]),
    (3003, 400, REFUSED, []),
    (5004, 400, REFUSED, []),
    (5006, 400, REFUSED, []),
    (8001, 400, REFUSED, []),
    (3006, 413, (413, "request_too_large", None, None), ["Send smaller reference"]),
    (3042, 404, REFUSED, []),
    (5007, 400, REFUSED, []),
    (3023, 403, AUTHENTICATION, ["ACCOUNT", "CF_API_TOKEN", "Workers AI"]),
    (3041, 403, AUTHENTICATION, ["ACCOUNT", "CF_API_TOKEN", "Workers AI"]),
    (5016, 403, AUTHENTICATION, ["ACCOUNT", "CF_API_TOKEN", "Workers AI"]),
    (5018, 403, AUTHENTICATION, ["ACCOUNT", "CF_API_TOKEN", "Workers AI"]),
    (5035, 403, AUTHENTICATION, ["ACCOUNT", "plan", "Workers AI"]),
    (7003, 404, AUTHENTICATION, ["variable ACCOUNT"]),
    (10000, 401, AUTHENTICATION, ["variable CF_API_TOKEN", "Workers AI"]),
    (10000, 400, AUTHENTICATION, ["variable CF_API_TOKEN", "Workers AI"]),
    (9106, 400, AUTHENTICATION, ["variable CF_API_TOKEN", "Workers AI"]),
    (9109, 403, AUTHENTICATION, ["variable CF_API_TOKEN", "Workers AI"]),
    (10013, 429, (429, "rate_limit_exceeded", None, "60"), ["rate limit"]),
    (971, 429, (429, "rate_limit_exceeded", None, "60"), ["rate limit"]),
]
DOCUMENTED = {3030} | {code for code, *_ in CODES}


def _check(answer, expected, *words: str) -> None:
    status, code, retry, after = expected
    check_error(answer, status, code, *words)
    assert answer.headers.get("x-should-retry") == retry
    assert answer.headers.get("retry-after") == after


@pytest.mark.parametrize("as_200", [False, True], ids=["own status", "HTTP 200"])
@pytest.mark.parametrize(("code", "status", "expected", "words"), CODES)
async def test_code_of_cloudflare_is_translated(code, status, expected, words, as_200):
    """Each code has its row, whatever the status; Cloudflare's own code and text are shown."""
    upstream = Upstream(refusal(code, "AiError: its words."), 200 if as_200 else status)

    answer = await Server(upstream).generate()

    _check(answer, expected, *words, f"code {code}", "AiError: its words")
    assert upstream.cancelled


def test_every_documented_code_is_mapped():
    """The table has each code of Cloudflare's that we know, and none that we do not test."""
    assert set(failures.BY_CODE) == DOCUMENTED


@pytest.mark.parametrize("status", [400, 200])
async def test_flagged_content_is_the_callers_error(status):
    """3030 with its "flagged" text: content refused, seen with 400 and with 200."""
    text = "AiError: Your output has been flagged. Please choose another prompt / input image"

    answer = await Server(Upstream(refusal(3030, text), status)).generate()

    check_error(answer, 400, "content_policy_violation", "flagged", "code 3030", "prompt")
    assert answer.json["error"]["type"] == "image_generation_user_error"


@pytest.mark.parametrize("status", [400, 200])
async def test_other_3030_is_not_called_content(status):
    """3030 is also any invalid input; then its text is shown, and asking again is hopeless."""
    answer = await Server(Upstream(refusal(3030, "Invalid height"), status)).generate()

    _check(answer, REFUSED, "code 3030", "Invalid height")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (301, REFUSED),
        (400, REFUSED),
        (401, AUTHENTICATION),
        (403, AUTHENTICATION),
        (404, REFUSED),
        (408, TIMEOUT),
        (413, (413, "request_too_large", None, None)),
        (422, REFUSED),
        (429, (429, "rate_limit_exceeded", None, "60")),
        (500, FAILED),
        (502, FAILED),
        (503, FAILED),
        (504, TIMEOUT),
        (524, TIMEOUT),
    ],
)
async def test_status_decides_where_no_known_code_does(status, expected):
    """An answer that says nothing we know is told by its status, and shows what it said."""
    news = refusal(987654, "News")
    for body in (b"", b"<html>Oops</html>", refusal(None), news, b'{"errors":[null]}'):
        upstream = Upstream(body, status, headers={"content-type": "text/html", "location": "/x"})

        answer = await Server(upstream).generate()

        _check(answer, expected, f"HTTP {status}")
        assert "<html>" not in answer.text
        if body is news:
            assert "News (code 987654" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("header", "retry_after"),
    [
        ("7", "7"),
        ("60", "60"),
        ("3600", "60"),
        ("0", "60"),
        ("", "60"),
        ("-5", "60"),
        ("²", "60"),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "60"),
        (None, "60"),
    ],
)
async def test_retry_after_is_passed_on_up_to_a_minute(header, retry_after):
    """Clients wait as told, but give up if told more than a minute or two."""
    headers = {"content-type": "application/json"}
    if header is not None:
        headers["retry-after"] = header

    answer = await Server(Upstream(refusal(10013), 429, headers)).generate()

    _check(answer, (429, "rate_limit_exceeded", None, retry_after))


async def test_secrets_are_cut_out_of_cloudflares_text():
    """Whatever it repeats of what was sent."""
    text = f"Token {TOKEN} is not good for {ACCOUNT} at /accounts/{ACCOUNT}/ai"

    answer = await Server(Upstream(refusal(3003, text), 400)).generate()

    assert "Token … is not good for … at /accounts/…" in answer.json["error"]["message"]


@pytest.mark.parametrize("header", ["9" * 5000, "99999999"])
async def test_endless_retry_after_is_none(header):
    """More than a day is nonsense, and so is a number that nobody could write down."""
    headers = {"content-type": "application/json", "retry-after": header}

    answer = await Server(Upstream(refusal(10013), 429, headers)).generate()

    _check(answer, (429, "rate_limit_exceeded", None, "60"))


async def test_refusal_without_its_body_is_told_by_its_status():
    """The line breaks, but 429 was said."""
    upstream = Upstream(b"", 429)

    async def fail(_: int) -> bytes:
        raise ConnectionError

    upstream.head = fail

    _check(await Server(upstream).generate(), (429, "rate_limit_exceeded", None, "60"))


async def test_long_text_of_cloudflares_is_cut():
    """A message is for reading."""
    answer = await Server(Upstream(refusal(3001, "long " * 1000), 500)).generate()

    check_error(answer, 502, "upstream_error", "long long")
    assert len(answer.json["error"]["message"]) < 500


async def test_odd_codes_and_texts_are_no_bug():
    """Whatever stands where a code and a text should be, the answer is an upstream error."""
    for error in ({"code": "3030"}, {"code": None, "message": 5}, {"message": ["x"]}, "text", []):
        body = json.dumps({"success": False, "errors": [error]}).encode()

        check_error(await Server(Upstream(body, 400)).generate(), 502, "upstream_error", "HTTP 400")


# Calls that fail


async def test_timeout_is_504():
    """No progress for as long as the setting says; the message says what to do."""
    answer = await Server(TimeoutError()).generate()

    _check(answer, TIMEOUT, "120 seconds", "fewer steps")


async def test_broken_connection_is_502():
    """No answer at all."""
    server = Server(ConnectionError("secret details"))

    answer = await server.generate()

    host = "api.cloudflare.com"
    _check(answer, FAILED, "connection to Cloudflare broke off, or none", host, "Try again")
    assert "secret details" not in answer.text
    assert json.loads(server.logged[0])["host"] == host


@pytest.mark.parametrize(
    ("error", "expected"), [(TimeoutError(), TIMEOUT), (ConnectionError(), FAILED)]
)
@pytest.mark.parametrize("method", ["head", "buffer"])
@pytest.mark.parametrize("status", [200, 500])
async def test_failure_while_judging_is_translated(error, expected, method, status):
    """The head of an answer, or all of an unusual one, may fail to come as well."""
    unusual = {"success": True, "result": {"image": encoded(JPEG)}}
    upstream = Upstream(json.dumps(unusual).encode(), status)

    async def fail(_: int) -> bytes:
        raise error

    setattr(upstream, "head" if status == 500 else method, fail)

    _check(await Server(upstream).generate(), expected)
    assert upstream.cancelled


@pytest.mark.parametrize(
    ("base", "host", "advice"),
    [
        ("", "api.cloudflare.com", "Try again"),
        ("http://127.0.0.1:1/client/v4", "127.0.0.1:1", "Check CF_API_BASE_URL"),
    ],
)
async def test_connection_that_was_never_made_names_the_host_and_the_reason(base, host, advice):
    """To the caller and in the log; nothing was sent, so it is tried again."""
    environment = ENVIRONMENT | {"CF_API_BASE_URL": base}
    server = Server(NotConnected("it refuses connections"), environment=environment)

    answer = await server.generate()

    _check(answer, FAILED, f"No connection to {host}", "it refuses connections", advice)
    assert len(server.cloudflare.calls) == 3
    line = json.loads(server.logged[0])
    assert line["event"] == "upstream_unreachable"
    assert (line["host"], line["reason"]) == (host, "it refuses connections")


# What Cloudflare says is judged as it came, and cleaned on its way out


async def test_word_that_an_account_id_is_part_of_is_still_read():
    """An id that happens to be in the text hides nothing from the table."""
    text = f"x{ACCOUNT}x Your output has been flagged."

    answer = await Server(Upstream(refusal(3030, text), 400)).generate()

    check_error(answer, 400, "content_policy_violation", "flagged")


async def test_secret_inside_the_deciding_word_does_not_hide_it():
    """A secret that is part of the word itself is no reason to misjudge; it is still not shown."""
    upstream = Upstream(refusal(3030, "It was flagged."), 400)

    answer = await Server(upstream, environment=ENVIRONMENT | {"CF_API_TOKEN": "flag"}).generate()

    check_error(answer, 400, "content_policy_violation", "code 3030")
    assert "flag" not in answer.json["error"]["message"].partition("Cloudflare said")[2]


async def test_message_that_looks_like_base64_is_shown_as_it_is():
    """An answer with HTTP 200 is searched for an image; a long word of its text is none."""
    text = "A" * 70

    answer = await Server(Upstream(refusal(3001, text), 200)).generate()

    _check(answer, FAILED, f"Cloudflare said: {text}")


async def test_markup_in_what_cloudflare_says_is_left_out():
    """A proxy's page in an error would be shown as it is by who trusts us."""
    text = "<b>Stop</b> <script>alert(1)</script> 3 < 4"

    answer = await Server(Upstream(refusal(3001, text), 500)).generate()

    _check(answer, FAILED, "Cloudflare said: Stop alert(1) 3 < 4")
