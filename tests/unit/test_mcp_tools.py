"""The tools of `POST /mcp`: what an agent is told of them, and what it gets."""

import asyncio
import base64
import json
import re

import pytest
from openapi_schema_validator import OAS31Validator

from flux2 import catalog
from flux2.mcp import tools
from flux2.mcp.listed import TOOLS
from flux2.ports import ClientLeft
from flux2.request.fields import ImageRequest
from tests.unit.fakes import (
    DRAWN_SEED,
    ENVIRONMENT,
    JPEG,
    Buffer,
    Server,
    Store,
    Upstream,
    canonical,
    data_url,
    events,
    picture,
    refusal,
)
from tests.unit.fakes.agents import (
    MODERN,
    OLDER,
    Agent,
    check_failed,
    check_shut_out,
    messages,
    result,
)
from tests.unit.fakes.batching import Batching

LISTED = {tool["name"]: tool for tool in map(json.loads, TOOLS)}
SMALL = b"small"
TOKEN = {"progressToken": "p1"}
ORIGIN = "https://images.example.com"
LINK = f"{ORIGIN}/v1/images/files/{'0' * 32}.png"


async def shrink(image, side):
    assert side == 512
    return Buffer(base64.b64encode(SMALL))


async def cannot_shrink(image, side):
    raise ValueError("used up")


def server(*answers, **bindings):
    return Server(*answers, **{"shrink": shrink, "results": Store(), **bindings})


def pictures(outcome):
    return [
        (base64.b64decode(item["data"]), item["mimeType"])
        for item in outcome["content"]
        if item["type"] == "image"
    ]


def text(outcome):
    return outcome["content"][0]["text"]


# What agents are told


@pytest.mark.parametrize("name", LISTED)
def test_schemas_are_valid(name):
    """By JSON Schema 2020-12; what a tool takes and gives are objects."""
    for schema in (LISTED[name]["inputSchema"], LISTED[name]["outputSchema"]):
        OAS31Validator.check_schema(schema)
        assert schema["type"] == "object"


@pytest.mark.parametrize("name", tools.SOURCES)
def test_arguments_are_the_fields_of_a_request(name):
    """All of them but those that are left out for a reason."""
    schema = LISTED[name]["inputSchema"]
    images = {"images"} if name == "edit_image" else set()
    assert {*schema["properties"]} == {*ImageRequest.model_fields} - {*tools.LEFT_OUT} | images
    assert {*schema["required"]} == {"prompt"} | images
    assert schema["additionalProperties"] is False


def test_nothing_is_left_out_that_does_not_exist():
    """The list is about this request, not about a former one."""
    assert {*tools.LEFT_OUT} <= {*ImageRequest.model_fields}


@pytest.mark.parametrize("name", LISTED)
def test_tool_is_described(name):
    """Title, words, and whether it changes anything."""
    tool = LISTED[name]
    assert tool["title"]
    assert len(tool["description"]) > 80
    assert tool["annotations"]["readOnlyHint"] is (name in ("list_models", "get_batch"))


def test_images_are_counted_as_flux_counts_them():
    """From 0: an agent that counts otherwise would change the wrong one."""
    told = LISTED["edit_image"]["description"]
    assert re.findall(r"image \d", told) == ["image 0", "image 1"]


@pytest.mark.parametrize("name", LISTED)
def test_arguments_use_words_that_programs_know(name):
    """Gemini, for one, takes no tool at all where there is a `const`."""
    for argument in LISTED[name]["inputSchema"]["properties"].values():
        for rule in (argument, *argument.get("anyOf", ())):
            assert "const" not in rule
            assert isinstance(rule.get("type", ""), str)


def test_schema_takes_what_an_agent_would_send():
    """And refuses a misspelt argument before it is sent."""
    validator = OAS31Validator(LISTED["edit_image"]["inputSchema"])
    good = {"prompt": "x", "images": [LINK], "model": "flux-2-klein-4b", "n": 2, "size": "512x512"}
    assert validator.is_valid(good)
    assert validator.is_valid({**good, "prompt": {"scene": "x"}})
    for wrong in ({"n": 11}, {"model": "x"}, {"images": []}, {"sise": "512x512"}):
        assert not validator.is_valid(good | wrong), wrong


