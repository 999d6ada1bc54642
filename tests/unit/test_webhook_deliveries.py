"""Deliveries of an event: to whom, what is sent, how it is signed, and when it is repeated."""

import json

import pytest

from flux2.log import Log
from flux2.ports import NotConnected
from flux2.webhooks import delivery
from flux2.webhooks.events import make_event
from flux2.webhooks.signing import sign
from tests.unit.fakes import Database
from tests.unit.fakes.receivers import Receiver
from tests.unit.fakes.sharing import Deployment
from tests.unit.test_webhooks import ENDPOINTS, URL, register

DAY = 86_400
EVENT = make_event("batch.completed", "batch_5e1f", 1_800_000_000.7)


async def test_event_is_posted_as_openais_clients_read_it():
    """Signed with the time of the attempt, as Standard Webhooks has it."""
    receiver = Receiver()
    server = Deployment(post=receiver)
    made = await register(server)
    server.time += 5

    await delivery.deliver(made["id"], EVENT, server.services)

    (sent,) = receiver.deliveries
    assert (sent.url, sent.timeout) == (URL, 15)
    assert sent.json == {
        "id": EVENT.id,
        "object": "event",
        "created_at": 1_800_000_000,
        "type": "batch.completed",
        "data": {"id": "batch_5e1f"},
    }
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["webhook-id"] == EVENT.id
    assert sent.headers["webhook-timestamp"] == "1800000005"
    assert sent.is_signed_by(made["signing_secret"])
    assert not sent.is_signed_by("whsec_" + "x" * 32)


