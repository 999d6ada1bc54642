"""`POST /v1/images/generations`: the answer, several images, and what they cost."""

import base64
import json

import pytest

from tests.unit.fakes import (
    DRAWN_SEED,
    JPEG,
    NOW,
    PNG,
    Server,
    Upstream,
    canonical,
    check_error,
    encoded,
    refusal,
)

DEV = "@cf/black-forest-labs/flux-2-dev"


def _answers(*kinds: str) -> list[Upstream | Exception]:
    """Good images, and failures of three kinds."""
    made = {
        "good": lambda: Upstream(),
        "flagged": lambda: Upstream(refusal(3030, "It has been flagged"), 400),
        "limited": lambda: Upstream(refusal(10013), 429),
        "timeout": lambda: TimeoutError(),
        "bug": lambda: RuntimeError("never show this"),
    }
    return [made[kind]() for kind in kinds]


async def test_answer_has_exactly_the_shape_of_the_contract():
    """Every field of the contract's example with its value, in its order, and no other."""
    answer = await Server().generate(prompt='a "valley" für dich')

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    document = answer.json
    identity = document["id"]
    assert identity.startswith("gen_")
    assert identity.removeprefix("gen_") not in answer.headers["x-request-id"]
    expected = {
        "id": identity,
        "object": "image.generation",
        "created": int(NOW),
        "model": DEV,
        "data": [
            {
                "b64_json": encoded(JPEG),
                "prompt": 'a "valley" für dich',
                "revised_prompt": 'a "valley" für dich',
                "seed": DRAWN_SEED,
            }
        ],
        "output_format": "jpeg",
        "size": "1024x1024",
        "steps": 25,
        "cost": {"neurons": 3750, "usd": 0.04125},
        "usage": {
            "input_tokens": 0,
            "output_tokens": 0,
            "total_tokens": 0,
            "input_tokens_details": {"text_tokens": 0, "image_tokens": 0},
        },
    }
    assert answer.text == json.dumps(expected, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize(
    ("fields", "size", "steps", "cost"),
    [
        ({"size": "512x512", "steps": 10}, "512x512", 10, (375, 0.004125)),
        ({"width": 768, "height": 256}, "768x256", 25, (1875, 0.020625)),
        ({"model": "flux-2-klein-4b"}, "1024x1024", 4, (104.2, 0.0011462)),
        ({"model": "flux-2-klein-9b"}, "1024x1024", 4, (1363.64, 0.01500004)),
        ({"n": 2, "steps": 1}, "1024x1024", 1, (300, 0.0033)),
    ],
)
async def test_answer_says_what_was_made_and_its_cost(fields, size, steps, cost):
    """Size and steps as used, and the price table's cost of all images together."""
    answer = await Server().generate(**fields)

    assert (answer.json["size"], answer.json["steps"]) == (size, steps)
    assert tuple(answer.json["cost"].values()) == cost


async def test_reference_images_cost_too():
    """18.75 neurons each, for every step."""
    answer = await Server().generate_from_form(("image", PNG), ("image", PNG), ("steps", "10"))

    assert answer.json["cost"] == {"neurons": 1875, "usd": 0.020625}


# Links


@pytest.mark.parametrize(
    "fields",
    [
        {"response_format": "url"},
        {"model": "dall-e-3"},
        {"model": "dall-e-2", "response_format": None},
        {"model": "dall-e-3", "response_format": "auto"},
        {"model": "flux-2-dev", "response_format": "url"},
    ],
)
@pytest.mark.parametrize(("image", "kind"), [(JPEG, "jpeg"), (PNG, "png")], ids=["jpeg", "png"])
async def test_url_is_a_data_url_of_what_the_model_made(fields, image, kind):
    """Asked for, or because the model name starts with `dall-e`; without the RESULTS binding it
    is a data URL that tells the truth about its bytes."""
    answer = await Server(Upstream(canonical(image))).generate(**fields)

    (item,) = answer.json["data"]
    assert set(item) == {"url", "prompt", "revised_prompt", "seed"}
    prefix, _, content = item["url"].partition(",")
    assert prefix == f"data:image/{kind};base64"
    assert base64.b64decode(content, validate=True) == image


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"response_format": "b64_json"},
        {"model": "dall-e-3", "response_format": "b64_json"},
        {"model": "gpt-image-1"},
        {"model": "chatgpt-image-latest", "response_format": None},
    ],
)
async def test_base64_answer_has_no_url(fields):
    """Clients prefer a url where there is one, so there is none."""
    answer = await Server().generate(**fields)

    (item,) = answer.json["data"]
    assert set(item) == {"b64_json", "prompt", "revised_prompt", "seed"}
    assert item["b64_json"] == encoded(JPEG)


async def test_without_the_binding_the_answer_says_what_the_image_is():
    """It is paid for, so it is not thrown away because it has another format."""
    answer = await Server().generate(output_format="png")

    assert answer.json["output_format"] == "jpeg"
    assert answer.json["data"][0]["b64_json"] == encoded(JPEG)


@pytest.mark.parametrize("model", ["dall-e-3", "gpt-image-1", "flux-2-dev", DEV, None, "auto"])
async def test_answer_names_the_model_that_was_used(model):
    """Whatever name was asked for, the answer has Cloudflare's."""
    answer = await Server().generate(model=model)

    assert answer.json["model"] == DEV


# Seeds


async def test_given_seed_is_used_and_said():
    """0 is a seed."""
    server = Server()

    answer = await server.generate(seed=0)

    assert answer.json["data"][0]["seed"] == 0
    assert server.sent["seed"] == "0"
    assert server.draws == []


