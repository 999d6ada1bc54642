"""Which failures are tried again, where, and until when."""

import asyncio
import re

import pytest

from flux2.ports import ClientLeft
from tests.unit.fakes import (
    ACCOUNT,
    ENVIRONMENT,
    NOW,
    Server,
    Upstream,
    check_error,
    refusal,
)

THREE = ENVIRONMENT | {
    **{"ACCOUNT_1": "1" * 32, "CF_API_TOKEN_1": "token-1"},
    **{"ACCOUNT_10": "a" * 32, "CF_API_TOKEN_10": "token-10"},
}
NAMES = {ACCOUNT: "the-account", "1" * 32: "first", "a" * 32: "tenth"}
THREE_SECONDS = ENVIRONMENT | {"UPSTREAM_TIMEOUT": "3"}
MIDNIGHT = NOW - NOW % 86_400 + 86_400


class Clock:
    """Stands still unless told, or while the server sleeps or Cloudflare is asked."""

    def __init__(self, call_seconds: float = 0.0) -> None:
        self.now = NOW
        self.call_seconds = call_seconds

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def _refused(code: int | None = None, status: int = 429, retry_after: str = "") -> Upstream:
    headers = {"content-type": "application/json", "retry-after": retry_after}
    return Upstream(refusal(code), status, headers)


def _asked(server: Server) -> list[str]:
    """The accounts that were asked, in their order."""
    ids = [call.url.split("/accounts/")[1].split("/")[0] for call in server.cloudflare.calls]
    return [NAMES[each] for each in ids]


# The same account again


@pytest.mark.parametrize(
    "failure",
    [
        _refused(3040),
        _refused(3001, 500),
        _refused(None, 500),
        _refused(None, 503),
        Upstream(b"", 502),
        ConnectionError(),
    ],
    ids=["capacity", "3001", "500", "503", "502, empty", "connection"],
)
@pytest.mark.parametrize("times", [1, 2])
async def test_what_time_may_mend_is_asked_again(failure, times):
    """Busy, failed without a code, or not reached: nothing was billed. The caller never notices."""
    server = Server(*[failure] * times, Upstream())

    answer = await server.generate()

    assert answer.status == 200
    assert len(server.cloudflare.calls) == 1 + times
    assert {call.fields["seed"] for call in server.cloudflare.calls} == {
        str(answer.json["data"][0]["seed"])
    }


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (_refused(3040), 429, "rate_limit_exceeded"),
        (_refused(None, 500), 502, "upstream_error"),
        (ConnectionError(), 502, "upstream_error"),
    ],
    ids=["capacity", "500", "connection"],
)
async def test_after_two_repetitions_the_failure_is_told(failure, status, code):
    """At most three calls for one image."""
    server = Server(failure)

    check_error(await server.generate(), status, code)

    assert len(server.cloudflare.calls) == 3


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (Upstream(refusal(3030, "It was flagged"), 400), 400, "content_policy_violation"),
        (_refused(3030, 400), 502, "upstream_error"),
        (_refused(3036), 429, "insufficient_quota"),
        (_refused(10013), 429, "rate_limit_exceeded"),
        (_refused(3046, 408), 504, "upstream_timeout"),
        (_refused(None, 504), 504, "upstream_timeout"),
        (_refused(3003, 400), 502, "upstream_error"),
        (_refused(7000, 500), 502, "upstream_error"),
        (_refused(7003, 404), 502, "upstream_authentication_error"),
        (Upstream(b"not JSON at all"), 502, "upstream_error"),
        (Upstream(b'{"success":true,"result":{}}'), 502, "upstream_error"),
        (_refused(None, 200), 502, "upstream_error"),
        (TimeoutError(), 504, "upstream_timeout"),
        (ClientLeft(), 499, "client_closed_request"),
        (Upstream(broken=ConnectionError(), is_short=True), 502, "upstream_error"),
    ],
    ids=lambda value: getattr(value, "status", None) and f"{value.status} {value.body[-60:]!r}",
)
async def test_what_is_hopeless_or_may_have_been_billed_is_not_asked_again(failure, status, code):
    """Refused, used up, misconfigured; or an answer of which something came, or may have come."""
    server = Server(failure, Upstream())

    answer = await server.generate()

    assert (answer.status, answer.json["error"]["code"]) == (status, code)
    assert len(server.cloudflare.calls) == 1


async def test_wait_doubles_and_part_of_it_is_chance():
    """0.5 s, then 1 s, each short of a random part of up to its half."""
    draws = iter([0, 999])
    server = Server(_refused(3040), random_below=lambda bound: next(draws) if bound == 1000 else 41)

    await server.generate()

    assert server.slept == [0.5, pytest.approx(0.5005)]