def test_signature_is_that_of_standard_webhooks():
    """By the example with which its own libraries are tested."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    message, text = "msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}'

    headers = sign(message, text, [secret], 1_614_265_330.9)

    assert headers == {
        "webhook-id": message,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


async def test_repeated_delivery_has_the_same_id_and_text():
    """Only the time, and with it the signature, is that of the attempt."""
    receiver = Receiver(500, 200)
    server = Deployment(post=receiver)
    made = await register(server)

    with pytest.raises(OSError, match="500"):
        await delivery.deliver(made["id"], EVENT, server.services)
    server.time += 42
    await delivery.deliver(made["id"], EVENT, server.services)

    first, second = receiver.deliveries
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert second.headers["webhook-timestamp"] == "1800000042"
    assert second.is_signed_by(made["signing_secret"])


def test_event_made_again_is_the_same_and_of_another_batch_another():
    """A batch is over once; whoever forgot that it was told tells it under the same id."""
    again = make_event("batch.completed", "batch_5e1f", 1_800_000_000.7)
    other = make_event("batch.completed", "batch_0000", 1_800_000_000.7)

    assert again == EVENT
    assert again.text == EVENT.text
    assert other.id != EVENT.id
    assert EVENT.id.startswith("evt_")


@pytest.mark.parametrize(
    ("answer", "logged"),
    [
        (199, {"status": 199}),
        (301, {"status": 301}),
        (404, {"status": 404}),
        (503, {"status": 503}),
        (TimeoutError(), {"kind": "TimeoutError"}),
        (ConnectionError(f"no {URL}"), {"kind": "ConnectionError"}),
        (NotConnected("TLS failed"), {"kind": "NotConnected", "reason": "TLS failed"}),
    ],
)
async def test_what_was_not_taken_has_to_be_repeated(answer, logged):
    """The log tells of it nothing that is secret: neither the address, nor the text."""
    server = Deployment(post=Receiver(answer))
    made = await register(server)
    server.logged.clear()

    with pytest.raises(OSError):  # noqa: PT011
        await delivery.deliver(made["id"], EVENT, server.services)

    (line,) = map(json.loads, server.logged)
    assert line == {
        "event": "webhook_failed",
        "request_id": None,
        "endpoint_id": made["id"],
        **logged,
    }


@pytest.mark.parametrize("status", [200, 202, 204, 299])
async def test_what_was_taken_is_over(status):
    """Nothing is written of it."""
    server = Deployment(post=Receiver(status))
    made = await register(server)
    server.logged.clear()

    await delivery.deliver(made["id"], EVENT, server.services)

    assert server.logged == []


async def test_changed_endpoint_gets_the_repetition_where_it_is_now():
    """Each attempt looks it up anew."""
    receiver = Receiver()
    server = Deployment(post=receiver)
    made = await register(server)
    await server.ask("POST", f"{ENDPOINTS}/{made['id']}", {"url": "https://new.example.com"})

    await delivery.deliver(made["id"], EVENT, server.services)

    assert [sent.url for sent in receiver.deliveries] == ["https://new.example.com"]


@pytest.mark.parametrize("how", ["deleted", "no longer wanted", "never there"])
async def test_endpoint_that_is_gone_is_not_called(how):
    """And nothing has to be repeated."""
    receiver = Receiver(500)
    server = Deployment(post=receiver)
    endpoint_id = (await register(server))["id"]
    if how == "deleted":
        await server.ask("DELETE", f"{ENDPOINTS}/{endpoint_id}")
    elif how == "no longer wanted":
        changed = {"event_types": ["batch.failed"]}
        await server.ask("POST", f"{ENDPOINTS}/{endpoint_id}", changed)
    else:
        endpoint_id = "we_" + "f" * 24

    await delivery.deliver(endpoint_id, EVENT, server.services)

    assert receiver.deliveries == []


async def test_those_that_want_an_event_are_found():
    """By its whole name, the oldest first."""
    server = Deployment()
    wanted = {}
    for types in (["batch.completed"], ["batch.failed"], ["batch.expired", "batch.completed"]):
        server.time += 1
        wanted[tuple(types)] = (await register(server, event_types=types))["id"]
    first, second, both = wanted.values()

    async def find(event_type):
        return await delivery.find_endpoints(event_type, server.services)

    assert await find("batch.completed") == [first, both]
    assert await find("batch.failed") == [second]
    assert await find("batch.expired") == [both]
    assert await find("batch.cancelled") == []


async def rotate(server, endpoint, keeps):
    answer = await server.ask(
        "POST",
        f"{ENDPOINTS}/{endpoint['id']}/rotate_secret",
        {"keep_old_secret_active_for_24_hours": keeps},
    )
    return answer.json["signing_secret"]


async def signers(server, receiver, endpoint, *secrets):
    """Which of the secrets a delivery is signed by, and by how many it is."""
    await delivery.deliver(endpoint["id"], EVENT, server.services)
    sent = receiver.deliveries[-1]
    count = len(sent.headers["webhook-signature"].split(" "))
    return [sent.is_signed_by(secret) for secret in secrets], count


async def test_old_secret_signs_for_a_day_where_it_is_to_be_kept():
    """Receivers can change over in between."""
    receiver = Receiver()
    server = Deployment(post=receiver)
    made = await register(server)
    old, new = made["signing_secret"], await rotate(server, made, True)

    server.time += DAY - 1
    assert await signers(server, receiver, made, old, new) == ([True, True], 2)
    server.time += 1
    assert await signers(server, receiver, made, old, new) == ([False, True], 1)


async def test_old_secret_ends_at_once_where_it_is_not_kept():
    """And so does the one before it, which had been kept."""
    receiver = Receiver()
    server = Deployment(post=receiver)
    made = await register(server)
    old, new = made["signing_secret"], await rotate(server, made, True)
    newest = await rotate(server, made, False)

    assert await signers(server, receiver, made, old, new, newest) == ([False, False, True], 1)


async def test_database_that_cannot_be_asked_has_it_repeated():
    """Not as an answer to anybody: the engine asks again."""
    server = Deployment(database=Database(OSError("D1_ERROR")), log=Log(print))

    with pytest.raises(OSError, match="D1_ERROR"):
        await delivery.deliver("we_1", EVENT, server.services)
    with pytest.raises(OSError, match="D1_ERROR"):
        await delivery.find_endpoints("batch.failed", server.services)


def test_repetitions_last_about_a_day():
    """With pauses that double."""
    pauses = [delivery.REPETITION.pause * 2**n for n in range(delivery.REPETITION.times)]

    assert DAY - 1800 < sum(pauses) <= DAY