@pytest.mark.parametrize("n", [1, 3, 10])
async def test_drawn_seed_leaves_room_for_all_images(n):
    """Each image has a seed of its own, seed, seed+1, …, all of which can be asked for again."""
    server = Server()

    answer = await server.generate(n=n)

    assert server.draws == [2**32 - n + 1]
    seeds = list(range(DRAWN_SEED, DRAWN_SEED + n))
    assert [item["seed"] for item in answer.json["data"]] == seeds
    assert [int(call.fields["seed"]) for call in server.cloudflare.calls] == seeds


# Several images


async def test_images_come_in_the_order_of_their_seeds():
    """One call each, and the answer in order whatever the answers looked like."""
    slow = json.dumps({"success": True, "result": {"image": encoded(PNG)}}).encode()
    server = Server(Upstream(canonical(JPEG)), Upstream(slow), Upstream(canonical(JPEG)))

    answer = await server.generate(n=3, seed=7)

    made = [(item["seed"], item["b64_json"]) for item in answer.json["data"]]
    assert made == [(7, encoded(JPEG)), (8, encoded(PNG)), (9, encoded(JPEG))]
    assert "errors" not in answer.json


@pytest.mark.parametrize("n", range(1, 11))
async def test_no_more_than_four_connections_are_open(n):
    """From the call until its image is taken; all images are asked for, and all arrive."""
    upstreams = [Upstream() for _ in range(n)]
    server = Server(*upstreams)

    answer = await server.generate(n=n)

    assert len(answer.json["data"]) == len(server.cloudflare.calls) == n
    assert server.cloudflare.most_open == min(n, 4)
    assert server.cloudflare.open == 0
    assert answer.json["cost"]["neurons"] == 3750 * n


async def test_what_came_is_returned_beside_the_errors():
    """Images that were paid for are not thrown away; each error says which seed it had."""
    server = Server(*_answers("good", "flagged", "good", "timeout"))

    answer = await server.generate(n=4, seed=100)

    assert answer.status == 200
    assert [item["seed"] for item in answer.json["data"]] == [100, 102]
    flagged, timeout = answer.json["errors"]
    assert (flagged["seed"], flagged["code"]) == (101, "content_policy_violation")
    assert (timeout["seed"], timeout["code"]) == (103, "upstream_timeout")
    assert set(flagged) == {"message", "type", "param", "code", "seed"}
    assert flagged["type"] == "image_generation_user_error"
    assert answer.json["cost"] == {"neurons": 7500, "usd": 0.0825}


async def test_first_error_is_the_answer_if_all_fail():
    """With its status and its headers."""
    server = Server(*_answers("limited", "flagged", "timeout"))

    answer = await server.generate(n=3)

    check_error(answer, 429, "rate_limit_exceeded", "code 10013")
    assert answer.headers["retry-after"] == "60"


async def test_bug_in_one_of_several_does_not_lose_the_others():
    """They are paid for; the bug is an error among the others, and nothing of it is told."""
    server = Server(*_answers("good", "bug", "good"))

    answer = await server.generate(n=3)

    assert len(answer.json["data"]) == 2
    assert [error["code"] for error in answer.json["errors"]] == ["internal_error"]
    assert server.cloudflare.open == 0
    assert "never show this" not in answer.text + "".join(server.logged)
    bug = json.loads(server.logged[0])
    assert (bug["event"], bug["kind"]) == ("bug", "RuntimeError")
    assert "cloudflare/call.py" in bug["where"]
    assert bug["request_id"] in answer.json["errors"][0]["message"]


async def test_bug_in_one_image_of_a_stream_is_told_in_the_same_way():
    """An event instead of an entry, with the same words, and the same line of the log."""
    server = Server(*_answers("good", "bug"))

    answer = await server.generate(n=2, stream=True)

    last = json.loads(answer.text.rstrip().rpartition("data: ")[2])
    bug = json.loads(server.logged[0])
    assert (last["error"]["code"], bug["event"]) == ("internal_error", "bug")
    assert bug["request_id"] in last["error"]["message"]
    assert "cloudflare/call.py" in bug["where"]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (ConnectionError("reset"), "upstream_error"),
        (TimeoutError(), "upstream_timeout"),
    ],
)
async def test_held_image_that_does_not_arrive_is_an_error_among_others(broken, code):
    """Beyond four images each is held before our first byte, so its end is judged as well."""
    answers = [Upstream(broken=broken), *_answers(*["good"] * 5)]
    server = Server(*answers)

    answer = await server.generate(n=6, seed=1)

    assert [item["seed"] for item in answer.json["data"]] == [2, 3, 4, 5, 6]
    assert [(error["seed"], error["code"]) for error in answer.json["errors"]] == [(1, code)]
    assert server.cloudflare.open == 0


async def test_held_image_that_ends_badly_is_an_error_among_others():
    """success:false behind an image that is held is known before our first byte."""
    taken_back = canonical().replace(b"true", b"false")
    server = Server(Upstream(taken_back), *_answers(*["good"] * 4))

    answer = await server.generate(n=5, seed=1)

    assert len(answer.json["data"]) == 4
    assert [error["code"] for error in answer.json["errors"]] == ["upstream_error"]


async def test_broken_stream_breaks_the_answer():
    """A single image flows through; if it breaks in the middle, so does our answer."""
    with pytest.raises(ConnectionError):
        await Server(Upstream(broken=ConnectionError("reset"))).generate()
