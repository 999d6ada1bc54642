"""Pictures in a chat: those of the last message, and the one that a follow-up is about."""

import json

import pytest

from flux2.links import FILES_PATH
from tests.unit.chats import CHAT, ask, assistant, message, references, say, show, user
from tests.unit.fakes import GIF, JPEG, PNG, WEBP, Server, Store, Upstream, check_error, data_url

URL = data_url(JPEG, "image/jpeg")
NAME = f"{7:032x}.jpg"
LINK = f"https://images.example.com{FILES_PATH}{NAME}"
NIGHT = user("now at night")
DRAW = user("a lighthouse")


def _keep(image: bytes = JPEG, name: str = NAME) -> Store:
    store = Store()
    store.kept[name] = image
    return store


# The last message


@pytest.mark.parametrize(
    "part",
    [show(URL), {"type": "image_url", "image_url": URL}, {"type": "input_image", "image_url": URL}],
    ids=["OpenAI", "string", "as the Responses API"],
)
async def test_image_of_the_message_is_a_reference(part):
    """However it is written."""
    server = Server()

    assert (await ask(server, user(part, "make it night"))).status == 200
    assert references(server) == [JPEG]
    assert server.sent["prompt"] == "make it night"


async def test_link_of_ours_in_the_message_is_a_reference():
    """Also beside a data URL."""
    server = Server(results=_keep())

    assert (await ask(server, user("mix", show(data_url()), show(LINK)))).status == 200
    assert references(server) == [PNG, JPEG]


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        (f"make ![this]({URL}) night", "make  night"),
        (f"![]({URL})\nmake it night", "make it night"),
        (f"make it night {LINK}", "make it night"),
        (f"make [seed 41]({LINK}) night", "make  night"),
        (f'make ![this]({URL} "a title") night', "make  night"),
        (f"make ![this](<{URL}>) night", "make  night"),
    ],
    ids=["Markdown", "in front", "bare link", "link in Markdown", "title", "angle brackets"],
)
async def test_picture_in_the_text_is_a_reference(text, prompt):
    """Some programs write it so; it is no part of the prompt."""
    server = Server(results=_keep())

    answer = await ask(server, user(text))

    assert answer.status == 200, answer.text
    assert references(server) == [JPEG]
    assert server.sent["prompt"] == prompt


async def test_text_behind_a_picture_that_is_not_closed_is_the_prompt_s():
    """It may be base64 as well, but stands behind a space."""
    server = Server()

    assert (await ask(server, user(f"make ![this]({data_url(GIF)} blue and green"))).status == 200
    assert references(server) == [GIF]
    assert server.sent["prompt"] == "make ![this]( blue and green"


async def test_what_only_begins_as_a_picture_is_told():
    """Nothing is made of half of what somebody wrote."""
    server = Server()

    answer = await ask(server, user("paint ](data:image/png;base64, red (or blue)"))

    check_error(answer, 400, "invalid_image", param="messages[0].content")
    assert server.cloudflare.calls == []


async def test_data_url_as_a_text_is_a_reference():
    """A text of its own that is nothing else."""
    server = Server()

    assert (await ask(server, user(URL, "make it night"))).status == 200
    assert references(server) == [JPEG]


async def test_other_links_in_the_text_are_the_prompt_s():
    """They are what somebody wrote."""
    server = Server()
    text = "like https://example.com/a.png and ![b](https://example.com/b.png)"

    assert (await ask(server, user(text))).status == 200
    assert server.sent["prompt"] == text


async def test_images_beside_the_content_are_references():
    """As our answers have them."""
    server = Server()

    assert (await ask(server, user("night", images=[show(URL)]))).status == 200
    assert references(server) == [JPEG]


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (show("https://example.com/cow.png"), "invalid_value"),
        (show("/files/cow.png"), "invalid_value"),
        (show("data:image/png;base64,%%%"), "invalid_value"),
        (show(data_url(b"no image")), "invalid_image"),
        (show(LINK), "invalid_image"),
        ({"type": "image_url", "image_url": {}}, "invalid_value"),
    ],
    ids=["web", "path", "no base64", "no image", "link that ended", "nothing"],
)
async def test_image_that_cannot_be_had_is_named(part, code):
    """By its place in the chat."""
    server = Server(results=Store())

    answer = await ask(server, DRAW, assistant("."), user("make it night", part))

    check_error(answer, 400, code, param="messages[2].content[1]")
    assert server.cloudflare.calls == []


async def test_fifth_image_is_refused():
    """Four are possible; those of older messages do not count."""
    four = [show(data_url())] * 4
    older = [user("x", *four), assistant("."), user("y", *four), assistant(".")]

    assert (await ask(server := Server(), *older, user("mix", *four))).status == 200
    assert references(server) == [PNG] * 4
    check_error(
        await ask(Server(), user("mix", *four, show(URL))),
        400, "invalid_value", "at most 4", param="messages[0].content[5]",
    )  # fmt: skip