# Images


@pytest.mark.parametrize("version", [MODERN, OLDER])
async def test_image_comes_small_and_as_a_link(version):
    """A picture to look at, the link in words and as data, and what it cost."""
    deployment = server()
    outcome = result(await Agent(deployment, version).draw(size="512x512"))
    assert outcome["isError"] is False
    assert pictures(outcome) == [(SMALL, "image/jpeg")]
    (image,) = outcome["structuredContent"]["images"]
    assert image["url"] in text(outcome)
    assert "one hour" in text(outcome)
    assert "no small copy" not in text(outcome)
    assert deployment.services.bindings.results.kept == {image["url"].rsplit("/")[-1]: JPEG}
    assert image == {"seed": DRAWN_SEED, "output_format": "jpeg", "url": image["url"]}
    del outcome["structuredContent"]["images"], outcome["structuredContent"]["message"]
    assert outcome["structuredContent"] == {
        "model": "@cf/black-forest-labs/flux-2-dev",
        "size": "512x512",
        "steps": 25,
        "cost": {"neurons": 937.5, "usd": 0.0103125},
    }
    assert outcome.get("resultType") == ("complete" if version == MODERN else None)


async def test_each_image_has_a_picture():
    """In the order of their seeds."""
    outcome = result(await Agent(server()).draw(n=3, seed=5))
    assert len(pictures(outcome)) == 3
    assert [image["seed"] for image in outcome["structuredContent"]["images"]] == [5, 6, 7]


async def test_those_that_came_are_not_lost_with_one_that_failed():
    """It says which, and why."""
    deployment = server(Upstream(), Upstream(refusal(3030, "flagged"), 400))
    outcome = result(await Agent(deployment).draw(n=2, seed=5))
    assert (outcome["isError"], len(pictures(outcome))) == (False, 1)
    (error,) = outcome["structuredContent"]["errors"]
    assert (error["seed"], error["code"]) == (6, "content_policy_violation")
    assert f"Seed 6 failed: {error['message']}" in text(outcome)


async def test_without_storage_the_image_itself_comes():
    """There is no link then, and it says so."""
    outcome = result(await Agent(server(results=None)).draw())
    assert pictures(outcome) == [(JPEG, "image/jpeg")]
    assert "url" not in outcome["structuredContent"]["images"][0]
    assert "no link" in text(outcome)


async def test_image_that_cannot_be_stored_is_not_lost():
    """It is paid for."""
    deployment = server(results=Store(OSError("down")))
    outcome = result(await Agent(deployment).draw())
    assert pictures(outcome) == [(JPEG, "image/jpeg")]
    assert events(deployment)[:-1] == ["image_not_stored"]


@pytest.mark.parametrize("bindings", [{"shrink": None}, {"shrink": cannot_shrink}])
@pytest.mark.parametrize("is_short", [True, False])
async def test_what_cannot_be_shrunk_comes_whole_if_it_is_small(bindings, is_short):
    """It is shown twice then, as a link and as a picture."""
    deployment = server(Upstream(is_short=is_short), **bindings)
    outcome = result(await Agent(deployment).draw())
    assert pictures(outcome) == [(JPEG, "image/jpeg")]
    assert outcome["structuredContent"]["images"][0]["url"]


@pytest.mark.parametrize("is_announced", [True, False])
async def test_what_cannot_be_shrunk_and_is_large_comes_as_a_link(is_announced):
    """Programs refuse a result of more than a megabyte."""
    large = canonical(JPEG + bytes(700_000))
    deployment = server(Upstream(large, is_announced=is_announced), shrink=cannot_shrink)
    outcome = result(await Agent(deployment).draw())
    assert pictures(outcome) == []
    assert outcome["structuredContent"]["images"][0]["url"] in text(outcome)
    assert "no small copy" in text(outcome)
    assert events(deployment)[:-1] == ["image_not_shrunk"]