async def test_retry_after_is_obeyed():
    """Cloudflare knows best how long it needs."""
    server = Server(_refused(3040, retry_after="5"), Upstream())

    assert (await server.generate()).status == 200
    assert server.slept == [5]


@pytest.mark.parametrize(("asked", "told"), [("6", "6"), ("20", "20"), ("120", "60")])
async def test_longer_wait_is_the_caller_s_to_make(asked, told):
    """A silent connection is cut by proxies; so the answer comes at once, with how long to wait."""
    server = Server(_refused(3040, retry_after=asked))

    answer = await server.generate()

    check_error(answer, 429, "rate_limit_exceeded")
    assert answer.headers["retry-after"] == told
    assert (server.slept, len(server.cloudflare.calls)) == ([], 1)


async def test_no_wait_beyond_the_deadline():
    """What could not be done in time is not begun."""
    server = Server(_refused(3040, retry_after="3"), environment=THREE_SECONDS)

    check_error(await server.generate(), 429, "rate_limit_exceeded")
    assert (server.slept, len(server.cloudflare.calls)) == ([], 1)


async def test_repetitions_share_the_time_of_one_image():
    """120 s for an image, whatever happens on the way."""
    clock = Clock()
    failures = iter([_refused(3040, retry_after="3"), _refused(3040, retry_after="5"), Upstream()])
    timeouts = []

    async def fetch(url, *, headers, form, timeout):
        timeouts.append(timeout)
        return next(failures)

    await Server(fetch=fetch, now=clock, sleep=clock.sleep).generate()

    assert timeouts == [120, 117, 112]


# Another account


@pytest.mark.parametrize(
    "failure",
    [
        _refused(3036),
        _refused(4006),
        _refused(3040),
        _refused(10013),
        _refused(7003, 404),
        _refused(10000, 401),
        _refused(9109, 403),
        _refused(5035, 403),
        _refused(None, 403),
    ],
    ids=lambda value: f"{value.status} {value.body[:50]!r}",
)
async def test_next_account_serves_at_once(failure):
    """Quota, capacity and credentials are an account's own; the answer says which one served."""
    server = Server(failure, Upstream(), environment=THREE)

    answer = await server.generate()

    assert answer.json["data"][0]["account"] == "ACCOUNT_1"
    assert _asked(server) == ["the-account", "first"]
    assert server.cloudflare.calls[1].headers == {"authorization": "Bearer token-1"}
    assert server.slept == []


@pytest.mark.parametrize(
    "failure",
    [Upstream(refusal(3030, "It was flagged"), 400), _refused(3003, 400), TimeoutError()],
    ids=["content", "bad request", "timeout"],
)
async def test_refused_content_never_moves_on(failure):
    """Another account would refuse it as well, or bill it again."""
    server = Server(failure, Upstream(), environment=THREE)

    assert (await server.generate()).status >= 400
    assert _asked(server) == ["the-account"]


@pytest.mark.parametrize(
    ("failure", "seconds"),
    [
        (_refused(3036), MIDNIGHT - NOW),
        (_refused(3040), 5),
        (_refused(3040, retry_after="40"), 40),
        (_refused(10013), 60),
        (_refused(10013, retry_after="7"), 7),
        (_refused(10000, 401), 600),
    ],
    ids=["quota", "capacity", "capacity, 40 s", "rate", "rate, 7 s", "token"],
)
async def test_account_is_left_alone_for_as_long_as_the_reason_says(failure, seconds):
    """Until then the others are asked; afterwards it is the first again."""
    clock = Clock()
    server = Server(failure, Upstream(), environment=THREE, now=clock)
    await server.generate()

    clock.now = NOW + seconds - 1
    await server.generate()
    clock.now = NOW + seconds
    await server.generate()

    assert _asked(server) == ["the-account", "first", "first", "the-account"]


async def test_account_is_left_alone_for_that_model_only():
    """Capacity, and what a plan allows, are a model's."""
    server = Server(_refused(3040), Upstream(), environment=THREE)
    await server.generate()

    await server.generate(model="flux-2-klein-4b")

    assert _asked(server) == ["the-account", "first", "the-account"]


async def test_if_all_are_left_alone_the_first_to_wake_is_asked():
    """What was said an hour ago may hold no more: the plan may have changed, or the token."""
    failures = [_refused(3036), _refused(10013), _refused(10000, 401)]
    server = Server(*failures, _refused(3036), environment=THREE)
    await server.generate()
    before = len(server.cloudflare.calls)

    check_error(await server.generate(), 429, "insufficient_quota")

    assert _asked(server)[before:] == ["first"]


async def test_account_that_serves_again_is_no_longer_left_alone():
    """The owner may have bought more; nobody need wait for midnight."""
    server = Server(*[_refused(3036)] * 3, Upstream(), environment=THREE)

    for _ in range(3):
        await server.generate()

    assert _asked(server)[3:] == ["the-account", "the-account"]


