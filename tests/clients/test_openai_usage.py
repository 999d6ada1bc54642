"""OpenAI's own clients for Python and for Node read what was used, as far as the emulator knows."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import openai
import pytest
from openai.types.admin.organization import usage_costs_response, usage_images_response

from flux2 import catalog
from tests.api.test_keys import make_key, own_key
from tests.clients.programs import OpenAIPython, Program, Refused, Task
from tests.conftest import Server, wait_until

DEV, KLEIN = "@cf/black-forest-labs/flux-2-dev", "@cf/black-forest-labs/flux-2-klein-4b"
DAY = 86_400
ASKED: Sequence[tuple[str, Mapping[str, Any]]] = (
    ("mia", {"model": KLEIN, "size": "256x256", "n": 2}),
    ("mia", {"model": KLEIN, "size": "256x256", "prompt": "x emulate:badrequest"}),
    ("mia", {"model": "flux-2-dev", "size": "512x512", "steps": 3}),
    ("tom", {"model": "dall-e-3", "size": "1024x256", "steps": 2, "response_format": "b64_json"}),
)


@dataclass(frozen=True)
class Used:
    """What two friends have got, and what the emulator counted for it."""

    ids: Mapping[str, str]
    since: int
    counted: Mapping[tuple[str, str], tuple[int, float]]
    """Whose and which model -> images and neurons."""

    @property
    def query(self) -> Mapping[str, Any]:
        return {"start_time": self.since, "api_key_ids": [*self.ids.values()]}

    @property
    def neurons(self) -> float:
        return sum(neurons for _, neurons in self.counted.values())


@pytest.fixture(scope="module")
def used(server: Server) -> Used:
    since = int(time.time())
    friends = {name: make_key(server) for name in ("mia", "tom")}
    ids = {name: own_key(friend)["id"] for name, friend in friends.items()}
    counted: dict[tuple[str, str], tuple[int, float]] = {}
    for name, body in ASKED:
        server.forget_calls()
        with friends[name].client() as client:
            answer = client.post("/v1/images/generations", json={"prompt": "a cat", **body}).json()
        model = KLEIN if body["model"] == KLEIN else DEV
        images, neurons = counted.get((name, model), (0, 0.0))
        paid = sum(call["neurons"] for call in server.calls())
        counted[name, model] = images + len(answer.get("data", ())), neurons + paid
    wait_until(lambda: _count_written(server, ids, since) == len(ASKED))
    return Used(ids, since, counted)


def _count_written(server: Server, ids: Mapping[str, str], since: int) -> int:
    """The ledger is written behind the answer."""
    query = {"start_time": since, "api_key_ids": [*ids.values()]}
    with server.client() as client:
        page = client.get("/v1/organization/usage/images", params=query).json()
    return sum(each["num_model_requests"] for bucket in page["data"] for each in bucket["results"])


def results(page: Any) -> Sequence[Mapping[str, Any]]:
    """Of all buckets; a test may begin before midnight and end after it."""
    assert (page["object"], page["has_more"], page["next_page"]) == ("page", False, None)
    return [result for bucket in page["data"] for result in bucket["results"]]


@pytest.mark.parametrize("width", ["1d", "1h", "1m"])
def test_usage_is_read_by_key_and_model(
    program: Program, server: Server, used: Used, width: str
) -> None:
    """The sums of days, and those of single requests."""
    body = {**used.query, "bucket_width": width, "group_by": ["api_key_id", "model"]}
    done = program.do(server, Task("usage", body))
    assert done.request_id.startswith("req_")
    read: dict[tuple[str, str], int] = {}
    for result in results(done.answer):
        assert result["object"] == "organization.usage.images.result"
        assert (result["size"], result["source"], result["user_id"]) == (None, None, None)
        place = result["api_key_id"], result["model"]
        read[place] = read.get(place, 0) + result["images"]
    assert read == {
        (used.ids[name], model): images for (name, model), (images, _) in used.counted.items()
    }


def test_costs_are_read_by_line_item(program: Program, server: Server, used: Used) -> None:
    """They are the emulator's own."""
    page = program.do(server, Task("costs", {**used.query, "group_by": ["line_item"]})).answer
    for model in (DEV, KLEIN):
        of_model = [result for result in results(page) if result["line_item"] == model]
        counted = [each for (_, name), each in used.counted.items() if name == model]
        assert sum(result["quantity"] for result in of_model) == sum(n for n, _ in counted)
        assert {result["amount"]["currency"] for result in of_model} == {"usd"}
        neurons = sum(neurons for _, neurons in counted)
        paid = sum(result["amount"]["value"] for result in of_model)
        assert paid == pytest.approx(catalog.to_usd(neurons), abs=1e-8)


