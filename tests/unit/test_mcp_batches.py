"""`submit_batch` and `get_batch`: images that an agent does not have to wait for."""

import json

import pytest
from openapi_schema_validator import OAS31Validator

from flux2.errors import InsufficientQuota
from flux2.mcp.batch_results import MOST_IMAGES
from flux2.mcp.batch_tools import MOST_PROMPTS
from flux2.mcp.listed import TOOLS
from tests.unit.fakes import Store, Upstream, data_url, refusal
from tests.unit.fakes.agents import MODERN, OLDER, Agent, check_failed, result
from tests.unit.fakes.batching import KLEIN_PRICE, Batching
from tests.unit.fakes.engine import Engine
from tests.unit.fakes.sharing import Deployment

LISTED = {tool["name"]: tool for tool in map(json.loads, TOOLS)}
KLEIN = {"model": "flux-2-klein-4b", "size": "1024x1024"}
ID = f"batch_{'0' * 24}"
REFUSED = Upstream(refusal(3030, "flagged"), 400)


async def submit(server, *prompts, **arguments):
    """Submit, on behalf of an agent; get what is told as data."""
    answer = await Agent(server).call("submit_batch", prompts=[*prompts], **{**KLEIN, **arguments})
    outcome = result(answer)
    assert outcome["isError"] is False, outcome
    check_schema("submit_batch", outcome)
    return outcome["structuredContent"]


async def look(server, batch_id):
    outcome = result(await Agent(server).call("get_batch", id=batch_id))
    assert outcome["isError"] is False, outcome
    check_schema("get_batch", outcome)
    return outcome["structuredContent"]


async def run(server):
    await server.engine.run(server)
    await server.settle()


def check_schema(name, outcome):
    OAS31Validator(LISTED[name]["outputSchema"]).validate(outcome["structuredContent"])


@pytest.mark.parametrize("version", [MODERN, OLDER])
async def test_batch_is_submitted_and_looked_at(version):
    """A line for each prompt: its cost in advance, then links in the order of their coming."""
    server = Batching()
    agent = Agent(server, version)
    outcome = result(await agent.call("submit_batch", prompts=["a cat", "a dog"], **KLEIN))
    told = outcome["structuredContent"]

    assert outcome["isError"] is False
    assert (told["prompts"], told["images"]) == (2, 2)
    assert told["cost"]["neurons"] == 2 * KLEIN_PRICE
    assert told["id"] in told["message"]
    assert "get_batch" in told["message"]
    assert "2027-01-16 08:00 UTC" in told["message"]
    await run(server)
    progress = result(await agent.call("get_batch", id=told["id"]))["structuredContent"]

    assert progress["status"] == "completed"
    assert progress["prompts"] == {"total": 2, "completed": 2, "failed": 0}
    assert [image["prompt"] for image in progress["images"]] == ["2", "1"]
    assert progress["cost"]["neurons"] == 2 * KLEIN_PRICE
    for image in progress["images"]:
        assert image["url"] in progress["message"]
        path = image["url"].removeprefix("https://images.example.com")
        assert (await server.get(path, key=None)).status == 200


async def test_prompt_may_have_arguments_of_its_own():
    """They win over those that stand beside; the cost is that of all images."""
    server = Batching()
    own = {"prompt": {"scene": "a cat"}, "n": 2, "seed": 7, "size": "512x512"}
    told = await submit(server, "a dog", own)

    assert (told["prompts"], told["images"]) == (2, 3)
    assert told["cost"]["neurons"] == round(KLEIN_PRICE + 2 * KLEIN_PRICE / 4, 2)
    await run(server)
    progress = await look(server, told["id"])
    assert [(each["prompt"], each["seed"]) for each in progress["images"][:2]] == [
        ("2", 7),
        ("2", 8),
    ]
    assert progress["cost"] == told["cost"]


async def test_title_is_what_people_see():
    """In the list of batches, and when somebody looks."""
    server = Batching()
    told = await submit(server, "a cat", title="Cats", completion_window="72h")
    (batch,) = (await server.get("/v1/batches")).json["data"]
    assert batch["metadata"] == {"source": "mcp", "title": "Cats"}
    assert batch["completion_window"] == "72h"
    assert (await look(server, told["id"]))["title"] == "Cats"


