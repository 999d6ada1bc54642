"""`POST /v1/chat/completions`: what is asked for, and how it is answered."""

import asyncio
import base64
import json

import pytest

from flux2.links import CHAT_SECONDS, FILES_PATH, LINK_SECONDS
from flux2.request.chat import fields as chat_fields
from flux2.request.chat.fields import ChatRequest, ImageConfig, StreamOptions
from tests.unit.chats import ask, assistant, chunks, message, references, say, show, user
from tests.unit.fakes import (
    ENVIRONMENT,
    JPEG,
    NOW,
    PNG,
    Server,
    Store,
    Upstream,
    check_error,
    data_url,
    encoded,
    refusal,
)

DEV = "@cf/black-forest-labs/flux-2-dev"
CAPTION = "flux-2-dev · 1024x1024 · seed 41 · 3,750 neurons ($0.0413)"


# What is asked for


@pytest.mark.parametrize(
    "content",
    ["a valley", [{"type": "text", "text": "a valley"}], ["a valley"], [{"text": "a valley"}]],
    ids=["string", "part", "bare part", "part without a type"],
)
async def test_text_of_the_last_message_is_the_prompt(content):
    """However it is written."""
    server = Server()

    answer = await ask(server, {"role": "user", "content": content})

    assert answer.status == 200, answer.text
    assert server.sent["prompt"] == "a valley"


async def test_only_the_last_message_of_the_user_is_the_prompt():
    """What a system, a tool, or the user said before is none of it."""
    server = Server()
    chat = [
        say("system", "You are a poet."),
        say("developer", "Be brief."),
        user("a mountain"),
        assistant("What kind?"),
        user("a valley", "with cows"),
        assistant(None, tool_calls=[{"id": "1"}]),
        say("tool", "sunny", tool_call_id="1"),
    ]

    assert (await ask(server, *chat)).status == 200
    assert server.sent["prompt"] == "a valley\nwith cows"


async def test_json_in_a_message_is_json_prompting():
    """As in a form."""
    server = Server()

    assert (await ask(server, user(' {"scene": "ein Tal", "mood": "früh"}'))).status == 200
    assert server.sent["prompt"] == '{"scene":"ein Tal","mood":"früh"}'


LOBEHUB = """<!-- SYSTEM CONTEXT (NOT PART OF USER QUERY) -->
<context.instruction>following part contains context</context.instruction>
<files_info><image name="a" url="https://example.com/a.jpg"></image></files_info>
<!-- END SYSTEM CONTEXT -->"""
OPEN_WEBUI = '<attached_files>\n<file type="image" url="x"/>\n</attached_files>'


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        (f"{OPEN_WEBUI}\n\nmake it night", "make it night"),
        (f"make it night\n\n{LOBEHUB}", "make it night"),
        (f"{LOBEHUB} make it {LOBEHUB}night", "make it night"),
        ("make <attached_files> night", "make <attached_files> night"),
    ],
    ids=["Open WebUI", "LobeHub", "twice", "without an end"],
)
async def test_files_that_a_program_lists_are_no_prompt(text, prompt):
    """They stand beside what somebody wrote, and are marked."""
    server = Server()

    assert (await ask(server, user(text, show(data_url())))).status == 200
    assert server.sent["prompt"] == prompt


async def test_fields_of_an_image_are_taken():
    """All of those of the Images API, with the same rules."""
    server = Server()

    answer = await ask(server, user("a valley"), size="512x256", seed=7, steps=9, guidance=2.5)

    assert answer.status == 200, answer.text
    fields = {"width": "512", "height": "256", "seed": "7", "steps": "9", "guidance": "2.5"}
    assert server.sent == {"prompt": "a valley", **fields}
    refused = await ask(server, user("a valley"), size="9x9")
    check_error(refused, 400, "invalid_value", param="size")


async def test_fields_of_a_chat_are_accepted():
    """Programs send them with every chat; nothing of them changes an image."""
    server = Server()
    fields = {
        "temperature": 0.7, "top_p": 1, "max_tokens": 100, "stop": None, "user": "me",
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}],
        "tool_choice": "auto", "response_format": {"type": "text"}, "stream_options": None,
        "modalities": ["image", "text"], "frequency_penalty": 0, "metadata": {}, "store": False,
    }  # fmt: skip

    assert (await ask(server, user("a valley"), **fields)).status == 200