@pytest.mark.parametrize(("smallest", "shown"), [(512, 10), (256, 10), (128, 0)])
async def test_pictures_of_ten_images_fit_into_a_megabyte(smallest, shown):
    """Or else those programs would refuse the links with them: richly detailed ones are made
    smaller, or left out."""

    async def shrink(image, side):
        return Buffer(b"A" * (80_000 if side <= smallest else 120_000))

    detailed = [Upstream(canonical(JPEG + bytes(100_000))) for _ in range(10)]
    answer = await Agent(server(*detailed, shrink=shrink)).draw(n=10)
    assert len(answer.text) < 1_000_000
    assert len(pictures(result(answer))) == shown
    assert len(result(answer)["structuredContent"]["images"]) == 10


async def test_kept_image_comes_whole_where_nothing_shrinks():
    """What the cache has is no stream."""
    store = Store()
    deployment = server(shrink=None, results=store, environment=ENVIRONMENT | {"CACHE_TTL": "60"})
    for _ in range(2):
        outcome = result(await Agent(deployment).draw(seed=3))
        assert pictures(outcome) == [(JPEG, "image/jpeg")]
    assert outcome["structuredContent"]["cost"]["neurons"] == 0


async def test_converted_image_is_what_it_says():
    """An agent may ask for a format, as any caller."""

    async def convert(image, *how):
        return Buffer(base64.b64encode(picture("PNG")))

    outcome = result(await Agent(server(convert=convert)).draw(output_format="png"))
    (image,) = outcome["structuredContent"]["images"]
    assert (image["output_format"], image["url"][-4:]) == ("png", ".png")


# Arguments


async def test_arguments_arrive():
    """By OpenAI's names."""
    deployment = server()
    await Agent(deployment).draw(size="512x256", steps=3, seed=9, guidance=4.5)
    sent = deployment.sent
    assert (sent["prompt"], sent["width"], sent["height"]) == ("a valley", "512", "256")
    assert (sent["steps"], sent["seed"], sent["guidance"]) == ("3", "9", "4.5")


async def test_json_prompt_arrives():
    """An object is JSON prompting, here too."""
    deployment = server()
    await Agent(deployment).call("generate_image", prompt={"scene": "é"})
    assert deployment.sent["prompt"] == '{"scene":"é"}'


@pytest.mark.parametrize("image", [data_url(picture("PNG")), LINK])
@pytest.mark.parametrize("name", ["images", "image"])
async def test_edit_takes_data_urls_and_links_of_ours(image, name):
    """The link is that of an earlier result."""
    deployment = server(results=Store())
    deployment.services.bindings.results.kept[LINK.rsplit("/")[-1]] = picture("PNG")
    agent = Agent(deployment)
    outcome = result(await agent.call("edit_image", prompt="at night", **{name: [image]}))
    assert outcome["isError"] is False
    (call,) = deployment.cloudflare.calls
    assert [media_type for _, media_type, _ in call.images] == ["image/png"]


@pytest.mark.parametrize("images", [json.dumps([LINK, LINK]), f" {json.dumps([LINK, LINK])}\n"])
async def test_list_may_come_as_its_json(images):
    """Cursor, for one, sends lists and objects so with some models."""
    deployment = server(results=Store())
    deployment.services.bindings.results.kept[LINK.rsplit("/")[-1]] = picture("PNG")
    outcome = result(await Agent(deployment).call("edit_image", prompt="x", images=images))
    assert outcome["isError"] is False
    (call,) = deployment.cloudflare.calls
    assert len(call.images) == 2