@pytest.mark.parametrize(
    ("filters", "images"),
    [
        ({"models": ["FLUX.2-klein-4b"]}, 2),
        ({"sizes": ["256x256", "1024x256"]}, 3),
        ({"sources": ["image.edit", "image.variation"]}, 0),
        ({"sources": ["image.generation"], "models": ["flux-2-dev"]}, 2),
    ],
    ids=str,
)
def test_filters_are_lists(
    program: Program, server: Server, used: Used, filters: Mapping[str, Any], images: int
) -> None:
    """As each client writes them."""
    page = program.do(server, Task("usage", {**used.query, **filters})).answer
    assert sum(result["images"] for result in results(page)) == images


@pytest.mark.parametrize("action", ["usage", "costs"])
def test_pages_are_read_to_the_end(
    program: Program, server: Server, used: Used, action: str
) -> None:
    """Whatever the client, its user asks with `next_page` again."""
    midnight = used.since // DAY * DAY
    body = {"start_time": midnight - 2 * DAY, "end_time": midnight + DAY, "limit": 1}
    page = program.do(server, Task(action, body)).answer
    begins = [bucket["start_time"] for bucket in page["data"]]
    while page["has_more"]:
        page = program.do(server, Task(action, {**body, "page": page["next_page"]})).answer
        begins += [bucket["start_time"] for bucket in page["data"]]
    assert begins == [midnight - 2 * DAY, midnight - DAY, midnight]


@pytest.mark.parametrize("either", [OpenAIPython], ids=["python"], indirect=True)
def test_python_client_knows_the_results(program: Program, server: Server, used: Used) -> None:
    """It tells them by their `object`."""
    with openai.OpenAI(
        base_url=f"{server.url}/v1", api_key="unused", admin_api_key=server.key
    ) as client:
        usage = client.admin.organization.usage
        images = usage.images(start_time=used.since)
        costs = usage.costs(start_time=used.since)
    of_images, of_costs = images.data[-1].results[0], costs.data[-1].results[0]
    assert isinstance(of_images, usage_images_response.DataResultOrganizationUsageImagesResult)
    assert isinstance(of_costs, usage_costs_response.DataResultOrganizationCostsResult)
    for page, parsed in ((images, usage_images_response), (costs, usage_costs_response)):
        name = type(page).__name__
        getattr(parsed, name).model_validate(page.to_dict(), strict=True)


async def test_async_python_client_reads_both(server: Server, used: Used) -> None:
    """The same package, the other transport."""
    async with openai.AsyncOpenAI(
        base_url=f"{server.url}/v1", api_key="unused", admin_api_key=server.key
    ) as client:
        usage = client.admin.organization.usage
        images = await usage.images(
            start_time=used.since, api_key_ids=[used.ids["tom"]], group_by=["model", "size"]
        )
        costs = await usage.costs(start_time=used.since, api_key_ids=[*used.ids.values()])
    of_tom = [result for bucket in images.data for result in bucket.results]
    assert [(each.model, each.size, each.images) for each in of_tom] == [(DEV, "1024x256", 1)]
    paid = sum(result.amount.value for bucket in costs.data for result in bucket.results)
    assert paid == pytest.approx(catalog.to_usd(used.neurons), abs=1e-8)


@pytest.mark.parametrize(
    ("action", "body", "param"),
    [
        ("usage", {"user_ids": ["someone"]}, "user_ids"),
        ("usage", {"group_by": ["project_id"]}, "group_by"),
        ("usage", {"limit": 32}, "limit"),
        ("costs", {"bucket_width": "1h"}, "bucket_width"),
        ("costs", {"group_by": ["user_id"]}, "group_by"),
    ],
)
def test_what_is_not_here_is_refused(
    program: Program, server: Server, action: str, body: Mapping[str, Any], param: str
) -> None:
    """Instead of an answer to another question."""
    with pytest.raises(Refused) as caught:
        program.do(server, Task(action, {"start_time": 1_764_028_800, **body}))
    assert (caught.value.kind, caught.value.param) == ("BadRequestError", param)


def test_friend_is_not_told(program: Program, server: Server) -> None:
    """Usage is the owner's."""
    friend = make_key(server)
    for action in ("usage", "costs"):
        with pytest.raises(Refused) as caught:
            program.do(friend, Task(action, {"start_time": 1_764_028_800}))
        assert (caught.value.kind, caught.value.code) == (
            "PermissionDeniedError",
            "permission_denied",
        )


def test_database_that_fails_is_an_error_that_passes(
    program: Program, servers: Mapping[str, Server]
) -> None:
    """Not an empty page."""
    with pytest.raises(Refused) as caught:
        program.do(servers["DB fails"], Task("usage", {"start_time": 1_764_028_800}))
    assert (caught.value.status, caught.value.code) == (503, "storage_unavailable")