# A follow-up


@pytest.mark.parametrize(
    "answer",
    [
        assistant("Here.", images=[show(URL)]),
        assistant(None, images=[show(URL)]),
        assistant("Here.", show(URL)),
        assistant(f"![lighthouse]({URL})"),
        assistant(f"Here: ![lighthouse](<{URL}>) Enjoy! ![]({URL})"),
        assistant(f"![lighthouse]({LINK})"),
        assistant(f"flux-2-dev · 1024x1024 · [seed 41]({LINK}) · 3,750 neurons ($0.0413)"),
        assistant(f"Here: {LINK}."),
        assistant(f'![lighthouse]({URL} "a title")'),
        assistant(f"![a [red] lighthouse]({URL})"),
        assistant(f"![{'a very tall lighthouse ' * 40}]({URL})"),
        assistant(URL),
        assistant({"type": "text", "text": f"![a]({LINK})"}),
    ],
    ids=[
        "images", "images alone", "part", "Markdown", "Markdown twice", "Markdown with a link",
        "our caption", "bare link", "title", "brackets", "long words", "data URL",
        "Markdown in a part",
    ],
)  # fmt: skip
async def test_follow_up_is_about_the_image_of_the_answer(answer):
    """However a program sends it again."""
    server = Server(results=_keep())

    said = message(await ask(server, DRAW, answer, NIGHT))

    assert references(server) == [JPEG]
    assert server.sent["prompt"] == "now at night"
    assert said["content"].startswith("flux-2-dev · edit · ")


async def test_link_of_ours_counts_where_the_image_itself_cannot_be_had():
    """LobeHub keeps the image in a storage of its own, and sends a link to that beside our
    caption."""
    server = Server(results=_keep())
    theirs = show("https://storage.example.com/a.jpg")

    for answer in (assistant(f"[seed 41]({LINK})", theirs), assistant(LINK, images=[theirs])):
        assert (await ask(server, DRAW, answer, NIGHT)).status == 200
        assert references(server) == [JPEG]


async def test_chat_goes_on_and_on():
    """What a program shows of our answers, in the next request: nothing but the caption."""
    server = Server(Upstream(), results=Store())
    chat = [DRAW]
    for words in ("now at night", "with snow"):
        chat += [assistant(message(await ask(server, *chat))["content"]), user(words)]
    await ask(server, *chat)

    assert [len(call.images) for call in server.cloudflare.calls] == [0, 1, 1]


@pytest.mark.parametrize(
    ("chat", "image"),
    [
        ([user("a", show(data_url(PNG))), assistant(f"[1]({LINK})")], JPEG),
        ([DRAW, assistant(f"[1]({LINK})"), user("b", show(data_url(PNG))), assistant("No.")], PNG),
        ([user("a", show(data_url(PNG)), show(data_url(GIF)))], GIF),
        ([DRAW, assistant("2", images=[show(data_url(PNG)), show(data_url(WEBP))])], WEBP),
        ([DRAW, assistant(f"[1]({LINK})"), user("What?"), assistant("A lighthouse.")], JPEG),
        ([DRAW, assistant(f"[1]({LINK})", images=[show(data_url(WEBP))])], WEBP),
    ],
    ids=["answer", "upload", "last of two", "last of two answers", "older", "itself, not a link"],
)
async def test_follow_up_is_about_the_last_image(chat, image):
    """By its place in the chat, whoever it is from; one that was sent before one that was linked
    to."""
    server = Server(results=_keep())

    assert (await ask(server, *chat, NIGHT)).status == 200
    assert references(server) == [image]


@pytest.mark.parametrize(
    "chat",
    [
        [],
        [DRAW],
        [DRAW, assistant("It was flagged.")],
        [say("system", show(URL)), say("tool", show(URL), tool_call_id="1")],
        [user(f"Look at ![this](https://example.com/a.png), [that](https://example.com/{NAME})")],
        [7, None, {"role": 7}, {"content": URL}, {"role": "assistant", "content": 7, "images": 7}],
    ],
    ids=["first", "no answer", "refused", "system and tool", "web", "strange"],
)
async def test_chat_without_an_image_makes_a_new_one(chat):
    """There is nothing that a follow-up could be about."""
    server = Server()

    answer = await ask(server, *chat, user("a valley"))

    assert answer.status == 200, answer.text
    assert server.cloudflare.calls[0].images == []


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        (assistant("![a](https://example.com/a.png)"), "messages[1].content"),
        (assistant("Here.", show("https://example.com/a.png")), "messages[1].content[1]"),
        (assistant(None, images=[show("/files/a.png")]), "messages[1].images[0]"),
        (assistant(None, images=[7]), "messages[1].images[0]"),
        (assistant("Here.", show("data:image/png;base64,%%%")), "messages[1].content[1]"),
        (assistant("![a](https://x.com/a.png)", show("/a.png")), "messages[1].content[1]"),
    ],
    ids=["Markdown", "web", "path", "number", "damaged", "both"],
)
async def test_last_image_that_cannot_be_had_is_told(answer, place):
    """An edit was meant: a new picture would be a surprise, and cost."""
    server = Server()

    refused = await ask(server, DRAW, answer, NIGHT)

    says = ("the last image of this chat", "Send the image", "new chat")
    check_error(refused, 400, "invalid_value", *says, param=place)
    assert server.cloudflare.calls == []