async def test_list_that_came_as_its_json_is_read():
    """As Cursor sends it with some models."""
    answer = await Agent(Batching()).call("submit_batch", prompts='["a cat", "a dog"]')
    assert result(answer)["structuredContent"]["prompts"] == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "prompts is required"),
        ({"prompts": []}, "list of 1 to"),
        ({"prompts": "a cat"}, "list of 1 to"),
        ({"prompts": ["x"] * (MOST_PROMPTS + 1)}, "list of 1 to"),
        ({"prompts": ["x", 7]}, "prompts[1] must be a string, or an object with prompt"),
        ({"prompts": [{"scene": "x"}]}, "prompts[0] must be a string, or an object with prompt"),
        ({"prompts": ["x", " "]}, "prompts[1]: prompt must not be blank"),
        ({"prompts": ["x", {"prompt": "y", "sise": "1x1"}]}, 'prompts[1] has no argument "sise"'),
        ({"prompts": [{"prompt": "y", "steps": 99}]}, "prompts[0]: steps"),
        ({"prompts": ["x"], "model": "flux-3"}, "model_not_found"),
        ({"prompts": ["x"], "images": []}, 'no argument "images"'),
        ({"prompts": ["x"], "stream": True}, 'no argument "stream"'),
        ({"prompts": ["x"], "completion_window": "1h"}, "completion_window must be one of"),
        ({"prompts": ["x"], "title": 7}, "title must be a string"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_wrong_argument_is_refused_before_anything_begins(arguments, says):
    """It tells which of the prompts is wrong."""
    server = Batching()
    check_failed(await Agent(server).call("submit_batch", **arguments), says)
    assert server.engine.instances == {}
    assert server.database.rows("batches") == []


async def test_batch_that_waits_says_until_when():
    """And why, in words."""
    spent = InsufficientQuota.example
    server = Batching(Upstream(refusal(4006, spent), 429), Upstream())
    told = await submit(server, "a cat")
    seen = []

    async def look_meanwhile(until):
        seen.append(await look(server, told["id"]))

    server.engine.on_wait = look_meanwhile
    await run(server)
    assert seen[0]["resumes_at"] == server.engine.waits[0]
    assert "It waits until 2027-01-16 00:00 UTC: the free allocation" in seen[0]["message"]
    assert "ask again" not in seen[0]["message"]
    assert (await look(server, told["id"]))["status"] == "completed"


async def test_batch_that_has_not_begun_says_so():
    """There is nothing to see yet."""
    server = Batching()
    told = await submit(server, "a cat")
    progress = await look(server, told["id"])
    assert (progress["images"], progress["results_expire_at"]) == ([], None)
    assert "ask again" in progress["message"]


async def test_prompt_that_failed_says_why():
    """Beside the images that came."""
    server = Batching(REFUSED, Upstream())
    told = await submit(server, "a cat", "a dog")
    await run(server)
    progress = await look(server, told["id"])
    (failure,) = progress["failures"]
    assert failure["code"] == "content_policy_violation"
    assert f"{failure['prompt']} failed: {failure['message']}" in progress["message"]
    assert len(progress["images"]) == 1


async def test_no_more_than_the_newest_images_are_told():
    """And that there are more, and where."""
    server = Batching()
    told = await submit(server, *({"prompt": "a cat", "n": 10} for _ in range(6)), size="256x256")
    await run(server)
    progress = await look(server, told["id"])
    assert len(progress["images"]) == MOST_IMAGES
    assert f"/v1/batches/{told['id']}/results has all" in progress["message"]


@pytest.mark.parametrize(
    "arguments", [{}, {"id": 7}, {"id": ID, "cancel": True}, {"id": ID}, {"id": "gen_1"}]
)
async def test_batch_that_is_not_there_is_an_error(arguments):
    """As is what is no id, or no argument."""
    check_failed(await Agent(Batching()).call("get_batch", **arguments))


async def test_batch_of_somebody_else_is_not_there():
    """A key sees its own only."""
    server = Batching()
    told = await submit(server, "a cat")
    friend = await server.make_key()
    answer = await Agent(server, key=friend.key).call("get_batch", id=told["id"])
    check_failed(answer, "There is no such batch")


@pytest.mark.parametrize(
    ("tool", "arguments"), [("submit_batch", {"prompts": ["a cat"]}), ("get_batch", {"id": ID})]
)
async def test_key_that_was_ended_elsewhere_is_refused_at_once(tool, arguments):
    """Though this isolate has seen it a moment ago."""
    server = Batching()
    agent = Agent(server, key=(await server.make_key()).key)
    await agent.call(tool, **arguments)
    server.database.connection.execute("UPDATE keys SET disabled = 1")
    answer = await agent.call(tool, **arguments)
    check_failed(answer, "This API key is disabled", "invalid_api_key")


@pytest.mark.parametrize("tool", ["submit_batch", "get_batch"])
@pytest.mark.parametrize(
    ("server", "binding"),
    [
        (lambda: Deployment(results=Store()), "BATCHES"),
        (lambda: Batching(results=None), "RESULTS"),
    ],
)
async def test_deployment_without_batches_says_what_it_lacks(tool, server, binding):
    """The tools are listed all the same: they are the same everywhere."""
    arguments = {"prompts": ["a cat"]} if tool == "submit_batch" else {"id": ID}
    answer = await Agent(server()).call(tool, **arguments)
    check_failed(answer, binding, "binding_missing")


async def test_engine_that_cannot_be_asked_is_an_error():
    """And nothing was begun."""
    server = Batching(batches=Engine(OSError("down")))
    check_failed(await Agent(server).call("submit_batch", prompts=["a cat"]), "storage_unavailable")
    assert server.database.rows("batches") == []


async def test_batches_of_an_agent_are_counted_as_all_requests_for_images_are():
    """Or the limit of a key would hold at every door but this one."""
    counted = []

    def limit(name):
        counted.append(name)

        async def is_within():
            return len(counted) < 2

        return is_within

    server = Batching(limit_key=limit)
    await submit(server, "a cat")
    check_failed(await Agent(server).call("submit_batch", prompts=["a dog"]), "too often")
    assert len(server.database.rows("batches")) == 1
    await Agent(server).call("get_batch", id=ID)
    assert len(counted) == 2


async def test_title_is_no_image():
    """It would be told again, and a data URL stays outside Python."""
    agent = Agent(Batching())
    answer = await agent.call("submit_batch", prompts=["a cat"], title=data_url())
    check_failed(answer, "title takes no image", "param: title")


async def test_model_that_a_key_may_not_use_is_refused_before_it_is_a_batch():
    server = Batching()
    mia = await server.make_key(models=["flux-2-klein-4b"])
    answer = await Agent(server, key=mia.key).call("submit_batch", prompts=["a cat"])
    check_failed(answer, "may not use flux-2-dev", "permission_denied")
    assert server.database.rows("batches") == []