@pytest.mark.parametrize(
    ("config", "size"),
    [
        ({"aspect_ratio": "1:1"}, "1024x1024"),
        ({"aspect_ratio": "16:9"}, "1360x768"),
        ({"aspect_ratio": "9:16"}, "768x1360"),
        ({"aspect_ratio": "3:2"}, "1248x832"),
        ({"aspect_ratio": "21:9"}, "1568x672"),
        ({"image_size": "2K"}, "2048x2048"),
        ({"image_size": "1K", "aspect_ratio": "4:3"}, "1184x880"),
        ({}, "1024x1024"),
        (None, "1024x1024"),
    ],
)
async def test_size_in_openrouter_s_words(config, size):
    """A ratio has as many pixels as a square."""
    server = Server()

    answer = await ask(server, user("a valley"), image_config=config)

    assert answer.json["generation"]["size"] == size


@pytest.mark.parametrize(
    ("fields", "param", "says"),
    [
        (
            {"image_config": {"aspect_ratio": "wide"}}, "image_config.aspect_ratio",
            'must be WIDTH:HEIGHT, such as 16:9, not "wide".',
        ),
        (
            {"image_config": {"image_size": "4K"}}, "image_config.image_size",
            'must be 1K or 2K, not "4K".',
        ),
        ({"image_config": {"image_size": "2K", "aspect_ratio": "16:9"}}, "image_config", "2048"),
        ({"image_config": {"aspect_ratio": "16:9"}, "size": "512x512"}, "image_config", "512x512"),
        ({"image_config": {"aspect_ratio": "16:9"}, "width": 512}, "width", "1360"),
        ({"image_config": "large"}, "image_config", 'must be an object, not "large".'),
        ({"modalities": "image"}, "modalities", 'must be a list of words, not "image".'),
        ({"modalities": ["image", 7]}, "modalities", "must be a list of words, not 7."),
        ({"stream_options": []}, "stream_options", "must be an object, not []."),
        (
            {"stream_options": {"include_usage": "maybe"}}, "stream_options.include_usage",
            'must be true or false, not "maybe".',
        ),
    ],
    ids=str,
)  # fmt: skip
async def test_field_of_a_chat_that_is_wrong_is_named(fields, param, says):
    """With its path."""
    answer = await ask(server := Server(), user("a valley"), **fields)

    check_error(answer, 400, "invalid_value", says, param=param)
    assert server.cloudflare.calls == []


def test_each_field_of_a_chat_has_its_rule_in_words():
    """Those that another has inside as well."""
    inside = {
        f"{name}.{field}"
        for name, model in (("image_config", ImageConfig), ("stream_options", StreamOptions))
        for field in model.model_fields
    }

    assert {*chat_fields.RULES} == {*ChatRequest.model_fields} | inside


async def test_same_size_twice_is_no_contradiction():
    """In OpenRouter's words and in OpenAI's."""
    config = {"aspect_ratio": "16:9"}

    answer = await ask(Server(), user("a valley"), image_config=config, size="1360x768")

    assert answer.json["generation"]["size"] == "1360x768"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("modalities", ["text"]),
        ("response_format", {"type": "json_object"}),
        ("response_format", {"type": "json_schema", "json_schema": {"name": "title"}}),
        ("tool_choice", "required"),
        ("modalities", []),
        ("tool_choice", {"type": "function", "function": {"name": "f"}}),
        ("prompt", "a mountain"),
        ("image", data_url()),
        ("input_image_0", data_url()),
    ],
)
async def test_field_that_an_image_cannot_answer_is_refused(name, value):
    """Before anything is paid: who wants text, JSON or a call could not use an image."""
    answer = await ask(server := Server(), user("a valley"), **{name: value})

    check_error(answer, 400, "unsupported_parameter", name, param=name)
    assert server.cloudflare.calls == []


@pytest.mark.parametrize(
    ("messages", "says"),
    [
        ([], "must be a list of at least one message, not []."),
        (None, "required"),
        ("draw", 'must be a list of at least one message, not "draw".'),
        ([say("system", "Be brief.")], "no message of the user"),
        (["draw"], "no message of the user"),
        ([user(None)], "no text"),
        ([user(" ")], "no text"),
        ([user(show(data_url()))], "no text"),
        ([user("a cat"), assistant("Here."), user("")], "messages[2] has no text"),
    ],
    ids=str,
)
async def test_chat_without_a_prompt_is_refused(messages, says):
    """The error names `messages`."""
    server = Server()

    answer = await server.post(
        json.dumps({"messages": messages}).encode(), path="/v1/chat/completions"
    )

    assert answer.status == 400
    assert answer.json["error"]["param"] == "messages"
    assert says in answer.json["error"]["message"]
    assert server.cloudflare.calls == []


