"""How often somebody may ask, per key and per address of wrong keys."""

from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from tests.unit.fakes import KEY, NOW, Request, Server, Upstream, check_error, events, refusal
from tests.unit.fakes.sharing import Deployment

MODELS = "/v1/models"


class Limiter:
    """A binding that has had enough after so many calls."""

    def __init__(self, most: int) -> None:
        self.keys: list[str] = []
        self._most = most

    def __call__(self, key: str) -> Callable[[], Awaitable[bool]]:
        self.keys.append(key)
        return partial(self._tell, len(self.keys) <= self._most)

    async def _tell(self, is_within: bool) -> bool:
        return is_within


def _asking(key: str, address: str | None = "203.0.113.7") -> Request:
    headers = {"authorization": f"Bearer {key}"}
    return Request("GET", MODELS, headers | ({"cf-connecting-ip": address} if address else {}))


async def test_too_many_requests_for_images_are_429():
    """With the seconds to wait; nothing is asked of Cloudflare, and the key is told to nobody."""
    limiter = Limiter(2)
    server = Server(limit_key=limiter)

    answers = [await server.generate() for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 429]
    check_error(answers[2], 429, "rate_limit_exceeded", "too often")
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60
    assert len(server.cloudflare.calls) == 2
    assert len(set(limiter.keys)) == 1
    assert KEY not in limiter.keys[0]


async def test_other_requests_are_not_counted():
    """Only images cost something."""
    limiter = Limiter(0)
    server = Server(limit_key=limiter)

    assert (await server.get(MODELS)).status == 200
    assert (await server.get("/health")).status == 200
    assert limiter.keys == []


async def test_wrong_keys_are_counted_per_address():
    """As long as they are few they are 401, then 429 for the rest of the minute."""
    limiter = Limiter(2)
    server = Server(limit_address=limiter)

    answers = [await server.send(_asking("wrong")) for _ in range(4)]

    assert [answer.status for answer in answers] == [401, 401, 429, 429]
    check_error(answers[3], 429, "rate_limit_exceeded", "wrong API keys")
    assert 1 <= int(answers[3].headers["retry-after"]) <= 60
    assert limiter.keys == ["203.0.113.7"] * 3


async def test_right_key_is_not_taken_from_where_too_many_wrong_ones_came():
    """Else guessing could go on; other addresses notice nothing, and the minute ends."""
    times = [NOW]
    server = Server(limit_address=Limiter(0), now=lambda: times[-1])
    await server.send(_asking("wrong"))

    assert (await server.send(_asking(KEY))).status == 429
    assert (await server.send(_asking(KEY, "203.0.113.8"))).status == 200
    times.append(NOW + 60)
    assert (await server.send(_asking(KEY))).status == 200


async def test_missing_key_is_not_counted():
    """Who sends none is not guessing: a monitor, or a page that has not been given one yet."""
    limiter = Limiter(0)
    server = Server(limit_address=limiter)

    assert {(await server.get(MODELS, key=None)).status for _ in range(5)} == {401}
    assert limiter.keys == []


async def test_right_key_is_never_counted_among_the_wrong():
    """However often it comes."""
    limiter = Limiter(0)
    server = Server(limit_address=limiter)

    assert {(await server.send(_asking(KEY))).status for _ in range(5)} == {200}
    assert limiter.keys == []


@pytest.mark.parametrize("field", [{"disabled": True}, {"expires_at": int(NOW) + 1}])
async def test_key_that_is_not_to_be_used_is_no_guess(field):
    """The forgotten script of a friend must not shut out the owner at the same address; a key that
    nobody has, or has any more, is counted there as before."""
    limiter = Limiter(0)
    server = Deployment(limit_address=limiter)
    friend, former = await server.make_key(**field), await server.make_key()
    await server.ask("DELETE", f"/v1/keys/{former.id}")
    server.time += 2

    answers = [await server.send(_asking(friend.key)) for _ in range(5)]

    assert {answer.status for answer in answers} == {401}
    assert limiter.keys == []
    assert (await server.send(_asking(KEY))).status == 200
    assert (await server.send(_asking(former.key))).status == 429
    assert limiter.keys == ["203.0.113.7"]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
        ("2001:db8::1", "2001:db8:0:0"),
        ("2001:db8:1::", "2001:db8:1:0"),
        ("::1", "0:0:0:0"),
        (None, ""),
    ],
)
async def test_network_of_ipv6_counts_as_one(address, counted):
    """A subscriber has 2^64 addresses (RFC 6177)."""
    limiter = Limiter(9)

    await Server(limit_address=limiter).send(_asking("wrong", address))

    assert limiter.keys == [counted]


async def test_limiter_that_fails_shuts_nobody_out():
    """It is told in the log."""

    async def fail() -> bool:
        raise OSError("unavailable")

    server = Server(limit_key=lambda _: fail, limit_address=lambda _: fail)

    assert (await server.generate()).status == 200
    assert (await server.send(_asking("wrong"))).status == 401
    assert events(server).count("rate_limit_unavailable") == 2


async def test_what_is_remembered_of_addresses_is_bounded():
    """An isolate has 128 MB, and an attacker many addresses."""
    server = Server(limit_address=Limiter(0))

    for number in range(1100):
        await server.send(_asking("wrong", f"2001:db8:{number // 256}:{number % 256}::1"))

    assert len(server.services.blocked) <= 1000


async def test_refused_requests_are_never_sent_upstream():
    """Not even to learn that the quota is used up."""
    server = Server(Upstream(refusal(3036), 429), limit_key=Limiter(0))

    check_error(await server.generate(), 429, "rate_limit_exceeded")

    assert server.cloudflare.calls == []
