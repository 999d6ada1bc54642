"""The Worker as `make workerd` serves it, by wrangler and with its proxy in front."""

import io
from collections.abc import Iterator

import httpx
import pytest

from dev.processes import emulator, stopped_at_the_end
from tests.conftest import ACCOUNT, KEY, TOKEN, variables_for
from tests.runtimes import wrangler


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """Of the Worker, with all bindings of wrangler.toml."""
    log = io.StringIO()
    upstream = emulator({ACCOUNT: TOKEN}, log)
    with stopped_at_the_end(upstream):
        variables = variables_for(upstream.wait_until_ready())
        headers = {"authorization": f"Bearer {KEY}"}
        with (
            wrangler(variables, log) as url,
            httpx.Client(base_url=url, headers=headers, timeout=60) as client,
        ):
            yield client


def test_page_is_served_beside_the_worker(client: httpx.Client) -> None:
    """Without the Worker, which answers for /v1 and /health."""
    assert "</html>" in client.get("/").text
    assert client.get("/health").json()["status"] == "ok"
    assert "x-request-id" not in client.get("/").headers


def test_image_comes_as_a_link_that_can_be_followed(client: httpx.Client) -> None:
    """Through IMAGES, into RESULTS and out of it; both limiters are asked."""
    fields = {"prompt": "x", "size": "256x256", "steps": 1, "output_format": "webp"}
    answer = client.post("/v1/images/generations", json={**fields, "response_format": "url"})
    assert answer.status_code == 200, answer.text
    file = client.get(answer.json()["data"][0]["url"])
    assert (file.status_code, file.headers["content-type"]) == (200, "image/webp")


def test_cron_and_a_caller_s_key_work(client: httpx.Client) -> None:
    """The database is there, with its tables."""
    made = client.post("/v1/keys", json={"name": "x"}).json()
    own = client.get("/v1/key", headers={"authorization": f"Bearer {made['key']}"})
    assert own.json()["id"] == made["id"]
    assert client.get("/cdn-cgi/handler/scheduled").status_code == 200