@pytest.mark.parametrize(
    "part",
    [{"type": "input_audio", "input_audio": {"data": "UklG"}}, {"type": "file"}, 7, None, {}],
    ids=str,
)
async def test_part_of_no_use_is_named(part):
    """In the last message; in an older one it does not matter."""
    check_error(
        await ask(Server(), user("a cat"), assistant("."), user("a valley", part)),
        400, "unsupported_parameter", "of no use", param="messages[2].content[1]",
    )  # fmt: skip

    older = await ask(Server(), user("a valley", part), assistant("."), user("a cat"))

    assert older.status == 200, older.text


async def test_body_that_is_no_object_is_refused():
    """As on the Images API."""
    server = Server()

    for body, code in ((b"[]", "invalid_json"), (b"messages=a", "invalid_json"), (b"", None)):
        answer = await server.post(body, path="/v1/chat/completions")
        check_error(answer, 400, code or "invalid_json")


# How it is answered


async def test_answer_is_one_message_with_an_image_and_a_caption():
    """OpenAI's shape, with what is ours under one name of its own."""
    answer = await ask(Server(), user("a valley"))

    image = {"index": 0, "type": "image_url", "image_url": {"url": data_url(JPEG, "image/jpeg")}}
    assert answer.json == {
        "id": answer.json["id"],
        "object": "chat.completion",
        "created": int(NOW),
        "model": DEV,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": CAPTION, "images": [image]},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        "generation": {
            "output_format": "jpeg",
            "size": "1024x1024",
            "steps": 25,
            "seeds": [41],
            "cost": {"neurons": 3750, "usd": 0.04125},
        },
    }
    assert answer.headers["content-type"] == "application/json"


async def test_several_images_are_one_message():
    """Several choices would be several answers to choose from; the caption has their seeds."""
    said = message(await ask(Server(), user("a valley"), n=2, size="256x256"))

    assert [image["index"] for image in said["images"]] == [0, 1]
    assert said["content"] == "flux-2-dev · 256x256 · seed 41, seed 42 · 1,875 neurons ($0.0206)"


async def test_images_that_failed_are_told_of():
    """Below those that came; words of others are no Markdown."""
    server = Server(Upstream(), Upstream(refusal(3030, "It was *flagged* [1]."), 400), Upstream())

    answer = await ask(server, user("a valley"), n=3)

    said = message(answer)
    assert len(said["images"]) == 2
    line, _, reason = said["content"].partition("\n\n")
    assert line.startswith("flux-2-dev · 1024x1024 · seed 41, seed 43 · 7,500 neurons")
    assert reason.startswith("1 of 3 images did not come: ")
    assert "*flagged*" not in reason
    (error,) = answer.json["generation"]["errors"]
    assert error["code"] == "content_policy_violation"


async def test_error_has_a_status():
    """That of the Images API."""
    server = Server(Upstream(refusal(3030, "The prompt was flagged."), 400))

    for stream in (False, True):
        answer = await ask(server, user("a valley"), stream=stream)
        check_error(answer, 400, "content_policy_violation", "flagged")


async def test_image_can_be_a_link():
    """A string in `response_format` is the one of the Images API."""
    server = Server(results=Store())

    said = message(await ask(server, user("a valley"), response_format="url"))

    (image,) = said["images"]
    assert image["image_url"]["url"].startswith(f"https://images.example.com{FILES_PATH}")
    assert f"]({image['image_url']['url']})" in said["content"]


@pytest.mark.parametrize("model", ["dall-e-3", "gpt-image-1", DEV])
async def test_image_is_in_the_answer_whatever_the_model_is_called(model):
    """A chat program keeps it; a link would end."""
    answer = await ask(Server(results=Store()), user("a valley"), model=model)

    (image,) = message(answer)["images"]
    assert image["image_url"]["url"] == data_url(JPEG, "image/jpeg")
    assert answer.json["model"] == DEV


async def test_caption_links_to_the_image():
    """For a day; the image is in the answer all the same."""
    server = Server(results=(store := Store()))

    said = message(await ask(server, user("a valley")))

    ((name, kept),) = store.kept.items()
    assert (kept, store.seconds) == (JPEG, [CHAT_SECONDS])
    link = f"https://images.example.com{FILES_PATH}{name}"
    assert said["content"] == CAPTION.replace("seed 41", f"[seed 41]({link})")
    assert said["images"][0]["image_url"]["url"].endswith(encoded(JPEG))
    assert (await server.get(f"{FILES_PATH}{name}")).status == 200


async def test_images_api_keeps_what_it_did():
    """No link that was not asked for, and one hour for those that were."""
    server = Server(results=(store := Store()))

    assert "url" not in (await server.generate()).json["data"][0]
    assert store.kept == {}
    await server.generate(response_format="url")
    assert store.seconds == [LINK_SECONDS]