@pytest.mark.parametrize("images", ["[", "[]]", "[1]", '["[]"]', "[" * 100])
async def test_text_that_is_no_list_is_no_image_either(images):
    """It is refused as any other text."""
    check_failed(await Agent(server()).call("edit_image", prompt="x", images=images), "data URL")


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("edit_image", {"prompt": "x"}, ("images is required", "missing_required_parameter")),
        (
            "edit_image",
            {"prompt": "x", "images": ["https://example.com/a.png"]},
            ("fetches nothing",),
        ),
        ("edit_image", {"prompt": "x", "images": ["/tmp/a.png"]}, ("data URL", "link", "path")),
        ("edit_image", {"prompt": "x", "images": ["iVBORw0KGgo"]}, ("data URL", "alone")),
        ("edit_image", {"prompt": "x", "images": [{"type": "image", "data": "a"}]}, ("data URL",)),
        ("edit_image", {"prompt": "x", "images": f"{LINK},{LINK}"}, ("a link that",)),
        ("generate_image", {}, ("prompt is required",)),
        ("generate_image", {"prompt": "x", "n": 11}, ("n must be", "param: n")),
        ("generate_image", {"prompt": "x", "model": "flux-3"}, ("flux-2-klein-4b",)),
        ("generate_image", {"prompt": "x", "sise": "1x1"}, ('no argument "sise"', "size")),
        ("generate_image", {"prompt": "x", "images": [LINK]}, ('no argument "images"',)),
        ("generate_image", {"prompt": "x", "stream": True}, ('no argument "stream"',)),
        ("edit_image", {"prompt": "x", "images": [LINK], "mask": LINK}, ("FLUX.2 has none",)),
        ("list_models", {"of": "x"}, ("It has none",)),
    ],
)
async def test_wrong_argument_is_an_error_of_the_tool(tool, arguments, says):
    """So that the agent reads what to do about it."""
    deployment = server()
    check_failed(await Agent(deployment).call(tool, **arguments), *says)
    assert deployment.cloudflare.calls == []


async def test_what_n8n_adds_is_let_pass():
    """Its agent sends names of its own with every call, and null for what was not given."""
    deployment = server()
    answer = await Agent(deployment).draw(
        toolCallId="call_1", sessionId="s", action="sendMessage", chatInput="hi", seed=None
    )
    assert result(answer)["isError"] is False


async def test_what_cursor_adds_where_a_tool_takes_nothing_is_let_pass():
    """Its models are shown an argument then, and fill it in."""
    answer = await Agent().call("list_models", random_string="dummy")
    assert result(answer)["isError"] is False


# Errors


@pytest.mark.parametrize(
    ("upstream", "code"),
    [
        (Upstream(refusal(3030, "flagged"), 400), "content_policy_violation"),
        (Upstream(refusal(4006, "used up your daily free allocation"), 429), "insufficient_quota"),
        (Upstream(refusal(3040, "busy"), 429), "retry_after: "),
        (TypeError("a bug"), "internal_error"),
    ],
)
@pytest.mark.parametrize("meta", [None, TOKEN])
async def test_image_that_does_not_come_is_an_error_of_the_tool(upstream, code, meta):
    """With our message, and what a program may act on."""
    deployment = server(upstream)
    answer = await Agent(deployment).call("generate_image", meta, prompt="x")
    check_failed(answer, code)
    assert json.loads(deployment.logged[-1])["error"]


async def test_bug_is_told_with_the_request_s_id():
    """And the log knows its place."""
    deployment = server(TypeError("a bug"))
    answer = await Agent(deployment).draw()
    check_failed(answer, answer.headers["x-request-id"])
    assert "bug" in events(deployment)


async def test_deployment_without_a_token_says_so():
    """Which is an error of the tool as well: the list of tools can be had."""
    deployment = server(environment=ENVIRONMENT | {"CF_API_TOKEN": ""})
    check_failed(await Agent(deployment).draw(), "CF_API_TOKEN", "configuration_error")


async def test_too_many_images_are_refused():
    """The limit of the Images API is this one's too."""

    def limit(key):
        async def check():
            return False

        return check

    check_failed(await Agent(server(limit_key=limit)).draw(), "retry_after: ")