async def test_image_that_was_asked_for_before_does_not_end_a_rest():
    """It came late, from a time when there still was quota."""
    came = asyncio.Event()

    async def fetch(url, *, form, **options):
        is_quick = dict(form)["seed"] == "2"
        if ACCOUNT not in url:
            return Upstream()
        if is_quick:
            return _refused(3036)
        await came.wait()
        return Upstream()

    server = Server(environment=THREE, fetch=fetch)
    late = asyncio.ensure_future(server.generate(seed=1))
    await asyncio.sleep(0)
    first = await server.generate(seed=2)
    came.set()
    await late

    again = await server.generate(seed=1)

    accounts = [answer.json["data"][0]["account"] for answer in (first, await late, again)]
    assert accounts == ["ACCOUNT_1", "ACCOUNT", "ACCOUNT_1"]


async def test_capacity_of_one_account_is_waited_for_though_others_are_limited():
    """Half a second later it may serve; the others said when."""
    failures = [_refused(10013), _refused(3040), _refused(10013)]
    server = Server(*failures, Upstream(), environment=THREE)

    answer = await server.generate()

    assert answer.json["data"][0]["account"] == "ACCOUNT_1"
    assert _asked(server) == ["the-account", "first", "tenth", "first"]


@pytest.mark.parametrize(("after_midnight", "rest"), [(0.5, 600), (599, 600), (601, 86_400 - 601)])
async def test_quota_of_a_day_that_has_just_begun_was_yesterdays(after_midnight, rest):
    """Clocks differ by a second or two, which must not cost a day."""
    clock = Clock()
    clock.now = MIDNIGHT + after_midnight
    server = Server(_refused(3036), Upstream(), environment=THREE, now=clock)
    await server.generate()

    for clock.now in (MIDNIGHT + after_midnight + rest - 1, MIDNIGHT + after_midnight + rest):
        await server.generate()

    assert _asked(server) == ["the-account", "first", "first", "the-account"]


async def test_short_rest_does_not_end_a_long_one():
    """Two images at once: one learns that the quota is used up, the other of capacity."""
    failures = [_refused(3036), _refused(3040), Upstream()]
    clock = Clock()
    server = Server(*failures, environment=THREE, now=clock)
    await server.generate(n=2)

    clock.now += 60
    await server.generate()

    assert _asked(server)[:2] == ["the-account", "the-account"]
    assert _asked(server)[-1] == "first"


async def test_no_account_is_asked_after_the_deadline():
    """It would be billed for what nobody waits for; the first failure is told."""
    clock = Clock()

    async def fetch(url, *, headers, form, timeout):
        clock.now += timeout
        return _refused(3036)

    server = Server(fetch=fetch, now=clock, environment=THREE)

    check_error(await server.generate(), 429, "insufficient_quota")


@pytest.mark.parametrize(
    ("failures", "code"),
    [
        ([3036, 10000, 10013], "rate_limit_exceeded"),
        ([3036, 10000, 7003], "insufficient_quota"),
        ([10000, 3036, 3036], "upstream_authentication_error"),
    ],
)
async def test_failure_that_waiting_mends_is_told_first(failures, code):
    """If every account fails; or else what the first one said."""
    server = Server(*[_refused(code) for code in failures], environment=THREE)

    answer = await server.generate()

    assert answer.json["error"]["code"] == code
    assert _asked(server) == ["the-account", "first", "tenth"]


async def test_error_names_the_variables_of_its_account():
    """The owner of several must know which one to mend."""
    only = {k: v for k, v in THREE.items() if "_1" in k or k == "API_MASTER_KEY"}
    server = Server(_refused(10000, 401), environment=only)

    answer = await server.generate()

    check_error(answer, 502, "upstream_authentication_error", "CF_API_TOKEN_1:", "ACCOUNT_1.")


async def test_one_account_is_not_named():
    """There is nothing to tell apart."""
    assert "account" not in (await Server().generate()).json["data"][0]


async def test_stream_names_the_account_of_each_image():
    """As the document does."""
    server = Server(Upstream(), _refused(3036), Upstream(), environment=THREE)

    answer = await server.generate(n=2, stream=True)

    assert set(re.findall('"account":"(.+?)"', answer.text)) == {"ACCOUNT", "ACCOUNT_1"}


async def test_images_of_one_request_may_come_from_different_accounts():
    """Each says which; what they cost is the sum."""
    server = Server(Upstream(), _refused(3036), Upstream(), environment=THREE)

    answer = await server.generate(n=2)

    assert {item["account"] for item in answer.json["data"]} == {"ACCOUNT", "ACCOUNT_1"}
    assert answer.json["cost"]["neurons"] == 7500