async def test_image_that_cannot_be_kept_is_answered_with():
    """The caption has no link then."""
    server = Server(results=Store(OSError("KV is down")))

    assert message(await ask(server, user("a valley")))["content"] == CAPTION


async def test_image_from_before_is_free():
    """The caption says so."""
    server = Server(results=Store(), environment=ENVIRONMENT | {"CACHE_TTL": "600"})
    await ask(server, user("a valley"), seed=7)

    again = message(await ask(server, user("a valley"), seed=7))

    assert again["content"].endswith(" · kept from before, free")
    assert len(server.cloudflare.calls) == 1


# As a stream


async def test_stream_brings_role_image_caption_and_end():
    """In OpenAI's chunks, all of one answer."""
    answer = await ask(Server(), user("a valley"), stream=True)

    told = chunks(answer)
    assert answer.headers["content-type"] == "text/event-stream"
    assert {(c["id"], c["object"], c["created"], c["model"]) for c in told} == {
        (told[0]["id"], "chat.completion.chunk", int(NOW), DEV)
    }
    choices = [chunk["choices"][0] for chunk in told]
    image = {"index": 0, "type": "image_url", "image_url": {"url": data_url(JPEG, "image/jpeg")}}
    assert [choice["delta"] for choice in choices] == [
        {"role": "assistant", "content": ""},
        {"images": [image]},
        {"content": CAPTION},
        {},
    ]
    assert [choice["finish_reason"] for choice in choices] == [None, None, None, "stop"]
    assert told[-1]["generation"]["seeds"] == [41]
    assert "usage" not in answer.text


async def test_stream_tells_of_tokens_if_asked():
    """In a last chunk without a choice, as OpenAI does."""
    options = {"include_usage": True}

    *_, last = chunks(await ask(Server(), user("a cat"), stream=True, stream_options=options))

    assert last["choices"] == []
    assert last["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


async def test_stream_numbers_its_images():
    """OpenAI's clients put the list together by that."""
    told = chunks(await ask(Server(), user("a cat"), stream=True, n=3))

    images = [image for chunk in told for image in chunk["choices"][0]["delta"].get("images", ())]
    assert [image["index"] for image in images] == [0, 1, 2]


async def test_stream_tells_of_images_that_failed():
    """In the caption: an event with an error would end the answer in a client."""
    server = Server(Upstream(), Upstream(refusal(3030, "It was flagged."), 400))

    told = chunks(await ask(server, user("a valley"), stream=True, n=2))

    caption = told[-2]["choices"][0]["delta"]["content"]
    assert "1 of 2 images did not come: " in caption


async def test_stream_that_began_ends_with_the_error():
    """After signs of life there is no status left; clients raise what the event says."""

    async def fail_late(url, **options):
        for _ in range(20):
            await asyncio.sleep(0)
        return Upstream(refusal(3030, "It was flagged."), 400)

    server = Server(fetch=fail_late, sleep=_ring_at_once)

    answer = await ask(server, user("a valley"), stream=True)

    assert answer.status == 200
    first, second, *_, last = answer.text[:-2].split("\n\n")
    assert json.loads(first.removeprefix("data: "))["choices"][0]["delta"]["role"] == "assistant"
    assert second.startswith(":")
    error = json.loads(last.removeprefix("data: "))["error"]
    assert error["code"] == "content_policy_violation"


async def _ring_at_once(seconds: float) -> None:
    """The time is over before anything has come."""


async def test_base64_of_an_image_is_the_image():
    """What a program decodes is what the model made."""
    (image,) = message(await ask(Server(), user("a cat")))["images"]

    head, _, text = image["image_url"]["url"].partition(",")
    assert (head, base64.b64decode(text)) == ("data:image/jpeg;base64", JPEG)


async def test_images_of_the_last_message_are_references():
    """In their order; the caption says that it is no picture from nothing."""
    server = Server()

    said = message(
        await ask(server, user("mix", show(data_url()), show(data_url(JPEG, "image/jpeg"))))
    )

    assert references(server) == [PNG, JPEG]
    assert said["content"].startswith("flux-2-dev · from 2 images · 1024x1024 · ")


async def test_image_beside_a_text_in_one_part_is_a_reference():
    server = Server()
    part = {**show(data_url()), "type": "text", "text": "at night"}

    message(await ask(server, user(part)))

    assert references(server) == [PNG]


async def test_images_of_a_message_need_not_be_a_list():
    """One is as good as a list of one, and what is none is refused: it is never left out."""
    server = Server()

    message(await ask(server, user("at night", images=data_url())))

    assert references(server) == [PNG]
    check_error(
        await ask(server, user("at night", images={"no": "image"})),
        400, "invalid_value", param="messages[0].images[0]",
    )  # fmt: skip