async def test_client_that_has_left_gets_no_result():
    """The log has the status that is for this alone."""
    deployment = server(ClientLeft())
    answer = await Agent(deployment).draw()
    check_shut_out(answer, 499, "client_closed_request")


# Progress


async def test_progress_is_told_where_it_is_asked_for():
    """Each image as it is ready, and the result last."""
    deployment = server()
    answer = await Agent(deployment).call("generate_image", TOKEN, prompt="x", n=2, seed=5)
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["x-accel-buffering"] == "no"
    *notes, last = messages(answer)
    assert {note["params"]["progressToken"] for note in notes} == {"p1"}
    assert [note["params"]["total"] for note in notes] == [2] * len(notes)
    assert [note["params"]["progress"] for note in notes][-1] == 2
    assert last["id"] == 7
    assert len(pictures(last["result"])) == 2


async def test_waiting_is_told():
    """A client that hears nothing gives up; progress grows all the same."""

    async def fetch(*args, **kwargs):
        for _ in range(1000):
            await asyncio.sleep(0)
        return Upstream()

    deployment = server(fetch=fetch)
    answer = await Agent(deployment).call("generate_image", {"progressToken": 0}, prompt="x")
    notes = messages(answer)[:-1]
    assert len(notes) > 3
    assert notes[0]["params"]["progress"] < notes[1]["params"]["progress"] < 1
    assert notes[0]["params"]["message"] == "0 of 1 are ready."


async def test_images_in_a_stream_are_in_order():
    """However they came."""

    async def fetch(*args, form, **kwargs):
        late = dict(form)["seed"] == "5"
        for _ in range(500 if late else 1):
            await asyncio.sleep(0)
        return Upstream()

    answer = await Agent(server(fetch=fetch)).call("generate_image", TOKEN, prompt="x", n=3, seed=5)
    seeds = [image["seed"] for image in result(answer)["structuredContent"]["images"]]
    assert seeds == [5, 6, 7]


async def test_failure_after_the_stream_has_begun_is_its_result():
    """Nobody would see a status any more."""

    async def fetch(*args, **kwargs):
        for _ in range(1000):
            await asyncio.sleep(0)
        return Upstream(refusal(3030, "flagged"), 400)

    answer = await Agent(server(fetch=fetch)).call("generate_image", TOKEN, prompt="x")
    assert answer.headers["content-type"] == "text/event-stream"
    check_failed(answer, "content_policy_violation")


@pytest.mark.parametrize("accept", ["application/json", ""])
async def test_stream_is_sent_to_who_takes_it_only(accept):
    """Others get one document."""
    agent = Agent(server(), accept=accept)
    answer = await agent.call("generate_image", TOKEN, prompt="x")
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("token", [None, True, 1.5, ["x"]])
async def test_token_that_is_none_asks_for_nothing(token):
    """The specification has strings and integers."""
    answer = await Agent(server()).call("generate_image", {"progressToken": token}, prompt="x")
    assert answer.headers["content-type"] == "application/json"


# Models


async def test_models_are_those_that_the_key_may_use():
    """Another one would be refused."""
    deployment = Batching()
    mia = await deployment.make_key(models=["flux-2-klein-4b"])
    answer = await Agent(deployment, key=mia.key).call("list_models")
    cards = result(answer)["structuredContent"]["models"]
    assert [card["id"] for card in cards] == ["flux-2-klein-4b"]


async def test_models_are_listed_with_what_they_cost():
    """For 1024x1024, and with what holds for all."""
    outcome = result(await Agent().call("list_models"))
    cards = outcome["structuredContent"]["models"]
    assert [card["id"] for card in cards] == [model.name for model in catalog.MODELS]
    costs = {card["id"]: card["cost_of_1024x1024"]["neurons"] for card in cards}
    assert (costs["flux-2-dev"], costs["flux-2-klein-4b"]) == (3750, 104.2)
    assert [card["id"] for card in cards if card["is_default"]] == ["flux-2-dev"]
    assert "256 to 2048" in text(outcome)
