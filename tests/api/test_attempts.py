"""What is asked again, of whom, until when, and how often somebody may ask: on the runtime."""

import itertools
import json
import socket
import struct
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.api.test_generations import PATH, decoded
from tests.conftest import Server, wait_until
from tests.unit.fakes import PNG

SMALL = {"size": "256x256", "model": "flux-2-klein-4b"}
_NUMBERS = itertools.count()


def asking(prompt: str, **fields: object) -> dict[str, object]:
    """A small request whose prompt nobody has used before."""
    return SMALL | {"prompt": f"{prompt} number {next(_NUMBERS)}"} | fields


@pytest.mark.parametrize("failure", ["capacity", "break_before"])
def test_what_was_not_billed_is_asked_again(
    client: httpx.Client, server: Server, failure: str
) -> None:
    """The caller gets the image and never notices, up to two failures."""
    response = client.post(PATH, json=asking(f"x emulate:{failure}*2"))
    assert response.status_code == 200
    assert len(server.calls()) == 3


def test_redirect_is_not_followed(client: httpx.Client, server: Server) -> None:
    """The token goes to one host only."""
    response = client.post(PATH, json=asking("x emulate:redirect"))
    assert (response.status_code, response.json()["error"]["code"]) == (502, "upstream_error")
    assert [call["model"] for call in server.calls()] == ["flux-2-klein-4b"]


@pytest.mark.parametrize(
    ("failure", "fields"),
    [
        ("stall", {}),
        ("stall", {"n": 4}),
        ("stall", {"stream": True}),
        ("stall_middle", {}),
        ("big=3000000 emulate:stall_middle", {"n": 5}),
        ("capacity", {"seed": 1}),
    ],
)
def test_client_that_leaves_ends_its_calls_upstream(
    client: httpx.Client, server: Server, failure: str, fields: dict[str, object]
) -> None:
    """Before an answer has begun: nothing is paid for that nobody will see, and nothing is asked
    again."""
    body = asking(f"x emulate:{failure}", **fields)
    calls = min(int(str(fields.get("n", 1))), 4)
    with leaving(server, body):
        wait_until(lambda: len(server.calls()) >= calls)
    if failure != "capacity":
        wait_until(lambda: all(call["left"] for call in server.calls()))
        assert len(server.calls()) == calls
    assert client.post(PATH, json=asking("x")).status_code == 200
    wait_until(lambda: '"status":499' in server.log.getvalue())


def leaving(server: Server, body: Mapping[str, object], path: str = PATH) -> socket.socket:
    """A connection over which that was asked; closing it is leaving, by a reset: whoever only ends
    what he sends may still read."""
    url = httpx.URL(server.url)
    data = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nhost: {url.netloc.decode()}\r\naccept: */*\r\n"
    head += f"authorization: Bearer {server.key}\r\ncontent-length: {len(data)}\r\n\r\n"
    connection = socket.create_connection((url.host, url.port))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.sendall(head.encode() + data)
    return connection


def test_time_of_an_image_is_all_of_it(servers: dict[str, Server]) -> None:
    """An answer that drips in is no better than one that does not come."""
    with servers["impatient"].client() as client:
        response = client.post(PATH, json=asking("x emulate:drip=20"))
    assert (response.status_code, response.json()["error"]["code"]) == (504, "upstream_timeout")


def test_image_that_drips_past_its_time_breaks_the_answer(servers: dict[str, Server]) -> None:
    """It had begun; half of it never looks whole."""
    prompt = "x emulate:big=3000000 emulate:drip=4000"
    with servers["impatient"].client() as client, pytest.raises(httpx.RemoteProtocolError):
        client.post(PATH, json=asking(prompt))


def test_other_account_serves_and_the_first_is_left_alone(servers: dict[str, Server]) -> None:
    """The answer says which; the next request does not even ask the one that is used up."""
    server = servers["two accounts"]
    server.forget_calls()
    with server.client() as client:
        first = client.post(PATH, json=asking("x emulate:quota%2"))
        second = client.post(PATH, json=asking("x", seed=1))
        streamed = client.post(PATH, json=asking("x", stream=True))
        health = client.get("/health").json()
    served = [response.json()["data"][0]["account"] for response in (first, second)]
    assert served == ["ACCOUNT_1", "ACCOUNT_1"]
    assert '"account":"ACCOUNT_1"' in streamed.text
    assert [call["account"] for call in server.calls()] == [2, 3, 3, 3]
    assert health["accounts"] == 2


@pytest.mark.parametrize("fields", [{}, {"output_format": "png"}, {"response_format": "url"}])
def test_same_request_with_a_seed_is_kept(
    servers: dict[str, Server], fields: dict[str, str]
) -> None:
    """The same picture, in whatever form it is asked for; the image was paid for once."""
    server = servers["cache"]
    server.forget_calls()
    data = asking("x", seed=5) | fields
    with server.client() as client:
        first, second = (
            client.post(PATH, data=data, files={"image": PNG})  # type: ignore[arg-type]
            for _ in range(2)
        )
        pictures = [_picture(client, response) for response in (first, second)]
    assert [r.headers["x-cache"] for r in (first, second)] == ["MISS", "HIT"]
    assert pictures[0] == pictures[1]
    assert second.json()["cost"]["neurons"] == 0
    assert len(server.calls()) == 1


def _picture(client: httpx.Client, response: httpx.Response) -> bytes:
    (item,) = response.json()["data"]
    return client.get(item["url"]).content if "url" in item else decoded(item).tobytes()


def test_wrong_keys_are_taken_so_often_and_no_more(servers: dict[str, Server]) -> None:
    """60 a minute and address; then not even the right one, from there."""
    server = servers["limited"]
    guess = {"authorization": "Bearer wrong", "cf-connecting-ip": "203.0.113.9"}
    with server.client() as client:
        responses = _until_429(lambda: client.get("/v1/models", headers=guess), most=120)
        right = client.get("/v1/models", headers={"cf-connecting-ip": "203.0.113.9"})
        elsewhere = client.get("/v1/models", headers={"cf-connecting-ip": "203.0.113.10"})
    assert {response.status_code for response in responses} == {401, 429}
    assert responses[-1].json()["error"]["code"] == "rate_limit_exceeded"
    assert (right.status_code, elsewhere.status_code) == (429, 200)


def _until_429(ask: Callable[[], httpx.Response], most: int) -> list[httpx.Response]:
    """A new minute may begin meanwhile, so it may take twice as many; the last one is refused."""
    responses: list[httpx.Response] = []
    with ThreadPoolExecutor(16) as pool:
        while not responses or responses[-1].status_code != 429:
            assert len(responses) <= most + 16
            responses += pool.map(lambda _: ask(), range(16))
    return responses