async def test_last_image_that_is_not_kept_any_more_is_told():
    """With what to do."""
    server = Server(results=Store())

    answer = await ask(server, DRAW, assistant(f"[seed 41]({LINK})"), NIGHT)

    says = ("not any more", "a day", "Send the image itself")
    check_error(answer, 400, "invalid_image", *says, param="messages[1].content")
    assert server.cloudflare.calls == []


# Long chats


async def test_older_images_are_not_looked_at():
    """Nothing of them is decoded, however many and however damaged they are."""
    decoded = []

    def decode(url):
        decoded.append(url.size)
        return services.decode_data_url(url)

    services = Server().services
    server = Server(decode_data_url=decode)
    old = [user("x", show(f"data:image/png;base64,{'%' * 90_000}")) for _ in range(40)]

    assert (await ask(server, *old, user("a", show(URL)), assistant("."), NIGHT)).status == 200
    assert len(decoded) == 1
    assert references(server) == [JPEG]


async def test_chat_of_two_hundred_turns_works():
    """With the tools that a program offers besides, and images in Markdown all along."""
    picture = f"![a](data:image/png;base64,{'A' * 20_000})"
    turns = [[user(f"and {index}"), assistant(f"{picture} Here you are.")] for index in range(200)]
    tool = {
        "type": "function",
        "function": {"parameters": {str(i): {"type": "string"} for i in range(50)}},
    }
    server = Server()

    chat = [message for turn in turns for message in turn]
    answer = await ask(server, *chat, user("a", show(URL)), tools=[tool] * 30)

    assert answer.status == 200, answer.text
    assert references(server) == [JPEG]


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"tools": [{}] * 20_001}, 400, "invalid_json"),
        ({"metadata": "x" * (2 * 1024 * 1024)}, 413, "request_too_large"),
    ],
    ids=["values", "text"],
)
async def test_chat_that_is_too_long_is_refused(more, status, code):
    """There are limits, though larger ones than a request for an image has."""
    answer = await ask(Server(), user("a valley"), **more)

    check_error(answer, status, code)
    body = json.dumps({"prompt": "x", "tools": [{}] * 1001}).encode()
    check_error(await Server().post(body), 400, "invalid_json", "1,000")


# What programs ask behind the user's back

TASK = """### Task:
Generate a concise, 3-5 word title with an emoji summarizing the chat history.
### Output:
JSON format: { "title": "your concise title here" }
### Chat History:
<chat_history>
USER: a lighthouse
</chat_history>"""


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("before", [[], [say("system", "You are a painter.")]])
async def test_task_of_open_webui_gets_no_image(before, stream):
    """It costs nothing, and says nothing: the chat is called by its first message then. Of a model
    with a system prompt, that stands before each task as well."""
    server = Server()

    answer = await ask(
        server, *before, user(TASK), stream=stream, stream_options={"include_usage": True}
    )

    assert answer.status == 200
    assert server.cloudflare.calls == []
    assert "images" not in answer.text
    if stream:
        assert answer.text.endswith("data: [DONE]\n\n")
        assert answer.text.count('"usage"') == 1
    else:
        assert message(answer) == {"role": "assistant", "content": ""}
        assert answer.json["model"] == "flux-2-dev"
    assert json.loads(server.logged[-1])["images"] == 0


async def test_fields_of_a_task_mean_what_they_mean_elsewhere():
    """`stream` may be a word, and must be true or false."""
    whole = await ask(Server(), user(TASK), stream="false", model=None)

    assert whole.json["model"] == "@cf/black-forest-labs/flux-2-dev"
    refused = await ask(Server(), user(TASK), stream="perhaps")
    check_error(refused, 400, "invalid_value", "true or false", param="stream")


@pytest.mark.parametrize(
    "chat",
    [
        [user("### Task: paint a lighthouse")],
        [user(f"Paint this: {TASK}")],
        [user("a cat"), assistant("."), user(TASK)],
        [user(TASK, show(URL))],
        [assistant(TASK), user("a cat")],
    ],
    ids=["other words", "other beginning", "in a chat", "with an image", "of a model"],
)
async def test_what_only_looks_like_a_task_gets_its_image(chat):
    """All signs of one are needed."""
    server = Server()

    assert (await ask(server, *chat)).status == 200
    assert len(server.cloudflare.calls) == 1


async def test_chat_needs_the_key():
    """As whatever costs something."""
    server = Server()

    check_error(await server.get(CHAT, key="wrong", method="POST"), 401, "invalid_api_key")
